import type { Pod } from '../api/kinds/pod.ts';
import { type KubeObject, parseTime, rfc3339 } from '../api/meta.ts';
import { badRequest, conflict, type Status } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import { namespaceLifecycle } from './admission/namespacelifecycle.ts';
import type { Call } from './call.ts';
import { type Decision, refused } from './decision.ts';
import { notModelled } from './refusal.ts';
import { resourceOf } from './routes.ts';

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

/** The finalizer that the garbage collector takes away when it has let the dependents go. */
const ORPHAN = 'orphan';

/**
 * DELETE: at once, or for a running pod by first saying until when. Follows apiserver/pkg/registry/rest/delete.go
 * `BeforeDelete`, generic/registry/store.go `Delete` and pkg/registry/core/pod/strategy.go `CheckGracefulDelete`.
 */
export function decideDelete(call: Call, existing: KubeObject, now: Millis): Decision {
  const options = deleteOptions(call);
  const refusal = refuse(call, options, existing);
  if (refusal !== undefined) return refused(refusal);
  const grace = gracePeriod(existing, options);
  const { metadata } = existing;
  if (metadata.deletionTimestamp !== undefined) return shorten(existing, grace, options);
  const finalizers = finalizersAfter(existing, options);
  const marked = { ...existing, metadata: { ...metadata, ...(finalizers.length > 0 ? { finalizers } : {}) } };
  if (existing.kind !== 'Pod') {
    return finalizers.length === 0
      ? { type: 'remove', object: existing }
      : { type: 'write', object: markDeleting(marked, now, 0), warnings: [], thenRemove: false };
  }
  const object = markDeleting(marked, now, grace);
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

const POLICIES: readonly string[] = ['Background', 'Foreground', 'Orphan'];

function refuse(call: Call, options: DeleteOptions, { metadata }: KubeObject): Status | undefined {
  const resource = resourceOf(call.route);
  const { propagationPolicy = 'Background', preconditions = {} } = options;
  const immortal = namespaceLifecycle.refuseDelete(resource, metadata.name);
  if (immortal !== undefined) return immortal;
  if (resource.kind === 'Namespace') {
    return notModelled('Deleting a namespace', 'delete the objects in it one by one');
  }
  if (!POLICIES.includes(propagationPolicy)) {
    return badRequest(`invalid propagationPolicy ${JSON.stringify(propagationPolicy)}`);
  }
  if (propagationPolicy === 'Foreground') {
    return notModelled('Foreground deletion', 'use --cascade=background, or --cascade=orphan');
  }
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

/** Seconds a pod gets to end. One that runs nowhere, or has ended, needs none. */
function gracePeriod(existing: KubeObject, options: DeleteOptions): number {
  if (existing.kind !== 'Pod') return 0;
  const { spec, status } = existing as Pod;
  if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0;
  const seconds = options.gracePeriodSeconds ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}

/** A second DELETE may only shorten the time that is left; `--force` ends it. */
function shorten(existing: KubeObject, _grace: number, options: DeleteOptions): Decision {
  const { metadata } = existing;
  const current = metadata.deletionGracePeriodSeconds ?? 0;
  const wanted = options.gracePeriodSeconds;
  if (wanted === undefined || wanted >= current) return { type: 'keep', object: existing, warnings: [] };
  const before = parseTime(metadata.deletionTimestamp) ?? 0;
  const deletionTimestamp = rfc3339(before - (current - wanted) * 1000);
  const object = { ...existing, metadata: { ...metadata, deletionTimestamp, deletionGracePeriodSeconds: wanted } };
  const thenRemove = wanted === 0 && (metadata.finalizers ?? []).length === 0;
  return { type: 'write', object, warnings: [], thenRemove };
}

/** Orphan: the dependents are let go first, which the garbage collector does and then lifts the finalizer. */
function finalizersAfter({ metadata }: KubeObject, options: DeleteOptions): readonly string[] {
  const finalizers = metadata.finalizers ?? [];
  const isOrphaning = options.propagationPolicy === 'Orphan' || options.orphanDependents === true;
  return isOrphaning && !finalizers.includes(ORPHAN) ? [...finalizers, ORPHAN] : finalizers;
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
