import { MAPS, type NftTable, SERVICE_RANGE } from './nftables.ts';
import type { Match, Rule, Target } from './rule.ts';

const COMMENTS: Readonly<Record<string, string>> = {
  'firewall-ips': 'destinations that are subject to LoadBalancerSourceRanges',
  'no-endpoint-nodeports': 'vmap to drop or reject packets to service nodeports with no endpoints',
  'no-endpoint-services': 'vmap to drop or reject packets to services with no endpoints',
  'service-ips': 'ClusterIP, ExternalIP and LoadBalancer IP traffic',
  'service-nodeports': 'NodePort traffic',
};

/** Where a base chain hangs, as the kernel names priorities. */
const HOOKS: Readonly<Record<string, string>> = {
  'filter-forward': 'type filter hook forward priority filter',
  'filter-input': 'type filter hook input priority filter',
  'filter-output': 'type filter hook output priority filter',
  'filter-output-pre-dnat': 'type filter hook output priority -110',
  'filter-prerouting-pre-dnat': 'type filter hook prerouting priority dstnat - 10',
  'nat-output': 'type nat hook output priority -100',
  'nat-postrouting': 'type nat hook postrouting priority srcnat',
  'nat-prerouting': 'type nat hook prerouting priority dstnat',
};

const LINES: Readonly<Record<string, string>> = {
  'reject-chain': 'helper for @no-endpoint-services / @no-endpoint-nodeports',
};

/** `nft list table ip kube-proxy`. Elements and chains stand in the order of their names; the kernel's own is by hash. */
export function nftList(table: NftTable): readonly string[] {
  const { chains, affinity, clusterIps, nodeIp } = table;
  const parts = [
    setOf('cluster-ips', 'Active ClusterIPs', clusterIps),
    setOf('nodeport-ips', 'IPs that accept NodePort traffic', [nodeIp]),
    ...MAPS.map((name) => mapOf(table, name)),
    ...[...affinity].map(([name, seconds]) => affinitySet(name, seconds)),
    ...[...chains.keys()].sort().map((name) => chainOf(table, name)),
  ];
  const body = parts.flatMap((lines) => ['', ...lines.map((line) => `\t${line}`)]);
  return ['table ip kube-proxy {', '\tcomment "rules for kube-proxy"', ...body, '}'];
}

function setOf(name: string, comment: string, elements: readonly string[]): readonly string[] {
  return block('set', name, ['type ipv4_addr', `comment "${comment}"`, ...elementLines(elements, 2)]);
}

function mapOf({ maps }: NftTable, name: string): readonly string[] {
  const key = name.endsWith('nodeports') ? 'inet_proto . inet_service' : 'ipv4_addr . inet_proto . inet_service';
  const elements = [...(maps.get(name) ?? [])].map(([place, { comment, target }]) => {
    return `${place}${comment === undefined ? '' : ` comment "${comment}"`} : ${verdict(target)}`;
  });
  return block('map', name, [`type ${key} : verdict`, `comment "${COMMENTS[name]}"`, ...elementLines(elements, 1)]);
}

function affinitySet(name: string, seconds: number): readonly string[] {
  return block('set', name, ['type ipv4_addr', 'size 65535', 'flags dynamic,timeout', `timeout ${span(seconds)}`]);
}

/** `3h`, `1m30s` */
function span(seconds: number): string {
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'm'],
    [seconds % 60, 's'],
  ] as const;
  return parts.map(([count, unit]) => (count === 0 ? '' : `${count}${unit}`)).join('');
}

function elementLines(elements: readonly string[], perLine: number): readonly string[] {
  if (elements.length === 0) return [];
  const lines: string[] = [];
  for (let at = 0; at < elements.length; at += perLine) lines.push(elements.slice(at, at + perLine).join(', '));
  return `elements = { ${lines.join(',\n\t     ')} }`.split('\n');
}

function block(kind: string, name: string, lines: readonly string[]): readonly string[] {
  return [`${kind} ${name} {`, ...lines.map((line) => `\t${line}`), '}'];
}

function chainOf({ chains, nodeIp }: NftTable, name: string): readonly string[] {
  const hook = HOOKS[name];
  const comment = LINES[name];
  return block('chain', name, [
    ...(comment === undefined ? [] : [`comment "${comment}"`]),
    ...(hook === undefined ? [] : [`${hook}; policy accept;`]),
    ...(chains.get(name) ?? []).map(
      (rule) => `${hook?.includes('filter') ? 'ct state new ' : ''}${ruleOf(rule, nodeIp)}`,
    ),
  ]);
}

/** A rule as `nft list` prints it, without the chain. */
export function ruleOf({ match, target, comment, service }: Rule, nodeIp: string): string {
  const isVerdict = service !== undefined;
  return [
    ...matchOf(match, target, nodeIp),
    verdict(target, match),
    ...(comment === undefined || isVerdict ? [] : [`comment "${comment}"`]),
  ]
    .filter((word) => word !== '')
    .join(' ');
}

function matchOf(match: Match, target: Target, nodeIp: string): readonly string[] {
  const { destination, source, protocol, isFromHost, seen, isMarked } = match;
  return [
    ...(destination === undefined ? [] : [`ip daddr ${destinationText(destination, target, nodeIp)}`]),
    ...(source === undefined ? [] : [`ip saddr ${sourceText(source)}`]),
    ...(isFromHost ? ['fib saddr type local'] : []),
    ...(isMarked === false ? ['meta mark & 0x00004000 == 0x00000000'] : []),
    ...(seen === undefined ? [] : [`ip saddr @${seen.set}`]),
    ...(protocol === undefined ? [] : [`meta l4proto ${protocol}`]),
  ];
}

function destinationText(destination: string, target: Target, nodeIp: string): string {
  if ('end' in target) return destination === SERVICE_RANGE ? destination : '@cluster-ips';
  return 'look' in target && destination === nodeIp ? '@nodeport-ips' : destination;
}

function sourceText(source: string): string {
  const blocks = source.replace('!', '').split(',');
  const text = blocks.length === 1 ? blocks[0] : `{ ${blocks.join(', ')} }`;
  return source.startsWith('!') ? `!= ${text}` : `${text}`;
}

/** What a rule decides, as nft words it. */
export function verdict(target: Target, { see }: Match = {}): string {
  if ('jump' in target) return `jump ${target.jump}`;
  if ('goto' in target) return `goto ${target.goto}`;
  if ('dnat' in target) return `dnat to ${target.dnat.ip}:${target.dnat.port}`;
  if ('mark' in target) return `meta mark set meta mark ${target.mark ? '|' : '^'} 0x00004000`;
  if ('next' in target) return `update @${see} { ip saddr }`;
  if ('look' in target) {
    return `${target.by === 'port' ? '' : 'ip daddr . '}meta l4proto . th dport vmap @${target.look}`;
  }
  if ('pick' in target) {
    const choices = target.pick.map((chain, index) => `${index} : goto ${chain}`).join(', ');
    return `numgen random mod ${target.pick.length} vmap { ${choices} }`;
  }
  return END[target.end] ?? '';
}

const END: Readonly<Record<string, string>> = {
  DROP: 'drop',
  REJECT: 'reject',
  RETURN: 'return',
  ACCEPT: 'accept',
  MASQUERADE: 'masquerade fully-random',
};
