import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { act, createCluster, runToExit, shapeFromScenario } from '../sim/index.ts';
import type { TraceRecord } from '../sim/kernel/trace.ts';
import { addKinds } from '../sim/packs/kinds.ts';
import { addKubectl } from '../sim/packs/kubectl.ts';
import type { HttpRequest, WatchFrame } from '../sim/protocol/http.ts';
import { nodesToFind } from '../sim/scheduler/framework.ts';

const FOLDER = 'src/content/chapters/08-beyond/02-many-ships';
const text = readFileSync(`${FOLDER}/index.mdx`, 'utf8').replace(/\s+/g, ' ');

addKinds();
addKubectl();

it('the lesson about many ships quotes what is counted in its own cluster', () => {
  const scenario = parse(readFileSync(`${FOLDER}/scenario.fifty.yaml`, 'utf8'));
  const timeline = createCluster(shapeFromScenario(scenario));
  timeline.advance(59_999);
  const minute = requestsIn(timeline.trace);
  const pulses = minute.filter(({ body }) => body.path.includes('/kube-node-lease/'));
  expect(text).toMatch(new RegExp(`: ${pulses.length} (for|from) fifty`));
  expect(text).toContain(`which makes ${minute.length - pulses.length} more. Here all ${minute.length} requests`);
  expect(minute.every(({ body }) => body.method === 'PUT' && body.path.includes('/leases/'))).toBe(true);

  act(timeline, 'kubectl expose pod shop --port=80', 'expose', {});
  runToExit(timeline, 'expose');
  timeline.advance(timeline.now + 3000);
  expect(text).toContain(`the Service went to ${listenersOf(timeline.trace, 'Service', 'shop').size} listeners`);
  act(timeline, 'kubectl run lamp --image=harbour/web:1', 'run', {});
  runToExit(timeline, 'run');
  timeline.advance(timeline.now + 3000);
  const heard = [...listenersOf(timeline.trace, 'Pod', 'lamp')].filter((name) => name.startsWith('kubelet/'));
  expect(text).toContain(`The other ${50 - heard.length} hear nothing`);

  const since = timeline.trace.length;
  act(timeline, 'stop kube-apiserver', 'stop', {});
  act(timeline, 'start kube-apiserver', 'start', {});
  timeline.advance(timeline.now + 60_000);
  const lists = requestsIn(timeline.trace.slice(since)).filter(({ body }) => isList(body));
  const ofNodes = lists.filter(({ from }) => from.includes('/'));
  expect(text).toContain(`${ofNodes.length} lists, and ${lists.length - ofNodes.length} of the scheduler`);
  expect(text).toContain(`In a cluster of 5,000 it stops when ${nodesToFind(5000)} have turned out to fit`);
});

function requestsIn(trace: readonly TraceRecord[]) {
  return trace.flatMap((record) => {
    if (record.type !== 'sent' || record.message.kind !== 'request') return [];
    return [{ from: record.message.from, body: record.message.body as HttpRequest }];
  });
}

function isList({ method, query = {} }: HttpRequest): boolean {
  return method === 'GET' && query['resourceVersion'] !== undefined && query['watch'] === undefined;
}

function listenersOf(trace: readonly TraceRecord[], kind: string, name: string): ReadonlySet<string> {
  const heard = trace.flatMap((record) => {
    if (record.type !== 'delivered' || record.message.kind !== 'event') return [];
    const { object } = record.message.body as WatchFrame;
    const { kind: its, metadata } = object as { readonly kind: string; readonly metadata: { readonly name: string } };
    return its === kind && metadata.name === name ? [record.message.to] : [];
  });
  return new Set(heard);
}
