import type { Cells, Focus, Session } from '../../sim/index.ts';
import { logOf, project, tablesOf } from '../../sim/index.ts';
import type { Frame, ViewName } from './protocol.ts';

/** The ruler shows at most this many marks: the latest. */
const MAX_MARKS = 240;
/** The page shows at most this many runs of the terminal. */
const MAX_TERMINALS = 30;
/** Resources whose names the terminal completes. */
const NAMED = ['pods', 'nodes', 'deployments', 'replicasets', 'services', 'namespaces', 'configmaps'];

/**
 * A session at one instant, as the page shows it. The same function renders the first frame at build. `before` marks
 * the cells of tables that have changed since.
 */
export function frameOf(id: string, session: Session, view: ViewName, focus: Focus, before?: Cells): Frame {
  const peek = session.peek();
  const steps = session.steps;
  const arrived = steps.filter((step) => step.at <= session.now);
  const { reached } = session.progress;
  const frame: Frame = {
    session: id,
    now: session.now,
    end: session.timeline.end,
    scene: project(peek, steps, focus),
    step: arrived.at(-1),
    marks: arrived.slice(-MAX_MARKS).map(({ number, at }) => ({ number, at })),
    reached,
    nextDo: session.nextDo,
    terminals: session.terminals.slice(-MAX_TERMINALS),
    goals: session.goals,
    isSolved: session.isSolved,
    findings: session.findings,
    broken: session.broken,
    canUndo: session.canUndo,
    canRestore: session.canRestore,
    names: Object.fromEntries(
      NAMED.map((plural) => [plural, peek.objects(plural).map((object) => object.metadata.name)]),
    ),
  };
  if (view === 'tables') return { ...frame, tables: tablesOf(peek, before) };
  return view === 'log' ? { ...frame, log: logOf(steps) } : frame;
}
