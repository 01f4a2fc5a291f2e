import type { Node, Taint } from '../../api/kinds/node.ts';
import type { Container, Pod, PodSpec } from '../../api/kinds/pod.ts';
import { objectKey } from '../../api/meta.ts';
import { wholeQuantity } from '../../api/quantity.ts';
import { type NodeInfo, removePod, withNode } from '../nodeinfo.ts';
import type { ClusterView } from '../plugin.ts';
import { amountsOf } from '../requests.ts';

/** One thing that might have been otherwise: of the pod, of a node, or a pod that might not have been there. */
export type Change =
  | { readonly type: 'request'; readonly resource: string; readonly from: number; readonly to: number }
  | { readonly type: 'tolerate'; readonly taint: Taint }
  | { readonly type: 'drop'; readonly field: Droppable }
  | { readonly type: 'taint' | 'untaint'; readonly node: string; readonly taint: Taint }
  | { readonly type: 'uncordon'; readonly node: string }
  | { readonly type: 'label'; readonly node: string; readonly key: string; readonly value: string }
  | { readonly type: 'remove'; readonly node: string; readonly pod: Pod };

/** What a pod may ask of nodes and neighbours, and might not have asked. */
export type Droppable =
  | 'nodeSelector'
  | 'nodeAffinity'
  | 'podAffinity'
  | 'podAntiAffinity'
  | 'topologySpreadConstraints'
  | 'hostPort';

/** A pod and a cluster. */
export interface Case {
  readonly pod: Pod;
  readonly view: ClusterView;
}

/** The case with a change. */
export function applied({ pod, view }: Case, change: Change): Case {
  if (change.type === 'request' || change.type === 'tolerate' || change.type === 'drop') {
    return { pod: { ...pod, spec: changedSpec(pod.spec, change) }, view };
  }
  const nodes = view.nodes.map((info) => (info.node.metadata.name === change.node ? changedNode(info, change) : info));
  return { pod, view: { ...view, nodes } };
}

/** What to do, in words. */
export function wordsOf(change: Change): string {
  switch (change.type) {
    case 'request': {
      const text = (amount: number) => amountText(change.resource, amount);
      return `ask for ${text(change.to)} ${change.resource} instead of ${text(change.from)}`;
    }
    case 'tolerate':
      return `tolerate ${taintText(change.taint)}`;
    case 'drop':
      return `leave out ${change.field}`;
    case 'untaint':
      return `take ${taintText(change.taint)} off ${change.node}`;
    case 'taint':
      return `taint ${change.node} ${taintText(change.taint)}`;
    case 'uncordon':
      return `uncordon ${change.node}`;
    case 'label':
      return `give ${change.node} the label ${change.key}=${change.value}`;
    case 'remove':
      return `remove pod ${objectKey(change.pod)} from ${change.node}`;
  }
}

function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return `${amount}m`;
  return resource === 'memory' || resource === 'ephemeral-storage' ? wholeQuantity(amount) : String(amount);
}

function taintText({ key, value, effect }: Taint): string {
  return `${key}${value ? `=${value}` : ''}:${effect}`;
}

type OfPod = Extract<Change, { readonly type: 'request' | 'tolerate' | 'drop' }>;

function changedSpec(spec: PodSpec, change: OfPod): PodSpec {
  if (change.type === 'request') return { ...spec, containers: asking(spec.containers, change.resource, change.to) };
  if (change.type === 'tolerate') {
    const { key, value, effect } = change.taint;
    const operator = value ? 'Equal' : 'Exists';
    return { ...spec, tolerations: [...(spec.tolerations ?? []), { key, operator, ...(value && { value }), effect }] };
  }
  return without(spec, change.field);
}

/** The containers ask for so much in all: each keeps what it asked while there is some left. */
function asking(containers: readonly Container[], resource: string, amount: number): readonly Container[] {
  let left = amount;
  return containers.map((container, index) => {
    const asked = amountsOf(container.resources?.requests)[resource] ?? 0;
    const share = index === containers.length - 1 ? left : Math.min(asked, left);
    left -= share;
    const requests = { ...container.resources?.requests, [resource]: resource === 'cpu' ? `${share}m` : String(share) };
    return { ...container, resources: { ...container.resources, requests } };
  });
}

function without(spec: PodSpec, field: Droppable): PodSpec {
  if (field === 'hostPort') {
    const containers = spec.containers.map((container) => ({
      ...container,
      ports: (container.ports ?? []).map(({ hostPort: _port, ...port }) => port),
    }));
    return { ...spec, containers };
  }
  if (field === 'nodeSelector' || field === 'topologySpreadConstraints') return { ...spec, [field]: undefined };
  return { ...spec, affinity: { ...spec.affinity, [field]: undefined } };
}

type OfNode = Exclude<Change, OfPod>;

function changedNode(info: NodeInfo, change: OfNode): NodeInfo {
  if (change.type === 'remove') return removePod(info, change.pod);
  return withNode(info, nodeWith(info.node, change));
}

function nodeWith(node: Node, change: Exclude<OfNode, { readonly type: 'remove' }>): Node {
  const { taints = [], ...spec } = node.spec;
  switch (change.type) {
    case 'uncordon':
      return { ...node, spec: { ...node.spec, unschedulable: false } };
    case 'label': {
      const labels = { ...node.metadata.labels, [change.key]: change.value };
      return { ...node, metadata: { ...node.metadata, labels } };
    }
    case 'taint':
      return { ...node, spec: { ...spec, taints: [...taints, change.taint] } };
    case 'untaint': {
      const isMeant = ({ key, effect }: Taint) => key === change.taint.key && effect === change.taint.effect;
      return { ...node, spec: { ...spec, taints: taints.filter((taint) => !isMeant(taint)) } };
    }
  }
}
