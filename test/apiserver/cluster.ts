import { apiServer } from '../../sim/apiserver/apiserver.ts';
import { etcd } from '../../sim/etcd/etcd.ts';
import type { Component } from '../../sim/kernel/component.ts';
import type { Address, MessageId } from '../../sim/kernel/message.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { part } from '../../sim/kernel/state.ts';
import type { Value } from '../../sim/kernel/value.ts';
import { createWorld } from '../../sim/kernel/world.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import {
  certificateOf,
  type HttpRequest,
  type HttpResponse,
  type HttpServerProtocol,
  type WatchFrame,
} from '../../sim/protocol/http.ts';

addKinds();

interface Heard {
  readonly kind: string;
  readonly body: Value;
  readonly replyTo: MessageId;
  readonly routine: boolean;
}

/** A client that remembers what it hears, and a kubelet that knows one log. */
const listener: Component<{ heard: Heard[] }, Record<string, Value>> = {
  name: 'listener',
  init: () => part({ heard: [] as Heard[] }),
  receive(state, message, io) {
    const { kind, body, replyTo, routine } = message;
    state.heard.push({ kind, body, replyTo, routine });
    if (kind === 'containerLog') io.reply(message, 'containerLogDone', { status: 200, text: 'hello\n' });
  },
  inspect: (state) => state.heard,
};

/** The fields that tests look at, of whatever kind the body is. */
export interface Loose {
  readonly kind: string;
  readonly message: string;
  readonly code: number;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly continue: string;
    readonly labels: object;
  };
  readonly spec: {
    readonly nodeName: string;
    readonly clusterIP: string;
    readonly ports: readonly [{ readonly nodePort: number }];
    readonly taints: readonly object[];
    readonly replica: number;
  };
  readonly status: { readonly phase: string; readonly replicas: number };
  readonly items: readonly Loose[];
}

/** The parts of an answer that tests look at. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Loose;
}

/** etcd and the API server, on one machine unless said otherwise, and a client that asks. Every value is frozen. */
export function cluster(config: object = {}, etcdMachine = 'a') {
  const registry = { etcd: etcd as never, 'kube-apiserver': apiServer as never, listener: listener as never };
  const simulation = new Simulation(createWorld(1, { localMs: 1 }), registry, { freeze: true });
  simulation.spawn({ name: 'etcd', machine: etcdMachine, component: 'etcd', config: {} });
  simulation.spawn({ name: 'kube-apiserver', machine: 'a', component: 'kube-apiserver', config });
  simulation.spawn({ name: 'client', machine: 'a', component: 'listener', config: null });
  simulation.spawn({ name: 'kubelet/node-1', machine: 'b', component: 'listener', config: null });
  const heard = () => simulation.inspect('client') as Heard[];
  const run = (ms = 20) => simulation.runUntil(simulation.world.now + ms);

  const send = (method: HttpRequest['method'], path: string, rest: Partial<HttpRequest> = {}, routine = false) => {
    const to = 'kube-apiserver' as Address<HttpServerProtocol>;
    const stream = rest.query?.watch === 'true';
    const request = { certificate: certificateOf('admin', 'system:masters'), method, path, ...rest };
    return simulation.send('client', to, 'request', request, 0, '', { stream, routine });
  };

  const answerTo = (id: MessageId): Answered | undefined => {
    const found = heard().find(({ kind, replyTo }) => kind === 'response' && replyTo === id);
    if (found === undefined) return undefined;
    const { status, headers = {}, body } = found.body as HttpResponse;
    return { status, headers, body: body as Loose };
  };

  const call = (method: HttpRequest['method'], path: string, rest: Partial<HttpRequest> = {}): Answered => {
    const id = send(method, path, rest);
    run(100);
    const answer = answerTo(id);
    if (answer === undefined) throw new Error(`${method} ${path} was not answered`);
    return answer;
  };

  const frames = (watch: MessageId) => {
    const events = heard().filter(({ kind, body }) => kind === 'event' && (body as WatchFrame).watch === watch);
    return events.map(({ body }) => body as WatchFrame & { readonly object: Loose });
  };

  run(50);
  /** Writes a pod past the API server, from another machine, which only a test can do. */
  const putPod = (name: string) => {
    const metadata = { name, namespace: 'default' };
    const put = { type: 'put', key: `/registry/pods/default/${name}`, value: { ...podBody(name), metadata } };
    simulation.send('kubelet/node-1', 'etcd', 'txn', { compare: [], success: [put], failure: [] }, 0, '', {});
  };

  return { simulation, run, send, call, answerTo, frames, heard, putPod };
}

/** The pods of the namespace default. */
export const PODS = '/api/v1/namespaces/default/pods';

/** A namespace and an account called default, which everything needs. */
export function withDefault(config: object = {}, etcdMachine = 'a') {
  const made = cluster(config, etcdMachine);
  made.call('POST', '/api/v1/namespaces', { body: { metadata: { name: 'default' } } });
  const account = { metadata: { name: 'default' }, automountServiceAccountToken: false };
  made.call('POST', '/api/v1/namespaces/default/serviceaccounts', { body: account });
  return made;
}

/** A pod with one container. */
export function podBody(name: string, more: object = {}, labels: object = { app: name }) {
  const spec = { containers: [{ name: 'c', image: 'nginx' }], ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels }, spec };
}

/** A Deployment of such pods. */
export function deploymentBody(name: string, replicas: number) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}
