import type { FileSystemTree } from '@webcontainer/api';
import type { ProjectFiles } from '../project/project.ts';
import { type Container, NoContainer, rejectedAfter, textOf } from './container.ts';

/** The stations of a run, in their order. */
export const STATIONS = ['mount', 'install', 'test', 'read'] as const;
/** One of them. */
export type Station = (typeof STATIONS)[number];

/** One test of the project, as vitest reports it. */
export interface TestResult {
  readonly name: string;
  readonly isPassed: boolean;
  readonly problem: string;
}

/** What a run tells while it goes on. */
export interface Telling {
  onStation(station: Station): void;
  onOutput(text: string): void;
}

/** Where vitest writes its report. */
const REPORT = 'results.json';
const INSTALL_MS = 180_000;
const TEST_MS = 120_000;
const LOST = 'Node went away in the middle of it.';

/** A project in a container: mounted and installed once, tested as often as wanted. */
export class NodeProject {
  readonly #container: Container;
  readonly #telling: Telling;
  readonly #lost: Promise<never>;
  #isInstalled = false;

  constructor(container: Container, telling: Telling) {
    this.#container = container;
    this.#telling = telling;
    this.#lost = new Promise((_, reject) => {
      container.on('error', ({ message }) => reject(new NoContainer(`${LOST} It said: ${message}`)));
    });
    this.#lost.catch(() => undefined);
  }

  /** Installs the project, with the reader's program in it. */
  async install(files: ProjectFiles): Promise<void> {
    this.#telling.onStation('mount');
    await this.#orLost(this.#container.mount(treeOf(files)));
    this.#telling.onStation('install');
    const code = await this.#run('npm', ['install', '--no-audit', '--no-fund'], INSTALL_MS);
    if (code !== 0) throw new NoContainer(`npm install ended with ${code}: see what it printed.`);
    this.#isInstalled = true;
  }

  /** Runs the tests over this text of the program, and gives what vitest found. */
  async test(file: string, text: string): Promise<readonly TestResult[]> {
    if (!this.#isInstalled) throw new NoContainer('The project is not installed.');
    this.#telling.onStation('test');
    await this.#orLost(this.#container.fs.writeFile(REPORT, ''));
    await this.#orLost(this.#container.fs.writeFile(file, text));
    const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${REPORT}`];
    await this.#run('npx', args, TEST_MS);
    this.#telling.onStation('read');
    return readReport(await this.#orLost(this.#container.fs.readFile(REPORT, 'utf-8')));
  }

  /** The program as it stands in the container. */
  read(file: string): Promise<string> {
    return this.#orLost(this.#container.fs.readFile(file, 'utf-8'));
  }

  async #run(command: string, args: string[], ms: number): Promise<number> {
    const process = await this.#orLost(this.#container.spawn(command, args));
    void this.#print(process.output);
    const late = rejectedAfter(ms, `${command} ${args[0]} did not end within ${ms / 1000} s.`);
    try {
      return await Promise.race([this.#orLost(process.exit), late]);
    } catch (error) {
      process.kill();
      throw error;
    }
  }

  async #print(output: ReadableStream<string>): Promise<void> {
    const reader = output.getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.#telling.onOutput(plainText(part.value));
      }
    } catch {
      // The process is gone; whoever waits for its end is told.
    }
  }

  /** Whatever it waits for, the loss of the container ends it. */
  async #orLost<T>(promise: Promise<T>): Promise<T> {
    try {
      return await Promise.race([promise, this.#lost]);
    } catch (error) {
      throw error instanceof NoContainer ? error : new NoContainer(`${LOST} ${textOf(error)}`);
    }
  }
}

/** Files by path as the tree that a container mounts. */
export function treeOf(files: ProjectFiles): FileSystemTree {
  const root: FileSystemTree = {};
  for (const [path, contents] of Object.entries(files)) {
    const parts = path.split('/');
    const name = parts.pop() ?? '';
    let folder = root;
    for (const part of parts) {
      const known = folder[part];
      const next = known !== undefined && 'directory' in known ? known.directory : {};
      folder[part] = { directory: next };
      folder = next;
    }
    folder[name] = { file: { contents } };
  }
  return root;
}

/** Without the codes that colour a terminal or move its cursor. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal is sent.
  return text.replace(/\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-_])/g, '').replace(/\r(?!\n)/g, '\n');
}

function readReport(text: string): readonly TestResult[] {
  try {
    const { testResults } = JSON.parse(text) as Report;
    return testResults.flatMap(({ assertionResults, message }) =>
      assertionResults.length === 0 && message
        ? [{ name: 'The tests could be loaded', isPassed: false, problem: plainText(message) }]
        : assertionResults.map(({ title, status, failureMessages }) => ({
            name: title,
            isPassed: status === 'passed',
            problem: plainText(failureMessages?.[0] ?? '').split('\n')[0] ?? '',
          })),
    );
  } catch {
    throw new NoContainer('vitest left no report: see what it printed.');
  }
}

/** What vitest's JSON reporter writes, as far as it is read. */
interface Report {
  readonly testResults: readonly {
    readonly message?: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages?: readonly string[];
    }[];
  }[];
}
