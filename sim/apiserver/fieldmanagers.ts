import { apiVersionOf, resourceOfKind } from '../api/index.ts';
import { applyConflict } from '../api/managedfields/conflicts.ts';
import {
  applyConfiguration,
  entriesOf,
  type InVersion,
  recordUpdate,
  type Writer,
} from '../api/managedfields/updater.ts';
import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { badRequest, invalid, qualified, type Status } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import { type Call, contentType } from './call.ts';
import { type DecodedBody, decodeBody } from './decoding.ts';
import { resourceOf } from './routes.ts';
import { asSpoken, asStored, spokenOf } from './versions.ts';

/** The content type of server-side apply; the body is JSON here, as kubectl sends it. */
export const APPLY_PATCH = 'application/apply-patch+yaml';

const PATCH_OPTIONS = { group: 'meta.k8s.io', plural: 'patchoptions', kind: 'PatchOptions' };

/** Whether a request is a server-side apply. */
export function isApply(call: Call): boolean {
  return call.route.verb === 'patch' && contentType(call) === APPLY_PATCH;
}

/** What is wrong with an apply before it is looked at: who applies must be said, and rows are the server's. */
export function refuseApply(call: Call): Status | undefined {
  if (!call.request.query?.['fieldManager']) {
    const detail = 'is required for apply patch';
    return invalid(PATCH_OPTIONS, '', [{ type: 'Required', field: 'fieldManager', detail }]);
  }
  const { metadata } = (call.request.body ?? {}) as { readonly metadata?: { readonly managedFields?: unknown } };
  return metadata?.managedFields ? badRequest('metadata.managedFields must be nil') : undefined;
}

/** The live object, in the version that is spoken, with what was applied; or the conflict. */
export function applyTo(call: Call, existing: KubeObject, now: Millis): DecodedBody {
  const refusal = refuseApply(call);
  if (refusal !== undefined) return { ok: false, status: refusal };
  const spoken = spokenOf(call.route);
  const { schema } = spoken;
  const config = decodeBody(spoken, call.request.body, call.options);
  if (!config.ok) return config;
  const isForced = call.request.query?.['force'] === 'true';
  const writer = writerOf(call);
  const applied = applyConfiguration(existing, config.object, schema, writer, isForced, now, inVersion(spoken));
  if (!applied.ok) return { ok: false, status: applyConflict(applied.conflicts) };
  return { ok: true, object: applied.object, warnings: config.warnings };
}

/**
 * A new object with the row of its writer. Writers who name themselves (`fieldManager`, as every kubectl does) are
 * recorded, and on a recorded object all are. Upstream records everybody always.
 */
export function recordCreate(call: Call, object: KubeObject, now: Millis): KubeObject {
  const spoken = spokenOf(call.route);
  if (!call.request.query?.['fieldManager']) return object;
  const bare = withoutRows(object);
  if (!isApply(call)) {
    const recorded = recordUpdate(undefined, asSpoken(spoken, bare), spoken.schema, writerOf(call), now);
    return withRows(bare, recorded);
  }
  const config = decodeBody(spoken, call.request.body, call.options);
  if (!config.ok) return bare;
  const empty = { ...bare, metadata: { name: object.metadata.name }, spec: undefined, status: undefined };
  const applied = applyConfiguration(empty, config.object, spoken.schema, writerOf(call), true, now);
  const managedFields = applied.ok ? applied.object.metadata.managedFields : undefined;
  return { ...bare, metadata: { ...bare.metadata, managedFields } };
}

/** A written object with the rows of its writers, see {@link recordCreate}; `body` is what an apply made of it. */
export function recordWrite(
  call: Call,
  existing: KubeObject,
  object: KubeObject,
  body: KubeObject,
  now: Millis,
): KubeObject {
  if (isApply(call)) {
    return { ...object, metadata: { ...object.metadata, managedFields: body.metadata.managedFields ?? [] } };
  }
  const isRecorded = call.request.query?.['fieldManager'] || (existing.metadata.managedFields ?? []).length > 0;
  if (!isRecorded) return object;
  const spoken = spokenOf(call.route);
  const [old, next] = [asSpoken(spoken, existing), asSpoken(spoken, object)];
  const recorded = recordUpdate(old, next, spoken.schema, writerOf(call), now, inVersion(spoken));
  return spoken.conversion === undefined ? recorded : withRows(withoutRows(object), recorded);
}

function writerOf(call: Call): Writer {
  const { request, route } = call;
  const agent = request.headers?.['user-agent']?.split('/')[0] || 'unknown';
  return {
    manager: request.query?.['fieldManager'] || agent,
    apiVersion: apiVersionOf(spokenOf(route)),
    subresource: route.subresource,
  };
}

/** Rows of other versions speak of other fields. A version that is not served any more counts as the one kept. */
function inVersion(spoken: Resource): InVersion {
  return (object, apiVersion) => {
    const other = resourceOfKind(apiVersion, spoken.kind) ?? resourceOf({ resource: qualified(spoken) });
    return { object: asSpoken(other, asStored(spoken, object)), schema: other.schema };
  };
}

function withRows(bare: KubeObject, recorded: KubeObject): KubeObject {
  const managedFields = entriesOf(recorded);
  return managedFields.length === 0 ? bare : { ...bare, metadata: { ...bare.metadata, managedFields } };
}

function withoutRows(object: KubeObject): KubeObject {
  const { managedFields: _rows, ...metadata } = object.metadata;
  return { ...object, metadata };
}
