import { expect, it } from 'vitest';
import type { TraceRecord } from '../kernel/trace.ts';
import { follow, type PlanItem, START } from './plan.ts';

const plan: readonly PlanItem[] = [
  { kind: 'do', command: 'kubectl get pods' },
  { kind: 'beat', id: 'bound', at: 'note scheduler/bound pod/web-*' },
  { kind: 'beat', id: 'again', at: 'note scheduler/bound pod/web-*' },
];

function typed(seq: number, line: string): TraceRecord {
  return { type: 'commanded', seq, at: seq, id: `command#${seq}`, command: { kind: 'kubectl', line } };
}

function bound(seq: number, pod: string): TraceRecord {
  const note = { what: 'scheduler/bound', about: `pod/${pod}` };
  return { type: 'noted', seq, at: seq, by: 'kube-scheduler', note, causes: [], routine: false };
}

it('follows a plan in order, passing over what is not in it', () => {
  const past = [bound(1, 'web-a'), typed(2, 'kubectl version'), typed(3, 'kubectl get pods'), bound(4, 'db-a')];
  const half = follow(plan, past, START);
  expect(half.done).toBe(1);
  const whole = follow(plan, [...past, bound(5, 'web-b'), bound(6, 'web-c')], half);
  expect(whole.reached).toEqual([
    { id: 'bound', seq: 5, at: 5 },
    { id: 'again', seq: 6, at: 6 },
  ]);
});

it('begins anew when the history is another', () => {
  const first = follow(plan, [typed(1, 'kubectl get pods'), bound(2, 'web-a')], START);
  expect(first.done).toBe(2);
  expect(follow(plan, [typed(1, 'kubectl get pods')], first).done).toBe(1);
  expect(follow(plan, [typed(1, 'kubectl get nodes'), bound(2, 'web-b')], first).done).toBe(0);
});
