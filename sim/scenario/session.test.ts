import { expect, it } from 'vitest';
import { addKinds } from '../packs/kinds.ts';
import { addKubectl } from '../packs/kubectl.ts';
import { Session } from './session.ts';

addKinds();
addKubectl();

const spec = {
  scenario: { seed: 1, etcd: { members: 1 as const }, nodes: 1 },
  plan: [],
  goals: [{ did: 'kubectl get nodes' }, { never: 'kubectl delete' }],
};
const statesOf = ({ goals }: Session) => goals.map(({ state }) => state);

it('a goal sees what the reader does in the past, in the place of a future it has seen', () => {
  const session = new Session(spec);
  session.do('kubectl get pods', {});
  while (!session.move().isEnd);
  session.seek(60_000);
  expect(statesOf(session)).toEqual(['not yet', 'holding']);
  session.seek(0);
  session.do('kubectl get nodes', {});
  expect(statesOf(session)).toEqual(['done', 'holding']);
  session.seek(30_000);
  session.seek(10_000);
  session.do('kubectl delete node node-1', {});
  expect(statesOf(session)).toEqual(['done', 'broken']);
  session.seek(60_000);
  session.undo();
  expect(statesOf(session)).toEqual(['done', 'holding']);
});
