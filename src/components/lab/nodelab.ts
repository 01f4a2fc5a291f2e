import { bootContainer, type LoadApi, NoContainer, type Surroundings, textOf } from '../../lab/container/container.ts';
import { NodeProject, STATIONS, type Station, type TestResult } from '../../lab/container/noderun.ts';
import type { ProjectFiles } from '../../lab/project/project.ts';
import { keepProgram, keptProgram } from '../../session/programs.ts';

/** Output longer than this loses its beginning. */
const MAX_OUTPUT = 200_000;

/** The documented package, loaded when the reader has pressed the button. */
export const loadApi: LoadApi = async () => (await import('@webcontainer/api')) as Awaited<ReturnType<LoadApi>>;

/** This page and this browser. */
export function surroundings(): Surroundings {
  return {
    isIsolated: globalThis.crossOriginIsolated === true,
    hasSharedMemory: typeof SharedArrayBuffer === 'function',
    probe: (signal) => fetch('https://stackblitz.com/', { mode: 'no-cors', signal }),
  };
}

let project: NodeProject | undefined;

/** Loads Node, runs the project's tests over the reader's program, and shows what comes of it. */
export async function runNodeLab(root: HTMLElement): Promise<void> {
  const { lab = '', id = '', file = '', files = '' } = root.dataset;
  const button = part<HTMLButtonElement>(root, 'button');
  button.setAttribute('aria-disabled', 'true');
  showTrouble(root, '');
  try {
    const given = await projectFiles(files);
    const program = keptProgram(lab, id) ?? given[file] ?? '';
    project ??= await start(root, { ...given, [file]: program });
    showResults(root, await project.test(file, program));
    // What the container holds is what was tested: that is carried back.
    keepProgram(lab, id, await project.read(file));
    button.textContent = 'Run the tests again';
    say(root, 'The tests have run.');
  } catch (error) {
    project = undefined;
    showTrouble(root, error instanceof NoContainer ? error.message : `Something went wrong: ${textOf(error)}`);
  } finally {
    button.removeAttribute('aria-disabled');
  }
}

async function start(root: HTMLElement, files: ProjectFiles): Promise<NodeProject> {
  say(root, 'Starting Node…');
  const container = await bootContainer(loadApi, surroundings(), (sentence) => print(root, `${sentence}\n`));
  const made = new NodeProject(container, {
    onStation: (station) => showStation(root, station),
    onOutput: (text) => print(root, text),
  });
  await made.install(files);
  return made;
}

async function projectFiles(address: string): Promise<ProjectFiles> {
  const response = await fetch(address);
  if (!response.ok) throw new NoContainer(`The project's files could not be loaded (${response.status}).`);
  return (await response.json()) as ProjectFiles;
}

const WORDS: Readonly<Record<Station, string>> = {
  mount: 'The project is put into Node.',
  install: 'npm install…',
  test: 'The tests run…',
  read: 'The results are read.',
};

function showStation(root: HTMLElement, station: Station): void {
  say(root, `Step ${STATIONS.indexOf(station) + 1} of ${STATIONS.length}: ${WORDS[station]}`);
}

/** Goals by the name of their test: done, or not yet and why. */
function showResults(root: HTMLElement, results: readonly TestResult[]): void {
  const items = results.map(({ name, isPassed, problem }) => {
    const item = document.createElement('li');
    item.className = isPassed ? 'goal done' : 'goal not-yet';
    item.textContent = `${isPassed ? '✓ done' : '○ not yet'}: ${name}${problem === '' ? '' : `. ${problem}`}`;
    return item;
  });
  part(root, '.node-results').replaceChildren(...items);
  part(root, '.node-done').hidden = results.length === 0 || results.some(({ isPassed }) => !isPassed);
}

function showTrouble(root: HTMLElement, sentence: string): void {
  const place = part(root, '.node-trouble');
  place.hidden = sentence === '';
  part(root, '.node-why').textContent = sentence;
  if (sentence !== '') say(root, '');
}

function print(root: HTMLElement, text: string): void {
  const output = part(root, 'pre');
  output.hidden = false;
  output.tabIndex = 0;
  output.textContent = ((output.textContent ?? '') + text).slice(-MAX_OUTPUT);
  output.scrollTop = output.scrollHeight;
}

function say(root: HTMLElement, sentence: string): void {
  part(root, '[role=status]').textContent = sentence;
}

function part<E extends HTMLElement>(root: HTMLElement, selector: string): E {
  const found = root.querySelector<E>(selector);
  if (found === null) throw new Error(`The page has no ${selector}.`);
  return found;
}
