import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { Session } from '../sim/index.ts';
import { checkLesson } from '../src/lesson/check.ts';
import { CHAPTERS, lessonFiles } from '../src/lesson/folder.ts';
import { type LessonPage, pageOf } from '../src/lesson/page.ts';
import { readLesson } from '../src/lesson/read.ts';
import { runLesson } from '../src/lesson/run.ts';
import { frameOf } from '../src/session/frame.ts';

const FILE = lessonFiles(CHAPTERS).find((file) => file.includes('lost-ship')) ?? '';
const FLEET = 'scenario.fleet.yaml';

/** The lesson, with one line of its scenario changed and nothing else. */
function lessonWith(line: string) {
  return readLesson(FILE, readFileSync(FILE, 'utf8'), (name) => {
    const text = readFileSync(`${dirname(FILE)}/${name}`, 'utf8');
    if (name !== FLEET) return text;
    expect(text).toContain('nodeMonitorGracePeriod: 50s');
    return text.replace('nodeMonitorGracePeriod: 50s', line);
  });
}

function pageWith(line: string): LessonPage {
  const { lesson } = lessonWith(line);
  return pageOf('/kubectl-apply/lost-ship/', lesson, runLesson(lesson));
}

/** Virtual seconds from the power cut to a beat. */
function delay({ run }: LessonPage, beat: string): number {
  const cut = run.past.find((record) => record.type === 'commanded' && record.command.kind === 'fault');
  const reached = run.reached.find(({ id }) => id === beat);
  return Math.round(((reached?.at ?? 0) - (cut?.at ?? 0)) / 1000);
}

/** What the log says when the silence is noticed. */
function silence({ run }: LessonPage): string {
  return run.log.find(({ plain }) => plain.includes('has not heard of node/node-b'))?.plain ?? '';
}

/** The stage's cluster 40 s after the power cut: drawing, caption, table, and a goal. */
function moment({ spec }: LessonPage) {
  const scenario = spec?.sessions['fleet']?.spec.scenario ?? {};
  const session = new Session({ scenario, plan: [], goals: [{ reach: 'node/node-b condition=Ready=Unknown' }] });
  session.do('kill node/node-b', {});
  session.seek(40_000);
  const { scene, step, tables, goals } = frameOf('harbour', session, 'tables', {});
  const ship = scene.nodes.find(({ name }) => name === 'node-b')?.status;
  const rows = tables?.find(({ title }) => title === 'Nodes')?.rows ?? [];
  const row = rows.map(({ cells }) => cells.map(({ text }) => text)).find(([name]) => name === 'node-b');
  return { ship, row: row?.[1], caption: step?.plain, goal: goals[0]?.state };
}

const slow = pageWith('nodeMonitorGracePeriod: 50s');
const fast = pageWith('nodeMonitorGracePeriod: 20s');

test('another grace period moves every beat and every sentence of the log', () => {
  for (const beat of ['notready', 'unrouted', 'evicted', 'replaced', 'replacement-bound']) {
    expect([beat, delay(slow, beat) - delay(fast, beat)]).toEqual([beat, 30]);
  }
  expect(silence(slow)).toMatch(/for 5\d s/);
  expect(silence(fast)).toMatch(/for 2\d s/);
});

test('another grace period changes drawing, caption, table and goal', () => {
  const [before, after] = [moment(slow), moment(fast)];
  expect(before).toMatchObject({ ship: 'Ready', row: 'Ready', goal: 'not yet' });
  expect(after).toMatchObject({ ship: 'NotReady', row: 'NotReady', goal: 'done' });
  expect(after.caption).not.toBe(before.caption);
});

test('the lesson passes its check with the other grace period: nothing in it names a time of its own', () => {
  expect(checkLesson(lessonWith('nodeMonitorGracePeriod: 20s')).problems).toEqual([]);
});
