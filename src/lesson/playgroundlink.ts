import { Session } from '../../sim/index.ts';
import { linkOf } from '../session/link.ts';
import { momentOf } from '../session/visit.ts';
import { readLibrary } from './library.ts';
import { PLAYGROUND } from './playground.ts';
import { parseScenario } from './scenarios.ts';
import { doStep } from './typed.ts';

let library: Readonly<Record<string, string>> | undefined;
/** Clusters that have booted, by the text of their scenario. */
const booted = new Map<string, Session>();

/**
 * A link that opens a cluster on the playground: the scenario file, after these steps (faults, lines of the terminal,
 * `advance 20s`). Nothing is copied into the link but the file and what was done: the page does it again.
 */
export async function playgroundLink(text: string, steps: readonly string[] = []): Promise<string> {
  const session = booted.get(text) ?? boot(text);
  booted.set(text, session);
  const start = session.timeline;
  session.timeline = start.fork();
  for (const step of steps) doStep(session.timeline, step);
  const saved = { scenario: text, files: {}, commands: '[]', now: 0 };
  const moment = momentOf(PLAYGROUND, session, { files: {}, saved });
  session.timeline = start;
  library ??= Object.fromEntries(readLibrary().map(({ name, text: own }) => [name, own]));
  const fragment = await linkOf({ ...moment, view: 'diagram', selection: '' }, { stage: PLAYGROUND, library });
  return `/playground/${fragment}`;
}

function boot(text: string): Session {
  const { scenario, problems } = parseScenario('scenario', text);
  if (scenario === undefined) throw new Error(`${problems[0]?.title}`);
  return new Session({ scenario, plan: [], goals: [] });
}
