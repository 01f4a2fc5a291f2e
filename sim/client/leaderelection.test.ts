import { expect, it } from 'vitest';
import { act, createCluster, defaultShape, objectKey, peekAt } from '../index.ts';
import { addKinds } from '../packs/kinds.ts';

addKinds();

it('holds its lease, ends after ten seconds without etcd, and no node is called NotReady for it', () => {
  const timeline = createCluster({ ...defaultShape(3, 1), etcd: { members: 1 } }, { freeze: true });
  const leases = () => peekAt(timeline.simulation).objects('leases').map(objectKey);
  expect(leases()).toContain('kube-system/kube-controller-manager');
  expect(leases()).toContain('kube-system/kube-scheduler');
  act(timeline, 'stop etcd', '', {});
  timeline.advance(70_000);
  const lost = timeline.trace.filter((record) => record.type === 'noted' && record.note.what === 'election/lost');
  expect(lost.map(({ at }) => at > 8_000 && at <= 14_000)).toEqual([true, true]);
  act(timeline, 'start etcd', '', {});
  timeline.advance(140_000);
  const noted = timeline.trace.flatMap((record) => (record.type === 'noted' ? [record.note.what] : []));
  expect(noted).not.toContain('nodelifecycle/node-silent');
  expect(peekAt(timeline.simulation).inspect('kube-controller-manager')).toMatchObject({ isRunning: true });
});
