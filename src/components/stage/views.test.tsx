import { render } from 'preact-render-to-string';
import { expect, it } from 'vitest';
import { type Dice, dice, drawPlan } from '../../../cli/fuzz/draw.ts';
import { type Scene, Session } from '../../../sim/index.ts';
import { addKinds } from '../../../sim/packs/kinds.ts';
import { addKubectl } from '../../../sim/packs/kubectl.ts';
import { TimelineFold } from '../../../sim/packs/timeline.ts';
import { ETCD, type EtcdEvent } from '../../../sim/protocol/etcd.ts';
import { describe as inWords } from '../../../sim/view/describe.ts';
import { frameOf } from '../../session/frame.ts';
import type { Frame } from '../../session/protocol.ts';
import { Diagram } from './diagram/Diagram.tsx';
import { Port } from './port/Port.tsx';

addKinds();
addKubectl();

/** `npm run test:long` says `--mode long`. */
const SCENARIOS = import.meta.env.MODE === 'long' ? 20 : 2;
const MOMENTS = 10;
const STORED = ['pods', 'nodes', 'deployments', 'replicasets', 'services', 'endpointslices'];

/** A cluster with some members of etcd to which a reader has done a drawn number of things. */
function storyOf(seed: number, roll: Dice): Session {
  const { shape, steps } = drawPlan(seed, 12);
  const nodes = shape.nodes.map(({ name }) => ({ name }));
  const members = ([1, 3, 5] as const)[seed % 3] ?? 3;
  const scenario = { seed, nodes, network: shape.network, etcd: { members } };
  const session = new Session({ scenario, plan: [], goals: [] });
  for (const { line, waitMs } of steps) {
    const member = members > 1 ? `etcd-${1 + roll(members)}` : 'etcd';
    session.do(line.replace(/etcd$/, member), {});
    session.seek(session.now + waitMs);
  }
  return session;
}

/** Ids of the parts of one sort in a drawing, each once. */
function drawnIn(html: string, sort: string): readonly string[] {
  return [...new Set([...html.matchAll(/data-id="([^"]+)"/g)].map(([, id = '']) => id))]
    .filter((id) => id.startsWith(`${sort}/`))
    .toSorted();
}

const labelOf = (html: string, id: string): string =>
  new RegExp(`aria-label="([^"]*)"[^>]*data-id="${id}"`).exec(html)?.[1] ?? '';

function column(frame: Frame, title: string, name: string): readonly string[] {
  const table = frame.tables?.find((one) => one.title === title);
  const index = table?.columns.indexOf(name) ?? -1;
  return (table?.rows ?? []).map(({ cells }) => cells[index]?.text ?? '');
}

/** Both drawings, the tables, the words and the timeline tell of the same pods, nodes, leader, revision and steps. */
function agree(session: Session, fold: TimelineFold): void {
  const { scene, step } = frameOf('', session, 'diagram', {});
  const tables = frameOf('', session, 'tables', {});
  const { log = [] } = frameOf('', session, 'log', {});
  const words = inWords(scene).join('\n');
  const drawings = [Diagram, Port].map((View) => render(<View scene={scene} layout="narrow" name="view" />));

  const pods = [...scene.nodes.flatMap((node) => node.pods), ...scene.unscheduled];
  const inDefault = pods
    .filter(({ namespace }) => namespace === 'default')
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  expect(column(tables, 'Pods', 'NAME')).toEqual(inDefault.map(({ name }) => name));
  expect(column(tables, 'Pods', 'STATUS')).toEqual(inDefault.map(({ status }) => status));
  const nodeOf = (id: string) => scene.nodes.find((node) => node.pods.some((pod) => pod.id === id))?.name ?? '<none>';
  expect(column(tables, 'Pods', 'NODE')).toEqual(inDefault.map(({ id }) => nodeOf(id)));
  expect(column(tables, 'Nodes', 'NAME')).toEqual(scene.nodes.map(({ name }) => name));
  expect(column(tables, 'Nodes', 'STATUS')).toEqual(scene.nodes.map(({ status }) => status));
  for (const html of drawings) {
    expect(drawnIn(html, 'node')).toEqual(scene.nodes.map(({ id }) => id).toSorted());
    for (const id of drawnIn(html, 'pod'))
      expect(labelOf(html, id)).toContain(pods.find((pod) => pod.id === id)?.status);
  }
  // The quay of the chart has room for few; aboard, both show the same crates.
  const aboard = drawings.map((html) => drawnIn(html, 'pod').filter((id) => nodeOf(id) !== '<none>'));
  expect(aboard[0]).toEqual(aboard[1]);
  for (const { name, status } of pods) expect(words).toContain(`${name} ${status}`);
  for (const { name, status } of scene.nodes) expect(words).toMatch(new RegExp(`^${name}, .*${status}`, 'm'));
  agreeOnLedger(session, scene, tables, drawings, words);

  const known = log.map(({ number }) => number);
  expect(known).toEqual(session.steps.map(({ number }) => number));
  if (step !== undefined) expect(log.find(({ number }) => number === step.number)?.plain).toBe(step.plain);
  const lanes = [...scene.actors, ...scene.nodes.map(({ kubelet }) => kubelet)];
  const timeline = fold.view(
    session.timeline.trace,
    session.now,
    lanes.map(({ id }) => id),
  );
  for (const told of timeline.steps) {
    const same = session.timeline.trace.length === session.past.length ? session.steps : undefined;
    const other = same?.find(({ number }) => number === told.number);
    if (other !== undefined) expect(told.plain).toBe(other.plain);
  }
  const present = (from: number, to: number | undefined) =>
    from <= session.now && (to ?? Number.POSITIVE_INFINITY) > session.now;
  for (const { id, isUp } of lanes.filter((lane) => timeline.lanes.some((shown) => shown.id === lane.id))) {
    const isOut = timeline.outages.some(({ place, from, to }) => place === id && present(from, to));
    if (isOut) expect(`${id} ${isUp}`).toBe(`${id} false`);
  }
}

function agreeOnLedger(
  session: Session,
  scene: Scene,
  tables: Frame,
  drawings: readonly string[],
  words: string,
): void {
  const { members, revision } = scene.etcd;
  for (const html of drawings) {
    for (const { id, role, isUp } of members) if (isUp) expect(labelOf(html, id)).toContain(role);
    if (session.peek().isUp(ETCD)) expect(html).toMatch(new RegExp(`rev(ision)? ${revision}\\b`));
  }
  for (const { id, role, isUp } of members) if (isUp) expect(words).toContain(`${id} ${role}`);
  if (members.length > 0) expect(words).toContain(`etcd at revision ${revision}`);
  const written = column(tables, 'The ledger, without leases and events', 'ModRevision').map(Number);
  expect(Math.max(0, ...written)).toBeLessThanOrEqual(revision);
  const inspected = session.peek().inspect(ETCD) as { readonly revision?: number };
  expect(inspected.revision).toBe(revision);
}

/** What the API server has heard from etcd since the beginning, folded: the key and revision of each object. */
function folded(session: Session): { readonly revision: number; readonly objects: ReadonlyMap<string, number> } {
  const start = session.peekAtBeginning();
  const objects = new Map<string, number>();
  for (const plural of STORED)
    for (const { metadata } of start.objects(plural))
      objects.set(`${plural} ${metadata.namespace ?? ''}/${metadata.name}`, Number(metadata.resourceVersion));
  let revision = 0;
  for (const record of session.past) {
    if (record.type !== 'delivered' || record.message.kind !== 'watched') continue;
    for (const { type, keyValue } of (record.message.body as { readonly events: readonly EtcdEvent[] }).events) {
      revision = Math.max(revision, keyValue.modRevision);
      const name = nameOf(keyValue.key);
      if (name === undefined) continue;
      if (type === 'put') objects.set(name, keyValue.modRevision);
      else objects.delete(name);
    }
  }
  return { revision, objects };
}

const PREFIXES = { minions: 'nodes', 'services/specs': 'services' } as const;

function nameOf(key: string): string | undefined {
  const [, prefix = '', rest = ''] = /^\/registry\/(services\/specs|[^/]+)\/(.+)$/.exec(key) ?? [];
  const plural = PREFIXES[prefix as keyof typeof PREFIXES] ?? prefix;
  if (!STORED.includes(plural)) return undefined;
  return `${plural} ${rest.includes('/') ? rest : `/${rest}`}`;
}

function projected(session: Session): ReadonlyMap<string, number> {
  const peek = session.peek();
  return new Map(
    STORED.flatMap((plural) =>
      peek
        .objects(plural)
        .map(
          ({ metadata }) =>
            [`${plural} ${metadata.namespace ?? ''}/${metadata.name}`, Number(metadata.resourceVersion)] as const,
        ),
    ),
  );
}

it.each(Array.from({ length: SCENARIOS }, (_, index) => index + 1))(
  'five views of scenario %i agree at any moment',
  (seed) => {
    const roll = dice(seed * 31);
    const session = storyOf(seed, roll);
    const fold = new TimelineFold();
    const { end } = session.timeline;
    let compared = 0;
    for (let moment = 0; moment < MOMENTS; moment++) {
      session.seek(roll(end + 1));
      agree(session, fold);
      const { revision, objects } = folded(session);
      const isWhole = revision === (session.peek().inspect(ETCD) as { readonly revision?: number }).revision;
      if (!isWhole) continue;
      compared++;
      expect(new Map([...objects].sort())).toEqual(new Map([...projected(session)].sort()));
    }
    expect(compared, 'moments at which nothing was on its way from etcd').toBeGreaterThan(0);
  },
);
