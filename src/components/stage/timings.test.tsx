import { render } from 'preact-render-to-string';
import { describe, expect, it } from 'vitest';
import { webDeployment } from '../../../cli/workloads.ts';
import { type ScenarioFile, Session } from '../../../sim/index.ts';
import { addKinds } from '../../../sim/packs/kinds.ts';
import { addKubectl } from '../../../sim/packs/kubectl.ts';
import { TimelineFold } from '../../../sim/packs/timeline.ts';
import { frameOf } from '../../session/frame.ts';
import { Diagram } from './diagram/Diagram.tsx';
import { Port } from './port/Port.tsx';

addKinds();
addKubectl();

/** What a reader finds in each of the five views: labels, cells, sentences. The timeline is scrolled to what is sought. */
function viewsOf(session: Session, told: RegExp | undefined): Readonly<Record<string, string>> {
  const { scene } = frameOf('', session, 'diagram', {});
  const { tables } = frameOf('', session, 'tables', {});
  const { log = [] } = frameOf('', session, 'log', {});
  const lanes = [...scene.actors, ...scene.nodes.map(({ kubelet }) => kubelet)].map(({ id }) => id);
  const around = session.steps.findLast(({ plain }) => told?.test(plain))?.at;
  const timeline = new TimelineFold().view(session.timeline.trace, session.now, lanes, { around });
  const labels = (html: string) => [...html.matchAll(/aria-label="([^"]*)"/g)].map(([, label]) => label).join('\n');
  return {
    diagram: labels(render(<Diagram scene={scene} layout="wide" name="diagram" />)),
    port: labels(render(<Port scene={scene} layout="wide" name="port" />)),
    timeline: timeline.steps.map(({ plain }) => plain).join('\n'),
    tables: (tables ?? []).flatMap(({ rows }) => rows.flatMap((row) => row.cells.map(({ text }) => text))).join('\n'),
    log: log.map(({ plain }) => plain).join('\n'),
  };
}

/** Which views show it at an instant after something broke. */
function showing(scenario: ScenarioFile, fault: string, at: number, shown: Readonly<Record<string, RegExp>>) {
  const session = new Session({ scenario, plan: [], goals: [] });
  session.do(fault, {});
  session.seek(at);
  const views = viewsOf(session, shown['timeline']);
  return Object.keys(shown).filter((view) => shown[view]?.test(views[view] ?? ''));
}

const scenario: ScenarioFile = { nodes: 2, objects: [webDeployment('web', 2)] };
const everywhere = (drawn: RegExp, told: RegExp, cell = drawn) => {
  return { diagram: drawn, port: drawn, timeline: told, tables: cell, log: told };
};

interface Timing {
  readonly name: string;
  readonly timings: NonNullable<ScenarioFile['timings']>;
  readonly fault: string;
  readonly at: number;
  readonly shown: Readonly<Record<string, RegExp>>;
}

/** A timing of the scenario, what breaks, and an instant at which only the other timing lets something be seen. */
const TIMINGS: readonly Timing[] = [
  {
    name: 'the grace period of nodes',
    timings: { nodeMonitorGracePeriod: '20s' },
    fault: 'kill node/node-2',
    at: 35_000,
    shown: everywhere(/NotReady/, /gives it up as NotReady/),
  },
  {
    name: 'the toleration of pods',
    timings: { defaultToleration: '30s' },
    fault: 'kill node/node-2',
    at: 85_000,
    shown: everywhere(/Terminating/, /evicts pod\/web-/),
  },
  {
    name: 'the patience of etcd’s members',
    timings: { etcdElectionTimeout: '500ms' },
    fault: 'stop etcd-0',
    at: 900,
    // No table of kubectl tells of etcd's members.
    shown: {
      diagram: /etcd etcd-[12], leader/,
      port: /etcd etcd-[12], leader/,
      timeline: / leads in /,
      log: / leads in /,
    },
  },
];

describe.each(TIMINGS)('$name', ({ timings, fault, at, shown }) => {
  it('shows in every view', () =>
    expect(showing({ ...scenario, timings }, fault, at, shown)).toEqual(Object.keys(shown)));
  it('by default comes later in every view', () => expect(showing(scenario, fault, at, shown)).toEqual([]));
});
