import { expect, test } from 'vitest';
import { addKinds } from '../sim/packs/kinds.ts';
import { addKubectl } from '../sim/packs/kubectl.ts';
import { Session } from '../sim/scenario/session.ts';

addKinds();
addKubectl();

const spec = {
  scenario: { nodes: 2 },
  plan: [
    { kind: 'do', command: 'kubectl create deployment web --image=nginx:1.27' },
    { kind: 'beat', id: 'first', at: 'note kubelet/started pod/web-*' },
    { kind: 'do', command: 'kubectl scale deployment web --replicas=0' },
    { kind: 'beat', id: 'gone', at: 'watch:DELETED kubelet/* pod/web-*' },
  ],
  goals: [],
} as const;

/** Both happen on the way from the start to the last beat; only the second does after the question. */
const patterns = ['note scheduler/bound pod/web-*', 'note containerd/sigterm pod/web-*'];

/** A reader who follows the plan until so many of its items are done. */
function readerAfter(items: number): Session {
  const session = new Session(spec);
  while (session.progress.done < items) {
    const next = session.nextDo;
    if (next === undefined) session.play();
    else session.do(next, {});
    while (!session.move().isEnd);
  }
  return session;
}

test.each([0, 1, 2, 3, 4])('a guess made %i items into the plan is graded by what follows the question', (items) => {
  expect(readerAfter(items).foresee('gone', patterns, {}, 2)).toEqual([false, true]);
});

test('a question at the start looks at the whole way', () => {
  expect(readerAfter(0).foresee('gone', patterns, {}, 0)).toEqual([true, true]);
});
