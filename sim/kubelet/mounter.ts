import type { Pod } from '../api/kinds/pod.ts';
import { type KubeObject, parseTime } from '../api/meta.ts';
import { type Answer, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import { isEqual } from '../kernel/value.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { claimMounter } from './claims.ts';
import { environmentOf } from './environment.ts';
import type { Mounter } from './mounting.ts';
import { podEvent } from './podevents.ts';
import { syncPod } from './podworker.ts';
import { ask } from './runtime.ts';
import { type Source, type Sources, sourcesOf } from './sources.ts';
import { isEnding, type KubeletState, type PodWork, updateWork } from './state.ts';
import { contentOf, isWritten, mountsOf, podDirectory, volumePath } from './volumes.ts';
import { isEverywhere, isListed, readSource, unwatchSources, watchSources } from './watched.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 122_000;
/** How long a sync waits for its volumes: the first try after that says so. */
const PATIENCE_MS = 123_000;
/** How long a new watch is waited for. */
const LIST_PATIENCE_MS = 1000;
/** A running pod is looked at again so often, and up to half as late again. */
const SYNC_MS = 60_000;
const DAY_MS = 86_400_000;

/** Tokens that are still to be asked for. */
interface Reading {
  readonly uid: string;
  readonly todo: readonly Source[];
  readonly found: Sources;
  readonly isRefresh: boolean;
}

/**
 * Volumes and variables. Before containers are made the tokens of their pod are asked for, and the ConfigMaps and
 * Secrets that it names are watched; files are written before the first container, and again when a pod is synced in
 * its minute and something has changed. Upstream: `volumemanager`, `volume/util/operationexecutor`,
 * `token/token_manager.go`. Leaves out: the ticks at which upstream looks for volumes (100 ms), and at which a sync
 * looks whether they are there (300 ms); sizes of emptyDir.
 */
export const volumeMounter: Mounter = {
  isReady(state, work, io) {
    if (!claimMounter.isReady(state, work, io)) return false;
    const wanted = sourcesOf(work.pod);
    if (wanted.length > 0 && work.reading !== 'done' && !read(state, work, wanted, io)) return false;
    const next = updateWork(state, work.uid, { reading: undefined });
    return next !== undefined && (next.hasFiles === true || writeVolumes(state, next, io));
  },
  heard(state, answer, io) {
    if (answer.then === 'volume/token') tokenRead(state, answer, io);
    else claimMounter.heard(state, answer, io);
  },
  listed(state, io) {
    for (const uid of [...state.unread]) {
      const work = state.works.get(uid);
      if (work === undefined) state.unread.delete(uid);
      else if (collect(state, work, io)) syncPod(state, uid, io);
    }
  },
  refresh(state, uid, io) {
    const work = state.works.get(uid);
    if (work === undefined || isEnding(work) || work.stage === 'terminated' || work.stage === 'terminating') return;
    const { found, todo } = tokensOf(work, io);
    if (todo.length > 0) askForToken(state, work, { uid, todo, found, isRefresh: true }, io);
    else refreshed(state, work, found, io);
  },
  environment: environmentOf,
  mounts(state, work, container, io) {
    return mountsOf(work, container, (volume, subPath, to) => {
      const files = contentOf(state, work, volume);
      const text = typeof files === 'string' ? undefined : files[subPath];
      if (text === undefined) return;
      const at = to.lastIndexOf('/');
      write(state, to.slice(0, at), { [to.slice(at + 1)]: text }, io);
    });
  },
  removed(state, work, io) {
    unwatchSources(state, work, io);
    if ((work.pod.spec.volumes ?? []).length > 0) write(state, podDirectory(work.uid), null, io);
  },
};

/** Begins to get what a pod needs; true when all of it is at hand already. */
function read(state: KubeletState, work: PodWork, wanted: readonly Source[], io: IO): boolean {
  if (work.reading !== undefined) return false;
  watchSources(state, work, wanted, io);
  const { found, todo } = tokensOf(work, io);
  if (todo.length === 0) return collect(state, { ...work, sources: found }, io);
  updateWork(state, work.uid, { reading: 'tokens' });
  askForToken(state, work, { uid: work.uid, todo, found, isRefresh: false }, io);
  return false;
}

/** The tokens are there: now the objects, as they are watched; a new watch is waited for, but not for long. */
function collect(state: KubeletState, work: PodWork, io: IO): boolean {
  const { uid, sources: tokens = {}, readSince = io.now } = work;
  const objects = sourcesOf(work.pod).filter(({ plural }) => plural !== 'tokens');
  const isLate = io.now - readSince >= LIST_PATIENCE_MS;
  if (!isLate && !objects.every((source) => isListed(state, work, source))) {
    if (!state.unread.has(uid)) io.after(LIST_PATIENCE_MS, 'pod/unread', null, { routine: true });
    state.unread.add(uid);
    updateWork(state, uid, { sources: tokens, reading: 'objects', readSince });
    return false;
  }
  state.unread.delete(uid);
  const sources = { ...tokens, ...readAll(state, work, objects) };
  updateWork(state, uid, { sources, reading: 'done', readSince: undefined });
  return true;
}

function readAll(state: KubeletState, work: PodWork, objects: readonly Source[]): Sources {
  return Object.fromEntries(
    objects.map((source) => [`${source.plural}/${source.name}`, readSource(state, work, source)]),
  );
}

/** A pod's tokens that are good for a while, and those that it needs. */
function tokensOf(work: PodWork, io: IO): { readonly found: Sources; readonly todo: readonly Source[] } {
  const found = freshTokens(work, io);
  const tokens = sourcesOf(work.pod).filter(({ plural }) => plural === 'tokens');
  return { found, todo: tokens.filter(({ name }) => found[`tokens/${name}`] === undefined) };
}

/** Tokens of which less than four fifths of their time has gone, or a day. */
function freshTokens({ sources }: PodWork, io: IO): Sources {
  if (sources === undefined) return {};
  const kept = Object.entries(sources).filter(([key, token]) => {
    if (!key.startsWith('tokens/') || typeof token === 'string') return false;
    const { expirationTimestamp } = token.status as { readonly expirationTimestamp: string };
    const lifeMs = Number(key.split('/').at(-1)) * 1000;
    const age = io.now - ((parseTime(expirationTimestamp) ?? 0) - lifeMs);
    return age < Math.min(lifeMs * 0.8, DAY_MS);
  });
  return Object.fromEntries(kept);
}

/** A token for this pod alone. */
function tokenRequest({ metadata, spec }: Pod, root: string, wanted: string): HttpRequest {
  const at = wanted.lastIndexOf('/');
  const audience = wanted.slice(0, at);
  const { name, uid = '' } = metadata;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: audience === '' ? [] : [audience],
      expirationSeconds: Number(wanted.slice(at + 1)),
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name, uid },
    },
  };
  return { method: 'POST', path: `${root}/serviceaccounts/${spec.serviceAccountName ?? 'default'}/token`, body };
}

function askForToken(state: KubeletState, { pod }: PodWork, reading: Reading, io: IO): void {
  const [source] = reading.todo;
  if (source === undefined) return;
  const root = `/api/v1/namespaces/${pod.metadata.namespace}`;
  const mark = { routine: reading.isRefresh || isEverywhere(source) };
  call(state.client, io, tokenRequest(pod, root, source.name), 'volume/token', { ...reading }, mark);
}

/** An old token that is still good outlives a refusal. */
function tokenRead(state: KubeletState, answer: Answer, io: IO): void {
  const reading = answer.data as unknown as Reading;
  const { uid, isRefresh } = reading;
  const work = state.works.get(uid);
  const [source, ...todo] = reading.todo;
  if (work === undefined || source === undefined) return;
  const { status, body } = answer.response;
  const problem = (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
  const key = `tokens/${source.name}`;
  const token = status === 201 ? (body as unknown as KubeObject) : (stillGood(work, key, io) ?? problem);
  const found = { ...reading.found, [key]: token };
  if (todo.length > 0) askForToken(state, work, { ...reading, todo, found }, io);
  else if (isRefresh) refreshed(state, work, found, io);
  else if (collect(state, { ...work, sources: found }, io)) syncPod(state, uid, io);
}

function stillGood({ sources = {} }: PodWork, key: string, io: IO): KubeObject | undefined {
  const token = sources[key];
  if (token === undefined || typeof token === 'string') return undefined;
  const { expirationTimestamp } = token.status as { readonly expirationTimestamp: string };
  return io.now <= (parseTime(expirationTimestamp) ?? 0) ? token : undefined;
}

/** Writes the files of all volumes; what cannot be set up is an Event, and is tried again later. */
function writeVolumes(state: KubeletState, work: PodWork, io: IO): boolean {
  const { uid, pod } = work;
  const written = (pod.spec.volumes ?? []).filter(isWritten);
  const contents = written.map((volume) => ({ volume, files: contentOf(state, work, volume) }));
  const failed = contents.filter(({ files }) => typeof files === 'string');
  if (failed.length > 0) {
    for (const { volume, files } of failed) {
      const text = `MountVolume.SetUp failed for volume "${volume.name}" : ${files as string}`;
      podEvent(state, io, work, 'Warning', 'FailedMount', text);
    }
    const waitMs = work.mountWaitMs ?? FIRST_RETRY_MS;
    const since = work.mountSince ?? io.now;
    const isLate = io.now - since >= PATIENCE_MS;
    if (isLate) {
      const names = failed.map(({ volume }) => volume.name).join(' ');
      const lists = `unmounted volumes=[${names}], unattached volumes=[], failed to process volumes=[]`;
      const text = `Unable to attach or mount volumes: ${lists}: context deadline exceeded`;
      podEvent(state, io, work, 'Warning', 'FailedMount', text);
    }
    updateWork(state, uid, { mountWaitMs: Math.min(waitMs * 2, MAX_RETRY_MS), mountSince: isLate ? io.now : since });
    io.after(waitMs, 'pod/sync', { uid });
    return false;
  }
  for (const { volume, files } of contents) writeVolume(state, work, volume, files, io);
  updateWork(state, uid, { hasFiles: true, mountWaitMs: undefined, mountSince: undefined });
  if (written.length > 0) armRefresh(uid, io);
  return true;
}

function refreshed(state: KubeletState, work: PodWork, tokens: Sources, io: IO): void {
  const objects = sourcesOf(work.pod).filter(({ plural }) => plural !== 'tokens');
  const sources = { ...tokens, ...readAll(state, work, objects) };
  const next = updateWork(state, work.uid, { sources });
  for (const volume of (work.pod.spec.volumes ?? []).filter(isWritten)) {
    if (next !== undefined) writeVolume(state, next, volume, contentOf(state, next, volume), io);
  }
  armRefresh(work.uid, io);
}

function armRefresh(uid: string, io: IO): void {
  io.after(SYNC_MS + io.random('volumes', SYNC_MS >> 1), 'pod/volumes', { uid }, { routine: true });
}

type Content = ReturnType<typeof contentOf>;
type Volume = Parameters<typeof contentOf>[2];

/** Files that are as they should be are not written again. */
function writeVolume(state: KubeletState, { uid }: PodWork, volume: Volume, files: Content, io: IO): void {
  if (typeof files === 'string') return;
  const { written = {} } = state.works.get(uid) ?? {};
  if (written[volume.name] !== undefined && isEqual(written[volume.name], files)) return;
  updateWork(state, uid, { written: { ...written, [volume.name]: files } });
  write(state, volumePath(uid, volume, undefined), files, io);
}

function write(state: KubeletState, path: string, files: Readonly<Record<string, string>> | null, io: IO): void {
  ask(state, io, 'writeFiles', { path, files }, 'ignored', null, { routine: true });
}
