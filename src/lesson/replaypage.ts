import { Session, type SessionSpec } from '../../sim/index.ts';
import type { Misconception } from '../schemas/misconception.ts';
import { frameOf } from '../session/frame.ts';
import type { PageSession, PageSpec, WidgetSpec } from '../session/page.ts';
import { misconceptions } from './misconceptions.ts';
import { planOf, replayFiles, replayScenario } from './replays.ts';

const STAGE = 'harbour';

/** The page of all misconceptions: one stage, and a cluster for each replay. */
export function replayPage(path: string): PageSpec {
  const scenario = replayScenario();
  const files = replayFiles();
  const spec: SessionSpec = { scenario, plan: [], goals: [] };
  const sessions: Record<string, PageSession> = { [STAGE]: { title: scenario.title ?? STAGE, spec, files } };
  for (const entry of misconceptions()) {
    sessions[sessionOf(entry)] = { title: entry.belief, spec: { ...spec, plan: planOf(entry) }, files };
  }
  return {
    path,
    stage: { id: STAGE, view: 'diagram', tools: [] },
    frame: frameOf(STAGE, new Session(spec), 'diagram', {}),
    sessions,
    widgets: misconceptions().map((entry): WidgetSpec => {
      return { kind: 'replay', id: entry.id, props: { session: sessionOf(entry), does: entry.replay.does } };
    }),
  };
}

function sessionOf({ id }: Misconception): string {
  return `replay:${id}`;
}
