import { beforeAll, expect, it } from 'vitest';
import { dice, drawPlan } from '../../cli/fuzz/draw.ts';
import type { KubeObject } from '../../sim/api/meta.ts';
import { act, createCluster, fold, peekAt, Session, type SessionSpec, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { askWhy } from '../../sim/packs/why.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import type { EtcdClientProtocol } from '../../sim/protocol/etcd.ts';
import { fieldsOf } from '../../sim/view/why/aspect.ts';
import { type Answer, explain } from '../../sim/view/why/explain.ts';
import { registryKey } from '../../sim/view/why/history.ts';
import { parseQuestion } from '../../sim/view/why/question.ts';

const NODES = ['node-1', 'node-2', 'node-3'].map((name) => ({ name }));
const SPEC: SessionSpec = { scenario: { nodes: NODES }, plan: [], goals: [] };
const POD =
  'apiVersion: v1\nkind: Pod\nmetadata: { name: web }\nspec: { containers: [{ name: web, image: nginx:1.27 }] }\n';
const FILES = { 'pod.yaml': toParsedFile(POD, 'pod.yaml') };

beforeAll(addKinds);
beforeAll(addKubectl);

/** Carries out lines, and waits after a number of seconds. */
function played(...story: readonly (string | number)[]): Session {
  const session = new Session(SPEC, { freeze: true });
  for (const entry of story) {
    if (typeof entry === 'number') session.seek(session.now + entry * 1000);
    else {
      expect(session.do(entry, FILES)).toBeUndefined();
      for (let moves = 0; moves < 400 && !session.move().isEnd; moves++);
    }
  }
  return session;
}

/** The chain in short: what each link is and who did it. */
function told({ links }: Answer): readonly string[] {
  return links.map(({ kind, by, verb, object }) => `${kind} ${by} ${verb} ${object}`.trim());
}

function newestPod(session: Session): string {
  return session.peek().objects('pods').at(-1)?.metadata.name ?? '';
}

it('leads spec.nodeName back to kubectl apply, over what the scheduler decided', () => {
  const session = played('kubectl apply -f pod.yaml', 10);
  const answer = askWhy(session, 'field pod/default/web spec.nodeName');
  expect(answer.value).toBe('node-1');
  expect(answer.title).toBe('spec.nodeName of pod/web');
  expect(answer.summary).toMatch(/^Revision \d+, at 0\.\d{3} s, set it; before that it was not set\.$/);
  expect(told(answer)).toEqual([
    'write kube-apiserver put pod/web',
    'admission kube-apiserver apiserver/authorized pod/web',
    'request kube-scheduler POST pod/web/binding',
    'decision kube-scheduler scheduler/assumed pod/web',
    'watch kube-apiserver ADDED pod/web',
    'write kube-apiserver put pod/web',
    'admission kube-apiserver apiserver/validated pod/web',
    'request kubectl POST pod/web',
    'answer kube-apiserver 404 pod/web',
    'admission kube-apiserver apiserver/authorized pod/web',
    'request kubectl GET pod/web',
    'command reader kubectl apply -f pod.yaml',
  ]);
  expect(answer.end).toBe('');
  expect(answer.links[1]?.plain).toContain('allows it to create pods/binding for pod/web');
  expect(answer.links[9]?.plain).toContain('allows it to get pod/web');
  expect(answer.links[3]?.plain).toContain('node-1 is best');
  expect(answer.links[2]?.rule).toContain('the name of its node');
});

it('leads Running back over the containers, and a place back to the same write as spec.nodeName', () => {
  const session = played('kubectl apply -f pod.yaml', 10);
  const kinds = told(askWhy(session, 'cell pod/default/web STATUS'));
  expect(kinds).toContain('call kubelet/node-1 startContainer pod/web');
  expect(kinds).toContain('request kube-scheduler POST pod/web/binding');
  expect(kinds.at(-1)).toBe('command reader kubectl apply -f pod.yaml');
  const place = askWhy(session, 'place pod/default/web');
  expect(place.links).toEqual(askWhy(session, 'field pod/default/web spec.nodeName').links);
});

it('says what a request did not say, and what was so from the start', () => {
  const session = played('kubectl apply -f pod.yaml', 10);
  const asked = askWhy(session, 'field pod/default/web spec.containers[name=web].image');
  expect(asked.summary).not.toContain('filled it in');
  const filled = askWhy(session, 'field pod/default/web spec.tolerations[0].tolerationSeconds');
  expect(filled.summary).toContain('the API server filled it in');
  const old = askWhy(session, 'cell node/node-1 STATUS');
  expect(old).toMatchObject({ value: 'Ready', summary: 'It has been so since the cluster was set up.', links: [] });
  expect(askWhy(session, 'field pod/default/none spec.nodeName').summary).toBe('No pod/none is in this history.');
  expect(askWhy(session, 'why?').summary).toBe('"why?" cannot be asked.');
});

it('leads an eviction back to the power that was cut, over a silence', () => {
  const session = played('kubectl apply -f pod.yaml', 10, 'kill node/node-1', 70);
  const ready = askWhy(session, 'field node/node-1 status.conditions[type=Ready].status');
  expect(ready.value).toBe('Unknown');
  expect(told(ready).slice(2)).toEqual([
    'request kube-controller-manager PUT node/node-1/status',
    'decision kube-controller-manager nodelifecycle/node-silent node/node-1',
    'silence kubelet/node-1 renew lease/node-1',
    'fault reader kill node/node-1 node/node-1',
  ]);
  session.seek(session.now + 310_000);
  const deletion = told(askWhy(session, 'field pod/default/web metadata.deletionTimestamp'));
  expect(deletion).toContain('decision kube-controller-manager tainteviction/evicted pod/web');
  expect(deletion).toContain('decision kube-controller-manager tainteviction/scheduled pod/web');
  expect(deletion.slice(-4)).toEqual(told(ready).slice(2));
});

it('knows no cause of a silence that began before the clock', () => {
  const session = played('cut node/node-1', 70);
  const cut = askWhy(session, 'cell node/node-1 STATUS');
  expect(told(cut).slice(-2)).toEqual(['silence kubelet/node-1 lost', 'fault reader cut node/node-1 node/node-1']);
  const scenario = { nodes: NODES, faults: [{ at: '-2s', fault: 'kill node/node-1' }] };
  const early = new Session({ ...SPEC, scenario } as unknown as SessionSpec);
  early.seek(70_000);
  expect(askWhy(early, 'cell node/node-1 STATUS').end).toMatch(/^What silenced it is not in this history/);
});

it('leads replicas back to kubectl scale, and readiness to the pod that completed it', () => {
  const session = played(
    'kubectl create deployment web --image=nginx:1.27',
    10,
    'kubectl scale deployment web --replicas=3',
    10,
  );
  const wanted = askWhy(session, 'field deployment/default/web spec.replicas');
  expect(wanted.summary).toContain('before that it was 1.');
  expect(told(wanted).at(-1)).toBe('command reader kubectl scale deployment web --replicas=3');
  const ready = askWhy(session, 'cell deployment/default/web READY');
  expect(ready.value).toBe('3/3');
  expect(ready.links.map(({ kind, by }) => `${kind} ${by.split('/')[0]}`)).toContain('request kubelet');
  expect(told(ready).at(-1)).toBe('command reader kubectl scale deployment web --replicas=3');
});

it('reads printed lines: a row as it was then, an Event, and what shows no row', () => {
  const session = played('kubectl apply -f pod.yaml', 'kubectl get pods', 10, 'kubectl get pods', 'kubectl events');
  const [applied, early, late, events] = session.terminals.map(({ lines }) => lines);
  const lineOf = (lines = early, at = -1) => askWhy(session, `line ${lines?.at(at)?.seq}`);
  expect(lineOf(early)).toMatchObject({ value: expect.stringMatching(/^STATUS (Pending|ContainerCreating)$/) });
  expect(lineOf(late).value).toBe('STATUS Running');
  expect(lineOf(late).links[0]?.kind).toBe('write');
  expect(told(lineOf(events)).slice(2, 4)).toEqual([
    expect.stringMatching(/^request kubelet\/node-1 POST event\/web/),
    'call kubelet/node-1 startContainer pod/web',
  ]);
  expect(lineOf(late, 0).links[0]?.plain).toMatch(/^kubectl prints: NAME/);
  expect(told(lineOf(applied)).at(-1)).toBe('command reader kubectl apply -f pod.yaml');
});

it('leads FailedScheduling and a pod’s missing place back to the scheduler’s finding', () => {
  const session = played(
    'kubectl cordon node-1',
    'kubectl cordon node-2',
    'kubectl cordon node-3',
    'kubectl apply -f pod.yaml',
    5,
  );
  const event = session.peek().objects('events').at(-1) as KubeObject;
  const answer = askWhy(session, `cell event/default/${event.metadata.name} REASON`);
  expect(answer.value).toBe('FailedScheduling');
  expect(told(answer)[3]).toBe('decision kube-scheduler scheduler/unschedulable pod/web');
  const place = askWhy(session, 'place pod/default/web');
  expect(place.summary).toMatch(/^It is on no node\./);
  expect(told(place)).toContain('decision kube-scheduler scheduler/unschedulable pod/web');
});

it('names every field of an object by a path that can be asked', () => {
  const session = played('kubectl create deployment web --image=nginx:1.27', 5);
  const { more } = askWhy(session, `object pod/default/${newestPod(session)}`);
  expect(more.map(({ title }) => title)).toEqual(['As kubectl get prints it', 'status', 'spec', 'metadata']);
  for (const { question, value } of more.flatMap(({ asks }) => asks)) {
    expect(askWhy(session, question), question).toMatchObject({
      value: expect.stringContaining(value.split(', ')[0] ?? ''),
    });
  }
});

it.each([1, 2, 3, 4, 5])(
  'the named write set the value, and times never increase going back: seed %d',
  (seed) => {
    const { timeline, events } = fuzzed(seed);
    const roll = dice(seed * 7919);
    const peek = peekAt(timeline.simulation);
    const objects = ['pods', 'nodes', 'deployments', 'replicasets', 'events'].flatMap((plural) => peek.objects(plural));
    const past = { records: timeline.past, steps: fold(timeline.past), start: peekAt(timeline.beginning), end: peek };
    for (let pair = 0; pair < 10; pair++) {
      const object = objects[roll(objects.length)] as KubeObject;
      const fields = fieldsOf(object);
      const { path, text } = fields[roll(fields.length)] as { path: string; text: string };
      const { namespace, name } = object.metadata;
      const question = `field ${[object.kind.toLowerCase(), namespace, name].filter(Boolean).join('/')} ${path}`;
      const answer = explain(question, past);
      const read = (value: KubeObject | undefined) =>
        value && fieldsOf(value).find((field) => field.path === path)?.text;
      const parsed = parseQuestion(question);
      const key = parsed?.of === 'field' ? registryKey(parsed.object) : '';
      const own = events.filter(({ keyValue }) => keyValue.key === key);
      const setter = own.findLast(
        ({ keyValue, previous }) => read(keyValue.value as never) !== read(previous?.value as never),
      );
      const named = /^Revision (\d+)/.exec(answer.summary)?.[1];
      expect(named ?? answer.summary, question).toBe(
        setter === undefined ? 'It has been so since the cluster was set up.' : String(setter.keyValue.modRevision),
      );
      expect(setter === undefined || read(setter.keyValue.value as never) === text, question).toBe(true);
      const times = answer.links.map(({ at }) => at);
      expect(times, question).toEqual(times.toSorted((a, b) => b - a));
    }
  },
  60_000,
);

type Change = EtcdClientProtocol['watched']['events'][number];

/** A run with drawn commands and faults, and every change that etcd told: another witness than what `explain` reads. */
function fuzzed(seed: number): { readonly timeline: Timeline; readonly events: readonly Change[] } {
  const { shape, steps } = drawPlan(seed, 12);
  const timeline = createCluster(shape);
  for (const [index, { line, waitMs }] of steps.entries()) {
    if (/stop (etcd|kube-apiserver)/.test(line)) continue;
    act(timeline, line, `run-${index}`, {});
    timeline.advance(timeline.now + waitMs);
  }
  const events = timeline.past.flatMap((record) => {
    if (record.type !== 'sent' || record.message.kind !== 'watched') return [];
    return (record.message.body as EtcdClientProtocol['watched']).events;
  });
  return { timeline, events };
}
