// containerd, CRI-O or Docker Engine: keeps images, sandboxes and containers of its node, and runs their programs.
// Watches: nothing; kubelet calls it, the node's kernel brings packets, and its programs wake themselves.
// Writes: answers to kubelet, a hint (`containerChanged`) when a process ends, packets; nothing in the API.
// Follows: the CRI (`cri-api` api.proto) and containerd 2.1 (`internal/cri/server`): error texts, exit codes, 255
// after a reboot.
// Leaves out: private registries, log rotation, cgroups but for the limits of memory and CPU, exec streams; an orderly
// end: whatever is stopped ends at once, as by SIGKILL (for containerd and CRI-O `systemctl stop` comes to the same,
// since their units have KillMode=process, which leaves shims and conmons alone; Docker Engine without live-restore
// would first stop its containers, with SIGTERM and after 10 s with SIGKILL).
//
// Times are simulated: see timing.ts. One image is pulled at a time, as kubelet asks by default. Containers run under
// shims (conmon in CRI-O), and go on while this process does not run. They survive its restart (the same boot id), not
// a power loss (a new one): then they are found exited, code 255, reason Unknown.

import type { Quantity } from '../api/meta.ts';
import { wholeValue } from '../api/quantity.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { NodeNetworkClientProtocol } from '../protocol/network.ts';
import { networkOf } from '../protocol/network.ts';
import { type CriCall, finishCall, isCall, receiveCall, sandboxAttached } from './calls.ts';
import { computing } from './computing.ts';
import { dialectOf } from './dialect.ts';
import { canonicalReference, registry } from './images.ts';
import { metering } from './metering.ts';
import {
  answerLate,
  crashProcess,
  end,
  kill,
  type Late,
  reportOf,
  resumeProcesses,
  terminate,
  wakeProcess,
} from './processes.ts';
import { receivePacket, timeOut } from './sockets.ts';
import type { Process, RuntimeState } from './state.ts';

interface RuntimeConfig {
  readonly node: string;
  /** Images already on the disk. */
  readonly images?: readonly string[];
  readonly registry?: { readonly megabytesPerSecond?: number };
  readonly hasDns?: boolean;
  readonly shape?: { readonly memory?: Quantity; readonly disk?: Quantity; readonly eviction?: object };
}

/** Half of what there is: no default threshold of kubelet is crossed before. Thresholds of its own may be anywhere. */
const SHARE = 2;
const OWN_SHARE = 20;
/** 50 MB/s. */
const BYTES_PER_MS = 50_000;

/** What the shims of containers see to by themselves: their programs, their connections, their ends. */
const SHIMS: readonly string[] = [
  'packet',
  'program/wake',
  'program/worked',
  'program/timeout',
  'program/kill',
  'program/quit',
  'crash',
];

/** The component `containerd`: actor `containerd/<node>`. */
export const containerd = runtimeNamed('containerd');

/** A runtime by the name of its process; what differs is in its dialect. */
export function runtimeNamed(name: string): Component<RuntimeState> {
  return {
    name,
    init: (_self, config) => begin(name, config as RuntimeConfig),
    orphans: SHIMS,
    restart: ({ engine, node, bootId, created, sandboxes, containers, logs, images, disk, ...more }) => {
      const { bytesPerMs, capacity, requests, isAlone, hasDns } = more;
      const kept = {
        ...(hasDns && { hasDns }),
        bootId,
        created,
        sandboxes,
        containers,
        logs,
        images,
        disk,
        bytesPerMs,
        capacity,
      };
      return part<RuntimeState>({ ...fresh(engine, node), ...kept, requests, isAlone });
    },
    receive(state, message, io) {
      if (message.kind === 'start') io.send(networkOf(state.node), 'boot', null, { routine: true });
      else if (message.kind === 'booted') booted(state, message.body as NodeNetworkClientProtocol['booted'], io);
      else if (message.kind === 'orphaned') orphaned(state, io);
      else if (!state.isReady && !state.isAlone) state.held.push(message as AnyMessage);
      else handle(state, message as AnyMessage, io);
    },
    inspect: (state) => ({
      bootId: state.bootId,
      sandboxes: [...state.sandboxes.values()],
      containers: [...state.containers.values()].map((process) => ({
        ...reportOf(process, state),
        program: process.state,
      })),
      images: [...state.images.values()].map(({ reference, sizeBytes }) => ({ name: reference, sizeBytes })),
      disk: [...state.disk.keys()],
      pulling: state.pulls.map(({ image }) => image),
    }),
  };
}

/** This process has ended. Whoever waited for an answer waits in vain; the timers of programs are the shims' own. */
function orphaned(state: RuntimeState, io: IO): void {
  state.isAlone = true;
  state.stopping.clear();
  resumeProcesses(state, io);
}

function handle(state: RuntimeState, message: AnyMessage, io: IO): void {
  const body = message.body as { readonly container: string; readonly turn: number; readonly flow: string };
  if (isCall(message)) receiveCall(state, message, io);
  else if (metering.meter?.call(state, message, io)) return;
  else if (computing.cpu?.message(state, message, io)) return;
  else if (message.kind === 'cri/finish') finishCall(state, message.body as CriCall, io);
  else if (message.kind === 'attached') sandboxAttached(state, message, io);
  else if (message.kind === 'packet') receivePacket(state, message, io);
  else if (message.kind === 'program/wake') wakeProcess(state, body.container, body.turn, io);
  else if (message.kind === 'program/timeout') timeOut(state, body.flow, io);
  else if (message.kind === 'program/kill') kill(state, body.container, io);
  else if (message.kind === 'program/quit') terminate(state, body.container, io);
  else if (message.kind === 'cri/answer') answerLate(message.body as Late, io);
  else if (message.kind === 'crash') crashProcess(state, message.body as Parameters<typeof crashProcess>[1], io);
}

function begin(name: string, config: RuntimeConfig): RuntimeState {
  const { node, images = [], hasDns = false } = config;
  const beside = hasDns ? { hasDns: true as const } : {};
  return part<RuntimeState>({ ...fresh(name, node), ...beside, ...sizesOf(config), images: preloaded(images) });
}

function fresh(engine: string, node: string): RuntimeState {
  return {
    engine,
    node,
    bootId: '',
    isReady: false,
    isAlone: false,
    created: 0,
    held: [],
    sandboxes: new Map(),
    containers: new Map(),
    logs: new Map(),
    images: new Map(),
    disk: new Map(),
    pulls: [],
    bytesPerMs: BYTES_PER_MS,
    capacity: { memoryBytes: 0, diskBytes: 0, share: SHARE },
    isUsageTold: false,
    pullFreeAt: -1_000_000_000,
    attaching: new Map(),
    stopping: new Map(),
    requests: new Map(),
  };
}

function sizesOf({ registry: speed, shape = {} }: RuntimeConfig): Pick<RuntimeState, 'bytesPerMs' | 'capacity'> {
  const bytesPerMs = (speed?.megabytesPerSecond ?? 0) * 1000 || BYTES_PER_MS;
  const share = shape.eviction === undefined ? SHARE : OWN_SHARE;
  const capacity = { memoryBytes: wholeValue(shape.memory), diskBytes: wholeValue(shape.disk), share };
  return { bytesPerMs, capacity };
}

function preloaded(names: readonly string[]): RuntimeState['images'] {
  const images: RuntimeState['images'] = new Map();
  for (const name of ['registry.k8s.io/pause:3.10', ...names]) {
    const image = registry.find(name);
    if (typeof image !== 'string') images.set(canonicalReference(name), image);
  }
  return images;
}

/** A new boot id means that the machine lost power: no process of before is left. */
function booted(state: RuntimeState, { bootId }: { readonly bootId: string }, io: IO): void {
  if (state.isReady) return;
  state.isReady = true;
  if (state.bootId !== '' && state.bootId !== bootId) lose(state, io);
  else if (!dialectOf(state.engine).keepsContainers) killAll(state, io);
  else if (!state.isAlone) resumeProcesses(state, io);
  state.isAlone = false;
  state.bootId = bootId;
  for (const message of state.held.splice(0)) handle(state, message, io);
}

/** A daemon that does not keep its containers ends them when it is started again, sandboxes too. */
function killAll(state: RuntimeState, io: IO): void {
  for (const [id, sandbox] of state.sandboxes) state.sandboxes.set(id, { ...sandbox, state: 'notready' });
  for (const id of state.containers.keys()) kill(state, id, io);
}

function lose(state: RuntimeState, io: IO): void {
  for (const [id, sandbox] of state.sandboxes) state.sandboxes.set(id, { ...sandbox, state: 'notready', ip: '' });
  for (const [id, process] of state.containers) {
    if (process.phase === 'running') end(state, id, { exitCode: 255, reason: 'Unknown' }, io);
    else if (process.phase === 'created') state.containers.set(id, lostBeforeStart(process, io.now));
  }
}

function lostBeforeStart(process: Process, now: number): Process {
  return { ...process, phase: 'exited', exitCode: 255, reason: 'Unknown', finishedAt: now };
}
