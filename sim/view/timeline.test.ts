import { beforeAll, describe, expect, it } from 'vitest';
import { createCluster } from '../cluster/boot.ts';
import { defaultShape } from '../cluster/shape.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Timeline } from '../kernel/timeline.ts';
import { addKinds } from '../packs/kinds.ts';
import { addKubectl } from '../packs/kubectl.ts';
import { toParsedFile } from '../packs/yaml.ts';
import { createLanes, type Lanes, lay } from './lanes.ts';
import { fold } from './steps.ts';
import { TimelineFold, type TimelineView } from './timeline.ts';
import { PX_PER_MS, timeAt, timescaleOf, xOf } from './timescale.ts';

const MANIFEST = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: 'nginx:1.27'}]}
`;
const KUBELETS = ['kubelet/node-1', 'kubelet/node-2', 'kubelet/node-3'];
const ACTORS = ['kubectl', 'kube-apiserver', 'etcd', 'kube-scheduler', 'kube-controller-manager', ...KUBELETS];

/** A Deployment of two is applied; at 6 s a node loses its power, gets it back after six minutes, and the scheduler stops. */
describe('a Deployment, and a node that loses its power', () => {
  let cluster: Timeline;
  let lanes: Lanes;
  let sent: ReadonlyMap<string, AnyMessage>;
  beforeAll(() => {
    addKinds();
    addKubectl();
    cluster = createCluster({ ...defaultShape(3, 1), etcd: { members: 1 } });
    const files = { 'web.yaml': toParsedFile(MANIFEST, 'web.yaml') };
    cluster.advance(1000);
    cluster.command({ kind: 'kubectl', run: 'run-1', line: 'kubectl apply -f web.yaml', files });
    cluster.advance(6000);
    cluster.command({ kind: 'fault', fault: { verb: 'kill', target: 'node/node-2' } });
    cluster.advance(365_000);
    cluster.command({ kind: 'fault', fault: { verb: 'start', target: 'node/node-2' } });
    cluster.command({ kind: 'fault', fault: { verb: 'stop', target: 'kube-scheduler' } });
    cluster.advance(370_000);
    lanes = createLanes();
    for (const record of cluster.trace) lay(lanes, record);
    const messages = cluster.trace.flatMap((record) => (record.type === 'sent' ? [record.message] : []));
    sent = new Map(messages.map((message) => [message.id, message]));
  }, 60_000);
  const view = (now: number, look = {}): TimelineView => new TimelineFold().view(cluster.trace, now, ACTORS, look);

  it('draws each step that is a message, and numbers it as the log does', () => {
    const told = fold(cluster.trace).filter(({ kind, from, to }) => kind !== 'lost' && from !== to);
    const drawn = new Set(lanes.arrows.map(({ step }) => step));
    expect(told.filter(({ number }) => !drawn.has(number))).toEqual([]);
    expect(told.length).toBeGreaterThan(100);
  });

  it('draws an arrow from when a message was sent to when it arrives, to each that hears it', () => {
    const known = new Set([...sent.values()].map(({ from, to, sentAt, at }) => `${from} ${to} ${sentAt} ${at}`));
    for (const { from, to, sentAt, at } of lanes.arrows) expect(known).toContain(`${from} ${to} ${sentAt} ${at}`);
    const news = fold(cluster.trace).find(({ kind, also }) => kind === 'watch' && also.length > 0);
    const heard = lanes.arrows.filter(({ step }) => step === news?.number).map(({ to }) => to);
    expect(new Set(heard)).toEqual(new Set([news?.to, ...(news?.also ?? [])]));
  });

  it('answers a request in a slice that ends when the answer is sent', () => {
    const answers = [...sent.values()].filter(({ replyTo }) => replyTo !== '');
    const times = new Set(answers.map(({ from, replyTo, sentAt }) => `${from} ${sent.get(replyTo)?.at} ${sentAt}`));
    const served = lanes.slices.filter(({ kind, to }) => kind === 'serves' && to !== undefined);
    expect(served.length).toBeGreaterThan(100);
    for (const { lane, from, to } of served) expect(times).toContain(`${lane} ${from} ${to}`);
  });

  it('shows a command until it has ended, and a kubelet at work from its first call to the last answer', () => {
    const exit = cluster.trace.find((record) => record.type === 'noted' && record.note.what === 'kubectl/exited');
    expect(lanes.slices.find(({ kind }) => kind === 'runs')).toMatchObject({ from: 1000, to: exit?.at, step: 1 });
    const calls = [...sent.values()].filter(({ from, sentAt }) => from === 'kubelet/node-1' && sentAt < 6000);
    const first = calls.find(({ kind }) => kind === 'runPodSandbox');
    const done = [...sent.values()].find(({ kind, to }) => kind === 'startContainerDone' && to === 'kubelet/node-1');
    const work = lanes.slices.find(({ lane, kind }) => lane === 'kubelet/node-1' && kind === 'asks');
    expect(work).toMatchObject({ from: first?.sentAt, to: done?.at });
  });

  it('puts work that goes on at the same time into rows of its own', () => {
    for (const [index, slice] of lanes.slices.entries()) {
      const later = lanes.slices.slice(index + 1).filter(({ lane, row }) => lane === slice.lane && row === slice.row);
      for (const { from, row } of later) if (row < 3) expect(from).toBeGreaterThanOrEqual(slice.to ?? Infinity);
    }
    expect(new Set(lanes.slices.map(({ row }) => row)).size).toBeGreaterThan(1);
  });

  it('knows what was down, from when to when, and what got lost', () => {
    expect(lanes.outages).toMatchObject([
      { place: 'node/node-2', from: 6000, to: 365_000, word: 'no power' },
      { place: 'kube-scheduler', from: 365_000, to: undefined, word: 'stopped' },
    ]);
    const lost = lanes.arrows.filter((arrow) => arrow.lost !== '');
    expect(lost.some(({ to, lost: why }) => to === 'kubelet/node-2' && why === 'receiver-down')).toBe(true);
    const dropped = cluster.trace.filter((record) => record.type === 'dropped').map(({ at }) => at);
    for (const { at } of lost) expect(dropped).toContain(at);
    expect(lanes.marks.filter(({ shape }) => shape === 'broken').map(({ lane }) => lane)).toEqual([
      'kubelet/node-2',
      'kube-scheduler',
    ]);
  });

  it('counts routine traffic by stretch of time', () => {
    const routine = [...sent.values()].filter((message) => message.routine && message.from !== message.to);
    const shown = view(60_000).routine;
    for (const { from, to, count } of shown) {
      const inside = routine.filter(({ sentAt }) => sentAt >= from && sentAt <= to).length;
      const border = routine.filter(({ sentAt }) => sentAt === from || sentAt === to).length;
      expect(count).toBeGreaterThanOrEqual(inside - border);
      expect(count).toBeLessThanOrEqual(inside);
    }
    expect(Math.max(...shown.map(({ count }) => count))).toBeGreaterThan(100);
  });

  it('gives causes and effects that lead to one another', () => {
    const { steps } = view(1100);
    const byNumber = new Map(steps.map((step) => [step.number, step]));
    const posted = steps.find(({ plain }) => plain.startsWith('kubectl, ashore, asks the API server to create'));
    const written = byNumber.get(posted?.effects.at(-1)?.number ?? 0);
    expect(written?.because.map(({ number }) => number)).toContain(posted?.number);
    for (const { effects, number } of steps)
      for (const effect of effects) expect(effect.number).toBeGreaterThan(number);
  });

  it('is the same whether it grew or was folded at once, and whichever moment was looked at before', () => {
    const grown = new TimelineFold();
    for (const length of [10, 400, 700, cluster.trace.length]) {
      grown.view(cluster.trace.slice(0, length), cluster.trace[length - 1]?.at ?? 0, ACTORS);
    }
    expect(grown.view(cluster.trace, 1030, ACTORS)).toEqual(view(1030));
    const other = cluster.trace.slice(0, 500);
    expect(grown.view(other, 1030, ACTORS)).toEqual(new TimelineFold().view(other, 1030, ACTORS));
  });

  it('holds no more than can be drawn, and has what is looked at', () => {
    for (const now of [0, 1040, 6000, 60_000, 357_000, 370_000]) {
      const { steps, arrows, slices, window, width, stretches, lanes: shown } = view(now);
      expect(arrows.length).toBeLessThanOrEqual(130);
      expect(slices.length).toBeLessThanOrEqual(110);
      expect(shown.length).toBeLessThanOrEqual(32);
      expect(steps.length).toBeLessThan(200);
      expect(width).toBeGreaterThanOrEqual(window[1]);
      const x = xOf(stretches, now);
      expect(x).toBeGreaterThanOrEqual(window[0]);
      expect(x).toBeLessThanOrEqual(window[1]);
    }
    expect(view(370_000, { step: 1 }).steps[0]?.number).toBe(1);
    expect(view(370_000, { around: 1020 }).steps.some(({ sentAt }) => sentAt === 1021)).toBe(true);
  });

  it('is plain JSON', () => {
    const shown = view(357_200);
    expect(JSON.parse(JSON.stringify(shown))).toEqual(JSON.parse(JSON.stringify({ ...shown })));
    expect(structuredClone(shown)).toEqual(shown);
  });
});

describe('the scale of time', () => {
  const scale = timescaleOf([3, 5, 9, 400, 403, 300_000], 300_001);

  it('draws busy time true to scale, and gives each cut the same room', () => {
    expect(scale.filter(({ isCut }) => isCut).map(({ from, to }) => to - from)).toEqual([391, 299_597]);
    for (const { from, to, x0, x1, isCut } of scale) {
      expect(x1 - x0).toBe(isCut ? 84 : Math.max(1, to - from) * PX_PER_MS);
    }
    for (const [index, { x0 }] of scale.slice(1).entries()) expect(x0).toBe(scale[index]?.x1);
  });

  it('leads from an instant to its place and back', () => {
    for (const at of [0, 3, 7, 9, 400, 402, 300_000, 300_001]) expect(timeAt(scale, xOf(scale, at))).toBe(at);
    expect(timeAt(scale, -50)).toBe(0);
    expect(timeAt(scale, 1e6)).toBe(300_001);
  });
});
