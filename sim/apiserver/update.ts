import type { Namespace } from '../api/kinds/namespace.ts';
import type { KubeObject } from '../api/meta.ts';
import { type FieldError, type Resource, sameJson } from '../api/resource.ts';
import { badRequest, conflict, invalid, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { admissionOf, admit, judge, passageOf, warningsOn } from './admission/index.ts';
import { allocate } from './allocation.ts';
import type { Call } from './call.ts';
import { type Decision, refused } from './decision.ts';
import { type Decodable, type DecodedBody, decodeBody } from './decoding.ts';
import { recordWrite } from './fieldmanagers.ts';
import { refuseEscalation } from './guard/escalation.ts';
import { patchObject } from './patching.ts';
import { uidConflict } from './refusal.ts';
import { resourceOf } from './routes.ts';
import { applyScale, SCALE, viewScale } from './scale.ts';
import type { ApiServerState } from './state.ts';
import { storageKey } from './storage.ts';
import { asSpoken, asStored, spokenOf } from './versions.ts';

/** Kinds whose PUT must say which version it replaces (AllowUnconditionalUpdate is false). */
const CONDITIONAL: readonly string[] = ['Lease'];

/**
 * PUT and PATCH, of the object, its status or its scale. Follows apiserver/pkg/endpoints/handlers/{update,patch}.go and
 * registry/generic/registry/store.go `Update`.
 */
export function decideUpdate(state: ApiServerState, call: Call, existing: KubeObject, io: IO): Decision {
  const resource = resourceOf(call.route);
  if (call.route.subresource === 'scale') return decideScale(state, call, resource, existing, io);
  const spoken = spokenOf(call.route);
  const body = readBody(call, spoken, asSpoken(spoken, existing), io.now);
  if (!body.ok) return refused(body.status);
  const next = asStored(spoken, body.object);
  const refusal = refuseIdentity(call, resource, next, existing);
  if (refusal !== undefined) return refused(refusal);
  return finish(state, call, resource, next, existing, body.warnings, io);
}

function decideScale(state: ApiServerState, call: Call, resource: Resource, existing: KubeObject, io: IO): Decision {
  const scale = readBody(call, SCALE, viewScale(existing), io.now);
  if (!scale.ok) return refused(scale.status);
  const { object, errors } = applyScale(existing, scale.object);
  if (errors.length > 0) return refused(invalid(SCALE, call.route.name, errors));
  const refusal = refuseIdentity(call, resource, object, existing);
  if (refusal !== undefined) return refused(refusal);
  return finish(state, call, resource, object, existing, scale.warnings, io);
}

/** The object that the writer wants: a whole body, or the existing object patched. */
function readBody(call: Call, resource: Decodable, existing: KubeObject, now: Millis): DecodedBody {
  if (call.route.verb === 'patch') return patchObject(call, resource, existing, now);
  return decodeBody(resource, call.request.body, call.options);
}

/** The right object, and the version the writer has read. */
function refuseIdentity(call: Call, resource: Resource, next: KubeObject, existing: KubeObject): Status | undefined {
  const { name, namespace, uid, resourceVersion } = next.metadata;
  const { route } = call;
  if (name !== '' && name !== route.name) {
    return badRequest(`the name of the object (${name}) does not match the name on the URL (${route.name})`);
  }
  if (resource.namespaced && namespace && namespace !== route.namespace) {
    return badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (uid && uid !== existing.metadata.uid) {
    return uidConflict(
      resource,
      route.name,
      storageKey(resource, route.namespace, route.name),
      uid,
      existing.metadata.uid,
    );
  }
  if (resourceVersion) {
    return resourceVersion === existing.metadata.resourceVersion ? undefined : conflict(resource, route.name);
  }
  if (!CONDITIONAL.includes(resource.kind)) return undefined;
  return invalid(resource, route.name, [
    { type: 'Invalid', field: 'metadata.resourceVersion', value: 0, detail: 'must be specified for an update' },
  ]);
}

function finish(
  state: ApiServerState,
  call: Call,
  resource: Resource,
  body: KubeObject,
  existing: KubeObject,
  warnings: readonly string[],
  io: IO,
): Decision {
  const isStatus = call.route.subresource === 'status';
  const kept = keepIdentity(body, existing);
  const request = admissionOf(call, 'UPDATE', io, existing);
  const admitted = admit(state, prepare(call, resource, kept, existing), request);
  if ('refusal' in admitted) return { type: 'fail', status: admitted.refusal, by: admitted.by };
  const prepared = admitted.object;
  const errors = isStatus
    ? (resource.custom?.validateStatus(prepared, existing) ?? [])
    : errorsOf(resource, prepared, existing);
  const escalation = refuseEscalation(state, call.user, resource, prepared, existing);
  if (escalation !== undefined) return { type: 'fail', status: escalation, by: 'RBAC' };
  const allocated = errors.length > 0 ? { object: prepared, errors } : allocate(state, prepared, existing, io);
  if (allocated.errors.length > 0) {
    const status = invalid(resource, call.route.name, allocated.errors);
    return { type: 'fail', status, errors: allocated.errors };
  }
  const judged = judge(state, allocated.object, request);
  if (judged !== undefined) return { type: 'fail', status: judged.refusal, by: judged.by };
  const canonical = resource.canonicalize(allocated.object);
  const object = recordWrite(call, existing, pinRevision(canonical, existing), body, io.now);
  const own = isStatus ? [] : (resource.warnings?.(object) ?? []);
  const all = [...warnings, ...own, ...warningsOn(state, allocated.object, request)];
  const passage = passageOf(state, allocated.object, request, admitted.changedBy);
  if (sameJson(object, existing)) return { type: 'keep', object: existing, warnings: all, passage };
  if (isReleased(object, existing)) return { type: 'remove', object, passage };
  return { type: 'write', object, warnings: all, thenRemove: false, passage };
}

/** What the writer may change: the object without its status, the status alone, or a namespace's finalizers alone. */
function prepare({ route }: Call, resource: Resource, next: KubeObject, existing: KubeObject): KubeObject {
  if (route.subresource === 'status') return resource.prepareForStatusUpdate(next, existing);
  if (route.subresource === 'finalize') return { ...existing, spec: next.spec };
  return resource.prepareForUpdate(resource.defaults(next), existing);
}

function errorsOf(resource: Resource, next: KubeObject, existing: KubeObject): readonly FieldError[] {
  return [...newFinalizers(next, existing), ...(resource.refusals?.(next) ?? []), ...resource.validate(next, existing)];
}

/** What only the server sets stays as it is, whatever the writer sent. */
function keepIdentity(next: KubeObject, existing: KubeObject): KubeObject {
  const { uid, creationTimestamp, deletionTimestamp, deletionGracePeriodSeconds, generation, name, namespace } =
    existing.metadata;
  const {
    deletionTimestamp: _deleted,
    deletionGracePeriodSeconds: _grace,
    generation: _count,
    ...rest
  } = next.metadata;
  const metadata = {
    ...rest,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid,
    creationTimestamp,
    ...(generation === undefined ? {} : { generation }),
    ...(deletionTimestamp === undefined ? {} : { deletionTimestamp, deletionGracePeriodSeconds }),
  };
  return { ...next, metadata };
}

function pinRevision(next: KubeObject, { metadata: { resourceVersion } }: KubeObject): KubeObject {
  if (next.metadata.resourceVersion === resourceVersion) return next;
  return { ...next, metadata: { ...next.metadata, resourceVersion } };
}

/** An object that is going away takes no new finalizers (ValidateObjectMetaAccessorUpdate). */
function newFinalizers({ metadata }: KubeObject, { metadata: old }: KubeObject): readonly FieldError[] {
  if (old.deletionTimestamp === undefined) return [];
  const added = (metadata.finalizers ?? []).filter((finalizer) => !(old.finalizers ?? []).includes(finalizer));
  if (added.length === 0) return [];
  const list = `[]string{${added.map((finalizer) => JSON.stringify(finalizer)).join(', ')}}`;
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers ${list}`;
  return [{ type: 'Forbidden', field: 'metadata.finalizers', detail }];
}

/** The last finalizer of an object that waits for its deletion is gone, and no process has to end first. */
function isReleased({ kind, metadata, spec }: KubeObject, { metadata: old }: KubeObject): boolean {
  if (metadata.deletionTimestamp === undefined || (metadata.finalizers ?? []).length > 0) return false;
  if (kind === 'Namespace') return ((spec as Namespace['spec'])?.finalizers ?? []).length === 0;
  if ((old.finalizers ?? []).length === 0) return false;
  return (metadata.deletionGracePeriodSeconds ?? 0) === 0;
}
