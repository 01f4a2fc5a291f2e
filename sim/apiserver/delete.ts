import type { Namespace } from '../api/kinds/namespace.ts';
import type { Pod } from '../api/kinds/pod.ts';
import { type KubeObject, parseTime, rfc3339, setCondition } from '../api/meta.ts';
import { conflict, invalid, type Status } from '../api/status.ts';
import { type Errors, invalidValue, notSupported } from '../api/validate.ts';
import type { Millis } from '../kernel/message.ts';
import type { Call } from './call.ts';
import { type Decision, refused } from './decision.ts';
import { resourceOf } from './routes.ts';

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** Finalizers that the garbage collector takes away: when it has let the dependents go, and when they are gone. */
const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/**
 * DELETE: at once, or for a running pod by first saying until when. Follows apiserver/pkg/registry/rest/delete.go
 * `BeforeDelete`, generic/registry/store.go `Delete` and pkg/registry/core/pod/strategy.go `CheckGracefulDelete`.
 */
export function decideDelete(call: Call, stored: KubeObject, now: Millis): Decision {
  const options = deleteOptions(call);
  const refusal = refuse(call, options, stored);
  if (refusal !== undefined) return refused(refusal);
  const existing = resourceOf(call.route).prepareForDelete?.(stored, now) ?? stored;
  const grace = gracePeriod(existing, options);
  const { metadata } = existing;
  const finalizers = finalizersAfter(existing, options, resourceOf(call.route).orphansDependents ?? false);
  const marked = withFinalizers(existing, finalizers);
  if (existing.kind === 'Namespace') return endNamespace(marked as Namespace, now);
  if (metadata.deletionTimestamp !== undefined) return shorten(existing, marked, options);
  if (existing.kind !== 'Pod') {
    return finalizers.length === 0
      ? { type: 'remove', object: existing }
      : { type: 'write', object: markDeleting(marked, now, 0), warnings: [], thenRemove: false };
  }
  const isEvicted = call.route.subresource === 'eviction';
  const object = markDeleting(isEvicted ? asTarget(marked as Pod, now) : marked, now, grace);
  return { type: 'write', object, warnings: [], thenRemove: grace === 0 && finalizers.length === 0 };
}

/** The body, or the query parameters that clients without a body use. */
function deleteOptions(call: Call): DeleteOptions {
  const { body, query = {} } = call.request;
  const given = typeof body === 'object' && body !== null ? (body as DeleteOptions) : {};
  const { gracePeriodSeconds, propagationPolicy } = query;
  return {
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: Number(gracePeriodSeconds) }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...given,
  };
}

const POLICIES: readonly string[] = ['Foreground', 'Background', 'Orphan'];
const OPTIONS = { group: 'meta.k8s.io', plural: 'deleteoptions', kind: 'DeleteOptions' };

/** Upstream ValidateDeleteOptions. */
function optionErrors({ propagationPolicy, orphanDependents }: DeleteOptions): Errors {
  if (propagationPolicy === undefined) return [];
  const field = 'propagationPolicy';
  const both = 'orphanDependents and deletionPropagation cannot be both set';
  return [
    ...(orphanDependents === undefined ? [] : [invalidValue(field, propagationPolicy, both)]),
    ...(POLICIES.includes(propagationPolicy) ? [] : [notSupported(field, propagationPolicy, [...POLICIES, 'nil'])]),
  ];
}

function refuse(call: Call, options: DeleteOptions, { metadata }: KubeObject): Status | undefined {
  const resource = resourceOf(call.route);
  const { preconditions = {} } = options;
  const { unlessChanged } = call;
  if (unlessChanged !== undefined && unlessChanged.since.metadata.resourceVersion !== metadata.resourceVersion)
    return unlessChanged.answer;
  const errors = optionErrors(options);
  if (errors.length > 0) return invalid(OPTIONS, '', errors);
  const { uid = '', resourceVersion = '' } = preconditions;
  if (uid !== '' && uid !== metadata.uid) {
    const then = 'The object might have been deleted and then recreated';
    const why = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). ${then}`;
    return conflict(resource, metadata.name, why);
  }
  if (resourceVersion === '' || resourceVersion === metadata.resourceVersion) return undefined;
  const record = `the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
  const why = `the ResourceVersion in the precondition (${resourceVersion}) does not match ${record}`;
  return conflict(resource, metadata.name, why);
}

/** Whoever looks at the pod can see that it was evicted, and did not fail. */
function asTarget(pod: Pod, now: Millis): KubeObject {
  const why = { reason: 'EvictionByEvictionAPI', message: 'Eviction API: evicting' };
  const target = { type: 'DisruptionTarget', status: 'True' as const, ...why };
  return { ...pod, status: { ...pod.status, conditions: setCondition(pod.status?.conditions, target, now) } };
}

/** Seconds a pod gets to end. One that runs nowhere, or has ended, needs none. */
function gracePeriod(existing: KubeObject, options: DeleteOptions): number {
  if (existing.kind !== 'Pod') return 0;
  const { spec, status } = existing as Pod;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  const seconds = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

/**
 * A second DELETE may only shorten the time that is left, or say otherwise what becomes of the dependents. An object
 * without any time left that is still there was marked and then not removed, since the API server ended in between.
 */
function shorten(existing: KubeObject, marked: KubeObject, options: DeleteOptions): Decision {
  const { metadata } = marked;
  const current = metadata.deletionGracePeriodSeconds ?? 0;
  const wanted = options.gracePeriodSeconds;
  if ((metadata.finalizers ?? []).length === 0 && current === 0) return { type: 'remove', object: existing };
  if (wanted === undefined || wanted >= current) {
    if (marked === existing) return { type: 'keep', object: existing, warnings: [] };
    return { type: 'write', object: marked, warnings: [], thenRemove: false };
  }
  const before = parseTime(metadata.deletionTimestamp) ?? 0;
  const deletionTimestamp = rfc3339(before - (current - wanted) * 1000);
  const object = { ...marked, metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: wanted } };
  const thenRemove = wanted === 0 && (metadata.finalizers ?? []).length === 0;
  return { type: 'write', object, warnings: [], thenRemove };
}

/**
 * A namespace stays, Terminating, until its spec has no finalizer left, which the namespace controller sees to.
 * Follows pkg/registry/core/namespace/storage/storage.go `Delete`.
 */
function endNamespace(namespace: Namespace, now: Millis): Decision {
  const { metadata, spec, status } = namespace;
  const isFree = (spec?.finalizers ?? []).length === 0 && (metadata.finalizers ?? []).length === 0;
  if (metadata.deletionTimestamp !== undefined) {
    return isFree ? { type: 'remove', object: namespace } : { type: 'keep', object: namespace, warnings: [] };
  }
  const object: Namespace = {
    ...namespace,
    metadata: { ...metadata, deletionTimestamp: rfc3339(now) },
    status: { ...status, phase: 'Terminating' },
  };
  return { type: 'write', object, warnings: [], thenRemove: isFree };
}

/** What the options say of the dependents, as finalizers. Follows `deletionFinalizersForGarbageCollection`. */
function finalizersAfter({ metadata }: KubeObject, options: DeleteOptions, isOrphaning: boolean): readonly string[] {
  const finalizers = metadata.finalizers ?? [];
  const { propagationPolicy: policy, orphanDependents } = options;
  if (policy === undefined && orphanDependents === undefined) {
    return isOrphaning && !finalizers.includes(FOREGROUND) ? [...new Set([...finalizers, ORPHAN])] : finalizers;
  }
  const own = finalizers.filter((name) => name !== ORPHAN && name !== FOREGROUND);
  if (policy === 'Orphan' || orphanDependents === true) return [...own, ORPHAN];
  return policy === 'Foreground' ? [...own, FOREGROUND] : own;
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  const { finalizers: old = [], ...metadata } = object.metadata;
  if (old.length === finalizers.length && old.every((name) => finalizers.includes(name))) return object;
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers } };
}

function markDeleting(object: KubeObject, now: Millis, seconds: number): KubeObject {
  const { metadata } = object;
  const generation = metadata.generation === undefined ? {} : { generation: metadata.generation + 1 };
  const deletionTimestamp = rfc3339(now + seconds * 1000);
  return {
    ...object,
    metadata: { ...metadata, ...generation, deletionTimestamp, deletionGracePeriodSeconds: seconds },
  };
}
