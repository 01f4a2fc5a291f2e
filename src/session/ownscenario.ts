import { parseDuration, type ScenarioFile, Session, type SessionSpec } from '../../sim/index.ts';
import { parseScenario } from '../lesson/scenarios.ts';
import type { OpenSession, ScenarioProblem } from './protocol.ts';

/** A scenario file that anybody may have written, ready to be opened; or everything that is wrong with it. */
export type OwnScenario = { readonly spec: SessionSpec } | { readonly refused: readonly ScenarioProblem[] };

/** What a file may weigh, in characters. */
const MOST_TEXT = 100_000;
const MOST_NODES = 100;
const MOST_OBJECTS = 300;
/** Pods that the file's own workloads ask for, together. */
const MOST_PODS = 300;
const MOST_FAULTS = 50;
/** The longest history before the start, in ms: a day. */
const MOST_MS = 86_400_000;
/** Slower than this nothing would be seen any more, in ms. */
const MOST_LATENCY_MS = 10_000;
/** A control loop that runs more often keeps this page busy with itself, in ms. */
const LEAST_PERIOD_MS = 100;

type PlaceOf = (path: string) => number;

/**
 * Reads a scenario file by the schema that lessons use, within what a page can run, and boots it once. It never throws:
 * what is wrong comes back with its line, the reason, and what to do.
 */
export function readOwnScenario(text: string): OwnScenario {
  if (text.length > MOST_TEXT) {
    const reason = `It has ${text.length.toLocaleString('en')} characters; ${MOST_TEXT.toLocaleString('en')} are allowed.`;
    return refused(1, 'The file is too long', reason, 'Leave out what the story does not need.');
  }
  const { scenario, problems, placeOf } = parseScenario('scenario', text);
  const lineOf = (path: string) => placeOf(path).line;
  if (scenario === undefined) {
    const found = problems.map(({ place, title, reason, fix }) => problemOf(place.line, title, reason, fix));
    return { refused: found.toSorted((a, b) => a.line - b.line) };
  }
  const beyond = [...strangers(scenario, lineOf), ...excesses(scenario, lineOf)];
  if (beyond.length > 0) return { refused: beyond };
  const spec: SessionSpec = { scenario, plan: [], goals: [] };
  try {
    new Session(spec);
    return { spec };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    return { refused: [bootProblem(said.replace(/^Assertion failed: /, ''), scenario, lineOf)] };
  }
}

/** What a session is opened with when the reader's own scenario file takes the author's place. */
export function openOwn(
  opened: OpenSession,
): OpenSession | { readonly refused: readonly ScenarioProblem[]; readonly problem: string } {
  const read = readOwnScenario(opened.saved?.scenario ?? '');
  if ('spec' in read) return { ...opened, spec: read.spec, files: {} };
  const [first] = read.refused;
  return { ...read, problem: `The scenario file, line ${first?.line}: ${first?.title}. ${first?.reason}` };
}

function refused(line: number, title: string, reason: string, fix: string): OwnScenario {
  return { refused: [{ line, title, reason, fix }] };
}

/** What the check of lessons says, with a reason and a way out where it has none. */
function problemOf(line: number, title: string, reason?: string, fix?: string): ScenarioProblem {
  if (reason !== undefined) return { line, title, reason, fix: fix ?? 'Mend this line, then bring the file in again.' };
  if (title.startsWith('Unknown key')) {
    const suggestion = / Did you mean "(\S+)"\?$/.exec(title)?.[1];
    return {
      line,
      title: title.replace(/\.? Did you mean .*$/, ''),
      reason: 'Nothing in a scenario file has this name, so nobody would read it.',
      fix: suggestion === undefined ? 'Take the line out.' : `Write ${suggestion}, or take the line out.`,
    };
  }
  const [, path = '', message = title] = /^([^:]+): (.*)$/.exec(title) ?? [];
  return {
    line,
    title: path === '' ? title : `${path} does not hold what it should`,
    reason: `${message}.`,
    fix: 'The reference for scenario files, under Teach, lists what may stand here.',
  };
}

/** Keys that mean something beside a lesson only. */
function strangers(scenario: ScenarioFile, lineOf: PlaceOf): readonly ScenarioProblem[] {
  const keys = ['extends', 'from', 'lab'].filter((key) => key in scenario);
  return keys.map((key) => ({
    line: lineOf(key),
    title: `${key} cannot stand in a file of its own`,
    reason: 'It names something of a lesson, and the playground has no lesson around it.',
    fix: 'Write out what it stands for, or open the scenario in its lesson.',
  }));
}

function excesses(scenario: ScenarioFile, lineOf: PlaceOf): readonly ScenarioProblem[] {
  const { nodes = 3, objects = [], faults = [] } = scenario;
  const list = typeof nodes === 'number' ? [] : nodes.map(({ name }) => name);
  const twice = list.findIndex((name, index) => list.indexOf(name) !== index);
  const pods = objects.reduce((sum, object) => sum + podsOf(object), 0);
  const early = faults.findIndex(({ at }) => Math.abs(msOf(at.slice(1))) > MOST_MS);
  return [
    ...(twice < 0 ? [] : [twin(list[twice] ?? '', lineOf(`nodes[${twice}].name`))]),
    ...tooMany('nodes', typeof nodes === 'number' ? nodes : nodes.length, MOST_NODES, lineOf),
    ...tooMany('objects', objects.length, MOST_OBJECTS, lineOf),
    ...tooMany('objects', pods, MOST_PODS, lineOf, 'pods of workloads'),
    ...tooMany('faults', faults.length, MOST_FAULTS, lineOf),
    ...(early < 0 ? [] : [outOfRange(lineOf(`faults[${early}].at`), 'at', 'a day before the start, at most')]),
    ...paces(scenario, lineOf),
  ];
}

function twin(name: string, line: number): ScenarioProblem {
  return {
    line,
    title: `Two nodes are called ${name}`,
    reason: 'A node is known by its name alone.',
    fix: 'Give one of them another name.',
  };
}

/** How many pods an object of a scenario wants from the start. */
function podsOf(object: unknown): number {
  const { spec } = object as { readonly spec?: { readonly replicas?: unknown; readonly parallelism?: unknown } };
  return Number(spec?.replicas ?? spec?.parallelism ?? 0) || 0;
}

function tooMany(
  key: string,
  count: number,
  most: number,
  lineOf: PlaceOf,
  what: string = key,
): readonly ScenarioProblem[] {
  if (count <= most) return [];
  const reason = `This page runs everything itself, and takes at most ${most}.`;
  return [{ line: lineOf(key), title: `${count} ${what} are too many`, reason, fix: `Ask for ${most} or fewer.` }];
}

/** Times that would keep the page busy for ever. */
function paces(scenario: ScenarioFile, lineOf: PlaceOf): readonly ScenarioProblem[] {
  const { timings = {}, network = {} } = scenario;
  const long = Object.entries(timings).filter(([, text]) => msOf(text) > MOST_MS);
  const period = timings['nodeMonitorPeriod'];
  const isHasty = period !== undefined && msOf(period) < LEAST_PERIOD_MS;
  const slow = (['localMs', 'latencyMs', 'jitterMs'] as const).filter((key) => (network[key] ?? 0) > MOST_LATENCY_MS);
  return [
    ...long.map(([key]) => outOfRange(lineOf(`timings.${key}`), key, 'a day at most')),
    ...(isHasty
      ? [outOfRange(lineOf('timings.nodeMonitorPeriod'), 'nodeMonitorPeriod', `${LEAST_PERIOD_MS}ms or more`)]
      : []),
    ...slow.map((key) => outOfRange(lineOf(`network.${key}`), key, `${MOST_LATENCY_MS} or less`)),
  ];
}

function outOfRange(line: number, key: string, range: string): ScenarioProblem {
  return { line, title: `${key} is out of range`, reason: `A page can wait for ${range}.`, fix: `Write ${range}.` };
}

function msOf(text: string): number {
  return parseDuration(text) ?? 0;
}

/** The simulator names what it refused; the line is that object's, or that fault's. */
function bootProblem(said: string, scenario: ScenarioFile, lineOf: PlaceOf): ScenarioProblem {
  const { objects = [], faults = [] } = scenario;
  const object = objects.findIndex(({ kind, metadata }) => said.includes(`${kind} ${metadata?.name}`));
  const fault = faults.findIndex((one) => said.includes(one.fault.replace(/^\S+ /, '').replace(/^node\//, '')));
  const path = object >= 0 ? `objects[${object}].metadata.name` : fault >= 0 ? `faults[${fault}].fault` : '';
  return {
    line: path === '' ? 1 : lineOf(path),
    title: 'The cluster does not start',
    reason: `${said.replace(/\.$/, '')}.`,
    fix: 'Mend what is named here, then bring the file in again.',
  };
}
