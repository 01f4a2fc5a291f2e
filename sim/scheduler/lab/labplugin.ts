/*
 * my-score-plugin: a score plugin of kube-scheduler whose `score` is the reader's program, as a process of its own.
 * Watches: nothing; the scheduler asks it once for all nodes that passed the filters.
 * Writes: nothing; it answers with a number for each node.
 * Upstream: the Score extension point of pkg/scheduler/framework, supervised as a static pod is.
 * Leaves out: upstream compiles plugins into the scheduler; only its HTTP extenders are processes of their own.
 */
import { badResult, crash, createProgram, hearProgram, type ProgramState } from '../../client/program.ts';
import type { Component } from '../../kernel/component.ts';
import { part } from '../../kernel/state.ts';
import type { Value } from '../../kernel/value.ts';
import { LAB_PROCESSES, type LabCall, type ScorePluginProtocol } from '../../protocol/lab.ts';

/** What the process of a plugin remembers. */
export interface LabPluginState {
  lab: ProgramState;
  /** What the program keeps. */
  memory: Value;
  calls: number;
  lastScores: Value;
}

/** The process of the reader's plugin. Without a program it answers with an error. */
export const labPlugin: Component<LabPluginState, ScorePluginProtocol> = {
  name: LAB_PROCESSES['score-plugin'],
  init: (_self, config) => fresh(createProgram(config)),
  restart: ({ lab }) => fresh(lab),
  ask: ({ lab, memory }, { kind, body, at }) => {
    if (kind !== 'score' || lab.program === '') return undefined;
    const { pod, nodes, requests, randomSeed } = body;
    const input = { pod, nodes, requests };
    return { method: 'score', program: lab.program, now: at, randomSeed, state: memory, input } satisfies LabCall;
  },
  receive(state, message, io) {
    if (message.kind !== 'score') return;
    if (state.lab.program === '') {
      io.reply(message, 'scores', { error: 'it has no program yet' });
      return;
    }
    const result = hearProgram(state.lab, io);
    if (result === undefined) return;
    if (!('scores' in result.output) || result.output.scores.length !== message.body.nodes.length) {
      crash(state.lab, badResult('The program gave no number for each node.'), io);
      return;
    }
    state.memory = result.state;
    state.calls++;
    const { scores } = result.output;
    const names = message.body.nodes.map((node) => (node as { readonly name: string }).name);
    state.lastScores = names.map((node, index) => ({ node, score: scores[index] ?? 0 }));
    io.note({ what: 'lab/scored', about: aboutPod(message.body.pod), scores: textOf(names, scores) });
    io.reply(message, 'scores', { scores });
  },
  inspect: ({ lab, memory, calls, lastScores }) => ({
    now: lab.program === '' ? 'no program yet' : lab.crashes > 0 ? `crashed ${lab.crashes}×` : `${calls} pods scored`,
    program: lab.program,
    crashes: lab.crashes,
    calls,
    keeps: memory,
    lastScores,
  }),
};

function fresh(lab: ProgramState): LabPluginState {
  return part<LabPluginState>({ lab: part<ProgramState>({ ...lab }), memory: null, calls: 0, lastScores: null });
}

function aboutPod(pod: object): string {
  return `pod/${(pod as { readonly metadata: { readonly name: string } }).metadata.name}`;
}

/** `node-a 40, node-b 75` */
function textOf(names: readonly string[], scores: readonly number[]): string {
  return names.map((name, index) => `${name} ${scores[index]}`).join(', ');
}
