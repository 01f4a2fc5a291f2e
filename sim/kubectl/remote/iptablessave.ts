import type { ServiceRule } from '../../protocol/network.ts';
import { sha256 } from './sha256.ts';

/** A chain of a table and its rules, without `-A CHAIN`. */
type Chains = Map<string, string[]>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const POD_RANGE = '10.244.0.0/16';

/**
 * The tables as `iptables-save` prints what kube-proxy has restored: chains by name, options in iptables' own order.
 * Upstream: `pkg/proxy/iptables/proxier.go` syncProxyRules. Leaves out: packet counters, the canary chains, other
 * programs' rules, and in `filter` all but the Services that reject.
 */
export function iptablesSave(rules: readonly ServiceRule[], tables: readonly string[]): readonly string[] {
  return tables.flatMap((name) => [`*${name}`, ...linesOf(name === 'nat' ? nat(rules) : filter(rules)), 'COMMIT']);
}

function linesOf(chains: Chains): readonly string[] {
  const isOwn = (chain: string) => chain.startsWith('KUBE-');
  const own = [...chains.keys()].filter(isOwn).sort();
  const names = [...[...chains.keys()].filter((chain) => !isOwn(chain)), ...own];
  return [
    ...names.map((chain) => `:${chain} ${isOwn(chain) ? '-' : 'ACCEPT'} [0:0]`),
    ...names.flatMap((chain) => (chains.get(chain) ?? []).map((rule) => `-A ${chain} ${rule}`)),
  ];
}

function nat(rules: readonly ServiceRule[]): Chains {
  const portals = `${comment('kubernetes service portals')} -j KUBE-SERVICES`;
  const chains: Chains = new Map([
    ['PREROUTING', [portals]],
    ['INPUT', []],
    ['OUTPUT', [portals]],
    ['POSTROUTING', [`${comment('kubernetes postrouting rules')} -j KUBE-POSTROUTING`]],
    ['KUBE-MARK-MASQ', ['-j MARK --set-xmark 0x4000/0x4000']],
    ['KUBE-NODEPORTS', []],
    [
      'KUBE-POSTROUTING',
      [
        '-m mark ! --mark 0x4000/0x4000 -j RETURN',
        '-j MARK --set-xmark 0x4000/0x0',
        `${comment('kubernetes service traffic requiring SNAT')} -j MASQUERADE --random-fully`,
      ],
    ],
    ['KUBE-SERVICES', []],
  ]);
  for (const rule of rules) if (rule.endpoints.length > 0) addService(chains, rule);
  const last = 'kubernetes service nodeports; NOTE: this must be the last rule in this chain';
  add(chains, 'KUBE-SERVICES', `${comment(last)} -m addrtype --dst-type LOCAL -j KUBE-NODEPORTS`);
  return chains;
}

function filter(rules: readonly ServiceRule[]): Chains {
  const portals = `-m conntrack --ctstate NEW ${comment('kubernetes service portals')} -j KUBE-SERVICES`;
  const chains: Chains = new Map([
    ['INPUT', []],
    ['FORWARD', [portals]],
    ['OUTPUT', [portals]],
    ['KUBE-SERVICES', []],
  ]);
  for (const rule of rules.filter(({ endpoints }) => endpoints.length === 0)) {
    const { service, clusterIp, port, otherwise } = rule;
    const reason = comment(`${service} ${otherwise === 'REJECT' ? 'has no endpoints' : 'has no local endpoints'}`);
    const verdict = otherwise === 'REJECT' ? 'REJECT --reject-with icmp-port-unreachable' : 'DROP';
    const match = matchOf(rule, ` -d ${clusterIp}/32`, reason, port);
    add(chains, 'KUBE-SERVICES', `${match} -j ${verdict}`);
  }
  return chains;
}

function addService(chains: Chains, rule: ServiceRule): void {
  const { service, clusterIp, port, nodePort, endpoints } = rule;
  const chain = serviceChain(rule);
  const cluster = comment(`${service} cluster IP`);
  const to = ` -d ${clusterIp}/32`;
  add(chains, 'KUBE-SERVICES', `${matchOf(rule, to, cluster, port)} -j ${chain}`);
  add(chains, chain, `${matchOf(rule, ` ! -s ${POD_RANGE}${to}`, cluster, port)} -j KUBE-MARK-MASQ`);
  if (nodePort > 0) {
    const external = `KUBE-EXT-${chainHash(rule, '')}`;
    add(chains, 'KUBE-NODEPORTS', `${matchOf(rule, '', comment(service), nodePort)} -j ${external}`);
    add(chains, external, `${comment(`masquerade traffic for ${service} external destinations`)} -j KUBE-MARK-MASQ`);
    add(chains, external, `-j ${chain}`);
  }
  const protocol = rule.protocol.toLowerCase();
  endpoints.forEach((endpoint, index) => {
    const address = `${endpoint.ip}:${endpoint.port}`;
    const own = endpointChain(rule, endpoint);
    add(chains, chain, `${comment(`${service} -> ${address}`)}${diceOf(endpoints.length - index)} -j ${own}`);
    add(chains, own, `-s ${endpoint.ip}/32 ${comment(service)} -j KUBE-MARK-MASQ`);
    add(chains, own, `-p ${protocol} ${comment(service)} -m ${protocol} -j DNAT --to-destination ${address}`);
  });
}

/** A rule is taken by one of so many connections. The kernel keeps the probability in 31 bits, and prints those. */
function diceOf(left: number): string {
  if (left < 2) return '';
  const kept = Math.round(0x80000000 * Number((1 / left).toFixed(10))) / 0x80000000;
  return ` -m statistic --mode random --probability ${kept.toFixed(11)}`;
}

/** Addresses, protocol, comment and port, in the order in which iptables prints them. */
function matchOf({ protocol }: ServiceRule, addresses: string, remark: string, port: number): string {
  const name = protocol.toLowerCase();
  return `${addresses} -p ${name} ${remark} -m ${name} --dport ${port}`.trim();
}

/**
 * `KUBE-SVC-` (`KUBE-SVL-` for local endpoints only) and 16 letters: base32 of the SHA-256 of the port's name and
 * protocol.
 */
export function serviceChain(rule: ServiceRule): string {
  return `KUBE-${rule.otherwise === 'DROP' ? 'SVL' : 'SVC'}-${chainHash(rule, '')}`;
}

/** `KUBE-SEP-` and 16 letters: as {@link serviceChain}, with the endpoint's address. */
function endpointChain(rule: ServiceRule, endpoint: { readonly ip: string; readonly port: number }): string {
  return `KUBE-SEP-${chainHash(rule, `${endpoint.ip}:${endpoint.port}`)}`;
}

function chainHash({ service, protocol }: ServiceRule, endpoint: string): string {
  const bytes = sha256(service + protocol.toLowerCase() + endpoint);
  let text = '';
  for (let bit = 0; text.length < 16; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }
  return text;
}

function add(chains: Chains, chain: string, rule: string): void {
  const rules = chains.get(chain);
  if (rules === undefined) chains.set(chain, [rule]);
  else rules.push(rule);
}

function comment(text: string): string {
  return `-m comment --comment "${text}"`;
}
