import { bootContainer, type Container, PROBE_MS, rejectedAfter, textOf } from '../../lab/container/container.ts';
import { plainText, treeOf } from '../../lab/container/noderun.ts';
import { loadApi, surroundings } from './nodelab.ts';

/** A project as small as one can be that installs a package and runs a test with it. */
const PROJECT = {
  'package.json': JSON.stringify({ name: 'selftest', type: 'module', dependencies: { 'is-number': '7.0.0' } }),
  'a.test.js':
    "import test from 'node:test';\nimport assert from 'node:assert';\nimport isNumber from 'is-number';\n" +
    "test('a number is one', () => assert.ok(isNumber(1)));\n",
};
const STEP_MS = 120_000;

type Print = (line: string) => void;

/** Goes through every step that a lab needs of WebContainer, and prints PASS or FAIL for each. For a person, online. */
export async function runSelfTest(root: HTMLElement): Promise<void> {
  const output = root.querySelector('pre');
  const status = root.querySelector('[role=status]');
  if (output === null || status === null) return;
  output.hidden = false;
  output.tabIndex = 0;
  output.textContent = `${navigator.userAgent}\n`;
  const print: Print = (line) => {
    output.textContent += `${line}\n`;
  };
  status.textContent = 'Running…';
  const isPassed = await allSteps(print);
  status.textContent = isPassed ? 'All steps passed.' : 'A step failed: the ones after it were not tried.';
  print(isPassed ? 'SELF-TEST PASSED' : 'SELF-TEST FAILED');
}

async function allSteps(print: Print): Promise<boolean> {
  const here = surroundings();
  let container: Container | undefined;
  const box = (): Container => {
    if (container === undefined) throw new Error('there is no container');
    return container;
  };
  const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['the page is cross-origin isolated', async () => must(here.isIsolated, 'it is not')],
    ['the browser has SharedArrayBuffer', async () => must(here.hasSharedMemory, 'it has not')],
    ['stackblitz.com answers (advisory)', () => here.probe(AbortSignal.timeout(PROBE_MS)).catch(advised(print))],
    [
      'Node starts within 30 s',
      async () => {
        container = await bootContainer(loadApi, here, print);
      },
    ],
    ['files are mounted', () => box().mount(treeOf(PROJECT))],
    ['node runs', async () => run(box(), print, 'node', ['--version'])],
    ['npm installs a package', async () => run(box(), print, 'npm', ['install', '--no-audit', '--no-fund'])],
    ['a test runs', async () => run(box(), print, 'node', ['--test'])],
    ['a file is written and read', async () => writeAndRead(box())],
    ['Node is put away', async () => box().teardown()],
  ];
  for (const [name, step] of steps) {
    const began = performance.now();
    try {
      await Promise.race([step(), rejectedAfter(STEP_MS, `not done within ${STEP_MS / 1000} s`)]);
      print(`PASS ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    } catch (error) {
      print(`FAIL ${name}: ${textOf(error)}`);
      return false;
    }
  }
  return true;
}

function advised(print: Print): (error: unknown) => void {
  return (error) => print(`     no answer: ${textOf(error)}. That alone decides nothing.`);
}

async function run(container: Container, print: Print, command: string, args: string[]): Promise<void> {
  const process = await container.spawn(command, args);
  const reader = process.output.getReader();
  void (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      print(`     ${plainText(part.value).trim().replaceAll('\n', '\n     ')}`);
    }
  })();
  const code = await process.exit;
  must(code === 0, `${command} ended with ${code}`);
}

async function writeAndRead(container: Container): Promise<void> {
  await container.fs.writeFile('note.txt', 'kept');
  must((await container.fs.readFile('note.txt', 'utf-8')) === 'kept', 'it came back changed');
}

function must(isSo: boolean, otherwise: string): void {
  if (!isSo) throw new Error(otherwise);
}
