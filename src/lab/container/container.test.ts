import { WebContainer } from '@webcontainer/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BOOT_MS, bootContainer, type Container, forgetContainer, type Surroundings } from './container.ts';
import { type Documented, FakeContainer } from './fakecontainer.ts';
import { NodeProject, plainText, treeOf } from './noderun.ts';

const fits: Documented = true;
const able: Surroundings = { isIsolated: true, hasSharedMemory: true, probe: () => Promise.resolve() };
const report = JSON.stringify({
  testResults: [
    {
      assertionResults: [
        { title: 'makes three pods', status: 'passed' },
        { title: 'heals', status: 'failed', failureMessages: ['\u001b[31mexpected 3\u001b[0m\nat x'] },
      ],
    },
  ],
});
const green = { 'npm install': { prints: ['added 12 packages'], exit: 0 } } as const;

beforeEach(() => {
  forgetContainer();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

function booting(boot: () => Promise<Container>, here: Surroundings = able) {
  const told: string[] = [];
  const load = vi.fn(() => Promise.resolve({ WebContainer: { boot } }));
  return { told, load, booted: bootContainer(load, here, (sentence) => told.push(sentence)) };
}

function projectOf(commands: ConstructorParameters<typeof FakeContainer>[0]) {
  const container = new FakeContainer(commands);
  const told: string[] = [];
  const telling = { onStation: (name: string) => told.push(`[${name}]`), onOutput: (text: string) => told.push(text) };
  return { container, told, project: new NodeProject(container, telling) };
}

test('the package has what the fake has', () => {
  expect(fits).toBe(true);
  for (const name of ['mount', 'spawn', 'on', 'teardown']) expect(WebContainer.prototype).toHaveProperty(name);
  expect(WebContainer.boot).toBeTypeOf('function');
});

test('boots once in a page load, whoever asks', async () => {
  const boot = vi.fn(() => Promise.resolve<Container>(new FakeContainer({})));
  const { booted } = booting(boot);
  expect(await booting(boot).booted).toBe(await booted);
  expect(boot).toHaveBeenCalledTimes(1);
});

test.each([
  [{ isIsolated: false }, /not cross-origin isolated/],
  [{ hasSharedMemory: false }, /no SharedArrayBuffer/],
])('a browser that cannot is told so, and nothing is loaded: %j', async (lack, sentence) => {
  const { booted, load } = booting(() => new Promise(() => undefined), { ...able, ...lack });
  await expect(booted).rejects.toThrow(sentence);
  expect(load).not.toHaveBeenCalled();
});

test('offline, the boot is given up after 30 s, and never tried again', async () => {
  const boot = vi.fn(() => new Promise<Container>(() => undefined));
  const { booted, told } = booting(boot, { ...able, probe: () => Promise.reject(new Error('offline')) });
  const ended = expect(booted).rejects.toThrow('Node did not start within 30 s.');
  await vi.advanceTimersByTimeAsync(BOOT_MS + 1);
  await ended;
  expect(told.join()).toMatch(/has not answered/);
  await expect(booting(boot).booted).rejects.toThrow('within 30 s');
  expect(boot).toHaveBeenCalledTimes(1);
});

test('a boot that is refused says why', async () => {
  await expect(booting(() => Promise.reject(new Error('third-party cookies'))).booted).rejects.toThrow(
    'WebContainer refused to start: third-party cookies',
  );
});

test('a project is mounted, installed and tested, its output told as it comes', async () => {
  const { container, told, project } = projectOf({
    ...green,
    'npx vitest': {
      prints: ['\u001b[32m✓\u001b[0m makes three pods\r\n'],
      exit: 1,
      writes: { 'results.json': report },
    },
  });
  await project.install({ 'package.json': '{}', 'src/program.ts': 'old' });
  expect(await project.test('src/program.ts', 'new')).toEqual([
    { name: 'makes three pods', isPassed: true, problem: '' },
    { name: 'heals', isPassed: false, problem: 'expected 3' },
  ]);
  expect(await project.read('src/program.ts')).toBe('new');
  expect(told).toEqual(['[mount]', '[install]', 'added 12 packages', '[test]', '✓ makes three pods\r\n', '[read]']);
  expect(container.ran).toHaveLength(2);
});

test.each([
  ['an install that fails', { 'npm install': { prints: ['404'], exit: 1 } }, /npm install ended with 1/, 0],
  ['an install that never ends', { 'npm install': { prints: [], exit: 'never' } }, /did not end within 180 s/, 181_000],
  ['a loss in mid-run', { 'npm install': { prints: ['…'], exit: 'lost' } }, /went away in the middle.*closed/, 20],
  ['a missing command', {}, /went away in the middle.*command not found/, 0],
] as const)('%s ends in a sentence', async (_, commands, sentence, ms) => {
  const { project } = projectOf(commands);
  const ended = expect(project.install({})).rejects.toThrow(sentence);
  await vi.advanceTimersByTimeAsync(ms);
  await ended;
});

test('tests that leave no report say so', async () => {
  const { project } = projectOf({ ...green, 'npx vitest': { prints: ['boom'], exit: 1 } });
  await project.install({});
  await expect(project.test('a.ts', '')).rejects.toThrow('vitest left no report');
});

test('paths become a tree, and colours go', () => {
  expect(treeOf({ 'a/b/c.ts': '1', 'a/d.ts': '2' })).toEqual({
    a: {
      directory: { b: { directory: { 'c.ts': { file: { contents: '1' } } } }, 'd.ts': { file: { contents: '2' } } },
    },
  });
  expect(plainText('\u001b[2K\u001b[1Gnpm\rdone')).toBe('npm\ndone');
});
