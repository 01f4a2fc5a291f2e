import { describe, expect, it } from 'vitest';
import type { Component } from './component.ts';
import { address } from './message.ts';
import { Simulation } from './simulation.ts';
import { part } from './state.ts';
import { isAnswer, Timeline } from './timeline.ts';
import { hashTrace } from './trace.ts';
import type { Value } from './value.ts';
import { createWorld, forkWorld, parseWorld, serializeWorld } from './world.ts';

interface OracleState {
  heard: Value[];
}

/** Every 10 ms it needs to be told something. Told `crash`, it ends and is started again. */
const oracle: Component<OracleState> = {
  name: 'oracle',
  init: () => part<OracleState>({ heard: [] }),
  ask: ({ heard }, { kind, at }) => (kind === 'turn' ? { at, heard: heard.length } : undefined),
  receive(state, { kind }, io) {
    if (kind === 'start') io.after(10, 'turn');
    if (kind !== 'turn') return;
    if (io.answer === 'crash') io.exit(25);
    else {
      state.heard.push(io.answer);
      io.note({ what: 'oracle/heard', value: io.answer, random: io.random('any', 1000) });
      io.after(10, 'turn');
    }
  },
  inspect: ({ heard }) => heard,
};

const NAME = address('oracle');

function open(answer?: (asks: Value) => Value): Timeline {
  const world = createWorld(1);
  const registry = { oracle };
  new Simulation(world, registry, { freeze: true }).spawn({ name: NAME, machine: 'm', component: 'oracle', config: 0 });
  return new Timeline(world, {
    registry,
    freeze: true,
    apply: (simulation, { kind }, id) => {
      if (kind === 'stop') simulation.crash(NAME, [id]);
      else simulation.restart(NAME, [id]);
    },
    ...(answer === undefined ? {} : { answer: (question) => answer(question.asks) }),
  });
}

const told = ({ at }: { at: number }): Value => (at === 60 ? 'crash' : { n: at });
const answering = () => open((asks) => told(asks as { at: number }));

/** Answers each question when the history has stopped for it, as a page does. */
function advanceByHand(timeline: Timeline, to: number): void {
  for (let ran = timeline.advance(to); ran !== 'done'; ran = timeline.advance(to)) {
    timeline.reply(ran.waiting, told(ran.waiting.asks as { at: number }));
  }
}

describe('a process that is partly outside', () => {
  it('stops the history at its question, and nothing after it happens', () => {
    const timeline = open();
    expect(timeline.advance(1000)).toEqual({
      waiting: { message: 'oracle#2', actor: 'oracle', at: 10, asks: { at: 10, heard: 0 } },
    });
    expect([timeline.now, timeline.step(), timeline.waiting?.at]).toEqual([10, false, 10]);
    expect(timeline.advance(9)).toBe('done');
    expect(timeline.advance(1000)).toMatchObject({ waiting: { at: 10 } });
  });

  it('gives the same history whether it is answered at once or after a stop', () => {
    const [atOnce, byHand] = [answering(), open()];
    expect(atOnce.advance(200)).toBe('done');
    advanceByHand(byHand, 200);
    expect(hashTrace(byHand.past)).toBe(hashTrace(atOnce.past));
    expect(serializeWorld(byHand.world)).toBe(serializeWorld(atOnce.world));
    expect(atOnce.commands.filter(({ command }) => isAnswer(command)).length).toBeGreaterThan(10);
    expect(atOnce.trace.filter((record) => record.type === 'noted').length).toBeGreaterThan(10);
  });

  it('asks nobody in the past, on a fork of it, or after JSON', () => {
    let asked = 0;
    const timeline = open((asks) => {
      asked++;
      return told(asks as { at: number });
    });
    timeline.advance(200);
    const [hash, world, questions] = [hashTrace(timeline.past), serializeWorld(timeline.world), asked];
    for (const at of [0, 10, 59, 60, 61, 140]) {
      timeline.seek(at);
      const fork = timeline.fork();
      expect(parseWorld(serializeWorld(timeline.world))).toEqual(forkWorld(timeline.world));
      timeline.seek(200);
      fork.seek(200);
      expect([hashTrace(timeline.past), hashTrace(fork.past)]).toEqual([hash, hash]);
      expect([serializeWorld(timeline.world), serializeWorld(fork.world)]).toEqual([world, world]);
    }
    expect(asked).toBe(questions);
  });

  it('loses its memory and its pending turn in a crash, as any process does', () => {
    const timeline = answering();
    timeline.advance(60);
    expect(timeline.simulation.inspect(NAME)).toHaveLength(5);
    timeline.advance(95);
    timeline.command({ kind: 'stop' });
    timeline.advance(200);
    const lives = timeline.trace.filter((record) => record.type === 'delivered' && record.message.kind === 'start');
    expect(lives.map(({ at }) => at)).toEqual([0, 85]);
    timeline.command({ kind: 'start' });
    timeline.advance(235);
    expect(timeline.simulation.inspect(NAME)).toEqual([{ n: 210 }, { n: 220 }, { n: 230 }]);
  });

  it('undo takes back what somebody did, not an answer', () => {
    const timeline = answering();
    timeline.advance(35);
    timeline.command({ kind: 'stop' });
    timeline.advance(100);
    timeline.undo();
    expect([timeline.now, timeline.commands.length]).toEqual([35, 3]);
    timeline.undo();
    expect(timeline.now).toBe(35);
    timeline.advance(50);
    expect(timeline.simulation.inspect(NAME)).toHaveLength(5);
  });

  it('drops an answer whose message is never handled', () => {
    const timeline = open();
    const ran = timeline.advance(50);
    if (ran === 'done') throw new Error('It stops at 10.');
    timeline.reply(ran.waiting, { n: 1 });
    timeline.command({ kind: 'stop' });
    expect(timeline.advance(50)).toBe('done');
    expect(timeline.world.answer).toBeNull();
    expect(timeline.simulation.inspect(NAME)).toEqual([]);
  });
});
