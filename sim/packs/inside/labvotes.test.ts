import { expect, it } from 'vitest';
import { deployment } from '../../cluster/commands.ts';
import { act, createCluster, nodeShape, peekAt, shapeOf } from '../../index.ts';
import type { Value } from '../../kernel/value.ts';
import { project } from '../../view/project.ts';
import { addKinds } from '../kinds.ts';
import { addKubectl } from '../kubectl.ts';
import { addLab } from '../lab.ts';
import { lookInside } from './inside.ts';

addKinds();
addKubectl();
addLab();

it('the member that asks the reader is marked in the scene, and opens with its votes before what every member has', () => {
  const vote = { grant: false, because: 'I like nobody' };
  const answer = (): Value => ({ ok: true, output: { vote }, state: null, logs: ['hello'] });
  const shape = shapeOf({ etcd: { members: 3 }, seed: 12, lab: 'vote', nodes: [nodeShape('node-a')] });
  const timeline = createCluster(shape, { answer });
  timeline.command(deployment('vote', '0123456789abcdef'));
  timeline.advance(1000);
  const { members } = project(peekAt(timeline.simulation)).etcd;
  expect(members.map(({ id, isYours, role }) => [id, isYours, role === ''])).toEqual([
    ['etcd-0', false, false],
    ['etcd-1', false, false],
    ['etcd-2', true, false],
  ]);
  const leader = members.find(({ role }) => role === 'leader')?.id ?? '';
  expect(act(timeline, `stop ${leader}`, 'run', {})).toBeUndefined();
  timeline.advance(3000);
  const inside = lookInside(timeline, 'etcd-2');
  if (typeof inside === 'string') throw new Error(inside);
  const [program, votes, log] = inside.sections;
  expect([program?.title, votes?.title, log?.title]).toEqual(['The program', 'Its votes', 'Its log']);
  const row = votes?.type === 'table' ? votes.rows[0]?.map(({ text, more }) => more ?? text) : [];
  expect(row?.slice(1)).toEqual([leader === 'etcd-0' ? 'etcd-1' : 'etcd-0', '3', 'pre-vote', 'I like nobody']);
  const other = lookInside(timeline, 'etcd-1');
  expect(typeof other === 'string' ? [] : other.sections.map(({ title }) => title)).not.toContain('Its votes');
});

it('a member that is not there, or whose disk was emptied, opens all the same', () => {
  const one = createCluster(shapeOf({ etcd: { members: 1 }, nodes: [nodeShape('node-a')] }));
  expect(lookInside(one, 'etcd-2')).toMatchObject({ title: 'Inside etcd' });
  expect(act(one, 'wipe etcd', 'run', {})).toBeUndefined();
  expect(lookInside(one, 'etcd')).toMatchObject({ title: 'Inside etcd' });
  const emptied = (lab: { lab?: 'vote' }) => {
    const timeline = createCluster(shapeOf({ etcd: { members: 3 }, nodes: [nodeShape('node-a')], ...lab }));
    expect(act(timeline, 'wipe etcd-2', 'run', {})).toBeUndefined();
    return lookInside(timeline, 'etcd-2');
  };
  for (const lab of [{}, { lab: 'vote' }] as const) {
    expect(emptied(lab)).toMatchObject({ title: 'Inside etcd: 2 copies of one log' });
  }
});
