import { expect, it } from 'vitest';
import { Session } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { stuckOf } from './stuck.ts';

addKinds();
addKubectl();

it('says in a sentence how a cluster differs from the solved one, and changes neither', () => {
  const scenario = { nodes: 1, etcd: { members: 1 as const }, images: ['nginx:1.27'] };
  const session = new Session({ scenario, plan: [], goals: [{ reach: 'pod/web condition=Ready' }] });
  const steps = ['kubectl run web --image=nginx:1.27'];
  expect(stuckOf(session, steps, {}).sentence).toBe('The solved cluster has web among its pods, and yours has not.');
  expect(session.commands).toEqual([]);
  session.do('kubectl run web --image=nginx:1.99', {});
  session.seek(60_000);
  expect(stuckOf(session, steps, {}).sentence).toMatch(/^Pods, web: READY is “0\/1” with you, and “1\/1”/);
  const done = new Session(session.spec);
  done.do(steps[0] ?? '', {});
  done.seek(60_000);
  expect(stuckOf(done, steps, {}).sentence).toMatch(/^Your cluster looks like the solved one|AGE/);
});
