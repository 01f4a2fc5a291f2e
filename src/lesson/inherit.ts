import { parseDuration, type ScenarioFile } from '../../sim/index.ts';
import type { LessonModel, LessonReading, Place, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { parseFiles, runLesson } from './run.ts';
import { parseScenario, type WrittenScenario } from './scenarios.ts';

/** Where scenarios and other lessons are read from. */
export interface Surroundings {
  /** The lesson's file; its scenarios lie beside it. */
  readonly file: string;
  /** The text of a file in the lesson's folder. */
  readonly readBeside: (name: string) => string | undefined;
  /** Another lesson by its address, `control-plane/etcd`. */
  readonly readOther?: (id: string) => LessonReading | undefined;
  /** Addresses of the lessons there are. */
  readonly others?: readonly string[];
}

/** Time between the end of another lesson and the reader's start, for what is still under way, in ms. */
const SETTLE_MS = 30_000;
/** Commands that change nothing are not done again. */
const READING =
  /^(ssh (?!.*(?:etcdutl snapshot restore|\brm ))|kubectl (get|describe|logs|explain|api-resources|api-versions|version|config|cluster-info|diff))\b/;

/**
 * Reads a scenario of a lesson with all that it inherits: `extends` names another scenario beside it, of which it says
 * only what is different; `from` names another lesson, whose cluster it takes over after the last of that page's Dos.
 */
export function readScenarioFile(
  name: string,
  place: Place,
  around: Surroundings,
  seen: readonly string[] = [],
): { readonly scenario: ScenarioFile | undefined; readonly problems: readonly Problem[] } {
  const beside = `scenario.${name}.yaml`;
  const text = around.readBeside(beside);
  if (text === undefined) {
    return { scenario: undefined, problems: [{ place, title: `There is no ${beside} beside the lesson` }] };
  }
  const { scenario: written, problems, placeOf } = parseScenario(around.file.replace(/[^/]*$/, beside), text);
  if (written === undefined) return { scenario: undefined, problems };
  const { extends: parent, from, ...own } = written;
  if (parent !== undefined && from !== undefined) {
    const title = 'A scenario has either extends or from';
    return { scenario: undefined, problems: [{ place: placeOf('from'), title }] };
  }
  if (from !== undefined) return takeOver(from, own, placeOf, around);
  if (parent === undefined) return { scenario: own, problems };
  if ([...seen, name].includes(parent)) {
    const title = `Scenario "${name}" extends itself${seen.length > 0 ? `, by way of ${seen.join(', ')}` : ''}`;
    return { scenario: undefined, problems: [{ place: placeOf('extends'), title }] };
  }
  const base = readScenarioFile(parent, placeOf('extends'), around, [...seen, name]);
  if (base.scenario === undefined) return base;
  return { scenario: merge(base.scenario, own), problems: base.problems };
}

/** What the heir says replaces; maps are merged, and what is listed comes on top. */
function merge(base: ScenarioFile, own: ScenarioFile): ScenarioFile {
  return {
    ...base,
    ...own,
    timings: { ...base.timings, ...own.timings },
    network: { ...base.network, ...own.network },
    images: [...(base.images ?? []), ...(own.images ?? [])],
    objects: [...(base.objects ?? []), ...(own.objects ?? [])],
    users: [...(base.users ?? []), ...(own.users ?? [])],
    faults: [...(base.faults ?? []), ...(own.faults ?? [])],
  };
}

const KEPT: readonly string[] = ['title', 'faults'];

function takeOver(
  from: string,
  own: WrittenScenario,
  placeOf: (path: string) => Place,
  { readOther, others = [] }: Surroundings,
): { readonly scenario: ScenarioFile | undefined; readonly problems: readonly Problem[] } {
  const place = placeOf('from');
  const fail = (problem: Problem) => ({ scenario: undefined, problems: [problem] });
  const said = Object.keys(own).find((key) => !KEPT.includes(key));
  if (said !== undefined) {
    const reason = `from: takes the cluster of ${from} over as it is; only ${KEPT.join(' and ')} can be said beside it.`;
    return fail({ place: placeOf(said), title: `${said} cannot be changed here`, reason });
  }
  const reading = readOther?.(from);
  if (reading === undefined) return fail({ place, title: `There is no lesson "${from}".${didYouMean(from, others)}` });
  if (reading.problems.length > 0) return fail({ place, title: `The lesson "${from}" cannot be read itself` });
  const { lesson } = reading;
  const base = lesson.scenarios[lesson.stage?.scenario ?? ''];
  if (base === undefined) return fail({ place, title: `The lesson "${from}" has no Stage to take over` });
  const replayed = replay(lesson, base, own);
  if (replayed === undefined) return fail({ place, title: `The lesson "${from}" does not run to its end` });
  return { scenario: replayed, problems: [] };
}

/** The other lesson's scenario with its Dos before the start, each as long after the one before as when it was played. */
function replay(lesson: LessonModel, base: ScenarioFile, own: WrittenScenario): ScenarioFile | undefined {
  const { past, problems } = runLesson(lesson);
  if (problems.length > 0) return undefined;
  const ownFaults = own.faults ?? [];
  const earliest = Math.max(0, ...ownFaults.map(({ at }) => msBefore(at)));
  const end = (past.at(-1)?.at ?? 0) + SETTLE_MS + earliest;
  const times = past.flatMap((record) => (record.type === 'commanded' ? [record.at] : []));
  const dos = lesson.plan.filter((item) => item.kind === 'do');
  const done = dos.flatMap(({ command }, index) =>
    READING.test(command) ? [] : [{ beforeMs: end - (times[index] ?? 0), line: command }],
  );
  const earlier = (base.done ?? []).map(({ beforeMs, line }) => ({ beforeMs: beforeMs + end, line }));
  const faults = (base.faults ?? []).map(({ at, fault }) => ({ at: `-${msBefore(at) + end}ms`, fault }));
  return {
    ...base,
    ...own,
    faults: [...faults, ...ownFaults],
    done: [...earlier, ...done],
    files: { ...base.files, ...parseFiles(lesson.files) },
  };
}

function msBefore(at: string): number {
  return parseDuration(at.replace('-', '')) ?? 0;
}
