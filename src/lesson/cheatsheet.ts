import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type Files, Session } from '../../sim/index.ts';
import { type CheatSheetFile, cheatSheetSchema } from '../schemas/cheatsheet.ts';
import { parseFiles } from './run.ts';
import { parseScenario } from './scenarios.ts';
import { doStep } from './typed.ts';

const FOLDER = 'src/content/cheatsheet';

/** A line of the cheat sheet, run. */
export interface CheatLine {
  readonly line: string;
  readonly for: string;
  /** `control-plane/etcd#beat-news`. */
  readonly taught: string;
  readonly after: readonly string[];
  readonly printed: readonly string[];
}

/** Lines for one purpose. */
export interface CheatGroup {
  readonly id: string;
  readonly title: string;
  /** What their cluster is called, and the file that says it. */
  readonly cluster: string;
  readonly scenario: string;
  readonly lines: readonly CheatLine[];
}

let known: readonly CheatGroup[] | undefined;

/**
 * The cheat sheet with what each line prints. Lines run in futures of their own, so none sees what another did. Throws
 * when one does not do what it stands there for.
 */
export function cheatSheet(): readonly CheatGroup[] {
  known ??= runSheet(readSheet());
  return known;
}

/** The sheet as written. */
export function readSheet(): CheatSheetFile {
  return cheatSheetSchema.parse(parse(readFileSync(`${FOLDER}/lines.yaml`, 'utf8')));
}

/** Runs the lines of a sheet. */
export function runSheet({ groups, files: texts }: CheatSheetFile): readonly CheatGroup[] {
  const files = parseFiles(texts);
  return groups.map(({ id, title, scenario: name, lines }) => {
    const { session, text } = open(name);
    const cluster = session.spec.scenario.title ?? name;
    return { id, title, cluster, scenario: text, lines: lines.map((entry) => runLine(entry, session, files)) };
  });
}

/** What a line prints in the cluster of a working morning; throws when it is not what it should show. */
export function tryLine(line: Tried): Pick<CheatLine, 'line' | 'after' | 'printed'> {
  return runLine({ ...line, for: '', taught: '' }, open('office').session, {});
}

/** A line, what is done before it, and the words it must print. */
type Tried = Pick<CheatSheetFile['groups'][number]['lines'][number], 'line' | 'after' | 'shows'>;

/** A scenario and the file that says it. */
interface Opened {
  readonly session: Session;
  readonly text: string;
}

function runLine(entry: CheatSheetFile['groups'][number]['lines'][number], session: Session, files: Files): CheatLine {
  const { line, after = [], exit = 0, shows, for: purpose, taught } = entry;
  const timeline = session.timeline.fork();
  for (const step of after) doStep(timeline, step, files);
  const { lines, exitCode } = doStep(timeline, line, files);
  const printed = withoutEnd(lines);
  const said = printed.join('\n');
  if (exitCode !== exit) throw new Error(`${line} ends with ${exitCode}, not with ${exit}:\n${said}`);
  if (!said.includes(shows)) throw new Error(`${line} does not print “${shows}”, but\n${said}`);
  return { line, for: purpose, taught, after, printed };
}

const opened = new Map<string, Opened>();

function open(name: string): Opened {
  const found = opened.get(name);
  if (found !== undefined) return found;
  const file = `${FOLDER}/scenario.${name}.yaml`;
  const text = readFileSync(file, 'utf8');
  const { scenario, problems } = parseScenario(file, text);
  if (scenario === undefined) throw new Error(`${file}: ${problems[0]?.title}`);
  const cluster = { session: new Session({ scenario, plan: [], goals: [] }), text };
  opened.set(name, cluster);
  return cluster;
}

/** A table ends with its last row. */
function withoutEnd(lines: readonly string[]): readonly string[] {
  return lines.at(-1) === '' ? withoutEnd(lines.slice(0, -1)) : lines;
}
