import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { matchesSelector } from '../../api/selector.ts';
import { countByDomain } from '../domaincounts.ts';
import { domainOf } from '../domains.ts';
import { naturalLogarithm } from '../logarithm.ts';
import { countMatching } from '../matchcounts.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import { type ClusterChange, MAX_SCORE, type Plugin } from '../plugin.ts';
import { hasOtherLabels } from '../podhints.ts';
import { type Constraint, constraintsOf, HOSTNAME, hasAllKeys, isCounted } from '../spreadconstraints.ts';

/**
 * PodTopologySpread: keeps matching pods spread over zones or nodes; hard constraints refuse, soft ones only score.
 * Reads: the pod's constraints, or the system defaults with the selectors of its Service and of the set that owns it;
 * labels of pods and nodes.
 * Refuses: a domain that would hold more than maxSkew above the emptiest; unresolvably when the node lacks the label.
 * Upstream: `pkg/scheduler/framework/plugins/podtopologyspread/{filtering,scoring}.go`.
 * Leaves out: nothing.
 */
export const podTopologySpread: Plugin<readonly HardCount[], SoftCounts> = {
  name: 'PodTopologySpread',
  weight: 2,
  preFilter(pod, view) {
    const constraints = constraintsOf(pod, view, 'DoNotSchedule');
    if (constraints.length === 0) return undefined;
    return constraints.map((constraint) => {
      const byDomain = podsByDomain(pod, constraint, view.nodes, constraints);
      return { constraint, byDomain, least: leastOf(constraint, byDomain) };
    });
  },
  recount: (counts, pod, other, node, sign) => counts.map((count) => recounted(count, pod, other, node, sign)),
  filter(pod, info, counts) {
    for (const count of counts) {
      const domain = domainOf(info, count.constraint.topologyKey);
      if (domain === undefined) {
        return { code: 'UnschedulableAndUnresolvable', reasons: [`${NO_MATCH} (missing required label)`] };
      }
      if (skewOn(pod, domain, count) > count.constraint.maxSkew) return { code: 'Unschedulable', reasons: [NO_MATCH] };
    }
    return undefined;
  },
  facts: spreadFacts,
  preScore(pod, view, feasible) {
    const constraints = constraintsOf(pod, view, 'ScheduleAnyway');
    if (constraints.length === 0) return undefined;
    return countSoft(pod, constraints, view.nodes, feasible);
  },
  score(pod, info, { constraints, needsAllKeys }) {
    if (needsAllKeys && !hasAllKeys(info.node, constraints)) return IGNORED;
    let sum = 0;
    for (const constraint of constraints) {
      const { topologyKey, byDomain } = constraint;
      const domain = domainOf(info, topologyKey);
      if (domain === undefined) continue;
      const count = topologyKey === HOSTNAME ? countOn(info, pod, constraint) : (byDomain.get(domain) ?? 0);
      sum += count * constraint.weight + (constraint.maxSkew - 1);
    }
    return Math.round(sum);
  },
  normalize(scores) {
    const counted = scores.filter((score) => score !== IGNORED);
    const max = counted.reduce((a, b) => Math.max(a, b), 0);
    const min = counted.reduce((a, b) => Math.min(a, b), max);
    return scores.map((score) => {
      if (score === IGNORED) return 0;
      return max === 0 ? MAX_SCORE : Math.trunc((MAX_SCORE * (max + min - score)) / max);
    });
  },
  requeueOn: [
    { kind: 'Self', action: 'update', helps: hasOtherLabels },
    { kind: 'Pod', action: 'add', helps: concerns },
    { kind: 'Pod', action: 'update', helps: concerns },
    { kind: 'Pod', action: 'delete', helps: concerns },
    { kind: 'Node', action: 'add', helps: concerns },
    { kind: 'Node', action: 'update', helps: concerns },
    { kind: 'Node', action: 'delete', helps: concerns },
  ],
};

const NO_MATCH = "node(s) didn't match pod topology spread constraints";
/** The raw score of a node that lacks a label the constraints need: it ends with 0. */
const IGNORED = -1;
const NONE: ReadonlyMap<string, number> = new Map();

/** A hard constraint with what is in each domain now. */
interface HardCount {
  readonly constraint: Constraint;
  readonly byDomain: ReadonlyMap<string, number>;
  /** Matching pods of the emptiest eligible domain; 0 when there are fewer domains than minDomains. */
  readonly least: number;
}

/** How many matching pods a domain would have above the emptiest, with this pod in it. */
function skewOn(pod: Pod, domain: string, { constraint, byDomain, least }: HardCount): number {
  const isCountedItself = matchesSelector(constraint.selector, pod.metadata.labels) && !constraint.matchesNothing;
  return (byDomain.get(domain) ?? 0) + (isCountedItself ? 1 : 0) - least;
}

interface SoftCounts {
  readonly constraints: readonly SoftCount[];
  readonly needsAllKeys: boolean;
}

interface SoftCount extends Constraint {
  /** Matching pods by domain, for keys other than the hostname. */
  readonly byDomain: ReadonlyMap<string, number>;
  /** ln(domains + 2): with more domains a pod less matters more. */
  readonly weight: number;
}

/** Matching pods by domain, on nodes that count and have the labels of all `needed` constraints. */
function podsByDomain(
  pod: Pod,
  constraint: Constraint,
  nodes: readonly NodeInfo[],
  needed: readonly Constraint[],
): Map<string, number> {
  const { topologyKey, id, matchesNothing, honoursAffinity, honoursTaints } = constraint;
  const { nodeSelector, affinity, tolerations } = pod.spec;
  const keys = needed.map((one) => one.topologyKey);
  const looks = [honoursAffinity && [nodeSelector, affinity?.nodeAffinity], honoursTaints && (tolerations ?? [])];
  const name = JSON.stringify([id, topologyKey, keys, matchesNothing, ...looks]);
  const countedIn = ({ node }: NodeInfo) =>
    hasAllKeys(node, needed) && isCounted(pod, node, constraint) ? node.metadata.labels?.[topologyKey] : undefined;
  return countByDomain(name, nodes, countedIn, (info) => countOn(info, pod, constraint));
}

/** A count, had another pod come to a node or left it. */
function recounted(count: HardCount, pod: Pod, other: Pod, node: Node, sign: 1 | -1): HardCount {
  const { constraint, byDomain: before } = count;
  const domain = node.metadata.labels?.[constraint.topologyKey];
  const { namespace, labels, deletionTimestamp } = other.metadata;
  const isOne = namespace === pod.metadata.namespace && !deletionTimestamp && !constraint.matchesNothing;
  if (domain === undefined || !before.has(domain) || !isOne || !matchesSelector(constraint.selector, labels))
    return count;
  if (!isCounted(pod, node, constraint)) return count;
  const byDomain = new Map(before).set(domain, (before.get(domain) ?? 0) + sign);
  return { constraint, byDomain, least: leastOf(constraint, byDomain) };
}

function leastOf({ minDomains }: Constraint, byDomain: ReadonlyMap<string, number>): number {
  return byDomain.size < minDomains ? 0 : [...byDomain.values()].reduce((a, b) => Math.min(a, b));
}

function countSoft(
  pod: Pod,
  constraints: readonly Constraint[],
  nodes: readonly NodeInfo[],
  feasible: readonly NodeInfo[],
): SoftCounts {
  const needsAllKeys = (pod.spec.topologySpreadConstraints ?? []).length > 0;
  const isEligible = ({ node }: NodeInfo) => !needsAllKeys || hasAllKeys(node, constraints);
  const candidates = feasible.filter(isEligible);
  const counts = constraints.map((constraint): SoftCount => {
    const key = constraint.topologyKey;
    const byDomain = new Map<string, number>();
    if (key === HOSTNAME) return { ...constraint, byDomain, weight: naturalLogarithm(candidates.length + 2) };
    for (const info of candidates) byDomain.set(domainOf(info, key) ?? '', 0);
    const isPlaceless = byDomain.size === 1 && byDomain.has('');
    const pods = isPlaceless ? NONE : podsByDomain(pod, constraint, nodes, needsAllKeys ? constraints : []);
    for (const domain of byDomain.keys()) byDomain.set(domain, pods.get(domain) ?? 0);
    return { ...constraint, byDomain, weight: naturalLogarithm(byDomain.size + 2) };
  });
  return { constraints: counts, needsAllKeys };
}

function countOn(info: NodeInfo, pod: Pod, constraint: Constraint): number {
  if (constraint.matchesNothing) return 0;
  return countMatching(info, pod.metadata.namespace ?? '', constraint.selector, constraint.id);
}

/** A pod matters if it is one of those counted; a node if it has the labels now or had them. */
function concerns(pod: Pod, change: ClusterChange): boolean {
  const constraints = constraintsOf(pod, undefined, 'DoNotSchedule');
  if (change.kind === 'Node') {
    return hasAllKeys(change.object, constraints) || (change.old !== undefined && hasAllKeys(change.old, constraints));
  }
  const { object, old } = change;
  if (object.metadata.namespace !== pod.metadata.namespace) return false;
  return constraints.some(
    ({ selector }) =>
      matchesSelector(selector, object.metadata.labels) ||
      (old !== undefined && matchesSelector(selector, old.metadata.labels)),
  );
}

function spreadFacts(pod: Pod, { node }: NodeInfo, counts: readonly HardCount[]): readonly string[] {
  return counts.map((count) => {
    const { topologyKey, maxSkew } = count.constraint;
    const domain = node.metadata.labels?.[topologyKey];
    if (domain === undefined) return `has no label ${topologyKey}`;
    const skew = skewOn(pod, domain, count);
    return `${topologyKey}=${domain} would have ${skew} more than the emptiest, at most ${maxSkew} allowed`;
  });
}
