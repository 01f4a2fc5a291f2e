import type { ServiceRule } from '../../protocol/network.ts';
import { sha256 } from './sha256.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * The rules as `iptables-save` would print what kube-proxy restores: `*nat`, then `*filter`. Upstream:
 * `pkg/proxy/iptables/proxier.go` syncProxyRules. Leaves out: counters, the jumps from the built-in chains,
 * KUBE-FORWARD's rules.
 */
export function iptablesLines(rules: readonly ServiceRule[]): readonly string[] {
  const served = rules.filter((rule) => rule.endpoints.length > 0);
  const chains = served.flatMap((rule) => [
    serviceChain(rule),
    ...(rule.nodePort > 0 ? [externalChain(rule)] : []),
    ...rule.endpoints.map((endpoint) => endpointChain(rule, endpoint)),
  ]);
  const top = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-POSTROUTING', 'KUBE-MARK-MASQ'];
  const filter = ['KUBE-SERVICES', 'KUBE-EXTERNAL-SERVICES', 'KUBE-FORWARD', 'KUBE-NODEPORTS', 'KUBE-PROXY-FIREWALL'];
  return [
    '*nat',
    ...[...top, ...chains].map(chainLine),
    '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
    '-A KUBE-POSTROUTING -j MARK --xor-mark 0x4000',
    '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
    '-A KUBE-MARK-MASQ -j MARK --or-mark 0x4000',
    ...served.flatMap(serviceLines),
    'COMMIT',
    '*filter',
    ...filter.map(chainLine),
    ...rules.filter((rule) => rule.endpoints.length === 0).map(rejectLine),
    'COMMIT',
  ];
}

/**
 * `KUBE-SVC-` (`KUBE-SVL-` for local endpoints only) and 16 letters: base32 of the SHA-256 of the port's name and
 * protocol.
 */
export function serviceChain(rule: ServiceRule): string {
  return `KUBE-${rule.otherwise === 'DROP' ? 'SVL' : 'SVC'}-${chainHash(rule, '')}`;
}

/** `KUBE-SEP-` and 16 letters: as {@link serviceChain}, with the endpoint's address. */
export function endpointChain(rule: ServiceRule, endpoint: { readonly ip: string; readonly port: number }): string {
  return `KUBE-SEP-${chainHash(rule, `${endpoint.ip}:${endpoint.port}`)}`;
}

function externalChain(rule: ServiceRule): string {
  return `KUBE-EXT-${chainHash(rule, '')}`;
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

function serviceLines(rule: ServiceRule): readonly string[] {
  const { service, clusterIp, port, nodePort, endpoints } = rule;
  const protocol = rule.protocol.toLowerCase();
  const chain = serviceChain(rule);
  const match = `-m ${protocol} -p ${protocol}`;
  const toService = `${comment(`${service} cluster IP`)} ${match} -d ${clusterIp} --dport ${port}`;
  const lines = [
    `-A KUBE-SERVICES ${toService} -j ${chain}`,
    `-A ${chain} ${toService} ! -s 10.244.0.0/16 -j KUBE-MARK-MASQ`,
  ];
  if (nodePort > 0) {
    const external = externalChain(rule);
    lines.push(`-A KUBE-NODEPORTS ${comment(service)} ${match} --dport ${nodePort} -j ${external}`);
    const reason = comment(`masquerade traffic for ${service} external destinations`);
    lines.push(`-A ${external} ${reason} -j KUBE-MARK-MASQ`, `-A ${external} -j ${chain}`);
  }
  endpoints.forEach((endpoint, index) => {
    const left = endpoints.length - index;
    const dice = left > 1 ? ` -m statistic --mode random --probability ${(1 / left).toFixed(10)}` : '';
    const remark = comment(`${service} -> ${endpoint.ip}:${endpoint.port}`);
    lines.push(`-A ${chain} ${remark}${dice} -j ${endpointChain(rule, endpoint)}`);
  });
  for (const endpoint of endpoints) {
    const sep = `-A ${endpointChain(rule, endpoint)} ${comment(service)}`;
    lines.push(`${sep} -s ${endpoint.ip} -j KUBE-MARK-MASQ`);
    lines.push(`${sep} ${match} -j DNAT --to-destination ${endpoint.ip}:${endpoint.port}`);
  }
  return lines;
}

function rejectLine({ service, clusterIp, port, protocol, otherwise }: ServiceRule): string {
  const reason = otherwise === 'REJECT' ? 'has no endpoints' : 'has no local endpoints';
  const match = `-m ${protocol.toLowerCase()} -p ${protocol.toLowerCase()}`;
  return `-A KUBE-SERVICES ${comment(`${service} ${reason}`)} ${match} -d ${clusterIp} --dport ${port} -j ${otherwise}`;
}

function comment(text: string): string {
  return `-m comment --comment "${text}"`;
}

function chainLine(chain: string): string {
  return `:${chain} - [0:0]`;
}
