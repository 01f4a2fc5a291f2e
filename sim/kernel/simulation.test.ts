import { describe, expect, it } from 'vitest';
import type { Component } from './component.ts';
import { type AnyMessage, address } from './message.ts';
import { Simulation } from './simulation.ts';
import { part } from './state.ts';
import { Timeline } from './timeline.ts';
import { hashTrace, type TraceRecord } from './trace.ts';
import { createWorld, forkWorld, parseWorld, serializeWorld, type World } from './world.ts';

interface EchoProtocol {
  ask: { readonly n: number };
  answer: { readonly n: number };
  tick: null;
}
interface EchoState {
  disk: number;
  memory: Map<string, { readonly n: number }>;
  log: string[];
}

/** Asks its peer a random number every 10 ms and remembers what it heard. */
const echo: Component<EchoState, EchoProtocol> = {
  name: 'echo',
  init: () => part<EchoState>({ disk: 0, memory: new Map(), log: [] }),
  restart: (state) => part<EchoState>({ disk: state.disk, memory: new Map(), log: ['restarted'] }),
  receive(state, message, io) {
    state.log.push(message.kind);
    const peer = address<EchoProtocol>(io.self === 'a' ? 'b' : 'a');
    switch (message.kind) {
      case 'start':
        io.after(10, 'tick');
        break;
      case 'tick':
        io.send(peer, 'ask', { n: io.random('n', 1000) }, { stream: true });
        io.after(10, 'tick');
        break;
      case 'ask':
        io.reply(message, 'answer', { n: message.body.n + 1 });
        break;
      case 'answer':
        state.disk++;
        state.memory.set(message.replyTo, message.body);
        break;
    }
  },
  inspect: (state) => ({ disk: state.disk, heard: state.memory.size, log: state.log }),
};

function createPair(seed: number): World {
  const world = createWorld(seed);
  const simulation = new Simulation(world, { echo }, { freeze: true });
  for (const name of ['a', 'b']) {
    simulation.spawn({ name: address(name), machine: `machine-${name}`, component: 'echo', config: null });
  }
  return world;
}

function createTimeline(seed: number): Timeline {
  return new Timeline(createPair(seed), {
    registry: { echo },
    freeze: true,
    apply(simulation, command, id) {
      if (command.kind === 'crash') simulation.crash(address('b'), [id]);
      else if (command.kind === 'restart') simulation.restart(address('b'), [id]);
      else if (command.kind === 'off') simulation.powerOff('machine-b');
      else simulation.world.network.isolated.add('machine-b');
    },
  });
}

function hashAt(timeline: Timeline, at: number): string {
  timeline.advance(at);
  return hashTrace(timeline.trace);
}

function kindsTo(timeline: Timeline, to: string, type: TraceRecord['type'] = 'delivered'): readonly string[] {
  return timeline.trace.flatMap((record) => {
    if (record.type !== type || !('message' in record) || (record.message as AnyMessage).to !== to) return [];
    return [(record.message as AnyMessage).kind];
  });
}

describe('the twin laws', () => {
  it('same seed, same history; another seed, another', () => {
    expect(hashAt(createTimeline(1), 500)).toBe(hashAt(createTimeline(1), 500));
    expect(hashAt(createTimeline(1), 500)).not.toBe(hashAt(createTimeline(2), 500));
  });

  it('one changed character of one record changes the hash', () => {
    const timeline = createTimeline(1);
    timeline.advance(100);
    const [first, ...rest] = timeline.trace as [TraceRecord, ...TraceRecord[]];
    expect(hashTrace([{ ...first, at: first.at + 1 }, ...rest])).not.toBe(hashTrace(timeline.trace));
  });

  it('a fork lives the same future, and does not disturb the original', () => {
    const timeline = createTimeline(3);
    timeline.advance(123);
    const fork = timeline.fork();
    const before = serializeWorld(timeline.world);
    const hash = hashAt(fork, 600);
    expect(serializeWorld(timeline.world)).toBe(before);
    expect(hashAt(timeline, 600)).toBe(hash);
  });

  it('a world that went through JSON lives the same future', () => {
    const world = createPair(5);
    new Simulation(world, { echo }).runUntil(200);
    const futures = [forkWorld(world), parseWorld(serializeWorld(world))].map((copy) => {
      new Simulation(copy, { echo }).runUntil(700);
      return serializeWorld(copy);
    });
    expect(futures[0]).toBe(futures[1]);
  });

  it('seeking back and forth replays commands where they stood', () => {
    const timeline = createTimeline(7);
    timeline.advance(100);
    timeline.command({ kind: 'crash' });
    timeline.advance(200);
    timeline.command({ kind: 'restart' });
    timeline.advance(900);
    const end = serializeWorld(timeline.world);
    const hash = hashTrace(timeline.trace);
    for (const at of [50, 150, 99, 650, 0, 900]) timeline.seek(at);
    expect(serializeWorld(timeline.world)).toBe(end);
    expect(hashTrace(timeline.trace)).toBe(hash);
  });

  it('acting in the past cuts the future', () => {
    const timeline = createTimeline(7);
    timeline.advance(400);
    timeline.seek(200);
    timeline.command({ kind: 'crash' });
    expect(timeline.end).toBe(200);
    expect(timeline.trace.at(-1)?.at).toBe(200);
    timeline.advance(400);
    expect(timeline.commands).toHaveLength(1);
  });
});

describe('processes and wires', () => {
  it('keeps the order of a connection though latency varies', () => {
    const timeline = createTimeline(1);
    timeline.advance(2000);
    const asked = timeline.trace.filter((r) => r.type === 'sent' && r.message.kind === 'ask' && r.message.to === 'b');
    const heard = timeline.trace.filter(
      (r) => r.type === 'delivered' && r.message.kind === 'ask' && r.message.to === 'b',
    );
    const ids = (records: readonly TraceRecord[]) => records.map((record) => 'message' in record && record.message.id);
    expect(ids(heard)).toEqual(ids(asked).slice(0, heard.length));
  });

  it('a crashed process loses memory and timers, keeps its disk, and its peer is told', () => {
    const timeline = createTimeline(1);
    timeline.advance(100);
    timeline.command({ kind: 'crash' });
    timeline.advance(150);
    expect(kindsTo(timeline, 'a')).toContain('disconnected');
    expect(kindsTo(timeline, 'a')).toContain('refused');
    const disk = (timeline.simulation.inspect(address('b')) as { disk: number }).disk;
    timeline.command({ kind: 'restart' });
    timeline.advance(151);
    expect(timeline.simulation.inspect(address('b'))).toEqual({ disk, heard: 0, log: ['restarted', 'start'] });
  });

  it('a dead machine and a cut one are silent', () => {
    for (const kind of ['off', 'cut']) {
      const timeline = createTimeline(1);
      timeline.advance(100);
      timeline.command({ kind });
      timeline.advance(105);
      const heard = kindsTo(timeline, 'a').length;
      timeline.advance(200);
      const news = kindsTo(timeline, 'a')
        .slice(heard)
        .filter((word) => word !== 'tick');
      expect(news).toEqual([]);
      expect(kindsTo(timeline, 'b', 'dropped').length).toBeGreaterThan(0);
    }
  });

  it('what is marked silent is delivered and leaves no record, unless one looks at everything', () => {
    const pulse: Component<{ beats: number }, { start: null; beat: null }> = {
      name: 'pulse',
      init: () => part({ beats: 0 }),
      receive: (state, _, io) => {
        state.beats++;
        io.after(10, 'beat', null, { routine: true, silent: true });
      },
      inspect: ({ beats }) => beats,
    };
    const recordsOf = (isThorough: boolean): number => {
      const world = createWorld(1);
      let records = 0;
      const simulation = new Simulation(world, { pulse: pulse as never }, { isThorough, record: () => records++ });
      simulation.spawn({ name: address('a'), machine: 'm', component: 'pulse', config: null });
      simulation.runUntil(100);
      expect(simulation.inspect(address('a'))).toBe(11);
      expect(world.recorded).toBe(records);
      return records;
    };
    expect(recordsOf(false)).toBe(2);
    expect(recordsOf(true)).toBe(23);
  });

  it('a mutation of a value throws under freeze', () => {
    const spoil: Component = {
      name: 'echo',
      init: () => part({ value: { n: 1 } }),
      receive: (state) => {
        (state as { value: { n: number } }).value.n++;
      },
      inspect: () => null,
    };
    const world = createWorld(1);
    const simulation = new Simulation(world, { echo: spoil }, { freeze: true });
    simulation.spawn({ name: address('a'), machine: 'm', component: 'echo', config: null });
    simulation.step(0);
    simulation.inject(address<{ again: null }>('a'), 'again', null, []);
    expect(() => simulation.runUntil(100)).toThrow(/read only/);
  });
});
