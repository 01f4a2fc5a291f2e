import type { Tables } from './iptables.ts';
import type { Chains, Match, Rule, Target } from './rule.ts';

/**
 * Tables as `iptables-save` prints them: chains by name, options in iptables' own order. Leaves out: packet counters,
 * rules of other programs.
 */
export function iptablesSave(tables: Pick<Tables, 'nat' | 'filter'>, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const isNat = name === 'nat';
    return [`*${name}`, ...linesOf(isNat ? tables.nat : tables.filter, isNat), 'COMMIT'];
  });
}

function linesOf(chains: Chains, isNat: boolean): readonly string[] {
  const isOwn = (chain: string) => chain.startsWith('KUBE-');
  const own = [...chains.keys()].filter(isOwn).sort();
  const names = [...[...chains.keys()].filter((chain) => !isOwn(chain)), ...own];
  return [
    ...names.map((chain) => `:${chain} ${isOwn(chain) ? '-' : 'ACCEPT'} [0:0]`),
    ...names.flatMap((chain) => (chains.get(chain) ?? []).map((rule) => lineOf(chain, rule, isNat))),
  ].flatMap((line) => (line.includes('-A KUBE-FORWARD') ? [INVALID, line, ESTABLISHED] : [line]));
}

/** These two never meet the first packet of a connection, so nothing walks them. */
const INVALID = '-A KUBE-FORWARD -m conntrack --ctstate INVALID -j DROP';
const ESTABLISHED =
  '-A KUBE-FORWARD -m comment --comment "kubernetes forwarding conntrack rule" ' +
  '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT';

/** Chains of kube-proxy that are called for new connections only. */
const FOR_NEW = ['KUBE-EXTERNAL-SERVICES', 'KUBE-SERVICES', 'KUBE-PROXY-FIREWALL'];

/** A rule as `iptables-save` prints it. */
export function lineOf(chain: string, { match, target, comment }: Rule, isNat: boolean): string {
  const isCall = !chain.startsWith('KUBE-') && !isNat && 'jump' in target && FOR_NEW.includes(target.jump);
  return [
    `-A ${chain}`,
    ...endsOf(match),
    ...(match.protocol === undefined ? [] : [`-p ${match.protocol}`]),
    ...(isCall ? ['-m conntrack --ctstate NEW'] : []),
    ...(comment === undefined ? [] : [`-m comment --comment "${comment}"`]),
    ...matchesOf(match),
    targetOf(target),
  ].join(' ');
}

function endsOf({ source, destination }: Match): readonly string[] {
  return [
    ...(source === undefined ? [] : [source.startsWith('!') ? `! -s ${source.slice(1)}` : `-s ${source}`]),
    ...(destination === undefined ? [] : [`-d ${destination}`]),
  ];
}

function matchesOf(match: Match): readonly string[] {
  const { protocol, port, isToHost, isFromHost, dice, seen, see, isMarked } = match;
  const kept = (set: string) => `--name ${set} --mask 255.255.255.255 --rsource`;
  return [
    ...(isToHost ? ['-m addrtype --dst-type LOCAL'] : []),
    ...(isFromHost ? ['-m addrtype --src-type LOCAL'] : []),
    ...(isMarked === undefined ? [] : [`-m mark ${isMarked ? '' : '! '}--mark 0x4000/0x4000`]),
    ...(seen === undefined ? [] : [`-m recent --rcheck --seconds ${seen.seconds} --reap ${kept(seen.set)}`]),
    ...(see === undefined ? [] : [`-m recent --set ${kept(see)}`]),
    ...(protocol === undefined ? [] : [`-m ${protocol}${port === undefined ? '' : ` --dport ${port}`}`]),
    ...(dice === undefined ? [] : [`-m statistic --mode random --probability ${probability(dice)}`]),
  ];
}

/** A rule is taken by one of so many connections. The kernel keeps the probability in 31 bits, and prints those. */
function probability(left: number): string {
  const kept = Math.round(0x80000000 * Number((1 / left).toFixed(10))) / 0x80000000;
  return kept.toFixed(11);
}

function targetOf(target: Target): string {
  if ('jump' in target) return `-j ${target.jump}`;
  if ('dnat' in target) return `-j DNAT --to-destination ${target.dnat.ip}:${target.dnat.port}`;
  if ('mark' in target) return `-j MARK --set-xmark 0x4000/${target.mark ? '0x4000' : '0x0'}`;
  if (!('end' in target)) return '';
  if (target.end === 'REJECT') return '-j REJECT --reject-with icmp-port-unreachable';
  return target.end === 'MASQUERADE' ? '-j MASQUERADE --random-fully' : `-j ${target.end}`;
}

/**
 * The nat table beside IPVS: a few rules for whatever Services there are, since their addresses stand in sets. Leaves
 * out: the rules for load balancers and node ports, and the filter table.
 */
export const besideIpvs: readonly string[] = [
  '*nat',
  ':PREROUTING ACCEPT [0:0]',
  ':INPUT ACCEPT [0:0]',
  ':OUTPUT ACCEPT [0:0]',
  ':POSTROUTING ACCEPT [0:0]',
  ':KUBE-MARK-MASQ - [0:0]',
  ':KUBE-POSTROUTING - [0:0]',
  ':KUBE-SERVICES - [0:0]',
  '-A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A OUTPUT -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
  '-A POSTROUTING -m comment --comment "kubernetes postrouting rules" -j KUBE-POSTROUTING',
  '-A KUBE-MARK-MASQ -j MARK --set-xmark 0x4000/0x4000',
  '-A KUBE-POSTROUTING -m comment --comment "Kubernetes endpoints dst ip:port, source ip for solving hairpin ' +
    'purpose" -m set --match-set KUBE-LOOP-BACK dst,dst,src -j MASQUERADE',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MARK --set-xmark 0x4000/0x0',
  '-A KUBE-POSTROUTING -m comment --comment "kubernetes service traffic requiring SNAT" -j MASQUERADE --random-fully',
  '-A KUBE-SERVICES ! -s 10.244.0.0/16 -m comment --comment "Kubernetes service cluster ip + port for masquerade ' +
    'purpose" -m set --match-set KUBE-CLUSTER-IP dst,dst -j KUBE-MARK-MASQ',
  '-A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
  'COMMIT',
];
