import type { Backend, ServiceRule } from '../../protocol/network.ts';
import { endpointsOf, iptablesChain, type Uses, usesOf } from './chainnames.ts';
import { add, type Chains, type Match, type Rules, type Target } from './rule.ts';

/** The tables that kube-proxy fills in iptables mode. */
export interface Tables extends Rules {
  readonly nat: Chains;
  readonly filter: Chains;
}

/** The pod network of kubeadm's examples: connections from elsewhere are masqueraded. */
export const POD_RANGE = '10.244.0.0/16';

const SERVICES = 'kubernetes service portals';
const LAST = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain';

/**
 * The rules of iptables mode. Upstream: `pkg/proxy/iptables/proxier.go` syncProxyRules. Leaves out: the canary chains,
 * KUBE-FIREWALL, nfacct counters, IPv6.
 */
export function iptablesRules(rules: readonly ServiceRule[]): Tables {
  const nat: Chains = new Map();
  const filter: Chains = new Map();
  for (const chain of ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING']) nat.set(chain, []);
  for (const chain of ['INPUT', 'FORWARD', 'OUTPUT']) filter.set(chain, []);
  addBase(nat, filter);
  for (const rule of rules) addService(nat, filter, rule);
  add(nat, 'KUBE-SERVICES', { jump: 'KUBE-NODEPORTS' }, { isToHost: true }, { comment: LAST });
  const hooks = {
    prerouting: [[nat, 'PREROUTING']],
    input: [[filter, 'INPUT']],
    forward: [[filter, 'FORWARD']],
    output: [
      [nat, 'OUTPUT'],
      [filter, 'OUTPUT'],
    ],
    postrouting: [[nat, 'POSTROUTING']],
  } as const;
  return { nat, filter, hooks, maps: new Map() };
}

function addBase(nat: Chains, filter: Chains): void {
  for (const chain of ['KUBE-MARK-MASQ', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-SERVICES']) nat.set(chain, []);
  const own = ['EXTERNAL-SERVICES', 'FORWARD', 'NODEPORTS', 'PROXY-FIREWALL', 'SERVICES'];
  for (const chain of own) filter.set(`KUBE-${chain}`, []);
  for (const chain of ['PREROUTING', 'OUTPUT']) call(nat, chain, 'KUBE-SERVICES', SERVICES);
  call(nat, 'POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules');
  add(nat, 'KUBE-MARK-MASQ', { mark: true });
  add(nat, 'KUBE-POSTROUTING', { end: 'RETURN' }, { isMarked: false });
  add(nat, 'KUBE-POSTROUTING', { mark: false });
  const snat = 'kubernetes service traffic requiring SNAT';
  add(nat, 'KUBE-POSTROUTING', { end: 'MASQUERADE' }, {}, { comment: snat });
  const firewall = 'kubernetes load balancer firewall';
  const outside = 'kubernetes externally-visible service portals';
  call(filter, 'INPUT', 'KUBE-PROXY-FIREWALL', firewall);
  call(filter, 'INPUT', 'KUBE-NODEPORTS', 'kubernetes health check service ports');
  call(filter, 'INPUT', 'KUBE-EXTERNAL-SERVICES', outside);
  call(filter, 'FORWARD', 'KUBE-PROXY-FIREWALL', firewall);
  call(filter, 'FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules');
  call(filter, 'FORWARD', 'KUBE-SERVICES', SERVICES);
  call(filter, 'FORWARD', 'KUBE-EXTERNAL-SERVICES', outside);
  call(filter, 'OUTPUT', 'KUBE-PROXY-FIREWALL', firewall);
  call(filter, 'OUTPUT', 'KUBE-SERVICES', SERVICES);
  const forwarding = 'kubernetes forwarding rules';
  add(filter, 'KUBE-FORWARD', { end: 'ACCEPT' }, { isMarked: true }, { comment: forwarding });
}

function call(chains: Chains, from: string, jump: string, comment: string): void {
  add(chains, from, { jump }, {}, { comment });
}

function addService(nat: Chains, filter: Chains, rule: ServiceRule): void {
  const uses = usesOf(rule);
  const { service } = rule;
  const external = iptablesChain('EXT', rule);
  const inner = iptablesChain(rule.isInternalLocal ? 'SVL' : 'SVC', rule);
  const at = (destination?: string, port = rule.port): Match => {
    const protocol = rule.protocol.toLowerCase();
    return destination === undefined ? { protocol, port } : { destination: `${destination}/32`, protocol, port };
  };
  const portal = { comment: `${service} cluster IP` };
  if (uses.hasInternal) add(nat, 'KUBE-SERVICES', { jump: inner }, at(rule.clusterIp), portal);
  else deny(filter, 'KUBE-SERVICES', at(rule.clusterIp), service, uses);
  for (const ip of rule.externalIps ?? []) {
    const comment = `${service} external IP`;
    if (uses.hasEndpoints) add(nat, 'KUBE-SERVICES', { jump: external }, at(ip), { comment });
    if (!uses.hasExternal) deny(filter, 'KUBE-EXTERNAL-SERVICES', at(ip), service, uses);
  }
  const ranges = rule.sourceRanges ?? [];
  const gate = ranges.length > 0 ? iptablesChain('FW', rule) : external;
  for (const ip of rule.loadBalancerIps ?? []) {
    const comment = `${service} loadbalancer IP`;
    if (uses.hasEndpoints) add(nat, 'KUBE-SERVICES', { jump: gate }, at(ip), { comment });
    const refused = `${service} traffic not accepted by ${gate}`;
    if (gate !== external) {
      add(filter, 'KUBE-PROXY-FIREWALL', { end: 'DROP' }, at(ip), { comment: refused, service });
    }
    if (!uses.hasExternal) deny(filter, 'KUBE-EXTERNAL-SERVICES', at(ip), service, uses);
  }
  if (rule.nodePort > 0) {
    const port = at(undefined, rule.nodePort);
    if (uses.hasEndpoints) add(nat, 'KUBE-NODEPORTS', { jump: external }, port, { comment: service });
    if (!uses.hasExternal) deny(filter, 'KUBE-EXTERNAL-SERVICES', { ...port, isToHost: true }, service, uses);
  }
  if (rule.healthCheckNodePort) {
    const comment = `${service} health check node port`;
    const port = { protocol: 'tcp', port: rule.healthCheckNodePort };
    add(filter, 'KUBE-NODEPORTS', { end: 'ACCEPT' }, port, { comment });
  }
  if (uses.hasInternal) {
    add(nat, inner, { jump: 'KUBE-MARK-MASQ' }, { ...at(rule.clusterIp), source: `!${POD_RANGE}` }, portal);
  }
  if (uses.isExternal && uses.hasEndpoints) addExternal(nat, rule, uses);
  if (gate !== external && (rule.loadBalancerIps ?? []).length > 0 && uses.hasEndpoints) {
    const comment = `${service} loadbalancer IP`;
    for (const source of ranges) add(nat, gate, { jump: external }, { source }, { comment });
  }
  if (uses.usesCluster) addDice(nat, iptablesChain('SVC', rule), rule, rule.endpoints);
  if (uses.usesLocal) addDice(nat, iptablesChain('SVL', rule), rule, uses.local);
  for (const endpoint of endpointsOf(rule, uses)) addEndpoint(nat, rule, endpoint);
}

/** Without endpoints connections are refused; where others have some, and this node none that may be used, lost. */
function deny(filter: Chains, chain: string, match: Match, service: string, { hasEndpoints }: Uses): void {
  const comment = `${service} ${hasEndpoints ? 'has no local endpoints' : 'has no endpoints'}`;
  add(filter, chain, { end: hasEndpoints ? 'DROP' : 'REJECT' }, match, { comment, service });
}

/** What comes from outside: masqueraded, unless only endpoints of this node are used. */
function addExternal(nat: Chains, rule: ServiceRule, uses: Uses): void {
  const chain = iptablesChain('EXT', rule);
  const name = `${rule.service} external destinations`;
  const all = iptablesChain('SVC', rule);
  const masquerade: Target = { jump: 'KUBE-MARK-MASQ' };
  if (rule.isExternalLocal) {
    add(nat, chain, { jump: all }, { source: POD_RANGE }, { comment: `pod traffic for ${name}` });
    add(nat, chain, masquerade, { isFromHost: true }, { comment: `masquerade LOCAL traffic for ${name}` });
    add(nat, chain, { jump: all }, { isFromHost: true }, { comment: `route LOCAL traffic for ${name}` });
  } else add(nat, chain, masquerade, {}, { comment: `masquerade traffic for ${name}` });
  if (uses.hasExternal) add(nat, chain, { jump: rule.isExternalLocal ? iptablesChain('SVL', rule) : all });
}

/** First the endpoint that the client had before, then one by the dice: rule i of n takes one in n-i. */
function addDice(nat: Chains, chain: string, rule: ServiceRule, endpoints: readonly Backend[]): void {
  const chainOf = ({ ip, port }: Backend) => iptablesChain('SEP', rule, `${ip}:${port}`);
  const named = ({ ip, port }: Backend) => ({ comment: `${rule.service} -> ${ip}:${port}` });
  const { affinitySeconds: seconds = 0 } = rule;
  if (seconds > 0) {
    for (const endpoint of endpoints) {
      const set = chainOf(endpoint);
      add(nat, chain, { jump: set }, { seen: { set, seconds } }, named(endpoint));
    }
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const dice = endpoints.length - index;
    add(nat, chain, { jump: chainOf(endpoint) }, dice > 1 ? { dice } : {}, named(endpoint));
  }
}

function addEndpoint(nat: Chains, rule: ServiceRule, endpoint: Backend): void {
  const { service, affinitySeconds = 0 } = rule;
  const chain = iptablesChain('SEP', rule, `${endpoint.ip}:${endpoint.port}`);
  const see = affinitySeconds > 0 ? { see: chain } : {};
  add(nat, chain, { jump: 'KUBE-MARK-MASQ' }, { source: `${endpoint.ip}/32` }, { comment: service });
  add(nat, chain, { dnat: endpoint }, { protocol: rule.protocol.toLowerCase(), ...see }, { comment: service, service });
}
