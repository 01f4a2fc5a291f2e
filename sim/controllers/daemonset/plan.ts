import { type DaemonSet, TEMPLATE_GENERATION } from '../../api/kinds/daemonset.ts';
import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { IntOrString } from '../../api/meta.ts';
import { percentOf } from '../../api/validate.ts';
import type { Millis } from '../../kernel/message.ts';
import { REVISION_LABEL } from '../history.ts';
import { isPodReady, untilAvailable } from '../pods.ts';
import { type Verdict, verdictOn } from './nodes.ts';

/** The label with the count of templates, beside the one with the revision. */
export const GENERATION_LABEL = 'pod-template-generation';

/** A set, its nodes in order, the pods that are on each or meant for it, and the revision it wants. */
export interface Fleet {
  readonly set: DaemonSet;
  readonly nodes: readonly Node[];
  readonly byNode: ReadonlyMap<string, readonly Pod[]>;
  readonly hash: string;
  readonly now: Millis;
}

/** Nodes that get a pod, pods that go, and pods of nodes that have ended and go after a while. */
export interface Plan {
  readonly nodes: readonly string[];
  readonly pods: readonly Pod[];
  readonly ended: readonly { readonly pod: Pod; readonly node: string }[];
}

/** Whether a pod is of the set's present template. Upstream `IsPodUpdated`. */
export function isUpdated({ metadata: { labels = {} } }: Pod, { set, hash }: Pick<Fleet, 'set' | 'hash'>): boolean {
  const generation = set.metadata.annotations?.[TEMPLATE_GENERATION];
  const isCounted = generation !== undefined && labels[GENERATION_LABEL] === generation;
  return isCounted || (hash !== '' && labels[REVISION_LABEL] === hash);
}

/** One pod on every node that should have one, none where it must not be. Upstream `manage` and `podsShouldBeOnNode`. */
export function planNodes(fleet: Fleet): Plan {
  const plan = { nodes: [] as string[], pods: [] as Pod[], ended: [] as { pod: Pod; node: string }[] };
  const known = new Set<string>();
  for (const node of fleet.nodes) {
    const { name } = node.metadata;
    known.add(name);
    planNode(fleet, name, verdictOn(node, fleet.set), plan);
  }
  for (const [name, pods] of fleet.byNode) {
    if (!known.has(name))
      plan.pods.push(...pods.filter(({ spec, metadata }) => !spec.nodeName && !isGoing({ metadata })));
  }
  return plan;
}

function planNode(
  fleet: Fleet,
  node: string,
  { shouldRun, mayStay }: Verdict,
  plan: { nodes: string[]; pods: Pod[]; ended: { pod: Pod; node: string }[] },
): void {
  const pods = fleet.byNode.get(node);
  if (shouldRun && pods === undefined) {
    plan.nodes.push(node);
    return;
  }
  const present = (pods ?? []).filter((pod) => !isGoing(pod));
  if (!mayStay) {
    plan.pods.push(...present);
    return;
  }
  const running: Pod[] = [];
  for (const pod of present) {
    const { phase } = pod.status ?? {};
    if (phase === 'Failed' || phase === 'Succeeded') plan.ended.push({ pod, node });
    else running.push(pod);
  }
  running.sort(byAge);
  if (!maySurge(fleet.set)) plan.pods.push(...running.slice(1));
  else if (running.length === 0 && shouldRun) plan.nodes.push(node);
  else if (running.length > 1) plan.pods.push(...superfluous(running, fleet));
}

/** With surge an old and a new pod may stand side by side, as long as the old one is ready and the new one is not yet. */
function superfluous(running: readonly Pod[], fleet: Fleet): readonly Pod[] {
  const isNew = ({ metadata }: Pod) => metadata.labels?.[REVISION_LABEL] === fleet.hash;
  const young = running.find(isNew);
  const old = running.find((pod) => !isNew(pod));
  const others = running.filter((pod) => pod !== young && pod !== old);
  if (young === undefined || old === undefined) return others;
  return !isPodReady(old) || isAvailable(young, fleet) ? [...others, old] : others;
}

/** What a rolling update does next. Upstream `rollingUpdate` in daemon/update.go. */
export function planUpdate(fleet: Fleet): Plan {
  const wanted = fleet.nodes.filter((node) => verdictOn(node, fleet.set).shouldRun);
  const places = new Map(fleet.byNode);
  for (const { metadata } of wanted) if (!places.has(metadata.name)) places.set(metadata.name, []);
  const { maxUnavailable, maxSurge } = limitsOf(fleet.set, wanted.length);
  return maxSurge === 0 ? replace(fleet, places, maxUnavailable) : surge(fleet, places, maxSurge, wanted.length);
}

/** Deletes old pods: those that are not available at once, others as far as the limit allows. */
function replace(fleet: Fleet, places: ReadonlyMap<string, readonly Pod[]>, maxUnavailable: number): Plan {
  let unavailable = 0;
  const broken: Pod[] = [];
  const candidates: Pod[] = [];
  for (const pods of places.values()) {
    const pair = pairOf(pods, fleet);
    if (pair === undefined || (pair.old === undefined) === (pair.young === undefined)) unavailable++;
    else if (pair.young !== undefined) {
      if (!isAvailable(pair.young, fleet)) unavailable++;
    } else if (pair.old !== undefined && !isAvailable(pair.old, fleet)) {
      broken.push(pair.old);
      unavailable++;
    } else if (pair.old !== undefined && unavailable < maxUnavailable) candidates.push(pair.old);
  }
  const room = Math.max(0, maxUnavailable - unavailable);
  return { nodes: [], pods: [...broken, ...candidates.slice(0, room)], ended: [] };
}

/** Creates new pods beside old ones, and deletes the old ones of which the new one is available. */
function surge(fleet: Fleet, places: ReadonlyMap<string, readonly Pod[]>, maxSurge: number, wanted: number): Plan {
  const nodes = new Map(fleet.nodes.map((node) => [node.metadata.name, node]));
  const going: Pod[] = [];
  const misplaced: Pod[] = [];
  const candidates: string[] = [];
  const allowed: string[] = [];
  let [surging, available] = [0, 0];
  for (const [name, pods] of places) {
    const pair = pairOf(pods, fleet);
    if (pair === undefined) {
      surging++;
      continue;
    }
    const { young, old } = pair;
    const counted = old ?? young;
    if (counted !== undefined && isAvailable(counted, fleet)) available++;
    if (old === undefined) continue;
    if (young !== undefined) {
      if (isAvailable(young, fleet)) going.push(old);
      else surging++;
      continue;
    }
    const node = nodes.get(name);
    const shouldRun = node !== undefined && verdictOn(node, fleet.set).shouldRun;
    if (!isAvailable(old, fleet)) {
      if (shouldRun) allowed.push(name);
      else going.push(old);
    } else if (!shouldRun) misplaced.push(old);
    else if (surging < maxSurge) candidates.push(name);
  }
  const spare = Math.max(0, available - wanted);
  const room = Math.max(0, maxSurge - surging);
  return {
    nodes: [...allowed, ...candidates.slice(0, room)],
    pods: [...going, ...misplaced.slice(0, spare)],
    ended: [],
  };
}

/** The old and the new pod of a node; undefined when there are two of one sort. Upstream `findUpdatedPodsOnNode`. */
function pairOf(
  pods: readonly Pod[],
  fleet: Fleet,
): { readonly young: Pod | undefined; readonly old: Pod | undefined } | undefined {
  const present = pods.filter((pod) => !isGoing(pod));
  const young = present.filter((pod) => isUpdated(pod, fleet));
  const old = present.filter((pod) => !isUpdated(pod, fleet));
  return young.length > 1 || old.length > 1 ? undefined : { young: young[0], old: old[0] };
}

/** The limits of a rolling update as numbers of nodes; both round up. */
export function limitsOf({ spec }: DaemonSet, wanted: number): { maxUnavailable: number; maxSurge: number } {
  const { maxUnavailable = 1, maxSurge = 0 } = spec.updateStrategy?.rollingUpdate ?? {};
  const limits = { maxUnavailable: countOf(maxUnavailable, wanted), maxSurge: countOf(maxSurge, wanted) };
  return wanted > 0 && limits.maxUnavailable === 0 && limits.maxSurge === 0 ? { ...limits, maxUnavailable: 1 } : limits;
}

function countOf(value: IntOrString, total: number): number {
  return typeof value === 'number' ? value : Math.ceil(((percentOf(value) ?? 0) * total) / 100);
}

function maySurge({ spec }: DaemonSet): boolean {
  return spec.updateStrategy?.type === 'RollingUpdate' && limitsOf({ spec } as DaemonSet, 100).maxSurge > 0;
}

/** Whether a pod has been ready for long enough. */
export function isAvailable(pod: Pod, { set, now }: Pick<Fleet, 'set' | 'now'>): boolean {
  return untilAvailable(pod, set.spec.minReadySeconds ?? 0, now) === 0;
}

function isGoing({ metadata }: Pick<Pod, 'metadata'>): boolean {
  return metadata.deletionTimestamp !== undefined;
}

/** Pods that have a node first, then the oldest. Upstream `podByCreationTimestampAndPhase`. */
export function byAge(a: Pod, b: Pod): number {
  const bound = Number(!a.spec.nodeName) - Number(!b.spec.nodeName);
  const [born, bornLater] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (bound !== 0) return bound;
  if (born !== bornLater) return born < bornLater ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
