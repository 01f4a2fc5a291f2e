import type { IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import type { NodeNetworkProtocol, Packet, ServiceRule } from '../../protocol/network.ts';
import { type Datapath, type Entrance, isAddress, type Passed } from '../datapath.ts';
import { isAllowed } from '../policy/verdict.ts';
import type { NetworkState } from '../state.ts';
import { continued, forgetStale } from './conntrack.ts';
import { countAnswer, readEndings } from './endings.ts';
import { iptablesRules } from './iptables.ts';
import { linesOfIpvs, passIpvs, type VirtualServer, virtualServers } from './ipvs.ts';
import { addressFromRules } from './names.ts';
import { nftablesRules } from './nftables.ts';
import { printRules } from './print.ts';
import { hearAnswer, resolve, timeOutQuestion } from './resolve.ts';
import type { Rules } from './rule.ts';
import { linesTaken } from './traceline.ts';
import { type Kernel, passHook, type Taken, type Walk } from './walk.ts';

const MAX_SEEN = 4096;
const QUIET = { routine: true };

/** netfilter, IPVS and conntrack's translations as far as Services need them. */
export const netfilter: Datapath = {
  pass(state, packet, { entrance, origin, mark }, io) {
    const { destinationIp, destinationPort, namespace } = packet;
    if (namespace === undefined && !isAddress(destinationIp)) return { asked: packet, packet, verdict: 'unresolved' };
    if (state.hasDns && !isAddress(destinationIp)) {
      resolve(state, packet, origin, mark, io);
      return { asked: packet, packet, verdict: 'wait' };
    }
    const ip = addressFromRules(state.rules, destinationIp, namespace ?? '', destinationPort);
    if (ip === undefined) return { asked: packet, packet, verdict: 'unresolved' };
    const asked = ip === destinationIp ? packet : { ...packet, destinationIp: ip };
    const passed: Passed =
      state.rules.length === 0
        ? { asked, packet: asked, verdict: 'accept' }
        : (continued(state, asked) ?? translate(state, asked, entrance, io));
    if (entrance !== 'pod' || passed.verdict !== 'accept' || state.policies.size === 0) return passed;
    // Between a pod and its own node everything is allowed, both ways.
    if (isOwn(state, passed.packet.destinationIp)) return passed;
    const seen = { ...passed.packet, sourceIp: asked.sourceIp };
    return isPermitted(state, asked.sourceIp, 'egress', seen, io) ? passed : { ...passed, verdict: 'drop' };
  },
  admits(state, packet, io) {
    if (state.policies.size === 0 || isOwn(state, packet.sourceIp)) return true;
    return isPermitted(state, packet.destinationIp, 'ingress', packet, io);
  },
  answered: countAnswer,
  resolved: hearAnswer,
  hear(state, message, io) {
    if (message.kind === 'restore') restore(state, message, io);
    else if (message.kind === 'restorePolicies') {
      const { policies } = message.body as NodeNetworkProtocol['restorePolicies'];
      state.policies = new Map(Object.entries(policies));
      state.turnedAway.clear();
    } else if (message.kind === 'saveRules') {
      const { command } = message.body as NodeNetworkProtocol['saveRules'];
      io.reply(message, 'rulesSaved', printRules(state, command));
    } else if (message.kind === 'readEndings') io.reply(message, 'endings', readEndings(state, io.now), QUIET);
    else if (message.kind === 'resolver/timeout') {
      timeOutQuestion(state, message.body as { flow: string; attempt: number }, io);
    }
  },
};

/**
 * What no policy of a pod allows is dropped without a word, so that its sender waits in vain. The first time between
 * two ends is news; that a client goes on trying is not.
 */
function isPermitted(state: NetworkState, ip: string, side: 'ingress' | 'egress', packet: Packet, io: IO): boolean {
  const policy = state.policies.get(ip);
  if (isAllowed(policy, side, packet)) return true;
  const ends = { from: packet.sourceIp, to: `${packet.destinationIp}:${packet.destinationPort}` };
  const key = `${side} ${ends.from} ${ends.to}`;
  const isNews = !state.turnedAway.has(key) && state.turnedAway.size < MAX_SEEN;
  if (isNews) state.turnedAway.set(key, io.now);
  const note = { what: 'policy/dropped', about: `pod/${policy?.pod}`, side, node: state.node, ...ends };
  io.note(note, { routine: !isNews });
  return false;
}

function isOwn(state: NetworkState, ip: string): boolean {
  return ip === state.nodeIp || ip === `${state.prefix}1` || ip.startsWith('127.');
}

function restore(state: NetworkState, message: AnyMessage, io: IO): void {
  const { mode = 'iptables', rules } = message.body as NodeNetworkProtocol['restore'];
  state.mode = mode;
  state.rules = rules;
  state.packets.clear();
  forgetStale(state, rules);
  io.reply(message, 'restored', { rules: rules.length }, { routine: message.routine });
}

/** Walks the rules hook by hook, as the kernel does for the first packet of a connection. */
function translate(state: NetworkState, asked: Packet, entrance: Entrance, io: IO): Passed {
  const walk = beginWalk(asked);
  const kernel = kernelOf(state, io);
  const isHost = entrance === 'host';
  if (state.mode === 'ipvs') passIpvs(serversOf(state), walk, kernel, state.turns, state.nodeIp);
  else {
    const rules = rulesOf(state);
    passHook(rules, isHost ? 'output' : 'prerouting', walk, kernel);
    if (!isHost && walk.end === undefined) {
      passHook(rules, kernel.isOwnAddress(walk.destination) ? 'input' : 'forward', walk, kernel);
    }
    if (walk.end === undefined) passHook(rules, 'postrouting', walk, kernel);
  }
  if (walk.service !== '') tell(state, walk, asked, io);
  if (walk.taken !== undefined) trace(state, walk, walk.taken, asked, io);
  if (walk.end !== undefined) return { asked, packet: asked, verdict: walk.end === 'DROP' ? 'drop' : 'reject' };
  return { asked, packet: rewritten(state, asked, walk, io), verdict: 'accept' };
}

function beginWalk({ sourceIp, destinationIp, destinationPort, protocol, isTraced }: Packet): Walk {
  return {
    ...(isTraced ? { taken: [] } : {}),
    protocol: protocol ?? 'tcp',
    source: sourceIp,
    destination: destinationIp,
    port: destinationPort,
    isMarked: false,
    isMasqueraded: false,
    end: undefined,
    to: undefined,
    service: '',
    hops: [],
  };
}

/** DNAT, and the source that the way out has where it is masqueraded: the bridge's towards pods of this node. */
function rewritten(state: NetworkState, asked: Packet, { to, isMasqueraded }: Walk, io: IO): Packet {
  if (to === undefined && !isMasqueraded) return asked;
  const sent = to === undefined ? asked : { ...asked, destinationIp: to.ip, destinationPort: to.port };
  if (!isMasqueraded) return sent;
  const sourceIp = state.sandboxByIp.has(sent.destinationIp) ? `${state.prefix}1` : state.nodeIp;
  return { ...sent, sourceIp, sourcePort: 32768 + io.random('masquerade', 28232) };
}

/** Counts a connection, and notes the way that it took. */
function tell(state: NetworkState, { service, hops, to, end, isMasqueraded }: Walk, asked: Packet, io: IO): void {
  const name = service.replace(/:.*$/, '').replace(/^.*\//, '');
  const target = to === undefined ? undefined : `${to.ip}:${to.port}`;
  count(state, service);
  if (target !== undefined) count(state, `${service} ${target}`);
  const what = end === undefined ? 'netfilter/translated' : `netfilter/${end === 'DROP' ? 'dropped' : 'rejected'}`;
  const from = `${asked.destinationIp}:${asked.destinationPort}`;
  const how = { from, to: target, masqueraded: isMasqueraded, hops };
  io.note({ what, about: `service/${name}`, node: state.node, service, ...how }, { routine: true });
}

/** The rules that a packet met, for whoever follows it. */
function trace(
  state: NetworkState,
  { end, to, isMasqueraded }: Walk,
  taken: readonly Taken[],
  asked: Packet,
  io: IO,
): void {
  const { node, mode, nodeIp } = state;
  const lines = mode === 'ipvs' ? linesOfIpvs(serversOf(state), asked, to) : linesTaken(rulesOf(state), nodeIp, taken);
  const target = to === undefined ? '' : `${to.ip}:${to.port}`;
  const how = { from: asked.destinationIp, to: target, end: end ?? '', isMasqueraded };
  io.note({ what: 'netfilter/traced', about: `node/${node}`, node, mode, lines, ...how }, { routine: true });
}

function count(state: NetworkState, rule: string): void {
  state.packets.set(rule, (state.packets.get(rule) ?? 0) + 1);
}

function kernelOf(state: NetworkState, io: IO): Kernel {
  return {
    isOwnAddress: (ip) => isOwn(state, ip),
    random: (purpose, bound) => io.random(purpose, bound),
    sinceSeen(set, client) {
      const at = state.seen.get(`${set} ${client}`);
      return at === undefined ? undefined : (io.now - at) / 1000;
    },
    see(set, client) {
      const key = `${set} ${client}`;
      state.seen.delete(key);
      state.seen.set(key, io.now);
      if (state.seen.size > MAX_SEEN) state.seen.delete(state.seen.keys().next().value ?? '');
    },
  };
}

/** What rules spell out, kept by the rules that it follows from: they are never changed, so it never differs. */
const spelled = new WeakMap<readonly ServiceRule[], Map<string, Rules>>();
const served = new WeakMap<readonly ServiceRule[], Map<string, readonly VirtualServer[]>>();

function rulesOf({ rules, mode, nodeIp }: NetworkState): Rules {
  return kept(spelled, rules, `${mode} ${nodeIp}`, () => {
    return mode === 'nftables' ? nftablesRules(rules, nodeIp) : iptablesRules(rules);
  });
}

function serversOf({ rules, nodeIp }: NetworkState): readonly VirtualServer[] {
  return kept(served, rules, nodeIp, () => virtualServers(rules, nodeIp));
}

function kept<T>(memory: WeakMap<object, Map<string, T>>, rules: object, key: string, make: () => T): T {
  const byKey = memory.get(rules) ?? new Map<string, T>();
  memory.set(rules, byKey);
  const known = byKey.get(key) ?? make();
  byKey.set(key, known);
  return known;
}
