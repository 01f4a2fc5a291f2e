import type { Event } from '../../sim/api/kinds/event.ts';
import type { Pod, PodStatus } from '../../sim/api/kinds/pod.ts';
import { kubeadmBindings } from '../../sim/api/rbac/policy.ts';
import { apiServer } from '../../sim/apiserver/apiserver.ts';
import { processTokenFor } from '../../sim/apiserver/guard/token.ts';
import { etcd } from '../../sim/etcd/etcd.ts';
import type { Component, Note } from '../../sim/kernel/component.ts';
import type { Address } from '../../sim/kernel/message.ts';
import { Simulation } from '../../sim/kernel/simulation.ts';
import { part } from '../../sim/kernel/state.ts';
import type { TraceRecord } from '../../sim/kernel/trace.ts';
import type { Value } from '../../sim/kernel/value.ts';
import { createWorld } from '../../sim/kernel/world.ts';
import { kubelet } from '../../sim/kubelet/kubelet.ts';
import { network } from '../../sim/net/cni.ts';
import { kubeProxy } from '../../sim/net/kubeproxy/kubeproxy.ts';
import { addNetworking } from '../../sim/packs/network.ts';
import {
  certificateOf,
  type HttpRequest,
  type HttpResponse,
  type HttpServerProtocol,
} from '../../sim/protocol/http.ts';
import { containerd } from '../../sim/runtime/cri.ts';

addNetworking();

/** A client that only remembers answers. */
const listener: Component<{ answers: { to: string; response: HttpResponse }[] }, Record<string, Value>> = {
  name: 'listener',
  init: () => part({ answers: [] }),
  receive(state, { kind, body, replyTo }) {
    if (kind === 'response') state.answers.push({ to: replyTo, response: body as HttpResponse });
  },
  inspect: (state) => state.answers,
};

/** Nodes with all their processes, an API server and etcd; no scheduler, no controllers. Every value is frozen. */
export function nodes(count = 1, shape: object = {}, config: object = {}, seed = 1) {
  const programs = {
    etcd,
    'kube-apiserver': apiServer,
    listener,
    network,
    containerd,
    kubelet,
    'kube-proxy': kubeProxy,
  };
  const records: TraceRecord[] = [];
  const world = createWorld(seed);
  const simulation = new Simulation(world, programs as never, { freeze: true, record: (each) => records.push(each) });
  const spawn = (name: string, component: string, machine: string, more: object = {}) => {
    simulation.spawn({ name, component, machine, config: more });
  };
  spawn('etcd', 'etcd', 'control-plane');
  spawn('kube-apiserver', 'kube-apiserver', 'control-plane');
  spawn('client', 'listener', 'control-plane');
  const names = Array.from({ length: count }, (_, index) => `node-${index + 1}`);
  const run = (ms: number) => simulation.runUntil(world.now + ms);
  const call = (
    method: HttpRequest['method'],
    path: string,
    body?: Value,
    query?: HttpRequest['query'],
  ): HttpResponse => {
    const to = 'kube-apiserver' as Address<HttpServerProtocol>;
    const certificate = certificateOf('admin', 'system:masters');
    const id = simulation.send('client', to, 'request', { certificate, method, path, body, query }, 0, '', {});
    run(60);
    const answers = simulation.inspect('client') as { to: string; response: HttpResponse }[];
    const found = answers.find((answer) => answer.to === id);
    if (found === undefined) throw new Error(`${method} ${path} was not answered`);
    return found.response;
  };
  run(50);
  for (const name of ['default', 'kube-node-lease', 'kube-system']) {
    call('POST', '/api/v1/namespaces', { metadata: { name } });
  }
  call('POST', '/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  const data = { 'ca.crt': 'the authority' };
  call('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'kube-root-ca.crt' }, data });
  call('POST', '/api/v1/namespaces/kube-system/serviceaccounts', { metadata: { name: 'kube-proxy' } });
  call('POST', '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', kubeadmBindings()[1]);
  const token = processTokenFor('kubernetes', 'kube-proxy');
  for (const [index, node] of names.entries()) {
    for (const component of ['network', 'containerd', 'kubelet', 'kube-proxy']) {
      spawn(`${component}/${node}`, component, node, { node, index, nodes: names, shape, token, ...config });
    }
  }
  run(2000);
  const get = (path: string): Value => call('GET', path).body;
  const tools = {
    simulation,
    records,
    run,
    call,
    get,
    /** Creates a pod on a node and gives the moment. */
    addPod(name: string, spec: object = {}, container: object = {}, node = 'node-1'): number {
      const containers = [{ name: 'c', image: 'nginx:1.27', ...container }];
      const metadata = { name, labels: { app: name } };
      const body = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { nodeName: node, containers, ...spec } };
      const answer = call('POST', PODS, body);
      if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
      return world.now;
    },
    /** What a command printed in the container `c`. */
    exec(name: string, ...words: string[]): string {
      const query = { container: 'c', command: words.map(encodeURIComponent).join('&command=') };
      const found = call('GET', `${PODS}/${name}/exec`, undefined, query).body as { output?: string; message?: string };
      return found.output ?? found.message ?? '';
    },
    pod: (name: string) => get(`${PODS}/${name}`) as Pod,
    status: (name: string): PodStatus => tools.pod(name).status ?? {},
    /** Requests of a kind that arrived at the API server, oldest first. */
    requests(method: string, path: RegExp): { at: number; body: Value }[] {
      return records.flatMap((record) => {
        if (record.type !== 'delivered' || record.message.kind !== 'request') return [];
        const { method: verb, path: where, body } = record.message.body as HttpRequest;
        return verb === method && path.test(where) && record.message.from !== 'client' ? [{ at: record.at, body }] : [];
      });
    },
    /** `reason: message` of the events about an object, in the order in which they were first written. */
    events(name: string): string[] {
      return tools
        .requests('POST', /\/events$/)
        .map(({ body }) => body as Event)
        .filter(({ involvedObject }) => involvedObject?.name === name)
        .map(({ reason, message }) => `${reason}: ${message}`);
    },
    notes(what: string): { at: number; note: Note }[] {
      return records.flatMap((record) => {
        return record.type === 'noted' && record.note.what === what ? [{ at: record.at, note: record.note }] : [];
      });
    },
    inspect: (name: string) => simulation.inspect(name as Address) as Record<string, Value>,
  };
  return tools;
}

/** The pods of the namespace default. */
export const PODS = '/api/v1/namespaces/default/pods';
