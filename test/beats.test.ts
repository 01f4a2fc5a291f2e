import { expect, test } from 'vitest';
import { Session } from '../sim/index.ts';
import { CHAPTERS, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { parseFiles, stageSpec } from '../src/lesson/run.ts';
import { frameOf } from '../src/session/frame.ts';

const { lesson } = readLessonFile(lessonFiles(CHAPTERS).find((file) => file.includes('kubectl-apply')) ?? '');
const spec = stageSpec(lesson) ?? { scenario: {}, plan: [], goals: [] };
const session = new Session(spec);
session.do('kubectl apply -f pod.yaml', parseFiles(lesson.files));
session.seek(5000);
const reached = session.progress.reached.slice();

/** The frame when the reader asks for a beat. */
function shown(id: string) {
  const beat = reached.find((candidate) => candidate.id === id);
  session.seek(5000);
  session.seekRecord(beat?.seq ?? 0, beat?.at ?? 0);
  return frameOf('harbour', session, 'diagram', {}, undefined, beat?.seq);
}

test.each([
  ['post', 'asks the API server to create pod/web'],
  ['who', 'kubernetes-admin'],
  ['planner', 'tells kube-scheduler'],
  ['created', '201 Created'],
  ['bind', 'spec.nodeName'],
  ['heard', 'tells kubelet on node-a'],
  ['accepted', 'reports the status'],
  ['sandbox', 'RunPodSandbox'],
])('the caption of beat %s tells of its record, although others share its instant', (id, words) => {
  const { step, beat } = shown(id);
  expect(beat).toBe(id);
  expect(step?.plain).toContain(words);
});

test('what comes later in the same instant has not happened yet', () => {
  const before = shown('heard');
  const kubelet = session.past.filter(
    (record) => record.type === 'delivered' && record.message.to === 'kubelet/node-a',
  );
  expect(kubelet.at(-1)?.seq).toBe(reached.find(({ id }) => id === 'heard')?.seq);
  expect(before.now).toBe(reached.find(({ id }) => id === 'heard')?.at);
});
