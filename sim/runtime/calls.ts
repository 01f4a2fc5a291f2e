import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { CriProtocol, RuntimeSandbox } from '../protocol/cri.ts';
import { type NodeNetworkClientProtocol, networkOf } from '../protocol/network.ts';
import { dialectOf } from './dialect.ts';
import { exec, execSync } from './execs.ts';
import { writeFiles } from './files.ts';
import { newId } from './ids.ts';
import { canonicalReference, hexId, type Image, type Missing, registry } from './images.ts';
import { metering } from './metering.ts';
import { answer, kill, programOf, reportOf, startProcess, stopProcess } from './processes.ts';
import type { Process, Request, RuntimeState } from './state.ts';
import { callTime } from './timing.ts';

type Kind = Exclude<keyof CriProtocol, 'crash'>;

/** A call whose time is running: the timer's body. */
export type CriCall = {
  [K in Kind]: { readonly kind: K; readonly body: CriProtocol[K]; readonly request: Request };
}[Kind];

const KINDS: ReadonlySet<string> = new Set<Kind>([
  'runPodSandbox',
  'stopPodSandbox',
  'removePodSandbox',
  'imageStatus',
  'pullImage',
  'createContainer',
  'startContainer',
  'stopContainer',
  'removeContainer',
  'writeFiles',
  'listContainers',
  'execSync',
  'exec',
  'containerLog',
]);

/** Whether a message is a call of the CRI. */
export function isCall(message: AnyMessage): boolean {
  return KINDS.has(message.kind);
}

/**
 * Takes a call: pulls wait for their turn, a stop waits for the process, a list is at hand, the rest takes its time.
 */
export function receiveCall(state: RuntimeState, message: AnyMessage, io: IO): void {
  const request: Request = { id: message.id, from: message.from, routine: message.routine };
  const call = { kind: message.kind, body: message.body, request } as CriCall;
  if (call.kind === 'listContainers') list(state, request, io);
  else if (call.kind === 'writeFiles') {
    writeFiles(state, call.body);
    answer(request, 'writeFilesDone', { path: call.body.path }, io);
  } else if (call.kind === 'stopContainer') stopProcess(state, call.body, request, io);
  else if (call.kind === 'pullImage') {
    state.pulls.push({ image: call.body.image, request, askedAt: io.now });
    if (state.pulls.length === 1) beginPull(state, io);
  } else io.after(callTime(call.kind, io), 'cri/finish', call, { routine: message.routine });
}

/** Does what was asked, once its time is over, and answers. */
export function finishCall(state: RuntimeState, call: CriCall, io: IO): void {
  const { request } = call;
  switch (call.kind) {
    case 'runPodSandbox':
      runPodSandbox(state, call.body, request, io);
      return;
    case 'stopPodSandbox':
      stopPodSandbox(state, call.body.sandbox, io);
      answer(request, 'stopPodSandboxDone', call.body, io);
      return;
    case 'removePodSandbox':
      removePodSandbox(state, call.body.sandbox, io);
      answer(request, 'removePodSandboxDone', call.body, io);
      return;
    case 'imageStatus': {
      const image = state.images.get(canonicalReference(call.body.image));
      const found = { present: image !== undefined, imageId: image?.digest ?? '' };
      answer(request, 'imageStatusDone', { image: call.body.image, ...found }, io);
      return;
    }
    case 'pullImage':
      finishPull(state, io);
      return;
    case 'createContainer':
      createContainer(state, call.body, request, io);
      return;
    case 'startContainer':
      startContainer(state, call.body.container, request, io);
      return;
    case 'removeContainer':
      state.containers.delete(call.body.container);
      state.logs.delete(call.body.container);
      answer(request, 'removeContainerDone', call.body, io);
      return;
    case 'execSync':
      execSync(state, call.body, request, io);
      return;
    case 'exec':
      exec(state, call.body, request, io);
      return;
    case 'containerLog':
      answer(request, 'containerLogDone', { lines: state.logs.get(call.body.container) ?? [] }, io);
      return;
  }
}

/** CNI has given the sandbox its address: it is ready. */
export function sandboxAttached(state: RuntimeState, message: AnyMessage, io: IO): void {
  const { ip } = message.body as NodeNetworkClientProtocol['attached'];
  const waiting = state.attaching.get(message.replyTo);
  const sandbox = state.sandboxes.get(waiting?.sandbox ?? '');
  if (waiting === undefined || sandbox === undefined) return;
  state.attaching.delete(message.replyTo);
  state.sandboxes.set(sandbox.id, { ...sandbox, state: 'ready', ip });
  answer(waiting.request, 'runPodSandboxDone', { sandbox: sandbox.id, ip }, io);
}

function list(state: RuntimeState, request: Request, io: IO): void {
  const containers = [...state.containers.values()].map((process) => reportOf(process, state));
  const images = [...state.images.values()].map(({ reference: name, digest, id, sizeBytes }) => {
    return { name, digest, id, sizeBytes: dialectOf(state.engine).sizeOf(sizeBytes) };
  });
  const sandboxes = [...state.sandboxes.values()];
  answer(request, 'listContainersDone', { containers, sandboxes, images }, io);
}

function beginPull(state: RuntimeState, io: IO): void {
  const [pull] = state.pulls;
  if (pull === undefined) return;
  const image = registry.find(pull.image);
  const bytes = typeof image === 'string' ? 0 : missingBytes(state, image);
  const time = callTime('pullImage', io) + Math.round(bytes / state.bytesPerMs);
  const call: CriCall = { kind: 'pullImage', body: { image: pull.image }, request: pull.request };
  io.note({ what: 'containerd/pulling', image: pull.image, waiting: state.pulls.length - 1, bytes });
  io.after(time, 'cri/finish', call);
}

/** Why a pull fails; '' when it does not. */
function pullProblem(state: RuntimeState, asked: string, image: Image | Missing): string {
  const dialect = dialectOf(state.engine);
  const reference = canonicalReference(asked);
  if (typeof image === 'string') return dialect.missing({ reference, asked }, image === 'hidden');
  return metering.meter?.hasRoom(state, image) === false ? dialect.noRoom(reference, hexId(`blob ${reference}`)) : '';
}

/** What travels: layers that no image of the node has. */
function missingBytes(state: RuntimeState, { layers }: Image): number {
  const known = new Set([...state.images.values()].flatMap((image) => image.layers.map(({ digest }) => digest)));
  return layers.reduce((sum, { digest, sizeBytes }) => sum + (known.has(digest) ? 0 : sizeBytes), 0);
}

function finishPull(state: RuntimeState, io: IO): void {
  const pull = state.pulls.shift();
  if (pull === undefined) return;
  const image = registry.find(pull.image);
  const problem = pullProblem(state, pull.image, image);
  if (typeof image === 'string' || problem !== '')
    answer(pull.request, 'failed', { call: 'pullImage', reason: 'ErrImagePull', message: problem }, io);
  else {
    state.images.set(canonicalReference(pull.image), image);
    const waitedMs = io.now - pull.askedAt;
    const tookMs = io.now - Math.max(pull.askedAt, state.pullFreeAt);
    const sizeBytes = dialectOf(state.engine).sizeOf(image.sizeBytes);
    const result = { image: pull.image, imageId: image.digest, sizeBytes, tookMs, waitedMs };
    answer(pull.request, 'pullImageDone', result, io);
    metering.meter?.rose(state, io);
  }
  state.pullFreeAt = io.now;
  beginPull(state, io);
}

function runPodSandbox(state: RuntimeState, body: CriProtocol['runPodSandbox'], request: Request, io: IO): void {
  const { uid, name, namespace, hostNetwork, usesNodeResolver, resolvConf } = body;
  const id = newId(state, uid);
  const attempts = [...state.sandboxes.values()].flatMap(({ podUid, attempt }) =>
    podUid === uid ? [attempt + 1] : [],
  );
  const own = { id, podUid: uid, name, namespace, attempt: Math.max(0, ...attempts) };
  const where = {
    ...(hostNetwork ? { hostNetwork } : {}),
    ...(usesNodeResolver ? { usesNodeResolver } : {}),
    ...(resolvConf === undefined ? {} : { resolvConf }),
  };
  const sandbox: RuntimeSandbox = { ...own, ...where, state: 'notready', ip: '', createdAt: io.now };
  state.sandboxes.set(id, sandbox);
  const call = hostNetwork ? 'joinHost' : 'attach';
  const attach = io.send(networkOf(state.node), call, { sandbox: id, podUid: uid, podName: name });
  state.attaching.set(attach, { sandbox: id, request });
}

/** What still runs in it is killed; its address is given back. */
function stopPodSandbox(state: RuntimeState, id: string, io: IO): void {
  const sandbox = state.sandboxes.get(id);
  if (sandbox === undefined) return;
  for (const process of state.containers.values()) if (process.sandbox === id) kill(state, process.id, io);
  if (sandbox.ip !== '') io.send(networkOf(state.node), sandbox.hostNetwork ? 'leaveHost' : 'detach', { sandbox: id });
  state.sandboxes.set(id, { ...sandbox, state: 'notready', ip: '' });
}

function removePodSandbox(state: RuntimeState, id: string, io: IO): void {
  stopPodSandbox(state, id, io);
  state.sandboxes.delete(id);
  for (const process of [...state.containers.values()]) {
    if (process.sandbox !== id) continue;
    state.containers.delete(process.id);
    state.logs.delete(process.id);
  }
}

function createContainer(state: RuntimeState, body: CriProtocol['createContainer'], request: Request, io: IO): void {
  const sandbox = state.sandboxes.get(body.sandbox);
  const image = state.images.get(canonicalReference(body.image));
  if (sandbox?.state !== 'ready' || image === undefined) {
    const message = sandbox?.state === 'ready' ? `failed to get image "${body.image}": not found` : 'sandbox not found';
    answer(request, 'failed', { call: 'createContainer', reason: 'CreateContainerError', message }, io);
    return;
  }
  const { command, args, name, attempt, memoryLimitBytes, cpuLimitMilli = 0, mounts, termination } = body;
  const entrypoint = command.length > 0 ? command : image.entrypoint;
  const rest = args.length > 0 || command.length > 0 ? args : image.command;
  const process: Process = {
    id: newId(state, `${sandbox.podUid}/${name}`),
    sandbox: sandbox.id,
    podUid: sandbox.podUid,
    podName: sandbox.name,
    namespace: sandbox.namespace,
    name,
    image: image.reference,
    userImage: body.image,
    imageId: image.digest,
    attempt,
    phase: 'created',
    createdAt: io.now,
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    argv: [...entrypoint, ...rest],
    env: { ...image.env, ...body.env },
    files: sandbox.resolvConf === undefined ? {} : { '/etc/resolv.conf': sandbox.resolvConf },
    mounts,
    termination,
    listening: [],
    memoryLimitBytes,
    memoryBytes: 0,
    diskBytes: 0,
    cpuLimitMilli,
    cpu: undefined,
    busyCores: 0,
    state: null,
    turn: 0,
    wakeAt: undefined,
    lastOutcome: '',
  };
  const { createError } = dialectOf(state.engine);
  if (createError !== undefined && programOf(process) === undefined) {
    const message = createError(process.argv[0] ?? '');
    answer(request, 'failed', { call: 'createContainer', reason: 'CreateContainerError', message }, io);
    return;
  }
  state.containers.set(process.id, process);
  answer(request, 'createContainerDone', { container: process.id }, io);
}

function startContainer(state: RuntimeState, id: string, request: Request, io: IO): void {
  const process = state.containers.get(id);
  if (process?.phase === 'created' && startProcess(state, process, io)) {
    answer(request, 'startContainerDone', { container: id }, io);
    return;
  }
  const message = dialectOf(state.engine).startError(process?.argv[0] ?? '');
  if (process !== undefined) {
    const ended = { phase: 'exited' as const, exitCode: 128, reason: 'StartError', message, finishedAt: io.now };
    state.containers.set(id, { ...process, ...ended });
  }
  answer(request, 'failed', { call: 'startContainer', reason: 'RunContainerError', message }, io);
}
