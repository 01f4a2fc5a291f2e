import type { Pod } from '../api/kinds/pod.ts';
import { controllerOf, controllerRef, type KubeObject, type LabelSelector, objectKey } from '../api/meta.ts';
import { sameJson } from '../api/resource.ts';
import { matchesLabelSelector } from '../api/selector.ts';
import type { Change } from '../client/cache.ts';
import { type Expectations, observeCreation, observeDeletion } from '../client/expectations.ts';
import type { Batch, Context, Write } from './controller.ts';
import { isPodActive, isPodReady, untilAvailable } from './pods.ts';
import { adopt, create, normal, release, remove, warning } from './requests.ts';

/** What owners of pods have in common. */
type Owner = KubeObject & {
  readonly spec: { readonly selector: LabelSelector; readonly minReadySeconds?: number };
};

/**
 * The owners, in this informer, that a change of a pod concerns. Expectations are told of it, and an owner that waits
 * until a ready pod is available is woken then.
 */
export function observePod(
  { type, object: pod, old }: Change<Pod>,
  informer: string,
  expectations: Expectations,
  context: Context,
): readonly string[] {
  const owners = context.cache<Owner>(informer);
  if (owners.size === 0) return [];
  const key = ownerKey(pod, owners);
  const isLeaving = type === 'deleted' || pod.metadata.deletionTimestamp !== undefined;
  if (key !== undefined && isLeaving) observeDeletion(expectations, key, objectKey(pod));
  else if (key !== undefined && type === 'added') observeCreation(expectations, key);
  if (old !== undefined && !isLeaving && !concerns(pod, old)) return [];
  const keys = new Set<string>();
  if (key !== undefined) {
    keys.add(key);
    if (old !== undefined && !isPodReady(old) && isPodReady(pod)) waitForAvailable(key, owners, context);
  }
  const previous = old === undefined ? undefined : ownerKey(old, owners);
  if (previous !== undefined) keys.add(previous);
  if (controllerOf(pod) === undefined && !isLeaving && hasNews(pod, old)) {
    for (const owner of owners.values()) if (selects(owner, pod)) keys.add(objectKey(owner));
  }
  return [...keys];
}

/** An orphan concerns an owner only when it is new, newly orphaned, or has other labels. */
function hasNews(pod: Pod, old: Pod | undefined): boolean {
  return old === undefined || controllerOf(old) !== undefined || old.metadata.labels !== pod.metadata.labels;
}

/** Whether an update changes anything an owner counts. Upstream syncs at every update, mostly for nothing. */
function concerns(pod: Pod, old: Pod): boolean {
  return !(
    pod.status?.phase === old.status?.phase &&
    isPodReady(pod) === isPodReady(old) &&
    pod.metadata.deletionTimestamp === old.metadata.deletionTimestamp &&
    sameJson(pod.metadata.labels, old.metadata.labels) &&
    sameJson(pod.metadata.ownerReferences, old.metadata.ownerReferences)
  );
}

function ownerKey(pod: Pod, owners: ReadonlyMap<string, Owner>): string | undefined {
  const owner = controllerOf(pod);
  if (owner === undefined) return undefined;
  const key = `${pod.metadata.namespace}/${owner.name}`;
  return owners.get(key)?.metadata.uid === owner.uid ? key : undefined;
}

/** Upstream looks again a second late, because times in the API are whole seconds. */
function waitForAvailable(key: string, owners: ReadonlyMap<string, Owner>, context: Context): void {
  const seconds = owners.get(key)?.spec.minReadySeconds ?? 0;
  if (seconds > 0) context.addAfter(key, seconds * 1000 + 1000);
}

function selects(owner: Owner, pod: Pod): boolean {
  return (
    owner.metadata.namespace === pod.metadata.namespace &&
    matchesLabelSelector(owner.spec.selector, pod.metadata.labels)
  );
}

/** Adopts active orphans that are meant, and frees own pods that no longer are. Upstream `ClaimPods`. */
export function claimPods(owner: KubeObject, isMeant: (pod: Pod) => boolean, context: Context): Batch {
  if (owner.metadata.deletionTimestamp !== undefined) return [];
  const writes: Write[] = [];
  for (const pod of context.orphans<Pod>('pods', owner.metadata.namespace)) {
    if (!isPodActive(pod) || !isMeant(pod)) continue;
    writes.push({ request: adopt('pods', pod, controllerRef(owner)), ignore: [404] });
  }
  for (const pod of context.dependents<Pod>('pods', owner.metadata.uid)) {
    if (isMeant(pod) || !isPodActive(pod) || !isOwn(owner, pod)) continue;
    writes.push({ request: release('pods', pod, [owner.metadata.uid ?? '']), ignore: [404, 422] });
  }
  return writes;
}

/** The pods that are the owner's and are meant, terminating ones included. */
export function ownPods(owner: KubeObject, isMeant: (pod: Pod) => boolean, context: Context): readonly Pod[] {
  return context.dependents<Pod>('pods', owner.metadata.uid).filter((pod) => isOwn(owner, pod) && isMeant(pod));
}

function isOwn(owner: KubeObject, pod: Pod): boolean {
  return controllerOf(pod)?.uid === owner.metadata.uid;
}

/** Milliseconds until the next ready pod becomes available; undefined when none waits for that. */
export function untilNextAvailable(seconds: number, pods: readonly Pod[], context: Context): number | undefined {
  if (seconds === 0) return undefined;
  let earliest: number | undefined;
  for (const pod of pods) {
    const wait = untilAvailable(pod, seconds, context.now) ?? 0;
    if (wait > 0 && (earliest === undefined || wait < earliest)) earliest = wait;
  }
  return earliest;
}

/** The creation of a pod, with the Events that tell of it on its owner. */
export function podCreation(owner: KubeObject, pod: Parameters<typeof create>[1]): Write {
  return {
    request: create('pods', pod),
    about: owner,
    success: [normal('SuccessfulCreate', 'Created pod: %s')],
    failure: warning('FailedCreate', 'Error creating: %s'),
    tag: 'create',
  };
}

/** The deletion of a pod, with the Events that tell of it on its owner. One that is gone already is as good. */
export function podDeletion(owner: KubeObject, pod: Pod): Write {
  return {
    request: remove('pods', pod),
    ignore: [404],
    about: owner,
    success: [normal('SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)],
    failure: warning('FailedDelete', 'Error deleting: %s'),
    tag: objectKey(pod),
  };
}
