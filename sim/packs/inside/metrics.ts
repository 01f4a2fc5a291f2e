import type { Timeline } from '../../kernel/timeline.ts';
import type { MetricsServerState } from '../../metrics/metricsserver.ts';
import { measure, type Pair, RESOLUTION_MS } from '../../metrics/points.ts';
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import { clockText, lengthText } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { mebibytes } from './containers.ts';
import { type Cell, cell, count, type Inside, type Section, table } from './section.ts';
import { latestTalks } from './talks.ts';

/** metrics-server, opened: the two samples it keeps of each thing, and what it was asked. */
export function insideMetrics({ world, past, simulation }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as MetricsServerState;
  const containers = [...state.pods].flatMap(([pod, pairs]) =>
    Object.entries(pairs).map(([name, pair]) => [cell(pod, undefined, name), ...samplesOf(pair)]),
  );
  const nodes = [...state.nodes].map(([name, pair]) => [cell(name), ...samplesOf(pair)]);
  return {
    part,
    title: `Inside ${part}`,
    summary: summaryOf(state),
    sections: [
      samples('Samples of nodes', nodes),
      samples('Samples of containers', containers),
      requestsOf(past, part),
      cachesOf(state.client, simulation),
    ],
  };
}

function summaryOf({ isScraping, asked, nodes, pods }: MetricsServerState): string {
  if (!isScraping) return 'It waits until nodes and pods are listed; then it asks every kubelet.';
  const round =
    asked.size === 0
      ? 'The last round of questions to the kubelets is over'
      : `It has asked ${[...asked.values()].join(', ')}, and waits`;
  return `${round}; it asks every ${lengthText(RESOLUTION_MS)}. It has samples of ${count(nodes.size, 'node')} and ${count(pods.size, 'pod')}, the last two of each and no older ones.`;
}

function samples(title: string, rows: readonly (readonly Cell[])[]): Section {
  const note = 'A sample has the CPU time used since the start. What is in use is the difference of the last two.';
  const columns = ['Of', 'Last sample', 'One before', 'CPU', 'Memory'];
  return table(title, note, columns, rows, 'None yet.', 60);
}

function samplesOf(pair: Pair): readonly Cell[] {
  const { last, previous } = pair;
  const used = (cpuMs: number) => `${Math.round(cpuMs)} ms of CPU so far`;
  const nano = Number.parseInt(measure(pair)?.usage.cpu ?? '', 10);
  return [
    cell(clockText(last.at), undefined, used(last.cpuMs)),
    previous === undefined ? cell('none', 'wait') : cell(clockText(previous.at), undefined, used(previous.cpuMs)),
    Number.isNaN(nano) ? cell('not known yet', 'wait') : cell(`${Math.round(nano / 1_000_000)}m`, 'ok'),
    cell(mebibytes(last.memoryBytes)),
  ];
}

function requestsOf(past: Timeline['past'], part: string): Section {
  const rows = latestTalks(past, part, 'request', 8).map(({ question, answer }) => {
    const { method, path } = question.body as HttpRequest;
    const { status = 0 } = (answer?.body ?? {}) as Partial<HttpResponse>;
    const said = answer === undefined ? cell('no answer yet', 'wait') : cell(status, status < 400 ? 'ok' : 'bad');
    return [cell(clockText(question.at)), cell(`${method} ${path}`), said];
  });
  const note = 'The newest first. The API server passes them on; answers come from the samples above, and ask nobody.';
  return table('The last requests', note, ['At', 'Request', 'Answer'], rows, 'Nobody has asked yet.');
}
