import type { ParsedFile, ScenarioFile, TraceRecord } from '../../sim/index.ts';
import { Session } from '../../sim/index.ts';
import { differencesOf } from '../../sim/packs/differences.ts';
import type { Difference, Futures, Side, Span } from './difference.ts';
import { frameOf } from './frame.ts';
import type { Request } from './protocol.ts';
import { withSetting } from './settings.ts';

/** Two histories that were one until an instant, and what was done differently then. */
export interface Pair extends Span {
  readonly sessions: readonly [Session, Session];
}

/**
 * Runs on from where a session stands, once as it is and once with a difference. The session itself stays as it is:
 * both are new histories in which the same was done until now. A sentence when the difference cannot be.
 */
export function runPair(
  session: Session,
  files: Readonly<Record<string, ParsedFile>>,
  difference: Difference,
  forMs: number,
): Pair | string {
  const { spec, now } = session;
  if (spec.scenario.lab !== undefined) return 'The program of a lab cannot be in two futures at once.';
  const scenario =
    difference.kind === 'line' ? spec.scenario : withSetting(spec.scenario, difference.setting, difference.value);
  if (typeof scenario === 'string') return scenario;
  const first = sameAs(session, spec.scenario);
  const second = sameAs(session, scenario);
  if (difference.kind === 'line') {
    const problem = second.do(difference.line, files);
    if (problem !== undefined) return problem;
  }
  const to = now + forMs;
  for (const one of [first, second]) one.seek(to);
  const steps = [...first.steps, ...second.steps].map(({ at }) => at).filter((at) => at >= now && at <= to);
  const marks = [...new Set(steps)].sort((a, b) => a - b);
  return { sessions: [first, second], from: now, to, apartAt: partingOf(first.past, second.past), marks };
}

/** What is compared: a session with its files, and the two futures that were run last. */
interface Compared {
  readonly session: Session;
  readonly files: Readonly<Record<string, ParsedFile>>;
  pair?: Pair;
}

/** Runs two futures, or goes to another instant of those that were run. */
export function compare(
  seat: Compared,
  request: Extract<Request, { ask: 'futures' | 'compare' }>,
): { readonly problem?: string; readonly futures?: Futures } {
  if (request.ask === 'compare') return seat.pair === undefined ? {} : { futures: futuresAt(seat.pair, request.at) };
  const pair = runPair(seat.session, seat.files, request.difference, request.forMs);
  if (typeof pair === 'string') return { problem: pair };
  seat.pair = pair;
  return { futures: futuresAt(pair, pair.apartAt ?? pair.to) };
}

/** A new session in which the same was done. */
function sameAs({ commands, timeline, now }: Session, scenario: ScenarioFile): Session {
  const { commanded, delivered } = timeline.world;
  const twin = new Session({ scenario, plan: [], goals: [] });
  twin.replay(commands.slice(0, commanded), now, delivered);
  return twin;
}

/** Virtual time of the first record that the two histories do not share. */
function partingOf(first: readonly TraceRecord[], second: readonly TraceRecord[]): number | undefined {
  const shared = first.findIndex((record, index) => JSON.stringify(record) !== JSON.stringify(second[index]));
  const index = shared < 0 ? first.length : shared;
  const times = [first[index]?.at, second[index]?.at].filter((at) => at !== undefined);
  return times.length === 0 ? undefined : Math.min(...times);
}

/** Both futures at an instant between their parting and their end. */
export function futuresAt(pair: Pair, to: number): Futures {
  const { sessions, ...rest } = pair;
  const at = Math.min(Math.max(to, pair.from), pair.to);
  for (const one of sessions) one.seek(at);
  const [first, second] = sessions;
  const tables = differencesOf(first.peek(), second.peek());
  return { ...rest, at, sides: [sideOf(first, pair), sideOf(second, pair)], tables };
}

function sideOf(session: Session, { from }: Pair): Side {
  const { scene, step, terminals } = frameOf('', session, 'diagram', {});
  return { scene, step, printed: terminals.findLast(({ at }) => at >= from) };
}
