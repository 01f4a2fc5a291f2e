import { describe, expect, it } from 'vitest';
import { dice } from '../../cli/fuzz/draw.ts';
import {
  act,
  createCluster,
  defaultShape,
  forkWorld,
  hashTrace,
  openTimeline,
  parseWorld,
  serializeWorld,
  type Timeline,
  type TraceRecord,
} from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';

addKinds();
addKubectl();

const OPTIONS = { freeze: true };
const END_MS = 130_000;
const DRAMA: readonly (readonly [number, string])[] = [
  [0, 'kubectl create deployment web --image=nginx:1.27 --replicas=3'],
  [8_000, 'kill node/node-2'],
  [9_000, 'kubectl scale deployment web --replicas=4'],
  [30_000, 'stop kube-scheduler'],
  [31_000, 'kubectl run lone --image=nginx:1.27'],
  [70_000, 'repair'],
  [95_000, 'kubectl set image deployment/web nginx=nginx:1.28'],
];

/** Plays the drama from wherever the history stands. */
function play(timeline: Timeline): Timeline {
  DRAMA.forEach(([at, line], index) => {
    if (index < timeline.world.commanded) return;
    timeline.advance(at);
    expect(act(timeline, line, `run-${index}`, {})).toBeUndefined();
  });
  timeline.advance(END_MS);
  return timeline;
}

function playTo(timeline: Timeline, to: number): Timeline {
  DRAMA.forEach(([at, line], index) => {
    if (at > to) return;
    timeline.advance(at);
    act(timeline, line, `run-${index}`, {});
  });
  timeline.advance(to);
  return timeline;
}

const fresh = (seed = 1) => createCluster({ ...defaultShape(3, seed), etcd: { members: 1 } }, OPTIONS);
const whole = play(fresh()).past;
const hash = hashTrace(whole);
const roll = dice(2026);
const instants = Array.from({ length: 4 }, () => roll(END_MS));

describe('twin laws', () => {
  it('the same seed gives the same history, another seed another', () => {
    expect(hashTrace(play(fresh()).past)).toBe(hash);
    expect(hashTrace(play(fresh(2)).past)).not.toBe(hash);
  });

  it.each(instants)('a fork at %d ms goes on as its original', (at) => {
    const timeline = playTo(fresh(), at);
    const fork = timeline.fork();
    play(timeline);
    expect(hashTrace(timeline.past)).toBe(hash);
    expect(hashTrace(play(fork).past)).toBe(hash);
  });

  it.each(instants)('a world written as JSON at %d ms goes on as the original', (at) => {
    const timeline = playTo(fresh(), at);
    const text = serializeWorld(timeline.world);
    expect(serializeWorld(parseWorld(text))).toBe(text);
    const copies = [parseWorld(text), forkWorld(timeline.world)].map((world) => openTimeline(world, OPTIONS));
    for (const copy of copies) expect(hashTrace([...timeline.past, ...play(copy).past])).toBe(hash);
  });

  it('going back and forth changes nothing', () => {
    const timeline = play(fresh());
    for (const at of instants) {
      timeline.seek(at);
      expect(hashTrace(timeline.past)).toBe(hashTrace(whole.filter((record) => record.seq <= timeline.world.recorded)));
    }
    timeline.seek(END_MS);
    expect(hashTrace(timeline.past)).toBe(hash);
    expect(serializeWorld(timeline.world)).toBe(serializeWorld(play(fresh()).world));
  });

  it('the hash sees every byte of every record', () => {
    for (let sample = 0; sample < 40; sample++) {
      const index = roll(whole.length);
      const text = JSON.stringify(whole[index]);
      const place = roll(text.length);
      const code = text.charCodeAt(place);
      const changed = text.slice(0, place) + String.fromCharCode(code ^ 1) + text.slice(place + 1);
      let record: TraceRecord;
      try {
        record = JSON.parse(changed) as TraceRecord;
      } catch {
        continue;
      }
      if (JSON.stringify(record) === text) continue;
      expect(hashTrace(whole.toSpliced(index, 1, record)), `byte ${place} of record ${index}`).not.toBe(hash);
    }
  });
});
