import { decodeError } from '../api/decode.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import { applyPatch, JSON_PATCH, MERGE_PATCH, STRATEGIC_MERGE_PATCH } from '../api/patch.ts';
import { badRequest, invalid, type Status, unsupportedMediaType } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import { type Call, contentType } from './call.ts';
import { type Decodable, type DecodedBody, decodePatched, warningsOf } from './decoding.ts';
import { APPLY_PATCH, applyTo } from './fieldmanagers.ts';
import { notModelled } from './refusal.ts';

const ACCEPTED: readonly string[] = [JSON_PATCH, MERGE_PATCH, APPLY_PATCH, STRATEGIC_MERGE_PATCH];

/** The object after a PATCH of one of the four types. Follows apiserver/pkg/endpoints/handlers/patch.go. */
export function patchObject(call: Call, resource: Decodable, existing: KubeObject, now: Millis): DecodedBody {
  const type = contentType(call);
  if (type === APPLY_PATCH && call.route.subresource === 'scale') {
    return { ok: false, status: notModelled('Server-side apply to a scale', 'apply to the object itself') };
  }
  if (type === APPLY_PATCH) return applyTo(call, existing, now);
  const accepted = ACCEPTED.filter((one) => resource.custom === undefined || one !== STRATEGIC_MERGE_PATCH);
  if (!accepted.includes(type)) return { ok: false, status: unsupportedMediaType(accepted) };
  const patched = applyPatch(type, existing, call.request.body as JsonValue, resource.schema);
  if (!patched.ok) {
    return { ok: false, status: type === JSON_PATCH ? rejected(patched.error) : badRequest(patched.error) };
  }
  const { object, problems } = decodePatched(resource, patched.value, existing);
  const error = decodeError(problems, call.options.fieldValidation === 'Strict');
  if (error === undefined) return { ok: true, object, warnings: warningsOf(problems, call.options) };
  return { ok: false, status: badPatch(call, patched.value, error) };
}

/** 422 as upstream words it for a JSON patch that does not apply; the reason is in the causes. */
function rejected(why: string): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'the server rejected our request due to an error in our request',
    reason: 'Invalid',
    details: { causes: [{ reason: 'UnexpectedServerResponse', message: why }] },
    code: 422,
  };
}

/** 422 for a patch whose result is no object of the kind: the patch as Go prints a map, or the result as JSON. */
function badPatch(call: Call, patched: JsonObject, detail: string): Status {
  const isStrategic = contentType(call) === STRATEGIC_MERGE_PATCH;
  const value = isStrategic ? goText(call.request.body as JsonValue) : JSON.stringify(patched);
  return invalid({ group: '', plural: '', kind: '' }, '', [{ type: 'Invalid', field: 'patch', value, detail }]);
}

/** A value as Go's %v prints it: `map[spec:map[replicas:3]]`. */
function goText(value: JsonValue): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goText(item)).join(' ')}]`;
  const fields = value as JsonObject;
  const names = Object.keys(fields).sort();
  return `map[${names.map((name) => `${name}:${goText(fields[name])}`).join(' ')}]`;
}
