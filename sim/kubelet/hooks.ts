import type { Container } from '../api/kinds/pod.ts';
import type { LifecycleHandler } from '../api/podspec/lifecycle.ts';
import type { IO } from '../kernel/component.ts';
import { networkOf, type Packet } from '../protocol/network.ts';
import { type Hook, type HookRunner, stopContainer } from './hooking.ts';
import { containerEvent, podText } from './podevents.ts';
import { ask, type CriAnswer } from './runtime.ts';
import { afterPostStart } from './start.ts';
import { type HookRun, type KubeletState, type PodWork, readySandbox, specNamed } from './state.ts';

/**
 * Lifecycle hooks. postStart keeps its container's start from being over; preStop comes before SIGTERM and uses up the
 * grace period. Any answer to a request will do, whatever its status. Upstream: `lifecycle/handlers.go` Run,
 * `kuberuntime_container.go` executePreStopHook. Leaves out: the handler tcpSocket, which does nothing there either,
 * the scheme and headers of httpGet.
 */
export const hooks: HookRunner = {
  begin(state, work, container, id, hook, io) {
    const { lifecycle = {} } = container;
    const handler = hook.kind === 'PostStart' ? lifecycle.postStart : lifecycle.preStop;
    if (handler === undefined || handler.tcpSocket !== undefined) return false;
    state.hooks.set(id, { uid: work.uid, container: container.name, id, hook, since: io.now });
    io.note({
      what: 'kubelet/hook',
      about: `pod/${work.pod.metadata.name}`,
      container: container.name,
      hook: hook.kind,
    });
    if (hook.kind === 'PreStop') io.after(hook.graceSeconds * 1000, 'hook/due', { key: id, since: io.now });
    if (handler.sleep !== undefined) {
      io.after(handler.sleep.seconds * 1000, 'hook/due', { key: id, since: io.now });
    } else if (handler.exec !== undefined) {
      const { command = [] } = handler.exec;
      ask(state, io, 'execSync', { container: id, command }, 'hook', { uid: work.uid, id, since: io.now });
    } else askOver(state, work, container, id, handler, io);
    return true;
  },
  heard(state, answer, io) {
    const { id, since } = answer.data as { readonly id: string; readonly since: number };
    const run = state.hooks.get(id);
    if (run?.since !== since) return;
    ended(state, run, execProblem(state, run, answer), io);
  },
  due(state, id, since, io) {
    const run = state.hooks.get(id);
    if (run?.since === since) ended(state, run, '', io);
  },
  packet(state, packet, io) {
    const { flow, outcome } = packet;
    const run = state.hooks.get(flow.split(' ')[1] ?? '');
    if (run === undefined || !flow.startsWith('hook ')) return;
    ended(state, run, outcome === 'ok' ? '' : requestProblem(state, run, packet), io);
  },
};

/** A request to the container itself. */
function askOver(
  state: KubeletState,
  work: PodWork,
  container: Container,
  id: string,
  handler: LifecycleHandler,
  io: IO,
) {
  const { host, port = 80, path = '/' } = handler.httpGet ?? {};
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const run = work.run?.kind === 'start' ? work.run.ip : '';
  const packet: Packet = {
    flow: `hook ${id}`,
    sourceIp: state.config.nodeIp,
    sourcePort: 32768 + (++state.probesSent % 28232),
    destinationIp: host || run || (readySandbox(work.view)?.ip ?? ''),
    destinationPort: Number(named ?? port) || 80,
    payload: `GET ${path}`,
    isReply: false,
  };
  io.send(networkOf(state.config.node), 'packet', packet);
}

function execProblem(state: KubeletState, run: HookRun, { error, body }: CriAnswer): string {
  const { exitCode = 0, output = '' } = (body ?? {}) as { readonly exitCode?: number; readonly output?: string };
  if (error === '' && exitCode === 0) return '';
  const words = (handlerOf(state, run)?.exec?.command ?? []).join(' ');
  const why = error === '' ? `command '${words}' exited with ${exitCode}: ${output}` : error;
  return `Exec lifecycle hook ([${words}]) ${about(state, run)} failed - error: ${why}, message: ${JSON.stringify(output)}`;
}

/** Nobody listens. The handler's path is as it was written. */
function requestProblem(state: KubeletState, run: HookRun, { sourceIp: ip, sourcePort: port }: Packet): string {
  const { path = '' } = handlerOf(state, run)?.httpGet ?? {};
  const slash = path.startsWith('/') ? path : `/${path}`;
  const why = `Get "http://${ip}:${port}${slash}": dial tcp ${ip}:${port}: connect: connection refused`;
  return `HTTP lifecycle hook (${path}) ${about(state, run)} failed - error: ${why}`;
}

/** What was to be done; a sidecar has hooks too. */
function handlerOf({ works }: KubeletState, { uid, container, hook }: HookRun): LifecycleHandler | undefined {
  const pod = works.get(uid)?.pod;
  const { lifecycle } = (pod && specNamed(pod, container)) ?? {};
  return hook.kind === 'PostStart' ? lifecycle?.postStart : lifecycle?.preStop;
}

function about({ works }: KubeletState, { uid, container }: HookRun): string {
  const work = works.get(uid);
  return `for Container "${container}" in Pod "${work === undefined ? uid : podText(work)}"`;
}

/** The hook is over, well or not. */
function ended(state: KubeletState, run: HookRun, problem: string, io: IO): void {
  const { uid, id, container, since } = run;
  const hook: Hook = run.hook;
  state.hooks.delete(id);
  const work = state.works.get(uid);
  if (work === undefined) return;
  if (problem !== '') {
    const reason = hook.kind === 'PostStart' ? 'FailedPostStartHook' : 'FailedPreStopHook';
    const message = hook.kind === 'PostStart' ? 'PostStartHook failed' : 'PreStopHook failed';
    containerEvent(state, io, work, container, 'Warning', reason, message);
  }
  if (hook.kind === 'PostStart') {
    afterPostStart(state, work, id, problem, io);
    return;
  }
  const left = hook.graceSeconds - Math.floor((io.now - since) / 1000);
  stopContainer(state, uid, id, left, hook.then, io);
}
