import { describe, expect, it } from 'vitest';
import type { Saved } from '../../session/saved.ts';
import { exportText, MOST_BYTES, merge, readImport } from './portable.ts';

const logged = (at: number) => ({ at, delivered: 9, command: { kind: 'kubectl' } });
const PATHS = ['/control-plane/etcd/', '/kubectl-apply/pod/'];

function saved(answers: Saved['answers'], commands: readonly object[] = [], now = 0): Saved {
  const session = { files: { 'pod.yaml': 'kind: Pod\n' }, commands: JSON.stringify(commands), now };
  return { version: 1, answers, sessions: { harbour: session, 'exercise:drill': session }, active: 'harbour' };
}

const one = saved(
  {
    'predict-1': { choice: 1, outcome: [true, false], seen: true },
    'solved:drill': true,
    'recall-1': { order: [1, 0], right: false },
  },
  [logged(5)],
  40,
);

function pagesOf(text: string): unknown {
  const read = readImport(text, PATHS);
  return 'problem' in read ? read.problem : [Object.fromEntries(read.pages), read.strange];
}

const file = (pages: unknown, more: object = {}) =>
  JSON.stringify({ course: 'kubernetes-architecture', version: 1, pages, ...more });

it('what is exported comes back as it was', () => {
  const pages = new Map([['/kubectl-apply/pod/', one]]);
  expect(pagesOf(exportText(pages))).toEqual([{ '/kubectl-apply/pod/': one }, 0]);
});

describe('a file that somebody else wrote', () => {
  it.each([
    ['not JSON', 'alert(1)', 'not JSON'],
    ['something else', '{"a":1}', 'not a logbook'],
    ['a list', '[]', 'not a logbook'],
    ['another version', file({}, { version: 2 }), 'another version'],
    ['pages that are none', file(7), 'another version'],
    ['too large', ' '.repeat(MOST_BYTES + 1), 'larger than 1 MB'],
  ])('%s is refused with the reason', (_, text, reason) => {
    expect(pagesOf(text)).toContain(reason);
  });

  it('leaves out pages that are not of this course, and counts them', () => {
    const text = file({ '/kubectl-apply/pod/': one, '/elsewhere/': one, 'course-last': 'x', constructor: one });
    expect(pagesOf(text)).toEqual([{ '/kubectl-apply/pod/': one }, 3]);
  });

  it('never takes a key that means something to JavaScript', () => {
    const text = file({ '/kubectl-apply/pod/': one }).replace('"answers":{', '"answers":{"__proto__":{"evil":1},');
    expect(text).toContain('__proto__');
    const read = readImport(text, PATHS);
    const page = 'problem' in read ? undefined : read.pages.get('/kubectl-apply/pod/');
    expect(page).toEqual(one);
    expect((page?.answers as { evil?: unknown } | undefined)?.evil).toBeUndefined();
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
  });

  it.each([
    ['a log that is no JSON', { commands: 'rm -rf', now: 0, files: {} }],
    ['a log that is no list', { commands: '{"length":9}', now: 0, files: {} }],
    ['a log of numbers', { commands: '[1]', now: 0, files: {} }],
    ['a log of things that are no commands', { commands: '[{"at":1}]', now: 0, files: {} }],
    ['a year of simulated time', { commands: '[]', now: 31_536_000_000, files: {} }],
    ['no moment', { commands: '[]', now: '0', files: {} }],
  ])('a session with %s is left out', (_, session) => {
    const page = { version: 1, answers: {}, sessions: { harbour: session } };
    expect(pagesOf(file({ '/kubectl-apply/pod/': page }))).toEqual([
      { '/kubectl-apply/pod/': { version: 1, answers: {}, sessions: {} } },
      0,
    ]);
  });

  it.each([
    ['a guess that is none', { 'predict-1': { choice: '1' } }],
    ['an outcome that is none', { 'predict-1': { choice: 1, outcome: 'yes' } }],
    ['a key that no widget has', { evil: true }],
    ['a history that is no list', { 'terminal-history': { length: 3 } }],
    ['an order that is none', { 'recall-1': { order: 'abc' } }],
    ['half an exercise', { 'solved:drill': 'almost' }],
  ])('%s is left out, its neighbour stays', (_, answers) => {
    const page = { version: 1, answers: { ...answers, 'predict-2': { choice: 0 } }, sessions: {} };
    expect(pagesOf(file({ '/kubectl-apply/pod/': page }))).toEqual([
      { '/kubectl-apply/pod/': { version: 1, answers: { 'predict-2': { choice: 0 } }, sessions: {} } },
      0,
    ]);
  });
});

describe('merge keeps the further one', () => {
  it.each([
    ['more commands', [logged(1)], 10, [logged(1), logged(2)], 5, 2],
    ['fewer commands', [logged(1), logged(2)], 5, [logged(1)], 10, 2],
    ['as many and later', [logged(1)], 5, [logged(1)], 10, 1],
  ])('%s', (_, own, ownNow, other, otherNow, length) => {
    const merged = merge(saved({}, own, ownNow), saved({}, other, otherNow)).sessions['harbour'];
    expect(JSON.parse(merged?.commands ?? '')).toHaveLength(length);
    expect(merged?.now).toBe(own.length > other.length ? ownNow : length === 1 ? 10 : otherNow);
  });

  it('answers of both; where both answered, the own one', () => {
    const merged = merge(saved({ a: 1, b: 1 }), saved({ b: 2, c: 2 }));
    expect(merged.answers).toEqual({ a: 1, b: 1, c: 2 });
  });

  it('takes everything where there was nothing', () => {
    expect(merge(undefined, one)).toEqual(one);
  });
});
