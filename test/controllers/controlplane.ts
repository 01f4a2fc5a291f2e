import type { Deployment } from '../../sim/api/kinds/deployment.ts';
import type { Event } from '../../sim/api/kinds/event.ts';
import type { Pod } from '../../sim/api/kinds/pod.ts';
import type { KubeObject } from '../../sim/api/meta.ts';
import { apiServer } from '../../sim/apiserver/apiserver.ts';
import { manager } from '../../sim/controllers/manager.ts';
import { etcd } from '../../sim/etcd/etcd.ts';
import { address } from '../../sim/kernel/message.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import type { TraceRecord } from '../../sim/kernel/trace.ts';
import { createWorld, type Registry, type World } from '../../sim/kernel/world.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import type { HttpRequest, HttpResponse } from '../../sim/protocol/http.ts';
import { type CrewState, crew } from './crew.ts';
import { type DriverState, driver } from './driver.ts';

addKinds();

/** What a test may set. */
export interface PlaneOptions {
  readonly nodes?: readonly string[];
  readonly labels?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly config?: Readonly<Record<string, number>>;
  /** How long a pod takes from being bound to Ready. */
  readonly startMs?: number;
  readonly seed?: number;
  /** Latency added at random; none by default, so that times are round. */
  readonly jitterMs?: number;
}

/** A request as it was sent. */
export interface Sent {
  readonly id: string;
  readonly at: number;
  readonly line: string;
  readonly body: unknown;
}

/** etcd, the API server and the controllers as they are, with nodes and a scheduler that only pretend. */
export class ControlPlane {
  readonly simulation: Simulation;
  readonly world: World;
  readonly registry: Registry;
  readonly records: TraceRecord[] = [];

  constructor(options: PlaneOptions = {}) {
    this.world = createWorld(options.seed ?? 1, { jitterMs: options.jitterMs ?? 0 });
    const programs = { [etcd.name]: etcd, [apiServer.name]: apiServer, [manager.name]: manager, crew, driver };
    this.registry = programs as unknown as Registry;
    this.simulation = new Simulation(this.world, this.registry, {
      freeze: true,
      record: (record) => void this.records.push(record),
    });
    const on = (component: string, config: object) => {
      this.simulation.spawn({ name: address(component), machine: 'control-plane', component, config });
    };
    on(etcd.name, {});
    on(apiServer.name, {});
    on('driver', {});
    this.run(500);
    for (const name of ['default', 'kube-system', 'kube-node-lease']) {
      this.send({ method: 'POST', path: '/api/v1/namespaces', body: object('v1', 'Namespace', name) });
    }
    on(manager.name, options.config ?? {});
    this.run(300);
    on('crew', { nodes: options.nodes ?? [], labels: options.labels ?? {}, startMs: options.startMs ?? 1000 });
    this.run(200);
  }

  get now(): number {
    return this.world.now;
  }

  /** Lets so many milliseconds go by. */
  run(ms: number): void {
    this.simulation.runUntil(this.world.now + ms);
  }

  /** Sends a request and runs until it is answered. */
  send(request: HttpRequest): HttpResponse {
    const { answers } = this.world.states.get('driver') as DriverState;
    const before = answers.length;
    this.simulation.inject(address<{ ask: HttpRequest }>('driver'), 'ask', request, []);
    for (let i = 0; i < 1000 && answers.length === before; i++) this.run(1);
    const answer = answers[before];
    if (answer === undefined) throw new Error(`no answer to ${request.method} ${request.path}`);
    return answer;
  }

  get<O extends KubeObject>(path: string): O {
    const { status, body } = this.send({ method: 'GET', path });
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body as O;
  }

  list<O extends KubeObject>(path: string): readonly O[] {
    return (this.send({ method: 'GET', path }).body as { items: readonly O[] }).items;
  }

  post(path: string, body: KubeObject): HttpResponse {
    const answer = this.send({ method: 'POST', path, body });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  merge(path: string, body: object): HttpResponse {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = this.send({ method: 'PATCH', path, headers, body });
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer;
  }

  /** Creates a Deployment of one container. */
  deploy(name: string, replicas: number, spec: object = {}, image = 'nginx:1'): void {
    this.post('/apis/apps/v1/namespaces/default/deployments', deploymentOf(name, replicas, spec, image));
  }

  pods(): readonly Pod[] {
    return this.list<Pod>('/api/v1/namespaces/default/pods');
  }

  deployment(name: string): Deployment {
    return this.get<Deployment>(`/apis/apps/v1/namespaces/default/deployments/${name}`);
  }

  /** Texts of the Events with this reason, oldest first. */
  events(reason: string): readonly string[] {
    const all = this.list<Event>('/api/v1/events').filter((event) => event.reason === reason);
    const written = this.#order(reason);
    return [...all]
      .sort((a, b) => written.indexOf(a.metadata.name) - written.indexOf(b.metadata.name))
      .map(({ message = '' }) => message);
  }

  /** Times and causes of the manager's notes of one kind. */
  notes(what: string): readonly { readonly at: number; readonly about: string }[] {
    return this.records.flatMap((record) => {
      if (record.type !== 'noted' || record.note.what !== what) return [];
      return [{ at: record.at, about: record.note.about ?? '' }];
    });
  }

  /** Requests that the manager sent, as `METHOD path`, with their times. */
  requests(pattern: RegExp): readonly Sent[] {
    return this.records.flatMap((record) => {
      if (record.type !== 'sent' || record.message.kind !== 'request' || record.message.from !== manager.name)
        return [];
      const { method, path, body } = record.message.body as HttpRequest;
      const line = `${method} ${path}`;
      return pattern.test(line) ? [{ id: record.message.id, at: record.at, line, body }] : [];
    });
  }

  /** What led to a message, nearest first: requests as `METHOD path`, the rest by kind. Follows first causes only. */
  causesOf(id: string): readonly string[] {
    const sent = new Map(this.records.flatMap((one) => (one.type === 'sent' ? [[one.message.id, one.message]] : [])));
    const chain: string[] = [];
    for (let next = sent.get(id)?.causes[0]; next !== undefined; next = sent.get(next)?.causes[0]) {
      const { kind, body } = sent.get(next) as { kind: string; body: unknown };
      const { method, path } = (body ?? {}) as Partial<HttpRequest>;
      chain.push(kind === 'request' ? `${method} ${path}` : kind);
    }
    return chain;
  }

  /** The machine of a node stops at once: no leases, no status. */
  kill(node: string): void {
    (this.world.states.get('crew') as CrewState).dead.add(node);
  }

  revive(node: string): void {
    (this.world.states.get('crew') as CrewState).dead.delete(node);
  }

  #order(reason: string): readonly string[] {
    return this.requests(/^POST .*\/events$/).flatMap(({ body }) => {
      const event = body as Event;
      return event.reason === reason ? [event.metadata.name] : [];
    });
  }
}

/** An object with nothing but a name. */
export function object(apiVersion: string, kind: string, name: string, rest: object = {}): KubeObject {
  return { apiVersion, kind, metadata: { name }, ...rest };
}

/** A Deployment whose pods carry `app: <name>`. */
export function deploymentOf(name: string, replicas: number, spec: object = {}, image = 'nginx:1'): KubeObject {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image }] } };
  const whole = { replicas, selector: { matchLabels: labels }, template, ...spec };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'default' }, spec: whole };
}
