import type { Explanation } from '../../../../sim/packs/explain.ts';
import { clockText, listOf } from '../../../../sim/view/names.ts';

/** What a decision came to, in a sentence. Where it failed, it is the message of FailedScheduling, letter for letter. */
export function summaryOf({ decision, nodes, more }: Explanation): string {
  if (decision.type === 'rejected') return decision.message;
  if (decision.type === 'unscored') {
    return `${decision.feasible} of ${count(decision.examined)} passed the filters. ${decision.sentence}`;
  }
  const { node, feasible, examined, score, tied } = decision;
  if (feasible === 1) return `Of ${count(examined)} only ${node} passed the filters, so there was nothing to compare.`;
  const passed = `${feasible} of ${count(examined)} passed the filters`;
  if (tied === 1) {
    const next = Math.max(...nodes.filter((row) => row.isFeasible && row.node !== node).map(({ total }) => total));
    return `${passed}. ${node} has the highest sum: ${score}. The next has ${next}.`;
  }
  const equal = nodes.filter(({ isFeasible, total }) => isFeasible && total === score).map((row) => row.node);
  const names = more === 0 && equal.length <= 4 ? listOf(equal) : count(tied);
  return `${passed}. ${names} have the highest sum, ${score} each, and ${node} was taken.`;
}

/** What settles equal sums, and where the search ended; '' when neither came up. */
export function rulesOf({ decision, nodes, more }: Explanation): string {
  const first = nodes[0];
  if (decision.type !== 'chosen' || first === undefined) return '';
  const tie =
    decision.tied > 1
      ? 'Of equal sums the first that the search came to is taken; it begins at another node each time. In Kubernetes the order of its heap decides, so never count on either.'
      : '';
  const left = nodes.length + more - decision.examined;
  const end =
    left > 0 ? `The search ended when ${decision.feasible} nodes fitted: ${count(left)} were not looked at.` : '';
  return [tie, end].filter((sentence) => sentence !== '').join(' ');
}

/** The heading: a question that the tables answer. */
export function titleOf({ pod, node, id }: Explanation): string {
  const name = pod.slice(pod.indexOf('/') + 1);
  if (id === 0) return `Where will ${name} go?`;
  return node === '' ? `Why no node for ${name}` : `Why ${node} for ${name}`;
}

/** When it was decided, and which try it was. */
export function whenOf({ at, id, attempt, pod }: Explanation): string {
  if (id === 0) return `${pod}: not decided yet. This is what the scheduler would find at ${clockText(at)}.`;
  if (id < 0) return `${pod}: decided at ${clockText(at)}, before the clock of this page begins.`;
  return `${pod}: decided at ${clockText(at)}, attempt ${attempt}.`;
}

/** An entry of the list of decisions. */
export function choiceText({
  at,
  pod,
  node,
}: {
  readonly at: number;
  readonly pod: string;
  readonly node: string;
}): string {
  return `${clockText(at)}: ${pod.replace('default/', '')}, ${node === '' ? 'no node' : node}`;
}

/** What each plugin looks at, and where its raw score comes from. */
export const PLUGINS: Readonly<Record<string, string>> = {
  NodeUnschedulable: 'Filter: refuses a cordoned node, unless the pod tolerates that.',
  NodeName: 'Filter: a pod that already names its node fits nowhere else.',
  TaintToleration:
    'Filter: refuses a node with a NoSchedule or NoExecute taint that the pod does not tolerate. Score: raw counts untolerated PreferNoSchedule taints; the fewest becomes 100.',
  NodeAffinity:
    'Filter: the node must match nodeSelector and required affinity. Score: raw adds the weights of preferred terms that match; the highest becomes 100.',
  NodePorts: 'Filter: no two pods on a node have the same host port.',
  NodeResourcesFit:
    'Filter: the requests of all pods on a node never exceed what it can give. Score: the share of CPU and memory that stays free, in percent; a container that asks for nothing counts as 100m and 200Mi here.',
  PodTopologySpread:
    'Filter: a domain may not hold more than maxSkew matching pods above the emptiest. Score: raw counts matching pods, weighted; the fewest is best. Without constraints of its own, a pod of a Service or ReplicaSet is spread softly over nodes and zones.',
  InterPodAffinity:
    'Filter: near the pods it must be near, away from those it must be away from, and from those that want it away. Score: raw adds the weights of preferred terms, both ways; the highest becomes 100, the lowest 0.',
  NodeResourcesBalancedAllocation:
    'Score: better where the pod brings the used shares of CPU and memory closer together.',
  MyScore: 'Score: the program that you write, in the process my-score-plugin. No other plugin scores in its profile.',
  ImageLocality:
    'Score: better where the pod’s images are already, the larger the better; images under 23 MiB count for nothing.',
};

function count(nodes: number): string {
  return nodes === 1 ? '1 node' : `${nodes} nodes`;
}
