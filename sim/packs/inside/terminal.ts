import type { Timeline } from '../../kernel/timeline.ts';
import type { KubectlState } from '../../kubectl/kubectl.ts';
import { clockText } from '../../view/names.ts';
import { type Cell, cell, count, type Inside, table } from './section.ts';

/** The person’s machine, opened: as whom kubectl asks, and the lines that were typed. */
export function insideKubectl({ world }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as KubectlState | undefined;
  const title = 'Inside kubectl';
  if (state === undefined) return { part, title, summary: 'Nothing was typed yet, so it has not run.', sections: [] };
  const { config, server, runs } = state;
  const context = config.contexts.find(({ name }) => name === config.current);
  const all = [...runs.values()].reverse();
  const open = all.filter(({ exitCode }) => exitCode === undefined);
  return {
    part,
    title,
    summary: `It remembers nothing from one command to the next but its kubeconfig. ${open.length === 0 ? 'No command runs' : `${count(open.length, 'command')} run${open.length === 1 ? 's' : ''}`} now.`,
    sections: [
      {
        type: 'facts',
        title: 'kubeconfig',
        facts: [
          ['Context', cell(config.current)],
          ['User', cell(context?.user ?? 'nobody')],
          ['Namespace', cell(context?.namespace || 'default')],
          ['Server', cell(server)],
        ],
      },
      table(
        'Commands',
        'The newest first. Each is a process of its own on a real machine.',
        ['Line', 'Typed at', 'Stands', 'Printed'],
        all.map((run) => [
          cell(run.line),
          cell(clockText(run.startedAt)),
          standing(run),
          cell(count(run.output.length, 'line')),
        ]),
        'Nothing was typed yet.',
        12,
      ),
    ],
  };
}

type Run = KubectlState['runs'] extends ReadonlyMap<string, infer R> ? R : never;

function standing({ exitCode, watch, waitingFor, then }: Run): Cell {
  if (exitCode !== undefined) return cell(`exit code ${exitCode}`, exitCode === 0 ? 'ok' : 'bad');
  if (then === 'saved') return cell('waits', 'wait', 'for its editor');
  if (watch !== '') return cell('waits', 'wait', 'listens to a watch');
  return cell('waits', 'wait', waitingFor === undefined ? 'for its own clock' : 'for an answer');
}
