import type { Cells, Focus, Session, Step } from '../../sim/index.ts';
import { hashTexts, hashTrace, logOf, project, serializeWorld, tablesOf } from '../../sim/index.ts';
import type { Frame, LabState, ViewName } from './protocol.ts';

/** The ruler shows at most this many marks: the latest. */
const MAX_MARKS = 240;
/** The page shows at most this many runs of the terminal. */
const MAX_TERMINALS = 30;
/** A lab shows so many lines of its program's log. */
const MAX_LOGS = 60;
/** Resources whose names the terminal completes. */
const NAMED = ['pods', 'nodes', 'deployments', 'replicasets', 'services', 'namespaces', 'configmaps'];

/**
 * A session at one instant, as the page shows it. The same function renders the first frame at build. `before` marks
 * the cells of tables that have changed since; `seq` is the record of the beat that is shown.
 */
export function frameOf(
  id: string,
  session: Session,
  /** Those that are shown. */
  view: ViewName | readonly (ViewName | undefined)[],
  focus: Focus,
  before?: Cells,
  seq?: number,
): Frame {
  const peek = session.peek();
  const steps = session.steps;
  const waiting = new Set(peek.queue.filter(({ at }) => at <= session.now).map(({ id }) => id));
  const arrived = steps.filter(({ at, record }) => at <= session.now && !waiting.has(record));
  const { reached } = session.progress;
  const frame: Frame = {
    session: id,
    now: session.now,
    end: session.timeline.end,
    scene: project(peek, steps, focus),
    step: seq === undefined ? arrived.at(-1) : stepOf(session, seq),
    marks: arrived.slice(-MAX_MARKS).map(({ number, at }) => ({ number, at })),
    reached,
    beat: reached.find((beat) => beat.seq === seq)?.id,
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
    ...(session.spec.scenario.lab === undefined ? {} : { lab: labOf(session) }),
  };
  return {
    ...frame,
    ...(view.includes('tables') && { tables: tablesOf(peek, before) }),
    ...(view.includes('log') && { log: logOf(steps) }),
  };
}

/** What the process of a lab has told since its program was deployed. */
function labOf({ past }: Session): LabState {
  const begin = past.findLastIndex((record) => record.type === 'noted' && record.note.what === 'lab/deployed');
  const told = begin < 0 ? [] : past.slice(begin).filter((record) => record.type === 'noted');
  const logs = told.filter(({ note }) => note.what === 'lab/logged').slice(-MAX_LOGS);
  const crash = told.findLast(({ note }) => note.what === 'lab/crashed');
  const { message, line } = (crash?.note ?? {}) as { readonly message?: string; readonly line?: number };
  return {
    program: String(told[0]?.note['program'] ?? ''),
    logs: logs.map(({ at, note }) => ({ at, text: String(note['text']) })),
    crash: crash === undefined ? undefined : { at: crash.at, message: message ?? '', line },
  };
}

/** The step that tells of a record: its message's own, or the latest of the process that noted it. */
function stepOf({ past, steps }: Session, seq: number): Step | undefined {
  const record = past.findLast((candidate) => candidate.seq <= seq);
  const latest = steps.findLast((step) => step.seq <= seq);
  if (record?.type === 'noted') return steps.findLast((step) => step.seq <= seq && step.from === record.by) ?? latest;
  if (record === undefined || record.type === 'commanded') return latest;
  const { id, from, to, sentAt } = record.message;
  const isTold = (step: Step) => step.from === from && step.sentAt === sentAt && [step.to, ...step.also].includes(to);
  return steps.find((step) => step.record === id) ?? steps.find(isTold) ?? latest;
}

/** Fingerprints of the trace up to now and of the world: equal in every browser and in Node. */
export function hashOf({ past, timeline }: Session): readonly [trace: string, world: string] {
  return [hashTrace(past), hashTexts([timeline.world], serializeWorld)];
}
