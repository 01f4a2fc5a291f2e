import { goDuration } from '../api/duration.ts';
import type { Container, Probe } from '../api/kinds/pod.ts';
import { allContainers } from '../api/podspec/initcontainers.ts';
import type { IO } from '../kernel/component.ts';
import { GRPC, networkOf, type Packet } from '../protocol/network.ts';
import { containerEvent } from './podevents.ts';
import { ask, type CriAnswer } from './runtime.ts';
import {
  isEnding,
  type KubeletState,
  latest,
  type PodWork,
  type ProbeResult,
  type ProbeType,
  type ProbeWork,
  readySandbox,
  specNamed,
  statusOf,
} from './state.ts';
import type { Health } from './status.ts';

const TYPES: readonly ProbeType[] = ['Startup', 'Liveness', 'Readiness'];

/**
 * Probes containers that run: exec through the runtime, the others through the node's network. A probe ticks
 * every period from when its pod came to the node, and goes on so when the container is started anew; the first tick
 * after the initial delay is the first probe. Only readiness is tried at once when the container is seen running. A
 * startup probe holds the others. Upstream: `prober/worker.go`, `prober/prober.go`. Leaves out: the three inner
 * tries after an error of the prober itself, the random wait of probes just after a restart of kubelet.
 */
export function ensureProbes(state: KubeletState, uid: string, io: IO): void {
  const work = state.works.get(uid);
  if (work === undefined) return;
  for (const container of allContainers(work.pod.spec)) {
    for (const type of TYPES) ensureProbe(state, work, container, type, io);
  }
}

function ensureProbe(state: KubeletState, work: PodWork, container: Container, type: ProbeType, io: IO): void {
  const { uid } = work;
  const spec = probeOf(container, type);
  if (spec === undefined) return;
  const key = keyOf(uid, container.name, type);
  const known = state.probes.get(key);
  const since = known?.since ?? io.now;
  const current = latest(work.view, container.name);
  const [containerId, startedAt] = current?.state === 'running' ? [current.id, current.startedAt] : ['', io.now];
  const isNew = known === undefined || (containerId !== '' && known.containerId !== containerId);
  const probe = isNew ? newProbe(state, work, container.name, type, containerId, startedAt, since) : known;
  if (isNew) state.probes.set(key, probe);
  if (containerId === '' || probe.isTimed || probe.onHold) return;
  if (type !== 'Startup' && !isStarted(state, uid, container)) return;
  const due = startedAt + (spec.initialDelaySeconds ?? 0) * 1000;
  const wait = type === 'Readiness' && due <= io.now ? 0 : untilTick(probe, spec, Math.max(due, io.now), io);
  state.probes.set(key, { ...probe, isTimed: true });
  io.after(wait, 'probe/due', { key, containerId }, { routine: true });
}

/** How long until the first tick that does not come before a moment. */
function untilTick({ since }: ProbeWork, { periodSeconds = 10 }: Probe, notBefore: number, io: IO): number {
  const periodMs = periodSeconds * 1000;
  return since + Math.ceil((notBefore - since) / periodMs) * periodMs - io.now;
}

/** What the probes say of a pod's containers. */
export function healthOf(state: KubeletState, { uid, pod }: PodWork): Health {
  const specOf = (name: string) => specNamed(pod, name);
  return {
    isStarted: (name) => isStarted(state, uid, specOf(name)),
    isReady: (name) => {
      if (specOf(name)?.readinessProbe === undefined) return true;
      return state.probes.get(keyOf(uid, name, 'Readiness'))?.result === 'success';
    },
  };
}

/** Which probe says that a running container must be ended, if one does. */
export function failedProbe(state: KubeletState, uid: string, container: string): ProbeType | undefined {
  for (const type of ['Liveness', 'Startup'] as const) {
    const probe = state.probes.get(keyOf(uid, container, type));
    const current = latest(state.works.get(uid)?.view ?? { sandboxes: [], containers: [] }, container);
    if (probe?.result === 'failure' && probe.containerId === current?.id) return type;
  }
  return undefined;
}

/** It is time to probe: send it, and set the next time. */
export function probeDue(state: KubeletState, key: string, containerId: string, io: IO): void {
  const probe = state.probes.get(key);
  const work = state.works.get(probe?.uid ?? '');
  const container = work && specNamed(work.pod, probe?.container ?? '');
  if (probe === undefined || work === undefined || container === undefined || probe.containerId !== containerId) return;
  const spec = probeOf(container, probe.type);
  const isQuiet = isEnding(work) && probe.type !== 'Readiness';
  if (spec === undefined || probe.onHold || isQuiet || latest(work.view, probe.container)?.state !== 'running') {
    state.probes.set(key, { ...probe, isTimed: false });
    return;
  }
  io.after(untilTick(probe, spec, io.now + 1, io), 'probe/due', { key, containerId }, { routine: true });
  if (spec.exec !== undefined) {
    const body = { container: containerId, command: spec.exec.command ?? [] };
    ask(state, io, 'execSync', body, 'probed', { key, containerId }, { routine: true });
  } else probeNetwork(state, key, work, container, spec, io);
}

/** An exec probe has ended. */
export function execProbed(state: KubeletState, answer: CriAnswer, io: IO): void {
  const { key, containerId } = answer.data as { key: string; containerId: string };
  if (answer.error !== '') return;
  const { exitCode, output } = answer.body as { exitCode: number; output: string };
  settle(state, key, containerId, exitCode === 0, output, io);
}

/** A network probe was answered. */
export function packetProbed(state: KubeletState, packet: Packet, io: IO): void {
  const isGrpc = packet.payload.startsWith(GRPC);
  if (!isGrpc && state.probeFlows.get(packet.flow)?.includes(`"${GRPC}`)) return;
  const found = takeFlow(state, packet.flow);
  if (found === undefined) return;
  const { key, containerId, target } = found;
  if (isGrpc) {
    const answer = packet.payload.slice(GRPC.length);
    const unhealthy = `service unhealthy (responded with "${answer}")`;
    const problem = answer === 'NOT_FOUND' ? 'error: health rpc probe failed: unknown service' : unhealthy;
    settle(state, key, containerId, answer === 'SERVING', problem, io);
  } else if (packet.outcome === 'refused') {
    const reason = `dial tcp ${packet.sourceIp}:${packet.sourcePort}: connect: connection refused`;
    settle(state, key, containerId, false, target === '' ? reason : `Get "${target}": ${reason}`, io);
  } else if (target.startsWith('https:')) {
    settle(state, key, containerId, false, `Get "${target}": http: server gave HTTP response to HTTPS client`, io);
  } else if (target === '') settle(state, key, containerId, true, '', io);
  else {
    const status = Number(packet.payload.slice(0, 3));
    settle(state, key, containerId, status >= 200 && status < 400, `HTTP probe failed with statuscode: ${status}`, io);
  }
}

/** A network probe was not answered in time. */
export function probeTimedOut(state: KubeletState, flow: string, address: string, io: IO): void {
  const found = takeFlow(state, flow);
  if (found === undefined) return;
  const { key, containerId, target } = found;
  settle(state, key, containerId, false, lateText(target, address), io);
}

/** A server that speaks no gRPC is tried again, as one that refuses: the time runs out. */
function lateText(target: string, address: string): string {
  if (target === '') return `dial tcp ${address}: i/o timeout`;
  if (target.startsWith(GRPC)) {
    return `timeout: failed to connect service "${address}" within ${target.slice(GRPC.length)}`;
  }
  return `Get "${target}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
}

/** A pod is gone: so are its probes. */
export function forgetProbes(state: KubeletState, uid: string): void {
  for (const key of [...state.probes.keys()]) if (key.startsWith(`${uid}/`)) state.probes.delete(key);
}

function probeNetwork(
  state: KubeletState,
  key: string,
  work: PodWork,
  container: Container,
  spec: Probe,
  io: IO,
): void {
  const { containerId } = state.probes.get(key) as ProbeWork;
  const { httpGet, tcpSocket, grpc } = spec;
  const timeoutMs = (spec.timeoutSeconds ?? 1) * 1000;
  const action = httpGet ?? tcpSocket;
  const ip = action?.host || readySandbox(work.view)?.ip || '';
  const wanted = action?.port ?? grpc?.port ?? 0;
  const named = container.ports?.find(({ name }) => name === wanted)?.containerPort;
  const port = typeof wanted === 'number' ? wanted : (named ?? (Number(wanted) || 0));
  const path = httpGet?.path || '/';
  const page = `${(httpGet?.scheme ?? 'HTTP').toLowerCase()}://${ip}:${port}${path}`;
  const [target, payload] = grpc
    ? [`${GRPC}${goDuration(timeoutMs)}`, `${GRPC}${grpc.service ?? ''}`]
    : httpGet
      ? [page, `GET ${path}`]
      : ['', ''];
  const flow = `${io.self}:${++state.probesSent}`;
  state.probeFlows.set(flow, JSON.stringify([key, containerId, target]));
  const packet: Packet = {
    flow,
    sourceIp: state.config.nodeIp,
    sourcePort: 32768 + (state.probesSent % 28232),
    destinationIp: ip,
    destinationPort: port,
    payload,
    isReply: false,
  };
  io.send(networkOf(state.config.node), 'packet', packet, { routine: true });
  io.after(timeoutMs, 'probe/timeout', { flow, address: `${ip}:${port}` }, { routine: true });
}

function takeFlow(state: KubeletState, flow: string) {
  const text = state.probeFlows.get(flow);
  if (text === undefined) return undefined;
  state.probeFlows.delete(flow);
  const [key = '', containerId = '', target = ''] = JSON.parse(text) as string[];
  return { key, containerId, target };
}

/** Counts a result; at its threshold it becomes the probe's result, and the pod is looked at. */
function settle(state: KubeletState, key: string, containerId: string, isWell: boolean, output: string, io: IO): void {
  const probe = state.probes.get(key);
  const work = state.works.get(probe?.uid ?? '');
  if (probe === undefined || work === undefined || probe.containerId !== containerId || probe.onHold) return;
  const { type, container, uid } = probe;
  const spec = probeOf(specNamed(work.pod, container), type);
  const about = `pod/${work.pod.metadata.name}`;
  if (!isWell) {
    const message = `${type} probe failed: ${output}`;
    containerEvent(state, io, work, container, 'Warning', 'Unhealthy', message);
    io.note({ what: 'kubelet/probe-failed', about, container, probe: type, output });
  }
  const last: ProbeResult = isWell ? 'success' : 'failure';
  const count = probe.last === last ? probe.count + 1 : 1;
  const threshold = (isWell ? spec?.successThreshold : spec?.failureThreshold) ?? (isWell ? 1 : 3);
  const next: ProbeWork = { ...probe, last, count };
  state.probes.set(key, next);
  if (count < threshold) return;
  const onHold = type === 'Startup' || (type === 'Liveness' && !isWell);
  state.probes.set(key, { ...next, result: last, onHold, count: onHold ? 0 : count });
  if (probe.result === last) return;
  io.note({ what: `kubelet/${type.toLowerCase()}-${last}`, about, container });
  io.after(0, type === 'Readiness' ? 'pod/refresh' : 'pod/sync', { uid });
}

/** A container that ran before this kubelet began keeps the readiness that the API has. */
function newProbe(
  state: KubeletState,
  work: PodWork,
  container: string,
  type: ProbeType,
  containerId: string,
  startedAt: number,
  since: number,
): ProbeWork {
  const known = statusOf({ ...work, status: undefined }, container);
  const isOld = startedAt < state.startedAt && known?.containerID?.endsWith(`//${containerId}`);
  const before = type === 'Readiness' ? known?.ready : type === 'Startup' ? known?.started : true;
  const initial: ProbeResult = type === 'Liveness' ? 'success' : 'unknown';
  const result: ProbeResult = isOld && before ? 'success' : initial;
  const onHold = type === 'Startup' && result === 'success';
  const { uid } = work;
  return { uid, container, type, containerId, since, result, last: 'unknown', count: 0, onHold, isTimed: false };
}

function isStarted(state: KubeletState, uid: string, container: Container | undefined): boolean {
  if (container?.startupProbe === undefined) return true;
  return state.probes.get(keyOf(uid, container.name, 'Startup'))?.result === 'success';
}

function probeOf(container: Container | undefined, type: ProbeType): Probe | undefined {
  if (type === 'Liveness') return container?.livenessProbe;
  return type === 'Readiness' ? container?.readinessProbe : container?.startupProbe;
}

function keyOf(uid: string, container: string, type: ProbeType): string {
  return `${uid}/${container}/${type}`;
}
