import {
  allMatches,
  durationWords,
  exactPattern,
  foldTerminals,
  isEqual,
  parseDuration,
  type TraceRecord,
} from '../../sim/index.ts';
import type { LessonModel, PredictModel, Problem } from './model.ts';
import { type LessonRun, rerun, runOf, stageSpec } from './run.ts';

/** The page does what it says, and does it again when it is run once more. */
export function checkPlan(lesson: LessonModel, run: LessonRun): readonly Problem[] {
  const found = checkRun(lesson, run);
  return stageSpec(lesson) === undefined || run.problems.length > 0 ? found : [...checkTwins(lesson, run), ...found];
}

/** Every Do works, every beat comes, every prediction has one answer, every output is the real one. */
export function checkRun(lesson: LessonModel, run: LessonRun): readonly Problem[] {
  if (stageSpec(lesson) === undefined) return [];
  if (run.problems.length > 0) return run.problems;
  return [
    ...lesson.predicts.flatMap((predict) => checkPredict(predict, run)),
    ...checkShells(lesson, run),
    ...checkBeats(lesson, run),
    ...checkRoutine(lesson, run),
    ...checkTimes(lesson, run),
    ...checkDos(lesson, run),
  ];
}

function checkTwins(lesson: LessonModel, { past }: LessonRun): readonly Problem[] {
  const twin = rerun(lesson);
  const isTwin = twin.length === past.length && twin.every((record, index) => isEqual(record, past[index]));
  if (isTwin || lesson.stage === undefined) return [];
  const reason = 'The same scenario and the same commands gave two histories. This is a fault of the simulator.';
  return [{ place: lesson.stage.place, title: 'Two runs differ', reason }];
}

function checkPredict({ id, ask, options, place, reveal }: PredictModel, run: LessonRun): readonly Problem[] {
  const { outcomes, past, reached, later } = run;
  const outcome = outcomes[id] ?? [];
  const holding = options.filter((_, index) => outcome[index] === true);
  if (holding.length === 1) return [];
  const title = `Predict has ${holding.length === 0 ? 'no right option' : `${holding.length} right options`}: ${ask}`;
  if (holding.length === 0) {
    const beat = reached.find((one) => one.id === reveal)?.seq;
    const rest = beat === undefined ? [] : [...past, ...later()];
    const late = options.map(({ when }) => allMatches(rest, when, beat)[0]);
    const patterns = options.map(({ when }, index) => {
      const at = late[index]?.at;
      return `when="${when}"${at === undefined ? '' : ` (only later, at ${durationWords(at)})`}`;
    });
    const reason = `On the way to the beat "${reveal}" none of these happens:\n${patterns.join('\n')}`;
    const isLate = late.some((record) => record !== undefined);
    return [{ place, title, reason, ...(isLate ? { fix: 'let reveal name a beat that comes later.' } : {}) }];
  }
  const both = holding.map(({ text }) => `“${text}”`).join(' and ');
  return [{ place, title, reason: `On the way to the beat "${reveal}" all of these happen: ${both}.` }];
}

function checkShells({ shells }: LessonModel, { printed }: LessonRun): readonly Problem[] {
  const runs = shells.flatMap((shell) => shell.runs);
  return runs.flatMap(({ line, output, place }, index): readonly Problem[] => {
    const real = (printed[index] ?? []).join('\n');
    if (output === '' || trimmed(output) === trimmed(real)) return [];
    return [{ place, title: `${line} prints something else`, reason: `It prints\n${indented(real)}`, fix: 'copy it.' }];
  });
}

/** Between the beat before it and the next, a beat matches one record; or it says `first`, and matches several. */
function checkBeats(lesson: LessonModel, { reached, past }: LessonRun): readonly Problem[] {
  return lesson.beats.flatMap(({ id, at, isFirst, place }, index): readonly Problem[] => {
    const own = reached.find((beat) => beat.id === id)?.seq;
    const next = reached.find((beat) => beat.id === lesson.beats[index + 1]?.id)?.seq ?? Number.POSITIVE_INFINITY;
    if (own === undefined) return [];
    const found = allMatches(past, at, own - 1).filter(({ seq }) => seq < next);
    if (isFirst === found.length > 1) return [];
    if (isFirst) {
      const reason = `Only one record matches before the next beat, at ${durationWords(found[0]?.at ?? 0)}.`;
      return [{ place, title: `Beat "${id}" need not say first`, reason, fix: `write at="${at}".`, isWarning: true }];
    }
    const title = `Beat "${id}" matches ${found.length} records, but a beat is exactly one`;
    const fix = `name its actor or object more exactly. If the first of them is meant, write at="first ${at}".`;
    return [{ place, title, reason: `Before the next beat at="${at}" matches\n${listed(found)}`, fix }];
  });
}

/** The first few of the records, each with its time and all that a pattern can say of it. */
function listed(records: readonly TraceRecord[]): string {
  const lines = records.slice(0, LISTED).map((record) => `${durationWords(record.at)}: ${exactPattern(record)}`);
  const more = records.length - lines.length;
  return indented([...lines, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
}

const LISTED = 4;

/** Renewals of leases and the like go on all the time: a beat that meets one while another record was meant. */
function checkRoutine(lesson: LessonModel, { reached, past }: LessonRun): readonly Problem[] {
  return lesson.beats.flatMap((beat): readonly Problem[] => {
    const seq = reached.find(({ id }) => id === beat.id)?.seq;
    const record = past.find((candidate) => candidate.seq === seq);
    if (record === undefined || !isRoutine(record)) return [];
    const meant = allMatches(past, beat.at, record.seq).find((other) => !isRoutine(other));
    if (meant === undefined) return [];
    const title = `Beat "${beat.id}" is a piece of routine traffic`;
    const reason =
      `at="${beat.at}" matches a heartbeat, a lease or the like at ${durationWords(record.at)}; ` +
      `the first such record that is none comes at ${durationWords(meant.at)}.`;
    return [{ place: beat.place, title, reason, isWarning: true }];
  });
}

function isRoutine(record: TraceRecord): boolean {
  if (record.type === 'commanded') return false;
  return record.type === 'noted' ? record.routine : record.message.routine;
}

/** A beat that says how long after the one before it comes, comes then. */
function checkTimes({ plan, beats }: LessonModel, { reached, past }: LessonRun): readonly Problem[] {
  const dos = past.flatMap((record) => (record.type === 'commanded' ? [record.at] : []));
  let before = 0;
  return plan.flatMap((item): readonly Problem[] => {
    const from = before;
    if (item.kind === 'do') {
      before = dos.shift() ?? before;
      return [];
    }
    before = reached.find(({ id }) => id === item.id)?.at ?? before;
    const { after, within, place } = beats.find(({ id }) => id === item.id) ?? { place: item.place };
    const took = before - from;
    const isEarly = took < (parseDuration(after ?? '') ?? 0);
    const isLate = took > (parseDuration(within ?? '') ?? Number.POSITIVE_INFINITY);
    if (!isEarly && !isLate) return [];
    const said = isEarly ? `after="${after}"` : `within="${within}"`;
    const title = `Beat "${item.id}" comes too ${isEarly ? 'early' : 'late'}`;
    return [{ place, title, reason: `It says ${said}, but comes ${durationWords(took)} after what is before it.` }];
  });
}

/** A Do may show an error on purpose. More often it is a slip. */
function checkDos({ plan }: LessonModel, { past }: LessonRun): readonly Problem[] {
  const terminals = foldTerminals(past);
  return plan.flatMap((item, index): readonly Problem[] => {
    const terminal = terminals.find(({ id }) => id === runOf(index));
    if (item.kind !== 'do' || terminal === undefined || (terminal.exitCode ?? 0) === 0) return [];
    const reason = terminal.lines.map(({ text }) => text).join('\n');
    const title = `${item.command} ends with exit code ${terminal.exitCode}`;
    return [{ place: item.place, title, reason, isWarning: true }];
  });
}

function trimmed(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
}
