import type { IncomingMessage } from 'node:http';
import type { JsonValue } from '../../sim/api/meta.ts';
import {
  accessSchemas,
  badRequest,
  requestEntityTooLarge,
  type Status,
  schemas,
  servedVersions,
} from '../../sim/index.ts';
import { PROTOBUF, readProtobuf } from './protobuf.ts';

/** Upstream's limit of a request body. */
const LIMIT_BYTES = 3 * 1024 * 1024;

/** A request's body as data, or the Status that refuses it. `undefined`: there is none. */
export type Body = { readonly body: JsonValue | undefined } | { readonly refusal: Status };

/** Reads a body whole, up to the limit, and parses it by its content type; none means JSON. */
export async function readBody(incoming: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming) {
    length += (chunk as Buffer).length;
    if (length > LIMIT_BYTES) return { refusal: requestEntityTooLarge(LIMIT_BYTES) };
    chunks.push(chunk as Buffer);
  }
  if (length === 0) return { body: undefined };
  const bytes = Buffer.concat(chunks);
  const type = (incoming.headers['content-type'] ?? '').split(';')[0];
  return type === PROTOBUF ? fromProtobuf(bytes) : fromJson(bytes);
}

function fromProtobuf(bytes: Uint8Array): Body {
  try {
    return { body: readProtobuf(bytes, schemaOfKind) };
  } catch (error) {
    return { refusal: badRequest(`the object provided is unrecognized: ${messageOf(error)}`) };
  }
}

function fromJson(bytes: Buffer): Body {
  try {
    return { body: JSON.parse(bytes.toString('utf8')) as JsonValue };
  } catch (error) {
    return { refusal: badRequest(`couldn't get version/kind; json parse error: ${messageOf(error)}`) };
  }
}

/** The schema of a served kind, or of an object that only travels: Scale, Eviction, DeleteOptions, TokenRequest. */
function schemaOfKind(apiVersion: string, kind: string) {
  const named = servedVersions().find(
    (resource) => resource.kind === kind && [resource.group, resource.version].filter(Boolean).join('/') === apiVersion,
  );
  return named?.schema ?? schemas.get(kind) ?? accessSchemas.get(kind);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
