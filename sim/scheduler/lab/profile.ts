import type { Pod } from '../../api/kinds/pod.ts';
import type { IO } from '../../kernel/component.ts';
import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import { SCORE_PLUGIN, type ScoreAnswer } from '../../protocol/lab.ts';
import type { Filtered } from '../framework.ts';
import type { NodeInfo } from '../nodeinfo.ts';
import { MAX_SCORE } from '../plugin.ts';
import { type Amounts, requestsOf } from '../requests.ts';
import type { Asking, Profile, SchedulerState } from '../state.ts';

/** What the plugin of the profile said about a cycle: its numbers, or upstream's error text. */
export type Heard = { readonly asking: Asking } & ({ readonly totals: readonly number[] } | { readonly error: string });

const SEEDS = 0x7fffffff;

/** Asks the plugin of the profile about all feasible nodes; the cycle goes on when it answers. */
export function askPlugin(
  state: SchedulerState,
  pod: Pod,
  filtered: Filtered,
  causes: readonly MessageId[],
  io: IO,
): void {
  const nodes = filtered.feasible.map(nodeOf);
  const question = { pod, requests: resourcesOf(requestsOf(pod).real), nodes, randomSeed: io.random('plugin', SEEDS) };
  const request = io.send(SCORE_PLUGIN, 'score', question, { causes, stream: true });
  state.asking = { request, filtered, causes };
}

/** Takes a message that ends the wait for the plugin: its answer, or the news that nobody will answer. */
export function hearPlugin(state: SchedulerState, message: AnyMessage): Heard | undefined {
  const { asking, profile } = state;
  if (asking === null || profile === null || !endsWait(message, asking.request)) return undefined;
  state.asking = null;
  const answer = scoresIn(message, profile);
  if ('error' in answer) return { asking, error: answer.error };
  return { asking, totals: answer.scores.map((score) => score * profile.weight) };
}

/** Whether a message ends the wait for the plugin that began with that request. */
export function endsWait(message: AnyMessage, request: MessageId): boolean {
  return message.from === SCORE_PLUGIN && (message.kind === 'disconnected' || message.replyTo === request);
}

/** The numbers that ended the wait, or upstream's error text. */
export function scoresIn(message: AnyMessage, { plugin }: Profile): ScoreAnswer {
  const answer: ScoreAnswer =
    message.kind === 'scores' ? (message.body as ScoreAnswer) : { error: REASONS[message.kind] ?? message.kind };
  if ('error' in answer) return { error: `running Score plugins: plugin "${plugin}" failed with: ${answer.error}` };
  const odd = answer.scores.find((score) => score < 0 || score > MAX_SCORE);
  if (odd === undefined) return answer;
  const range = `it should in the range of [0, ${MAX_SCORE}] after normalizing`;
  return {
    error: `applying score defaultWeights on Score plugins: plugin "${plugin}" returns an invalid score ${odd}, ${range}`,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  refused: 'connect: connection refused',
  disconnected: 'read: connection reset by peer',
};

/** A node as `ScoreNode` of src/lab/api.ts has it. */
function nodeOf(info: NodeInfo): object {
  const { name, labels = {} } = info.node.metadata;
  return {
    name,
    labels,
    allocatable: resourcesOf(info.allocatable),
    requested: resourcesOf(info.requested),
    pods: info.pods,
  };
}

function resourcesOf(amounts: Amounts): { readonly cpuMilli: number; readonly memoryBytes: number } {
  return { cpuMilli: amounts['cpu'] ?? 0, memoryBytes: amounts['memory'] ?? 0 };
}
