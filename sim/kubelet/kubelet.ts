// kubelet: makes the containers of its node be what the API says of its pods, and tells the API what they are.
// Watches: Pods with spec.nodeName = its node, its own Node, Services, and each ConfigMap and Secret its pods name.
// Writes: its Node and Lease, the status of its pods, their last DELETE, Events; calls to the runtime; probe packets.
// Follows: `pkg/kubelet` of v1.36: kubelet.go, pod_workers.go, kuberuntime, status, prober, pleg, lifecycle,
// nodestatus.
// Leaves out: resize in place, device and CPU managers, image and container garbage collection by time.

import type { Answer, ClientOutcome } from '../client/calls.ts';
import { type ClientConfig, createClient, receiveClient, startClient } from '../client/client.ts';
import { createRecorder, receiveRecorder } from '../client/recorder.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { runtimeOf } from '../protocol/cri.ts';
import { certificateOf } from '../protocol/http.ts';
import { networkOf, type Packet } from '../protocol/network.ts';
import { readConfig } from './config.ts';
import { execCommand, execEnded } from './exec.ts';
import { hooking } from './hooking.ts';
import { housekeeping } from './housekeeping.ts';
import { leaseAnswered, renewLease, writeLease } from './lease.ts';
import { containerLog, logRead } from './logs.ts';
import { mounting } from './mounting.ts';
import { readinessProblem } from './nodestatus.ts';
import { armRelist, relist } from './pleg.ts';
import { refreshStatus, sandboxDone, syncPod } from './podworker.ts';
import { execProbed, packetProbed, probeDue, probeTimedOut } from './prober.ts';
import { checkNode, nodeOf, nodeRegistered, nodeReported, registerNode, reportNode } from './registration.ts';
import { answerOf, ask, type CriAnswer, loseRuntime } from './runtime.ts';
import { scraping } from './scraping.ts';
import { continueStart } from './start.ts';
import type { KubeletConfig, KubeletState } from './state.ts';
import { statics } from './statics.ts';
import { podDeleted, reconcileStatuses, statusPatched } from './statussync.ts';
import { continueKill } from './termination.ts';
import { deadlineOver, phaseSeen, podChanged, relisted } from './works.ts';

const RUNTIME_RETRY_MS = 5000;

/** The component `kubelet`: actor `kubelet/<node>`. */
export const kubelet: Component<KubeletState> = {
  name: 'kubelet',
  init(_self, given) {
    const config = readConfig(given);
    return begin(config, config.manifests);
  },
  restart: ({ config, manifests }) => begin(config, manifests),
  offline(disk, message, io) {
    const manifests = statics.keeper?.offline(disk.manifests, message as AnyMessage, io);
    return manifests && part<KubeletState>({ ...disk, manifests });
  },
  receive(state, received, io) {
    const message = received as AnyMessage;
    if (message.kind === 'start') {
      start(state, io);
      return;
    }
    const isLost = message.kind === 'disconnected' || message.kind === 'engineLost';
    if (isLost && message.from === runtimeOf(state.config.node, state.config.runtime)) {
      runtimeLost(state, io);
      return;
    }
    const answer = answerOf(state, message);
    if (answer !== undefined) runtimeAnswered(state, answer, io);
    else if (!ownMessage(state, message, io)) {
      const outcome = receiveClient(state.client, message, io);
      if (outcome !== undefined) heard(state, outcome, io);
    }
  },
  inspect(state) {
    const works = [...state.works.values()];
    const pods = works.map((work) => {
      const { name, namespace } = work.pod.metadata;
      return { name, namespace, stage: work.stage, step: work.run?.step ?? '', phase: phaseSeen(work) };
    });
    return {
      pods,
      running: pods.filter(({ phase }) => phase === 'Running').length,
      starting: pods.filter(({ phase, stage }) => phase === 'Pending' && stage !== 'rejected').length,
      leaseRenewedAt: state.leaseRenewedAt,
      statusReportedAt: state.reportedAt,
      isReady: readinessProblem(state, state.reportedAt ?? state.startedAt) === '',
      bootId: state.bootId,
      probes: [...state.probes.values()].map(({ uid, container, type, result }) => ({ uid, container, type, result })),
    };
  },
};

function begin(config: KubeletConfig, manifests: KubeletState['manifests']): KubeletState {
  const { node } = config;
  const informers = [
    { name: 'pods', path: '/api/v1/pods', query: { fieldSelector: `spec.nodeName=${node}` } },
    { name: 'nodes', path: '/api/v1/nodes', query: { fieldSelector: `metadata.name=${node}` } },
    { name: 'services', path: '/api/v1/services' },
  ];
  const certificate = certificateOf(`system:node:${node}`, 'system:nodes');
  const client = createClient('kubelet', certificate, informers, config as ClientConfig);
  return part<KubeletState>({ config, client, recorder: createRecorder('kubelet', node), ...fresh(), manifests });
}

function fresh(): Omit<KubeletState, 'config' | 'client' | 'recorder' | 'manifests'> {
  return {
    startedAt: 0,
    bootId: '',
    asked: new Map(),
    hasListed: false,
    hasPods: false,
    runtimeLostAt: undefined,
    images: [],
    isRelistDue: false,
    isReconcileDue: false,
    isRegistered: false,
    reportedAt: undefined,
    housekeeping: undefined,
    reportDelayMs: 0,
    isReporting: false,
    lease: undefined,
    leaseRenewedAt: undefined,
    works: new Map(),
    unclaimed: new Map(),
    unread: new Set(),
    backOffs: new Map(),
    probes: new Map(),
    probeFlows: new Map(),
    probesSent: 0,
    hooks: new Map(),
    heldStatics: [],
  };
}

/** First the machine's boot id: with it the node registers. The Event `Starting` follows when there is a Node to speak of. */
function start(state: KubeletState, io: IO): void {
  state.startedAt = io.now;
  startClient(state.client, io);
  io.send(networkOf(state.config.node), 'boot', null, { routine: true });
  openRuntime(state, io);
  renewLease(state, io);
  io.after(state.config.nodeStatusUpdateFrequencyMs, 'node/status', null, { routine: true });
  statics.keeper?.begin(state, io);
}

/** The first list also opens the connection: kubelet is told when the runtime's process ends. */
function openRuntime(state: KubeletState, io: IO): void {
  ask(state, io, 'listContainers', null, 'opened', null, { routine: true, stream: true });
}

function runtimeLost(state: KubeletState, io: IO): void {
  state.runtimeLostAt ??= io.now;
  io.note({ what: 'kubelet/runtime-lost', about: `node/${state.config.node}` });
  const lost = loseRuntime(state);
  for (const answer of lost) runtimeAnswered(state, answer, io);
  if (!lost.some(({ then }) => then === 'opened')) io.after(RUNTIME_RETRY_MS, 'runtime/open', null, { routine: true });
}

/** Timers, hints, packets and calls that are kubelet's own. */
function ownMessage(state: KubeletState, message: AnyMessage, io: IO): boolean {
  const body = message.body as {
    readonly uid: string;
    readonly turn: number;
    readonly since: number;
    readonly key: string;
    readonly containerId: string;
    readonly flow: string;
    readonly address: string;
    readonly retryMs: number;
  };
  switch (message.kind) {
    case 'containerChanged':
      armRelist(state, io);
      return true;
    case 'pleg/relist':
      relist(state, io);
      return true;
    case 'pod/sync':
      syncPod(state, body.uid, io);
      return true;
    case 'pod/refresh':
      refreshStatus(state, body.uid, io);
      return true;
    case 'pod/retry':
      if (state.works.get(body.uid)?.turn === body.turn) syncPod(state, body.uid, io);
      return true;
    case 'pod/deadline':
      deadlineOver(state, body.uid, io);
      return true;
    case 'hook/due':
      hooking.runner?.due(state, body.key, body.since, io);
      return true;
    case 'pod/volumes':
      mounting.mounter.refresh(state, body.uid, io);
      return true;
    case 'pod/unread':
      mounting.mounter.listed(state, io);
      return true;
    case 'probe/due':
      probeDue(state, body.key, body.containerId, io);
      return true;
    case 'probe/timeout':
      probeTimedOut(state, body.flow, body.address, io);
      return true;
    case 'packet':
      packetProbed(state, message.body as Packet, io);
      hooking.runner?.packet(state, message.body as Packet, io);
      return true;
    case 'containerLog':
      containerLog(state, message, io);
      return true;
    case 'exec':
      execCommand(state, message, io);
      return true;
    case 'runtime/open':
      openRuntime(state, io);
      return true;
    default:
      return nodeMessage(state, message, body?.retryMs ?? 0, io);
  }
}

function nodeMessage(state: KubeletState, message: AnyMessage, retryMs: number, io: IO): boolean {
  switch (message.kind) {
    case 'booted':
      state.bootId = (message.body as { bootId: string }).bootId;
      registerNode(state, io);
      return true;
    case 'node/register':
      registerNode(state, io, retryMs);
      return true;
    case 'node/status':
      checkNode(state, io);
      return true;
    case 'lease/renew':
      renewLease(state, io);
      return true;
    case 'lease/retry':
      writeLease(state, io);
      return true;
    case 'status/reconcile':
      reconcileStatuses(state, io);
      return true;
    default:
      return [housekeeping.keeper, scraping.metrics, statics.keeper].some((part) => part?.message(state, message, io));
  }
}

function runtimeAnswered(state: KubeletState, answer: CriAnswer, io: IO): void {
  const { uid } = (answer.data ?? {}) as { readonly uid: string };
  switch (answer.then) {
    case 'opened':
      if (answer.error !== '') io.after(RUNTIME_RETRY_MS, 'runtime/open', null, { routine: true });
      listed(state, answer, io);
      return;
    case 'relisted':
      listed(state, answer, io);
      return;
    case 'sandbox':
      sandboxDone(state, uid, answer, io);
      return;
    case 'killed':
    case 'terminated':
      continueKill(state, uid, answer, io);
      return;
    case 'probed':
      execProbed(state, answer, io);
      return;
    case 'log':
      logRead(answer, io);
      return;
    case 'exec':
      execEnded(answer, io);
      return;
    case 'hook':
      hooking.runner?.heard(state, answer, io);
      return;
    case 'metrics':
      scraping.metrics?.heard(state, answer, io);
      return;
    case 'ignored':
      return;
    default:
      if (answer.then.startsWith('house/')) housekeeping.keeper?.heard(state, answer, io);
      else continueStart(state, uid, answer, io);
  }
}

function listed(state: KubeletState, answer: CriAnswer, io: IO): void {
  if (answer.error !== '') {
    state.runtimeLostAt ??= io.now;
    return;
  }
  const isNews = !state.hasListed || state.runtimeLostAt !== undefined;
  state.runtimeLostAt = undefined;
  state.images = (answer.body as { images: KubeletState['images'] }).images;
  relisted(state, answer.body, io);
  if (isNews) housekeeping.keeper?.opened(state, io);
  const node = nodeOf(state);
  if (isNews && node !== undefined) reportNode(state, node, io);
}

/** What the API server had to say: changes of pods and of the node, answers to calls. */
function heard(state: KubeletState, { changes, answer }: ClientOutcome, io: IO): void {
  const hadPods = state.hasPods;
  state.hasPods = state.client.informers.get('pods')?.hasSynced ?? false;
  if (state.hasPods && !hadPods) armRelist(state, io);
  for (const change of changes) {
    if (change.informer === 'pods') {
      if (!statics.keeper?.mirrorChanged(state, change, io)) podChanged(state, change, io);
    } else if (change.informer === 'nodes' && change.type !== 'deleted' && state.reportedAt === undefined) {
      const node = nodeOf(state);
      if (node !== undefined) reportNode(state, node, io);
    }
  }
  if (state.unread.size > 0) mounting.mounter.listed(state, io);
  if (answer !== undefined && !receiveRecorder(state.recorder, answer)) apiAnswered(state, answer, io);
  statics.keeper?.check(state, io);
}

function apiAnswered(state: KubeletState, answer: Answer, io: IO): void {
  switch (answer.then) {
    case 'status/patched':
      statusPatched(state, answer, io);
      return;
    case 'pod/deleted':
      podDeleted(state, answer, io);
      return;
    case 'node/registered':
      nodeRegistered(state, answer, io);
      return;
    case 'node/reported':
      nodeReported(state, answer, io);
      return;
    default:
      if (answer.then.startsWith('lease/')) leaseAnswered(state, answer, io);
      else if (answer.then.startsWith('volume/')) mounting.mounter.heard(state, answer, io);
      else if (answer.then.startsWith('static/')) statics.keeper?.heard(state, answer, io);
  }
}
