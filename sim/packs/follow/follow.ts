import type { Pod } from '../../api/kinds/pod.ts';
import { openTimeline } from '../../cluster/boot.ts';
import { peekAt } from '../../cluster/peek.ts';
import type { Millis } from '../../kernel/message.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { forkWorld, isUp } from '../../kernel/world.ts';
import { isAddress } from '../../net/datapath.ts';
import type { NetworkState } from '../../net/state.ts';
import { networkOf, type Packet } from '../../protocol/network.ts';
import { type Ends, endsOf, type FollowQuestion, parseTarget } from './question.ts';
import { type Way, wayOf } from './way.ts';

/** A request whose way was followed, and what became of others like it. */
export interface Followed {
  readonly question: FollowQuestion;
  readonly way: Way;
  readonly stream: Stream | undefined;
  /** How long an answer was waited for. */
  readonly patienceMs: Millis;
}

/** What became of many requests, one after the other. */
export interface Stream {
  readonly sent: number;
  /** How many each pod answered, most first; `''` for those that no pod answered. */
  readonly pods: readonly { readonly pod: string; readonly count: number }[];
  readonly refused: number;
  readonly timeouts: number;
  /** Latencies of those that were answered; empty without one. Nearest rank. */
  readonly percentiles: readonly { readonly share: number; readonly ms: Millis }[];
}

/** How long an answer is waited for. */
const PATIENCE_MS = 3000;
/** A resolver gives up after two times five seconds; that it does is worth seeing. */
const RESOLVER_MS = 11_000;
/** Time between two requests of a stream. */
const GAP_MS = 50;
const MOST = 200;

/** Where a request may begin and end at this moment. */
export function endsNow(timeline: Timeline): Ends {
  return endsOf(peekAt(timeline.simulation));
}

/**
 * Sends a request from a pod in a copy of the cluster, and reads its way from what the copy recorded. The cluster
 * itself is left alone. A sentence when there is no such request.
 */
export function follow(timeline: Timeline, question: FollowQuestion): Followed | string {
  const target = parseTarget(question.to);
  if (target === undefined)
    return `“${question.to}” is no place to send a request to: write a name or an address and a port, as web:80.`;
  const peek = peekAt(timeline.simulation);
  const pods = peek.objects('pods') as readonly Pod[];
  const pod = pods.find(({ metadata }) => `${metadata.namespace}/${metadata.name}` === question.from);
  const node = pod?.spec.nodeName ?? '';
  const ip = pod?.status?.podIP;
  if (pod === undefined || ip === undefined) return `There is no pod ${question.from} with an address. Choose another.`;
  if (!isUp(timeline.world, networkOf(node))) return `${node} has no power: nothing is sent from there.`;
  const packet = { flow: '', sourceIp: ip, sourcePort: 0, destinationIp: target.host, destinationPort: target.port };
  const isName = !isAddress(target.host);
  const first: Packet = {
    ...packet,
    payload: 'GET /',
    isReply: false,
    ...(isName ? { namespace: pod.metadata.namespace ?? 'default' } : {}),
  };
  const count = Math.min(question.stream, MOST);
  const { hasDns } = timeline.world.states.get(networkOf(node)) as unknown as NetworkState;
  const patienceMs = isName && hasDns ? RESOLVER_MS : PATIENCE_MS;
  const way = send(timeline, node, { ...first, isTraced: true }, 1, patienceMs)[0] as Way;
  const stream = count > 0 ? summed(send(timeline, node, first, count, patienceMs)) : undefined;
  return { question, way, stream, patienceMs };
}

/** Sends so many in a copy, and gives the way of each. */
function send(timeline: Timeline, node: string, packet: Packet, count: number, patienceMs: Millis): readonly Way[] {
  const copy = openTimeline(forkWorld(timeline.world));
  const { engine } = copy.world.states.get(networkOf(node)) as unknown as NetworkState;
  const flows = Array.from({ length: count }, (_, index) => `follow:${index + 1}`);
  for (const [index, flow] of flows.entries()) {
    copy.advance(timeline.now + index * GAP_MS);
    const body = { ...packet, flow, sourcePort: 40_000 + index };
    copy.simulation.send(engine, networkOf(node), 'packet', body, 0, '', { routine: true });
  }
  copy.advance(copy.now + patienceMs);
  const peek = peekAt(copy.simulation);
  return flows.map((flow) => wayOf(copy.trace, flow, packet.destinationIp, peek));
}

type Counted = Stream['pods'][number];

function byCount(a: Counted, b: Counted): number {
  return b.count - a.count || (a.pod < b.pod ? -1 : 1);
}

function summed(ways: readonly Way[]): Stream {
  const answered = ways.filter(({ outcome }) => outcome === 'ok');
  const counts = new Map<string, number>();
  for (const { pod } of answered) counts.set(pod, (counts.get(pod) ?? 0) + 1);
  const took = answered.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  const rank = (share: number) => took[Math.max(0, Math.ceil((share / 100) * took.length) - 1)] ?? 0;
  return {
    sent: ways.length,
    pods: [...counts].map(([pod, count]) => ({ pod, count })).sort(byCount),
    refused: ways.filter(({ outcome }) => outcome === 'refused' || outcome === 'unresolved').length,
    timeouts: ways.filter(({ outcome }) => outcome === 'timeout').length,
    percentiles: took.length === 0 ? [] : [50, 95, 99].map((share) => ({ share, ms: rank(share) })),
  };
}
