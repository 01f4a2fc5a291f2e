import { expect, it } from 'vitest';
import { Session, serializeWorld } from '../../index.ts';
import { addKinds } from '../kinds.ts';
import { addKubectl } from '../kubectl.ts';
import { toNextMessage } from './nextmessage.ts';

addKinds();
addKubectl();

it('goes from message to message, narrated or not, and back the same way', () => {
  const session = new Session({ scenario: { nodes: 1, etcd: { members: 3 } }, plan: [], goals: [] });
  session.type('kubectl create namespace dock', {});
  const told: string[] = [];
  const worlds: string[] = [];
  for (let message = toNextMessage(session); message !== undefined && told.length < 12; ) {
    told.push(message);
    worlds.push(serializeWorld(session.timeline.world));
    message = toNextMessage(session);
  }
  expect(told.slice(0, 2)).toEqual([
    'From kubectl to the API server: POST namespace/dock.',
    expect.stringMatching(/^From the API server to etcd-\d: /),
  ]);
  expect(
    told.some((text) => /^From etcd-\d to etcd-\d: append/.test(text)),
    'the log is copied to followers',
  ).toBe(true);
  expect(new Set(worlds).size, 'each is a moment of its own').toBe(worlds.length);
  const steps = session.steps.length;
  expect(steps, 'not every message is narrated').toBeLessThan(told.length);
  session.seek(0);
  expect(toNextMessage(session), 'the known future is walked again').toBe(told[0]);
  expect(serializeWorld(session.timeline.world)).toBe(worlds[0]);
});
