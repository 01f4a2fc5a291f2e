import type { Namespace } from '../../api/kinds/namespace.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../../api/kinds/networkpolicy.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { matchesLabelSelector } from '../../api/selector.ts';
import type { PodPolicy, PolicyAllow, PolicyPorts } from '../../protocol/network.ts';

/** What the compiler looks at. */
export interface PolicyView {
  readonly policies: Iterable<NetworkPolicy>;
  readonly pods: Iterable<Pod>;
  readonly namespaces: ReadonlyMap<string, Namespace>;
}

/**
 * What the policies of a cluster mean for the pods of one node, by pod address. A pod that no policy selects for a
 * direction is free in it; of those that do, each rule that allows is enough.
 */
export function policiesFor(node: string, view: PolicyView): Readonly<Record<string, PodPolicy>> {
  const policies = [...view.policies];
  const pods = [...view.pods].filter(isOnNetwork);
  const own = policies.length === 0 ? [] : pods.filter(({ spec }) => spec.nodeName === node);
  const all: Record<string, PodPolicy> = {};
  for (const pod of own) {
    const selected = policies.filter(({ metadata, spec }) => {
      return metadata.namespace === pod.metadata.namespace && matches(spec.podSelector, pod);
    });
    const ingress = selected.filter(({ spec }) => spec.policyTypes?.includes('Ingress'));
    const egress = selected.filter(({ spec }) => spec.policyTypes?.includes('Egress'));
    if (selected.length === 0) continue;
    all[pod.status?.podIP ?? ''] = {
      pod: pod.metadata.name,
      ...(ingress.length > 0 && { ingress: ingress.flatMap((policy) => ingressOf(policy, pod, pods, view)) }),
      ...(egress.length > 0 && { egress: egress.flatMap((policy) => egressOf(policy, pods, view)) }),
    };
  }
  return all;
}

function isOnNetwork({ spec, status }: Pod): boolean {
  const isOver = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  return !isOver && Boolean(status?.podIP) && spec.hostNetwork !== true;
}

/** An empty selector means every pod. */
function matches(selector: NetworkPolicy['spec']['podSelector'], pod: Pod): boolean {
  return matchesLabelSelector(selector ?? {}, pod.metadata.labels);
}

function ingressOf({ metadata, spec }: NetworkPolicy, pod: Pod, pods: readonly Pod[], view: PolicyView) {
  return (spec.ingress ?? []).map(({ from = [], ports }): PolicyAllow => {
    const named = ports?.flatMap((port) => portsOf(port, [pod]).map(({ at: _own, ...range }) => range));
    return allow(blocksOf(from, metadata.namespace, pods, view), ports?.length ? named : undefined);
  });
}

function egressOf({ metadata, spec }: NetworkPolicy, pods: readonly Pod[], view: PolicyView) {
  return (spec.egress ?? []).map(({ to = [], ports }): PolicyAllow => {
    const named = ports?.flatMap((port) => portsOf(port, pods));
    return allow(blocksOf(to, metadata.namespace, pods, view), ports?.length ? named : undefined);
  });
}

function allow(blocks: PolicyAllow['blocks'], ports: PolicyAllow['ports']): PolicyAllow {
  return { ...(blocks !== undefined && { blocks }), ...(ports !== undefined && { ports }) };
}

/** Undefined for no peers at all: anybody. */
function blocksOf(
  peers: readonly PolicyPeer[],
  namespace: string | undefined,
  pods: readonly Pod[],
  { namespaces }: PolicyView,
): PolicyAllow['blocks'] {
  if (peers.length === 0) return undefined;
  return peers.flatMap(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock !== undefined) return [{ cidr: ipBlock.cidr ?? '', except: ipBlock.except ?? [] }];
    const chosen = pods.filter((pod) => {
      const home = pod.metadata.namespace ?? '';
      const isHome =
        namespaceSelector === undefined
          ? home === namespace
          : matchesLabelSelector(namespaceSelector, namespaces.get(home)?.metadata.labels);
      return isHome && matches(podSelector, pod);
    });
    return chosen.map(({ status }) => ({ cidr: status?.podIP ?? '', except: [] }));
  });
}

/** TCP and UDP are spoken here: a rule about SCTP allows nothing. */
function portsOf({ protocol = 'TCP', port, endPort }: PolicyPort, pods: readonly Pod[]): readonly PolicyPorts[] {
  if (protocol === 'SCTP') return [];
  const which = protocol === 'UDP' ? { protocol: 'UDP' as const } : {};
  if (port === undefined) return [{ ...which, from: 1, to: 65_535 }];
  if (typeof port === 'number') return [{ ...which, from: port, to: endPort ?? port }];
  return pods.flatMap(({ spec, status }) => {
    const found = spec.containers
      .flatMap(({ ports = [] }) => ports)
      .find((one) => one.name === port && (one.protocol ?? 'TCP') === protocol);
    if (found === undefined) return [];
    return [{ ...which, from: found.containerPort, to: found.containerPort, at: status?.podIP ?? '' }];
  });
}
