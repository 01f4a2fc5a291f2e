import type { Millis } from '../../kernel/message.ts';
import type { Endings, Packet } from '../../protocol/network.ts';
import type { Flow, NetworkState } from '../state.ts';

/** A connection that nobody answered for so long counts as failed: Linux then sends its first packet once more. */
const LATE_MS: Millis = 1000;

/**
 * How connections to endpoints of Services have ended since the last question, by what was asked and who was to answer,
 * `ip:port>ip:port`: what `conntrack -E` would tell. Counting begins with the first question, since kube-proxy itself
 * never asks. Leaves out: a packet stands for a whole connection here, so an answer that takes longer than a second
 * comes too late.
 */
export function readEndings(state: NetworkState, now: Millis): Readonly<Record<string, Endings>> {
  const endings = state.endings ?? new Map<string, Endings>();
  for (const [key, flow] of state.flows) {
    if (flow.isLate || !isTranslated(flow) || now - flow.at < LATE_MS) continue;
    state.flows.set(key, { ...flow, isLate: true });
    if (state.endings !== null) count(endings, flow, 'failed');
  }
  state.endings = new Map();
  return Object.fromEntries(endings);
}

/** An answer has come, or word that nobody listens. */
export function countAnswer({ endings }: NetworkState, flow: Flow, { outcome = 'ok' }: Packet): void {
  if (endings === null || flow.isLate || !isTranslated(flow)) return;
  count(endings, flow, outcome === 'ok' ? 'answered' : 'failed');
}

function count(endings: Map<string, Endings>, flow: Flow, how: keyof Endings): void {
  const way = `${flow.ip}:${flow.port}>${endpointOf(flow)}`;
  const before = endings.get(way) ?? { answered: 0, failed: 0 };
  endings.set(way, { ...before, [how]: before[how] + 1 });
}

/** The end that the answer comes from. */
function endpointOf({ answer }: Flow): string {
  return answer.slice(0, answer.indexOf('>'));
}

/** It was sent to a Service, and a rule gave it another destination. */
function isTranslated(flow: Flow): boolean {
  return endpointOf(flow) !== `${flow.ip}:${flow.port}`;
}
