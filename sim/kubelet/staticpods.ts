import { CONFIG_MIRROR, isMirror, type Pod } from '../api/kinds/pod.ts';
import { objectKey } from '../api/meta.ts';
import { type Answer, cacheOf, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { isEqual } from '../kernel/value.ts';
import type { KubeletProtocol } from '../protocol/kubelet.ts';
import { CONFIG_HASH, type FromFile, podOfFile, seenAt } from './manifestfile.ts';
import { nodeOf } from './registration.ts';
import type { KubeletState, PodWork } from './state.ts';
import { updateWork } from './state.ts';
import type { Manifests, StaticPods } from './statics.ts';
import { armReconcile, newer, statusPatch } from './statussync.ts';
import { addPod, podGone } from './works.ts';

/** How often what is left of pods is cleared away, counted from the start of the process. */
const HOUSEKEEPING_MS = 2000;
/** A pod is synced so often when nothing happens, and up to half as late again: then a mirror is tried again. */
const RESYNC_MS = 60_000;

/**
 * Static pods: the files of the manifest directory are pods of this node, whatever the API server says, and each has a
 * mirror there that kubelet makes, makes again, and removes with the file. Upstream: `config/file.go`, `kubelet.go`
 * tryReconcileMirrorPods, `pod/mirror_client.go`. Leaves out: files with lists of pods, manifests from a URL, the look
 * at the directory every 20 s (each change is heard of at once), upstream's digest (the uid is another hash).
 */
export const staticPods: StaticPods = {
  begin(state, io) {
    for (const file of Object.keys(state.manifests).sort()) appear(state, file, io);
  },
  message(state, message, io) {
    if (message.kind === 'manifests') obey(state, message, io);
    else if (message.kind === 'static/clean') clean(state, io);
    else if (message.kind === 'static/retry') {
      const { uid } = message.body as { readonly uid: string };
      const work = updateWork(state, uid, { mirroring: undefined });
      if (work !== undefined) reconcile(state, work, io);
    } else return false;
    return true;
  },
  offline(manifests, message, io) {
    if (message.kind !== 'manifests') return undefined;
    const { next, lines, exit } = changed(manifests, message.body as KubeletProtocol['manifests']);
    io.reply(message, 'manifestsDone', { lines, exit });
    return next;
  },
  mirrorChanged(state, { type, object }, io) {
    const mirror = object as Pod;
    if (!isMirror(mirror)) return false;
    const work = workNamed(state, mirror);
    const news = type === 'deleted' ? undefined : (work?.mirror && newer(work.mirror, mirror)) || mirror;
    const next = work && updateWork(state, work.uid, { mirror: news });
    if (next === undefined) armClean(state, io);
    else if (state.hasPods) reconcile(state, next, io);
    return true;
  },
  check(state, io) {
    if (!state.hasPods || Object.keys(state.manifests).length === 0) return;
    for (const work of [...state.works.values()]) if (work.isStatic) reconcile(state, work, io);
  },
  heard: mirrorAnswered,
  removed: armClean,
};

/** What becomes of the directory, and what the one who did it reads. */
function changed(manifests: Manifests, { verb, file, document }: KubeletProtocol['manifests']) {
  const { [file]: old, ...rest } = manifests;
  const isMissing = verb !== 'ls' && verb !== 'put' && old === undefined;
  if (isMissing) return { next: manifests, lines: [], exit: 1 };
  if (verb === 'ls') return { next: manifests, lines: Object.keys(manifests).sort(), exit: 0 };
  const next: Manifests = verb === 'put' ? { ...manifests, [file]: document ?? null } : rest;
  return { next, lines: [], exit: 0 };
}

function obey(state: KubeletState, message: AnyMessage, io: IO): void {
  const body = message.body as KubeletProtocol['manifests'];
  const before = state.manifests;
  const { next, lines, exit } = changed(before, body);
  state.manifests = next;
  io.reply(message, 'manifestsDone', { lines, exit });
  const { file } = body;
  if (next === before || isEqual(next[file] ?? null, before[file] ?? null)) return;
  disappear(state, file, before, io);
  if (next[file] !== undefined) appear(state, file, io);
}

function appear(state: KubeletState, file: string, io: IO): void {
  const found = read(state, file, state.manifests);
  if (typeof found === 'string') {
    io.note({ what: 'kubelet/manifest-refused', about: `node/${state.config.node}`, file, reason: found });
    return;
  }
  io.note({ what: 'kubelet/manifest-read', about: `pod/${found.pod.metadata.name}`, node: state.config.node, file });
  if (workNamed(state, found.pod) === undefined) add(state, found.pod, io);
  else state.heldStatics = [...state.heldStatics, found.pod];
}

function disappear(state: KubeletState, file: string, before: Manifests, io: IO): void {
  const found = read(state, file, before);
  if (typeof found === 'string') return;
  state.heldStatics = state.heldStatics.filter(({ metadata }) => metadata.uid !== found.uid);
  const work = state.works.get(found.uid);
  if (work !== undefined) podGone(state, found.uid, work.pod, io);
}

function read({ config }: KubeletState, file: string, manifests: Manifests): FromFile | string {
  return podOfFile(config.node, file, manifests[file] ?? null);
}

function add(state: KubeletState, pod: Pod, io: IO): void {
  const mirror = cacheOf<Pod>(state.client, 'pods').get(objectKey(pod));
  const uid = pod.metadata.uid ?? '';
  addPod(state, uid, seenAt(pod, io.now), io, { isStatic: true, ...(mirror && isMirror(mirror) ? { mirror } : {}) });
  const work = state.works.get(uid);
  if (work !== undefined && state.hasPods) reconcile(state, work, io);
}

function workNamed({ works }: KubeletState, pod: Pod): PodWork | undefined {
  return [...works.values()].find((work) => work.isStatic && objectKey(work.pod) === objectKey(pod));
}

/** One mirror, of this pod, that nobody has deleted. Without a Node there is none: nobody would own it. */
function reconcile(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, pod, mirror, mirroring, isGone } = work;
  if (mirroring !== undefined || isGone) return;
  if (mirror !== undefined) {
    const { annotations, deletionTimestamp } = mirror.metadata;
    const isOurs = annotations?.[CONFIG_MIRROR] === pod.metadata.annotations?.[CONFIG_HASH];
    if (deletionTimestamp !== undefined || !isOurs) removeMirror(state, mirror, uid, io);
    else if (work.status !== undefined && statusPatch(mirror, work.status) !== undefined) armReconcile(state, io);
    return;
  }
  const node = nodeOf(state);
  if (node === undefined || node.metadata.deletionTimestamp !== undefined) return;
  const { name: nodeName, uid: nodeUid = '' } = node.metadata;
  const hash = pod.metadata.annotations?.[CONFIG_HASH] ?? '';
  const owner = { apiVersion: 'v1', kind: 'Node', name: nodeName, uid: nodeUid, controller: true };
  const { uid: _own, ...metadata } = pod.metadata;
  const annotations = { ...metadata.annotations, [CONFIG_MIRROR]: hash };
  const body: Pod = { ...pod, metadata: { ...metadata, annotations, ownerReferences: [owner] } };
  updateWork(state, uid, { mirroring: 'asked' });
  const path = `/api/v1/namespaces/${metadata.namespace}/pods`;
  call(state.client, io, { method: 'POST', path, body }, 'static/created', { uid });
}

function removeMirror(state: KubeletState, mirror: Pod, uid: string, io: IO): void {
  const { namespace, name, uid: own = '' } = mirror.metadata;
  updateWork(state, uid, { mirroring: 'asked' });
  const preconditions = uid === '' ? {} : { preconditions: { uid: own } };
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, ...preconditions };
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  call(state.client, io, { method: 'DELETE', path, body }, 'static/removed', { uid });
}

/** What was made or removed shows in the watch; what failed is tried again when the pod is synced next. */
function mirrorAnswered(state: KubeletState, { then, data, response }: Answer, io: IO): void {
  const { uid } = data as { readonly uid: string };
  const { status } = response;
  const isDone = (status >= 200 && status < 300) || (then === 'static/removed' && status === 404) || status === 409;
  if (uid === '') {
    if (!isDone) armClean(state, io);
    return;
  }
  if (!isDone) {
    updateWork(state, uid, { mirroring: 'failed' });
    io.after(RESYNC_MS + io.random('mirror', RESYNC_MS >> 1), 'static/retry', { uid }, { routine: true });
    return;
  }
  const work = updateWork(state, uid, { mirroring: undefined });
  if (work?.mirror !== undefined && then === 'static/removed') {
    const next = updateWork(state, uid, { mirror: undefined });
    if (next !== undefined) reconcile(state, next, io);
  }
}

function armClean(state: KubeletState, io: IO): void {
  const wait = HOUSEKEEPING_MS - ((io.now - state.startedAt) % HOUSEKEEPING_MS);
  io.after(wait, 'static/clean', null, { routine: true });
}

/** Mirrors of pods that are no more go; a pod that waited for the end of one of its name begins. */
function clean(state: KubeletState, io: IO): void {
  for (const pod of cacheOf<Pod>(state.client, 'pods').values()) {
    if (isMirror(pod) && workNamed(state, pod) === undefined) removeMirror(state, pod, '', io);
  }
  for (const pod of state.heldStatics) {
    if (workNamed(state, pod) !== undefined) continue;
    state.heldStatics = state.heldStatics.filter((other) => other !== pod);
    add(state, pod, io);
  }
}
