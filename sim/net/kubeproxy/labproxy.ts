// my-kube-proxy: a kube-proxy whose choice of endpoints is the reader's program.
// Watches: what kube-proxy watches; and each second it asks its kernel how connections to endpoints have ended.
// Writes: the whole rule set of its node, as kube-proxy does.
// Follows: kube-proxy, with `CategorizeEndpoints` outside of it; supervised as a static pod is.
// Leaves out: what kube-proxy leaves out here. A real kube-proxy never hears of connections.

import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { badResult, crash, createProgram, hearProgram, type ProgramState } from '../../client/program.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage, Millis } from '../../kernel/message.ts';
import { hashText } from '../../kernel/random.ts';
import { part } from '../../kernel/state.ts';
import type { Value } from '../../kernel/value.ts';
import { type ChosenEndpoints, LAB_PROCESSES, type LabCall, type ProxiedService } from '../../protocol/lab.ts';
import { type Endings, type NodeNetworkClientProtocol, networkOf } from '../../protocol/network.ts';
import type { Categorize, Found } from './categorizeendpoints.ts';
import { hear, hereOf, type KubeProxyState, kubeProxy, proxiedBy, schedule, sync } from './kubeproxy.ts';

/** What the reader's kube-proxy remembers. */
export interface LabProxyState extends KubeProxyState {
  lab: ProgramState;
  /** What the program keeps. */
  memory: Value;
  calls: number;
  /** How connections have ended since the program was last called, as the kernel tells it: `ip:port>ip:port`. */
  endings: Map<string, Endings>;
  /** When the program wants to be called again. */
  againAt: Millis | undefined;
}

const POLL_MS: Millis = 1000;
const QUIET = { routine: true };

/** The process of the reader's kube-proxy: actor `my-kube-proxy/<node>`. Without a program it writes no rules. */
export const labProxy: Component<LabProxyState> = {
  name: LAB_PROCESSES['kube-proxy'],
  init: (self, config) => fresh(kubeProxy.init(self, config), createProgram(config)),
  restart: (state) => fresh(kubeProxy.restart(state), state.lab),
  ask(state, { kind, at }) {
    if (kind !== 'sync') return undefined;
    const { lab, memory, calls } = state;
    const services = proxiedBy(state).map(({ service, slices }): ProxiedService => {
      return { service, slices, connections: connectionsOf(state, service, addressesIn(slices)) };
    });
    const input = { ...hereOf(state), services };
    const randomSeed = hashText(`${state.node} ${calls}`, 0);
    return { method: 'choose', program: lab.program, now: at, randomSeed, state: memory, input } satisfies LabCall;
  },
  receive(state, message, io) {
    if (state.lab.program === '') return;
    if (message.kind === 'sync') act(state, io);
    else if (message.kind === 'poll') {
      io.send(networkOf(state.node), 'readEndings', null, QUIET);
      io.after(POLL_MS, 'poll', null, QUIET);
    } else if (message.kind === 'endings') receiveEndings(state, message as AnyMessage, io);
    else if (message.kind === 'again') {
      if (state.againAt === message.at) schedule(state, io);
    } else {
      hear(state, message as AnyMessage, io);
      if (message.kind === 'start') io.after(0, 'poll', null, QUIET);
    }
  },
  inspect: (state) => ({
    ...kubeProxy.inspect(state),
    program: state.lab.program,
    crashes: state.lab.crashes,
    calls: state.calls,
    keeps: state.memory,
  }),
};

function fresh(proxy: KubeProxyState, lab: ProgramState): LabProxyState {
  const own = { lab: part<ProgramState>({ ...lab }), memory: null, calls: 0, endings: new Map(), againAt: undefined };
  return part<LabProxyState>({ ...proxy, ...own });
}

function addressesIn(slices: readonly EndpointSlice[]): ReadonlySet<string> {
  return new Set(slices.flatMap(({ endpoints }) => (endpoints ?? []).map(({ addresses: [ip = ''] }) => ip)));
}

/** Connections that were made to this Service: a pod may be behind several. */
function connectionsOf(
  { endings }: LabProxyState,
  service: Service,
  addresses: ReadonlySet<string>,
): ProxiedService['connections'] {
  const sums = new Map<string, Endings>();
  for (const [way, how] of endings) {
    const [asked = '', endpoint = ''] = way.split('>');
    const [address = ''] = endpoint.split(':');
    if (addresses.has(address) && leadsTo(service, asked)) sums.set(address, sum(how, sums.get(address)));
  }
  return [...sums].map(([address, how]) => ({ address, ...how }));
}

/** Whether `ip:port` is a way to the Service: an address of its own, or its port on a node. */
function leadsTo({ spec, status }: Service, asked: string): boolean {
  const [ip, port] = asked.split(':');
  const ingress = (status?.loadBalancer?.ingress ?? []).map((one) => one['ip']);
  const isOwn = [spec.clusterIP, ...(spec.externalIPs ?? []), ...ingress].includes(ip);
  return isOwn || (spec.ports ?? []).some(({ nodePort }) => String(nodePort) === port);
}

function sum({ answered, failed }: Endings, before: Endings = { answered: 0, failed: 0 }): Endings {
  return { answered: before.answered + answered, failed: before.failed + failed };
}

/** A failure is news; answers are told with the next call. */
function receiveEndings(state: LabProxyState, { body }: AnyMessage, io: IO): void {
  const endings = body as NodeNetworkClientProtocol['endings'];
  for (const [way, how] of Object.entries(endings)) state.endings.set(way, sum(how, state.endings.get(way)));
  const hasFailed = Object.values(endings).some(({ failed }) => failed > 0);
  if (hasFailed && state.lastSyncAt !== undefined) schedule(state, io);
}

/** Writes the rules that the program's choice leads to. When it fails, the old ones stay in the kernel. */
function act(state: LabProxyState, io: IO): void {
  const result = hearProgram(state.lab, io);
  if (result === undefined) return;
  const services = proxiedBy(state).map(({ service }) => service);
  const { output } = result;
  if (!('chosen' in output) || output.chosen.length !== services.length) {
    crash(state.lab, badResult('The program gave no choice for each Service.'), io);
    return;
  }
  state.memory = result.state;
  state.calls++;
  state.endings = new Map();
  const { chosen, againAfterMs } = output;
  state.againAt = againAfterMs === null ? undefined : io.now + againAfterMs;
  if (againAfterMs !== null) io.after(againAfterMs, 'again', null);
  const choices = new Map(services.map((service, index) => [service, chosen[index] as ChosenEndpoints]));
  const names = services.map(({ metadata }) => metadata.name);
  const told = names.map((name, index) => `${chosen[index]?.cluster.length} of ${name}`).join(', ');
  io.note({ what: 'lab/chosen', about: `node/${state.node}`, told });
  const categorize: Categorize = (endpoints, service) => {
    const { cluster = [], local = [] } = choices.get(service) ?? {};
    return { cluster: withAddresses(endpoints, cluster), local: withAddresses(endpoints, local) };
  };
  sync(state, categorize, io);
}

/** An endpoint for each address as often as it was named; a port that the address does not have gets none. */
function withAddresses(endpoints: readonly Found[], addresses: readonly string[]): readonly Found[] {
  return addresses.flatMap((address) => endpoints.filter(({ ip }) => ip === address));
}
