import type { Backend } from '../../protocol/network.ts';
import { inBlock } from './blocks.ts';
import type { Chains, Hook, Match, Rule, Rules } from './rule.ts';

/** The packet on its way, and what has become of it. */
export interface Walk {
  readonly protocol: string;
  readonly source: string;
  destination: string;
  port: number;
  isMarked: boolean;
  isMasqueraded: boolean;
  end: 'DROP' | 'REJECT' | undefined;
  to: Backend | undefined;
  /** The service port whose rule decided. */
  service: string;
  /** Every chain that was entered, in order: `nat KUBE-SERVICES` is printed as its name alone. */
  readonly hops: string[];
  /** Every rule that was taken, in order; absent when nobody wants to know. */
  readonly taken?: Taken[];
}

/** A rule that a packet met: of a chain, or the element of a map. */
export interface Taken {
  readonly table: Chains | undefined;
  readonly chain: string;
  readonly rule: Rule;
}

/** What rules may ask the kernel for. */
export interface Kernel {
  isOwnAddress(ip: string): boolean;
  /** A whole number below the bound. */
  random(purpose: string, bound: number): number;
  /** Seconds since a client was put into a set; undefined when it never was. */
  sinceSeen(set: string, client: string): number | undefined;
  see(set: string, client: string): void;
}

/** Sends a packet through the chains of one hook. Those after a verdict are not asked. */
export function passHook(rules: Rules, hook: Hook, walk: Walk, kernel: Kernel): void {
  for (const [table, chain] of rules.hooks[hook]) {
    if (walk.end === undefined) enter(table, chain, rules, walk, kernel);
  }
}

/** True when a rule ended the walk through this table. */
function enter(table: Chains, chain: string, rules: Rules, walk: Walk, kernel: Kernel): boolean {
  walk.hops.push(chain);
  for (const rule of table.get(chain) ?? []) {
    if (!isTaken(rule.match, walk, kernel)) continue;
    walk.taken?.push({ table, chain, rule });
    const outcome = take(rule, table, rules, walk, kernel);
    if (outcome !== 'next') return outcome === 'end';
  }
  return false;
}

function take(rule: Rule, table: Chains, rules: Rules, walk: Walk, kernel: Kernel): 'next' | 'back' | 'end' {
  const { target, service = '' } = rule;
  if (service !== '') walk.service = service;
  if ('next' in target) return 'next';
  if ('jump' in target) return enter(table, target.jump, rules, walk, kernel) ? 'end' : 'next';
  if ('goto' in target) return enter(table, target.goto, rules, walk, kernel) ? 'end' : 'back';
  if ('mark' in target) {
    walk.isMarked = target.mark;
    return 'next';
  }
  if ('pick' in target) {
    const chain = target.pick[kernel.random('numgen', target.pick.length)] ?? '';
    return enter(table, chain, rules, walk, kernel) ? 'end' : 'back';
  }
  if ('look' in target) {
    const port = `${walk.protocol} . ${walk.port}`;
    const found = rules.maps.get(target.look)?.get(target.by === 'port' ? port : `${walk.destination} . ${port}`);
    if (found === undefined) return 'next';
    walk.taken?.push({ table: undefined, chain: target.look, rule: found });
    return take(found, table, rules, walk, kernel);
  }
  if ('dnat' in target) {
    walk.to = target.dnat;
    walk.destination = target.dnat.ip;
    walk.port = target.dnat.port;
    return 'end';
  }
  if (target.end === 'RETURN') return 'back';
  if (target.end === 'MASQUERADE') walk.isMasqueraded = true;
  else if (target.end !== 'ACCEPT') walk.end = target.end;
  return 'end';
}

/** The dice are thrown and clients remembered only when all else holds, as the kernel tries one match after another. */
function isTaken(match: Match, walk: Walk, kernel: Kernel): boolean {
  const { protocol, source, destination, port, isFromHost, isToHost, dice, seen, see, isMarked } = match;
  if (protocol !== undefined && protocol !== walk.protocol) return false;
  if (port !== undefined && port !== walk.port) return false;
  if (destination !== undefined && !isWithin(walk.destination, destination)) return false;
  if (source !== undefined && !isWithin(walk.source, source)) return false;
  if (isFromHost !== undefined && kernel.isOwnAddress(walk.source) !== isFromHost) return false;
  if (isToHost !== undefined && kernel.isOwnAddress(walk.destination) !== isToHost) return false;
  if (isMarked !== undefined && walk.isMarked !== isMarked) return false;
  if (seen !== undefined && (kernel.sinceSeen(seen.set, walk.source) ?? Infinity) > seen.seconds) return false;
  if (dice !== undefined && dice > 1 && kernel.random('statistic', dice) !== 0) return false;
  if (see !== undefined) kernel.see(see, walk.source);
  return true;
}

function isWithin(ip: string, block: string): boolean {
  const isNot = block.startsWith('!');
  const isIn = (isNot ? block.slice(1) : block).split(',').some((one) => inBlock(ip, one));
  return isIn !== isNot;
}
