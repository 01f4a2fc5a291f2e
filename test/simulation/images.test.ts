import { describe, expect, it } from 'vitest';
import { addKinds } from '../../sim/packs/kinds.ts';
import { nodes } from '../node/cluster.ts';

addKinds();

const SLEEP = { command: ['sleep', '7200'] };
const MINUTE = 60_000;

function pulledEvents(events: readonly string[]): readonly { readonly ms: number; readonly bytes: number }[] {
  return events.flatMap((event) => {
    const [, time, unit, bytes] = /^Pulled: Success.* in ([\d.]+)(m?s) \(.*size: (\d+) bytes\.$/.exec(event) ?? [];
    return time === undefined ? [] : [{ ms: Number(time) * (unit === 's' ? 1000 : 1), bytes: Number(bytes) }];
  });
}

describe('pulls', () => {
  it('take as long as the layers that the node lacks', () => {
    const cluster = nodes(1, {}, { registry: { megabytesPerSecond: 10 } });
    cluster.addPod('one', {}, { image: 'harbour/web:1.0' });
    cluster.run(10_000);
    cluster.addPod('two', {}, { image: 'harbour/web:2.0' });
    cluster.run(10_000);
    const [first] = pulledEvents(cluster.events('one'));
    const [second] = pulledEvents(cluster.events('two'));
    expect(first?.bytes).toBeGreaterThan(12_000_000);
    expect(second?.bytes).toBeGreaterThan(12_000_000);
    // 12 MB at 10 MB/s and 300 to 500 ms beside; of the second only the last layer, 2.4 MB.
    expect(first?.ms).toBeGreaterThanOrEqual(1500);
    expect(first?.ms).toBeLessThan(1710);
    expect(second?.ms).toBeGreaterThanOrEqual(536);
    expect(second?.ms).toBeLessThan(740);
  });

  it('fail when the disk is full, with the reason, and are tried again', () => {
    const cluster = nodes(1, { disk: '1Gi' });
    cluster.addPod('big', {}, { image: 'perl:5.34', ...SLEEP });
    cluster.addPod('late', {}, { image: 'nginx:1.27' });
    cluster.run(40_000);
    const text = cluster.events('late').find((event) => event.startsWith('Failed: Failed to pull'));
    expect(text).toMatch(/^Failed: Failed to pull image "nginx:1.27": failed to pull and unpack image "docker.io.*: /);
    expect(text).toMatch(/ingest\/[0-9a-f]{64}\/data: no space left on device$/);
    expect(cluster.status('late').containerStatuses?.[0]?.state?.waiting?.reason).toMatch(/^(ImagePull|ErrImage)/);
    expect(cluster.status('big').phase).toBe('Running');
  });
});

it('a node tells which images it has within ten seconds, by digest and by name, the largest first', () => {
  const cluster = nodes(1, { disk: '20Gi' });
  cluster.addPod('web', {}, { image: 'harbour/web:1.0' });
  cluster.run(14_000);
  const { status } = cluster.get('/api/v1/nodes/node-1') as { status: { images: { names: string[] }[] } };
  expect(status.images.map(({ names }) => names[1])).toEqual([
    'docker.io/harbour/web:1.0',
    'registry.k8s.io/pause:3.10',
  ]);
  expect(status.images[0]?.names[0]).toMatch(/^docker\.io\/harbour\/web@sha256:[0-9a-f]{64}$/);
  expect(cluster.requests('PATCH', /nodes\/node-1\/status$/).length).toBeLessThan(5);
});

describe('the collection of images', () => {
  // Else kubelet would evict, and remove all unused images first: both begin at the same fill.
  const eviction = { evictionHard: { 'memory.available': '100Mi' } };
  const named = (cluster: ReturnType<typeof nodes>) =>
    (cluster.inspect('containerd/node-1')['images'] as { name: string }[]).map(({ name }) => name.split('/').at(-1));

  it('removes unused images at 85 % of the disk, until 80 %, and nothing before', () => {
    const images = ['mysql:8.0', 'perl:5.34'];
    const cluster = nodes(1, { disk: '2Gi', eviction }, { images });
    cluster.addPod('web', {}, { image: 'nginx:1.27' });
    cluster.addPod('page', {}, { image: 'httpd:2.4' });
    cluster.run(6 * MINUTE);
    expect(named(cluster)).toContain('mysql:8.0');
    cluster.addPod('store', {}, { image: 'redis:7' });
    cluster.run(6 * MINUTE);
    expect(named(cluster)).toEqual(['pause:3.10', 'perl:5.34', 'nginx:1.27', 'httpd:2.4', 'redis:7']);
    expect(cluster.notes('kubelet/image-removed')).toHaveLength(1);
    expect(cluster.events('node-1').join()).not.toContain('FreeDiskSpaceFailed');
  });

  it('says when there is too little to remove: images of containers stay', () => {
    const cluster = nodes(1, { disk: '1Gi', eviction });
    cluster.addPod('big', {}, { image: 'perl:5.34', ...SLEEP });
    cluster.addPod('store', {}, { image: 'redis:7' });
    cluster.run(6 * MINUTE);
    const warning = cluster.events('node-1').find((event) => event.startsWith('FreeDiskSpaceFailed'));
    expect(warning).toBe(
      "FreeDiskSpaceFailed: Insufficient free disk space on the node's image filesystem (95% of 1.0 GiB used). Failed " +
        'to free sufficient space by deleting unused images (freed 0 bytes). Investigate disk usage, as it could be ' +
        'used by active images, logs, volumes, or other data.',
    );
    expect(cluster.events('node-1').some((event) => event.startsWith('ImageGCFailed'))).toBe(false);
    cluster.run(5 * MINUTE);
    expect(cluster.events('node-1').some((event) => event.startsWith('ImageGCFailed'))).toBe(true);
    expect(named(cluster)).toEqual(['pause:3.10', 'perl:5.34', 'redis:7']);
  });

  it('costs a node with room on its disk nothing', () => {
    const cluster = nodes(1, { disk: '20Gi' });
    cluster.addPod('web', {}, { image: 'nginx:1.27' });
    cluster.run(6 * MINUTE);
    const kinds = cluster.records.flatMap((record) => (record.type === 'sent' ? [record.message.kind] : []));
    expect(kinds).toContain('pullImage');
    expect(kinds.filter((kind) => kind === 'usageHigh' || kind === 'usage' || kind === 'house/tick')).toEqual([]);
  });
});
