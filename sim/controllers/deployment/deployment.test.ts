import { describe, expect, it } from 'vitest';
import { ControlPlane, object } from '../../../test/controllers/controlplane.ts';
import type { ReplicaSet } from '../../api/kinds/replicaset.ts';

const SETS = '/apis/apps/v1/namespaces/default/replicasets';
const WEB = '/apis/apps/v1/namespaces/default/deployments/web';

function image(plane: ControlPlane, name: string): void {
  plane.merge(WEB, { spec: { template: { spec: { containers: [{ name: 'c', image: name }] } } } });
}

function conditions(plane: ControlPlane): readonly string[] {
  return conditionsOf(plane, 'web');
}

function conditionsOf(plane: ControlPlane, name: string): readonly string[] {
  const { status } = plane.deployment(name);
  return (status?.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value} ${reason}`);
}

describe('a Deployment', () => {
  it('becomes a ReplicaSet and pods, in the order of the facts sheet', () => {
    const plane = new ControlPlane({ nodes: ['node-1', 'node-2'] });
    plane.deploy('web', 3);
    plane.run(100);
    const [set] = plane.list<ReplicaSet>(SETS);
    expect(set?.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{6,10}$/);
    expect(set?.metadata.annotations).toEqual({
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
      'deployment.kubernetes.io/revision': '1',
    });
    expect(set?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', name: 'web', controller: true });
    expect(plane.events('ScalingReplicaSet')).toEqual([`Scaled up replica set ${set?.metadata.name} from 0 to 3`]);
    expect(conditions(plane)).toEqual([
      'Available=False MinimumReplicasUnavailable',
      'Progressing=True ReplicaSetUpdated',
    ]);
    plane.run(8000);
    expect(plane.events('SuccessfulCreate').map((text) => text.replace(/-.*/, ''))).toEqual(
      Array(3).fill('Created pod: web'),
    );
    const { status, metadata } = plane.deployment('web');
    expect(metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('1');
    expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, updatedReplicas: 3, observedGeneration: 1 });
    expect(conditions(plane)).toEqual([
      'Available=True MinimumReplicasAvailable',
      'Progressing=True NewReplicaSetAvailable',
    ]);
    const writes = /^(POST|PUT|PATCH|DELETE) (?!.*\/kube-system\/leases)/;
    const before = plane.requests(writes).length;
    plane.run(60_000);
    expect(plane.requests(writes).length).toBe(before);
  });

  it('rolls three replicas in six steps and never has fewer than three ready', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 3);
    plane.run(5000);
    const old = plane.list<ReplicaSet>(SETS)[0]?.metadata.name ?? '';
    image(plane, 'nginx:2');
    let fewest = 99;
    for (let i = 0; i < 150; i++) {
      plane.run(100);
      fewest = Math.min(fewest, plane.deployment('web').status?.availableReplicas ?? 0);
    }
    const fresh = plane.list<ReplicaSet>(SETS).find(({ metadata }) => metadata.name !== old)?.metadata.name;
    expect(plane.events('ScalingReplicaSet').slice(1)).toEqual([
      `Scaled up replica set ${fresh} from 0 to 1`,
      `Scaled down replica set ${old} from 3 to 2`,
      `Scaled up replica set ${fresh} from 1 to 2`,
      `Scaled down replica set ${old} from 2 to 1`,
      `Scaled up replica set ${fresh} from 2 to 3`,
      `Scaled down replica set ${old} from 1 to 0`,
    ]);
    expect(fewest).toBe(3);
    expect(plane.deployment('web').metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2');
    image(plane, 'nginx:1');
    plane.run(15_000);
    const revisions = plane.list<ReplicaSet>(SETS).map(({ metadata, spec }) => {
      const { annotations = {} } = metadata;
      return [metadata.name === old, annotations['deployment.kubernetes.io/revision'], spec.replicas];
    });
    expect(revisions.sort()).toEqual([
      [false, '2', 0],
      [true, '3', 3],
    ]);
  });

  it('reports no new progress when it only heals', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2);
    plane.run(4000);
    const progressing = () => plane.deployment('web').status?.conditions?.find(({ type }) => type === 'Progressing');
    const before = progressing();
    plane.send({ method: 'DELETE', path: `/api/v1/namespaces/default/pods/${plane.pods()[0]?.metadata.name}` });
    plane.run(500);
    expect(plane.deployment('web').status?.availableReplicas).toBe(1);
    plane.run(4000);
    expect(plane.deployment('web').status?.availableReplicas).toBe(2);
    expect(progressing()).toEqual(before);
  });

  it('is the cause of each of its pods', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2);
    plane.run(3000);
    const creations = plane.requests(/^POST .*\/pods$/);
    expect(creations).toHaveLength(2);
    for (const { id } of creations) {
      const chain = plane.causesOf(id);
      expect(chain).toContain('POST /apis/apps/v1/namespaces/default/replicasets');
      expect(chain.at(-1)).toBe('ask');
    }
  });

  it('with Recreate first ends every old pod', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2, { strategy: { type: 'Recreate' } });
    plane.run(4000);
    image(plane, 'nginx:2');
    plane.run(150);
    const images = plane.pods().map(({ spec }) => spec.containers[0]?.image);
    expect(images).toEqual(['nginx:1', 'nginx:1']);
    plane.run(4000);
    expect(plane.pods().map(({ spec }) => spec.containers[0]?.image)).toEqual(['nginx:2', 'nginx:2']);
    expect(conditions(plane)).toContain('Progressing=True NewReplicaSetAvailable');
  });

  it('scales, pauses, resumes and reports a missed deadline', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 2, { progressDeadlineSeconds: 20 });
    plane.run(4000);
    plane.merge(WEB, { spec: { replicas: 4 } });
    plane.run(4000);
    expect(plane.deployment('web').status?.availableReplicas).toBe(4);
    expect(plane.events('ScalingReplicaSet').at(-1)).toMatch(/from 2 to 4$/);
    plane.merge(WEB, { spec: { paused: true } });
    image(plane, 'nginx:2');
    plane.run(3000);
    expect(plane.list(SETS)).toHaveLength(1);
    expect(conditions(plane)).toContain('Progressing=Unknown DeploymentPaused');
    plane.kill('node-1');
    plane.merge(WEB, { spec: { paused: false } });
    plane.run(30_000);
    expect(conditions(plane)).toContain('Progressing=False ProgressDeadlineExceeded');
  });

  it('keeps as many old revisions as it may', () => {
    const plane = new ControlPlane({ nodes: ['node-1'], startMs: 50 });
    plane.deploy('web', 1, { revisionHistoryLimit: 1 });
    for (const tag of ['2', '3', '4']) {
      plane.run(4000);
      image(plane, `nginx:${tag}`);
    }
    plane.run(4000);
    const revisions = plane
      .list<ReplicaSet>(SETS)
      .map((set) => set.metadata.annotations?.['deployment.kubernetes.io/revision']);
    expect(revisions.sort()).toEqual(['3', '4']);
  });

  it('adopts a ReplicaSet that matches', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('web', 1);
    plane.run(3000);
    const [set] = plane.list<ReplicaSet>(SETS);
    plane.send({ method: 'DELETE', path: WEB, body: { propagationPolicy: 'Orphan' } });
    plane.run(2000);
    expect(plane.list<ReplicaSet>(SETS)[0]?.metadata.ownerReferences ?? []).toEqual([]);
    plane.deploy('web', 1);
    plane.run(3000);
    expect(plane.list<ReplicaSet>(SETS).map(({ metadata }) => metadata.uid)).toEqual([set?.metadata.uid]);
    expect(plane.list<ReplicaSet>(SETS)[0]?.metadata.ownerReferences).toHaveLength(1);
  });

  it('takes another name when the hash is taken by a ReplicaSet of another template', () => {
    const plane = new ControlPlane({ nodes: ['node-1'] });
    plane.deploy('probe', 1);
    plane.run(3000);
    const [mine] = plane.list<ReplicaSet>(SETS);
    const hash = mine?.metadata.labels?.['pod-template-hash'] ?? '';
    plane.send({ method: 'DELETE', path: WEB.replace('/web', '/probe') });
    plane.run(3000);
    const labels = { app: 'stranger' };
    const spec = { containers: [{ name: 'c', image: 'other:1' }] };
    const stranger = { replicas: 0, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } };
    plane.post(SETS, object('apps/v1', 'ReplicaSet', `probe-${hash}`, { spec: stranger }));
    plane.deploy('probe', 1);
    plane.run(5000);
    const probe = plane.deployment('probe');
    expect(probe.status).toMatchObject({ collisionCount: 1, availableReplicas: 1 });
    const sets = plane.list<ReplicaSet>(SETS).map(({ metadata }) => [metadata.name, metadata.ownerReferences?.length]);
    expect(sets).toHaveLength(2);
    expect(sets).toContainEqual([`probe-${hash}`, undefined]);
    expect(plane.events('ReplicaSetCreateError')).toEqual([]);
    expect(conditionsOf(plane, 'probe')).not.toContain('Progressing=False ReplicaSetCreateError');
  });

  it('says why a ReplicaSet cannot be created, in a condition and in an Event', () => {
    const plane = new ControlPlane();
    const hard = { 'count/replicasets.apps': '0' };
    plane.post('/api/v1/namespaces/default/resourcequotas', object('v1', 'ResourceQuota', 'none', { spec: { hard } }));
    plane.run(1000);
    plane.deploy('web', 1);
    plane.run(500);
    const text =
      /^Failed to create new replica set "web-[^"]*": replicasets.apps "web-[^"]*" is forbidden: exceeded quota/;
    expect(plane.events('ReplicaSetCreateError')[0]).toMatch(text);
    expect(conditions(plane)).toContain('Progressing=False ReplicaSetCreateError');
  });

  it('cleans up what is too many after a rollout, and while paused', () => {
    const plane = new ControlPlane({ nodes: ['node-1'], startMs: 50 });
    plane.deploy('web', 1);
    for (const tag of ['2', '3']) {
      plane.run(3000);
      image(plane, `nginx:${tag}`);
    }
    plane.run(3000);
    expect(plane.list(SETS)).toHaveLength(3);
    plane.merge(WEB, { spec: { paused: true, revisionHistoryLimit: 0 } });
    plane.run(1000);
    expect(plane.list<ReplicaSet>(SETS).map(({ spec }) => spec.replicas)).toEqual([1]);
  });

  it('paused, it scales in proportion what is there, and starts nothing', () => {
    const plane = new ControlPlane({ nodes: ['node-1'], startMs: 400 });
    plane.deploy('web', 4, { strategy: { rollingUpdate: { maxSurge: 2, maxUnavailable: 0 } } });
    plane.run(3000);
    image(plane, 'nginx:2');
    plane.run(100);
    plane.merge(WEB, { spec: { paused: true } });
    plane.run(2000);
    const sizes = () =>
      plane
        .list<ReplicaSet>(SETS)
        .map(({ spec }) => spec.replicas ?? 0)
        .sort((a, b) => b - a);
    expect(sizes()).toEqual([4, 2]);
    plane.merge(WEB, { spec: { replicas: 10 } });
    plane.run(2000);
    expect(sizes()).toEqual([8, 4]);
  });
});
