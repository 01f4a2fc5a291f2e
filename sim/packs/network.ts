import type { Addon } from '../cluster/addons.ts';
import { addPack, type ClusterPack } from '../cluster/boot.ts';
import { address } from '../kernel/message.ts';
import { coredns } from '../net/dns/coredns.ts';
import { kubeProxy } from '../net/kubeproxy/kubeproxy.ts';
import { netfilter } from '../net/netfilter/netfilter.ts';
import { policyAgent } from '../net/policy/policyagent.ts';
import { coreDnsOf } from '../protocol/dns.ts';
import { coreDns } from '../runtime/programs/coredns.ts';
import { accountOf, rule } from './accounts.ts';
import { dnsObjects } from './dnsobjects.ts';
import { registry } from './nodes.ts';

/** A process on each node, for the containers of CoreDNS that are there; without one it does nothing. */
const dns: Addon = {
  name: 'dns',
  get objects() {
    return dnsObjects();
  },
  actors: ({ nodes }) =>
    nodes.map(({ name: node }) => {
      return { name: coreDnsOf(node), machine: node, component: coredns.name, config: { node } };
    }),
};

const networkPolicy: Addon = {
  name: 'network-policy',
  objects: accountOf('policy-agent', 'policy-agent', [
    rule('list,watch', 'networking.k8s.io', 'networkpolicies'),
    rule('list,watch', '', 'pods,namespaces'),
  ]),
  actors({ nodes }, token) {
    const component = policyAgent.name;
    return nodes.map(({ name: node }) => {
      const config = { node, token: token(component) };
      return { name: address(`${component}/${node}`), machine: node, component, config };
    });
  },
};

/** How connections find their pods: kube-proxy, what a node's kernel makes of its rules, DNS and policies. */
export const networking: ClusterPack = {
  programs: [kubeProxy, coredns, policyAgent],
  containerPrograms: { coredns: coreDns },
  datapath: netfilter,
  addons: [dns, networkPolicy],
};

/** The network and the registry alone, for tests of nodes. Again changes nothing. */
export function addNetworking(): void {
  addPack(registry);
  addPack(networking);
}
