import type { Backend, ServiceRule } from '../../protocol/network.ts';
import { endpointsOf, nftablesChain, type Uses, usesOf } from './chainnames.ts';
import { POD_RANGE } from './iptables.ts';
import { add, type Chains, type Match, type Rule, type Rules } from './rule.ts';

/** The table `ip kube-proxy`. */
export interface NftTable extends Rules {
  readonly chains: Chains;
  readonly maps: Map<string, Map<string, Rule>>;
  readonly clusterIps: readonly string[];
  readonly nodeIp: string;
  /** Sets of clients that stay with their endpoint: seconds by name. */
  readonly affinity: ReadonlyMap<string, number>;
}

/** kubeadm's range of Service addresses. */
export const SERVICE_RANGE = '10.96.0.0/12';

/** The maps of verdicts, in the order of their names. */
export const MAPS = [
  'firewall-ips',
  'no-endpoint-nodeports',
  'no-endpoint-services',
  'service-ips',
  'service-nodeports',
];

/**
 * The rules of nftables mode. Upstream: `pkg/proxy/nftables/proxier.go`. A node port is open at the node's own address
 * only, which is that mode's default.
 */
export function nftablesRules(rules: readonly ServiceRule[], nodeIp: string): NftTable {
  const chains: Chains = new Map();
  const maps = new Map(MAPS.map((name) => [name, new Map<string, Rule>()]));
  const clusterIps = [...new Set(rules.map(({ clusterIp }) => clusterIp))].sort();
  const affinity = new Map<string, number>();
  addBase(chains, clusterIps, nodeIp);
  for (const rule of rules) addService(chains, maps, affinity, rule);
  const hooks = {
    prerouting: [
      [chains, 'filter-prerouting-pre-dnat'],
      [chains, 'nat-prerouting'],
    ],
    input: [[chains, 'filter-input']],
    forward: [[chains, 'filter-forward']],
    output: [
      [chains, 'filter-output-pre-dnat'],
      [chains, 'nat-output'],
      [chains, 'filter-output'],
    ],
    postrouting: [[chains, 'nat-postrouting']],
  } as const;
  return { chains, hooks, maps, clusterIps, nodeIp, affinity };
}

function addBase(chains: Chains, clusterIps: readonly string[], nodeIp: string): void {
  const invalid = 'Reject traffic to invalid ports of ClusterIPs';
  const all = clusterIps.join(',');
  add(chains, 'cluster-ips-check', { end: 'REJECT' }, { destination: all }, { comment: invalid });
  const unallocated = 'Drop traffic to unallocated ClusterIPs';
  add(chains, 'cluster-ips-check', { end: 'DROP' }, { destination: SERVICE_RANGE }, { comment: unallocated });
  for (const chain of ['filter-prerouting-pre-dnat', 'filter-output-pre-dnat']) {
    add(chains, chain, { jump: 'firewall-check' });
  }
  add(chains, 'filter-forward', { jump: 'service-endpoints-check' });
  add(chains, 'filter-forward', { jump: 'cluster-ips-check' });
  add(chains, 'filter-input', { jump: 'nodeport-endpoints-check' });
  add(chains, 'filter-input', { jump: 'service-endpoints-check' });
  add(chains, 'filter-output', { jump: 'service-endpoints-check' });
  add(chains, 'filter-output', { jump: 'cluster-ips-check' });
  add(chains, 'firewall-check', { look: 'firewall-ips', by: 'address' });
  add(chains, 'mark-for-masquerade', { mark: true });
  add(chains, 'masquerading', { end: 'RETURN' }, { isMarked: false });
  add(chains, 'masquerading', { mark: false });
  add(chains, 'masquerading', { end: 'MASQUERADE' });
  add(chains, 'nat-output', { jump: 'services' });
  add(chains, 'nat-postrouting', { jump: 'masquerading' });
  add(chains, 'nat-prerouting', { jump: 'services' });
  const here = { destination: nodeIp };
  add(chains, 'nodeport-endpoints-check', { look: 'no-endpoint-nodeports', by: 'port' }, here);
  add(chains, 'reject-chain', { end: 'REJECT' });
  add(chains, 'services', { look: 'service-ips', by: 'address' });
  add(chains, 'services', { look: 'service-nodeports', by: 'port' }, here);
  add(chains, 'service-endpoints-check', { look: 'no-endpoint-services', by: 'address' });
}

function addService(chains: Chains, maps: NftTable['maps'], affinity: Map<string, number>, rule: ServiceRule): void {
  const uses = usesOf(rule);
  const { service, port } = rule;
  const protocol = rule.protocol.toLowerCase();
  const external = nftablesChain('external', rule);
  const inner = nftablesChain(rule.isInternalLocal ? 'local' : 'service', rule);
  const put = (map: string, key: string, goto: string) => maps.get(map)?.set(key, { match: {}, target: { goto } });
  const deny = (map: string, key: string) => maps.get(map)?.set(key, denial(service, uses));
  const at = (ip: string) => `${ip} . ${protocol} . ${port}`;
  if (uses.hasInternal) put('service-ips', at(rule.clusterIp), inner);
  else deny('no-endpoint-services', at(rule.clusterIp));
  for (const ip of uses.outside) {
    if (uses.hasEndpoints) put('service-ips', at(ip), external);
    if (!uses.hasExternal) deny('no-endpoint-services', at(ip));
  }
  if (rule.nodePort > 0) {
    if (uses.hasEndpoints) put('service-nodeports', `${protocol} . ${rule.nodePort}`, external);
    if (!uses.hasExternal) deny('no-endpoint-nodeports', `${protocol} . ${rule.nodePort}`);
  }
  const ranges = rule.sourceRanges ?? [];
  const balancers = rule.loadBalancerIps ?? [];
  if (ranges.length > 0 && balancers.length > 0) {
    const firewall = nftablesChain('firewall', rule);
    add(chains, firewall, { end: 'DROP' }, { source: `!${ranges.join(',')}` }, { service });
    for (const ip of balancers) put('firewall-ips', at(ip), firewall);
  }
  if (uses.hasInternal) {
    const match: Match = { destination: rule.clusterIp, source: `!${POD_RANGE}` };
    add(chains, inner, { jump: 'mark-for-masquerade' }, match);
  }
  if (uses.isExternal && uses.hasEndpoints) addExternal(chains, rule, uses);
  if (uses.usesCluster) addPick(chains, nftablesChain('service', rule), rule, rule.endpoints);
  if (uses.usesLocal) addPick(chains, nftablesChain('local', rule), rule, uses.local);
  for (const endpoint of endpointsOf(rule, uses)) addEndpoint(chains, affinity, rule, endpoint);
}

/** Without endpoints connections are refused; where others have some, and this node none that may be used, lost. */
function denial(service: string, { hasEndpoints }: Uses): Rule {
  if (hasEndpoints) return { match: {}, target: { end: 'DROP' }, comment: service, service };
  return { match: {}, target: { goto: 'reject-chain' }, comment: service, service };
}

function addExternal(chains: Chains, rule: ServiceRule, uses: Uses): void {
  const chain = nftablesChain('external', rule);
  const all = nftablesChain('service', rule);
  if (rule.isExternalLocal) {
    add(chains, chain, { goto: all }, { source: POD_RANGE }, { comment: 'short-circuit pod traffic' });
    const host = { isFromHost: true };
    add(chains, chain, { jump: 'mark-for-masquerade' }, host, { comment: 'masquerade local traffic' });
    add(chains, chain, { goto: all }, host, { comment: 'short-circuit local traffic' });
  } else add(chains, chain, { jump: 'mark-for-masquerade' });
  if (uses.hasExternal) add(chains, chain, { goto: rule.isExternalLocal ? nftablesChain('local', rule) : all });
}

function addPick(chains: Chains, chain: string, rule: ServiceRule, endpoints: readonly Backend[]): void {
  const { affinitySeconds: seconds = 0 } = rule;
  if (seconds > 0) {
    for (const endpoint of endpoints) {
      const set = nftablesChain('affinity', rule, endpoint);
      add(chains, chain, { goto: nftablesChain('endpoint', rule, endpoint) }, { seen: { set, seconds } });
    }
  }
  add(chains, chain, { pick: endpoints.map((endpoint) => nftablesChain('endpoint', rule, endpoint)) });
}

function addEndpoint(chains: Chains, affinity: Map<string, number>, rule: ServiceRule, endpoint: Backend): void {
  const chain = nftablesChain('endpoint', rule, endpoint);
  const { service, affinitySeconds = 0 } = rule;
  add(chains, chain, { jump: 'mark-for-masquerade' }, { source: endpoint.ip });
  if (affinitySeconds > 0) {
    const set = nftablesChain('affinity', rule, endpoint);
    affinity.set(set, affinitySeconds);
    add(chains, chain, { next: true }, { see: set });
  }
  add(chains, chain, { dnat: endpoint }, { protocol: rule.protocol.toLowerCase() }, { service });
}
