import type { Pod } from '../api/kinds/pod.ts';
import { type KubeObject, parseTime } from '../api/meta.ts';
import { type Answer, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { claimMounter } from './claims.ts';
import { environmentOf } from './environment.ts';
import type { Mounter } from './mounting.ts';
import { podEvent } from './podevents.ts';
import { syncPod } from './podworker.ts';
import { ask } from './runtime.ts';
import { notFound, type Source, type Sources, sourcesOf } from './sources.ts';
import { isEnding, type KubeletState, type PodWork, updateWork } from './state.ts';
import { contentOf, isWritten, mountsOf, podDirectory, volumePath } from './volumes.ts';

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 122_000;
/** How long a sync waits for its volumes: the first try after that says so. */
const PATIENCE_MS = 123_000;
/** A running pod is looked at again so often, and up to half as late again. */
const SYNC_MS = 60_000;
const DAY_MS = 86_400_000;

/** How far the reading of a pod's ConfigMaps and Secrets has come. */
interface Reading {
  readonly uid: string;
  readonly todo: readonly Source[];
  readonly found: Sources;
  readonly isRefresh: boolean;
}

/**
 * Volumes and variables. Before containers are made the ConfigMaps and Secrets that their pod names are read; files are
 * written before the first of them, and again when a pod is synced in its minute. Upstream: `volumemanager`,
 * `volume/util/operationexecutor`, `configmap_manager.go` with the strategy Get, `token/token_manager.go`. Leaves out: the watch of each object,
 * which is upstream's default and sees a change some seconds earlier; sizes of emptyDir.
 */
export const volumeMounter: Mounter = {
  isReady(state, work, io) {
    if (!claimMounter.isReady(state, work, io)) return false;
    const wanted = sourcesOf(work.pod);
    if (wanted.length > 0 && work.reading !== 'done' && !hasAll(work, wanted, io)) {
      if (work.reading === undefined) read(state, work, wanted, false, io);
      return false;
    }
    updateWork(state, work.uid, { reading: undefined });
    return work.hasFiles === true || writeVolumes(state, work, io);
  },
  heard(state, answer, io) {
    if (answer.then === 'volume/source') sourceRead(state, answer, io);
    else claimMounter.heard(state, answer, io);
  },
  refresh(state, uid, io) {
    const work = state.works.get(uid);
    if (work === undefined || isEnding(work) || work.stage === 'terminated' || work.stage === 'terminating') return;
    const wanted = sourcesOf(work.pod);
    if (wanted.length > 0) read(state, work, wanted, true, io);
    else refreshed(state, work, io);
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
  removed(state, { uid, pod }, io) {
    if ((pod.spec.volumes ?? []).length > 0) write(state, podDirectory(uid), null, io);
  },
};

/** Whether all that is wanted are tokens that are not old. */
function hasAll(work: PodWork, wanted: readonly Source[], io: IO): boolean {
  const found = freshTokens(work, io);
  return wanted.every(({ plural, name }) => found[`${plural}/${name}`] !== undefined);
}

/** Tokens of which less than four fifths of their time has gone, or a day. */
function freshTokens({ sources = {} }: PodWork, io: IO): Sources {
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

/** Tokens that are not old are kept; all else is read again. */
function read(state: KubeletState, work: PodWork, wanted: readonly Source[], isRefresh: boolean, io: IO): void {
  const found = freshTokens(work, io);
  const todo = wanted.filter(({ plural, name }) => found[`${plural}/${name}`] === undefined);
  if (todo.length === 0) {
    refreshed(state, work, io);
    return;
  }
  if (!isRefresh) updateWork(state, work.uid, { reading: 'asked' });
  askFor(state, work, { uid: work.uid, todo, found, isRefresh }, io);
}

function askFor(state: KubeletState, { pod }: PodWork, reading: Reading, io: IO): void {
  const [source] = reading.todo;
  const root = `/api/v1/namespaces/${pod.metadata.namespace}`;
  const mark = { routine: reading.isRefresh };
  const request =
    source?.plural === 'tokens'
      ? tokenRequest(pod, root, source.name)
      : { method: 'GET' as const, path: `${root}/${source?.plural}/${source?.name}` };
  call(state.client, io, request, 'volume/source', { ...reading }, mark);
}

function sourceRead(state: KubeletState, answer: Answer, io: IO): void {
  const reading = answer.data as unknown as Reading;
  const work = state.works.get(reading.uid);
  const [source, ...todo] = reading.todo;
  if (work === undefined || source === undefined) return;
  const { status, body } = answer.response;
  const message = (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
  const problem = status === 404 && source.plural !== 'tokens' ? notFound(source) : message;
  const object = status === 200 || status === 201 ? (body as unknown as KubeObject) : problem;
  const found = { ...reading.found, [`${source.plural}/${source.name}`]: object };
  if (todo.length > 0) {
    askFor(state, work, { ...reading, todo, found }, io);
    return;
  }
  const next = updateWork(state, work.uid, { sources: found, ...(reading.isRefresh ? {} : { reading: 'done' }) });
  if (next === undefined) return;
  if (reading.isRefresh) refreshed(state, next, io);
  else syncPod(state, work.uid, io);
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

function refreshed(state: KubeletState, work: PodWork, io: IO): void {
  for (const volume of (work.pod.spec.volumes ?? []).filter(isWritten)) {
    writeVolume(state, work, volume, contentOf(state, work, volume), io);
  }
  armRefresh(work.uid, io);
}

function armRefresh(uid: string, io: IO): void {
  io.after(SYNC_MS + io.random('volumes', SYNC_MS >> 1), 'pod/volumes', { uid }, { routine: true });
}

type Content = ReturnType<typeof contentOf>;
type Volume = Parameters<typeof contentOf>[2];

function writeVolume(state: KubeletState, { uid }: PodWork, volume: Volume, files: Content, io: IO): void {
  if (typeof files !== 'string') write(state, volumePath(uid, volume, undefined), files, io);
}

function write(state: KubeletState, path: string, files: Readonly<Record<string, string>> | null, io: IO): void {
  ask(state, io, 'writeFiles', { path, files }, 'ignored', null, { routine: true });
}
