// What was done in the page becomes text for a lesson, and the check accepts it.
import { expect, test } from 'vitest';
import { addressToOpen } from '../cli/openpreview.ts';
import { Session } from '../sim/index.ts';
import { checkLesson } from '../src/lesson/check.ts';
import { CHAPTERS, readLessonFile } from '../src/lesson/folder.ts';
import { readLibrary } from '../src/lesson/library.ts';
import { PLAYGROUND, PLAYGROUND_FILES } from '../src/lesson/playground.ts';
import { formatProblems } from '../src/lesson/problems.ts';
import { readLesson } from '../src/lesson/read.ts';
import { record } from '../src/lesson/record.ts';
import { exerciseSpec, parseFiles } from '../src/lesson/run.ts';
import { parseScenario } from '../src/lesson/scenarios.ts';
import { linkOf } from '../src/session/link.ts';
import { stepsOf } from '../src/session/recording.ts';
import { momentOf } from '../src/session/visit.ts';

function doAll(session: Session, lines: readonly string[], files: Readonly<Record<string, string>>): void {
  for (const line of lines) {
    const amount = /^advance (\d+)s$/.exec(line)?.[1];
    if (amount !== undefined) session.seek(session.now + Number(amount) * 1000);
    else {
      session.do(line, parseFiles(files));
      for (let moves = 0; moves < 2000 && !session.move().isEnd; moves++);
    }
  }
}

test('what is done on the playground becomes a lesson that passes its check', { timeout: 60_000 }, async () => {
  const text = readLibrary().find(({ name }) => name === 'empty')?.text ?? '';
  const { scenario = {} } = parseScenario('own', text);
  const session = new Session({ scenario, plan: [], goals: [] });
  doAll(
    session,
    ['kubectl apply -f web.yaml', 'advance 20s', 'kubectl scale deployment web --replicas=4'],
    PLAYGROUND_FILES,
  );
  const saved = { scenario: text, files: {}, commands: '[]', now: 0 };
  const moment = momentOf(PLAYGROUND, session, { files: PLAYGROUND_FILES, saved });
  const library = Object.fromEntries(readLibrary().map((one) => [one.name, one.text]));
  const link = await linkOf({ ...moment, view: 'diagram', selection: '' }, { stage: PLAYGROUND, library });
  const recording = await record(`https://course.example/playground/${link}`);
  expect(recording.kind).toBe('lesson');
  if (recording.kind !== 'lesson') return;
  const reading = readLesson('recorded/index.mdx', recording.text, () => recording.scenario);
  expect(formatProblems(checkLesson(reading).problems)).toBe('');
  expect(reading.lesson.plan.filter(({ kind }) => kind === 'do')).toHaveLength(2);
  expect(reading.lesson.beats.length).toBeGreaterThanOrEqual(4);
});

test('what is done in an exercise becomes its Solution, without the detours', { timeout: 60_000 }, async () => {
  const { lesson } = readLessonFile(`${CHAPTERS}/03-control-plane/06-controller-manager/index.mdx`);
  const exercise = lesson.exercises.find(({ id }) => id === 'orphan');
  const spec = exercise && exerciseSpec(lesson, exercise);
  if (spec === undefined) throw new Error('the exercise is gone');
  const session = new Session(spec);
  doAll(session, ['kubectl get pods', 'kubectl label pod web-2 app=study --overwrite'], {});
  const moment = momentOf('exercise:orphan', session, { files: {} });
  const link = await linkOf({ ...moment, view: 'diagram', selection: '' }, { stage: lesson.stage?.id ?? '' });
  expect(await record(`/control-plane/controller-manager/${link}`)).toMatchObject({
    kind: 'solution',
    exercise: 'orphan',
    text: '  <Solution>\n  ```sh\n  kubectl label pod web-2 app=study --overwrite\n  ```\n  </Solution>',
  });
  expect(await record('/control-plane/controller-manager/')).toMatchObject({ kind: 'problem' });
  expect(await record('/control-plane/nowhere/#m=jW10')).toMatchObject({ kind: 'problem' });
});

test('pauses become advance, and a file that changed on the way has a name for each text', () => {
  const deed = { kind: 'kubectl', run: 'run-1', delivered: 0 } as const;
  const recorded = stepsOf(
    [
      { ...deed, at: 0, line: 'kubectl apply -f a.yaml', files: [['a.yaml', 'one']] },
      { ...deed, at: 40_500, line: 'kubectl apply -f a.yaml', files: [['a.yaml', 'two']] },
      { kind: 'fault', at: 41_000, delivered: 0, line: 'kill node/node-b' },
    ],
    {},
  );
  expect(recorded).toEqual({
    steps: ['kubectl apply -f a.yaml', 'advance 40s', 'kubectl apply -f a-2.yaml', 'kill node/node-b'],
    files: { 'a.yaml': 'one', 'a-2.yaml': 'two' },
  });
});

test('an edit becomes one line, with its file as the editor', () => {
  const edit = { kind: 'kubectl', delivered: 0, at: 0, run: 'run-1', line: 'kubectl edit pod web', files: [] } as const;
  const saved = { kind: 'saved', delivered: 0, at: 10, run: 'run-1' } as const;
  const head = '# Please edit\n#\n';
  const recorded = stepsOf(
    [
      edit,
      { ...saved, text: `${head}wrong: 1\n` },
      { ...saved, text: `${head}right: 1\n` },
      { ...edit, line: 'kubectl get pods', run: 'run-2' },
    ],
    {},
  );
  expect(recorded).toEqual({
    steps: ["KUBE_EDITOR='cp edited.yaml' kubectl edit pod web", 'kubectl get pods'],
    files: { 'edited.yaml': 'right: 1\n' },
  });
});

test('open leads to a lesson and a beat of it', () => {
  const folder = `${CHAPTERS}/03-control-plane/03-etcd`;
  expect(addressToOpen([folder])).toEqual({ path: '/control-plane/etcd/' });
  expect(addressToOpen([folder, '--at', 'read'])).toEqual({ path: '/control-plane/etcd/#beat-read' });
  expect(addressToOpen([folder, '--at', 'comitted']).problem).toContain('Did you mean "committed"?');
  expect(addressToOpen([CHAPTERS]).problem).toContain('one lesson');
});
