import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { Usage } from '../protocol/cri.ts';
import { announce, evictOne, isRelieved, lookAt, refusal } from './eviction/eviction.ts';
import { isOfDisk, type Threshold } from './eviction/thresholds.ts';
import type { Housekeeper, Housekeeping } from './housekeeping.ts';
import { collectImages, freeImages, rememberImages } from './imagegc.ts';
import { ask } from './runtime.ts';
import type { KubeletState } from './state.ts';

const PERIOD_MS = 10_000;
const COLLECTION_MS = 300_000;
/** So long a removal of images takes at most, as measured. */
const REMOVAL_MS = 500;
/** A pod that is evicted is waited for, and looked at so often. */
const PATIENCE_MS = 30_000;
const POLL_MS = 1000;

/**
 * Looks at what is in use every ten seconds and collects images every five minutes, both counted from its start.
 * Upstream looks for ever; here the looks begin with the runtime's hint that half of the memory or the disk is in
 * use, and end when less is: before that there would be nothing to do. Upstream: `eviction/eviction_manager.go`,
 * `kubelet.go` StartGarbageCollection.
 */
export const housekeeper: Housekeeper = {
  opened(state, io) {
    if ([...state.works.values()].some(({ view }) => view.containers.length > 0)) measure(state, 'house/usage', io);
  },
  refusal,
  message(state, { kind }, io) {
    if (kind === 'usageHigh') arm(state, io);
    else if (kind === 'house/tick') {
      keep(state, { isTicking: false });
      if (isEvicting(state, io.now)) arm(state, io, POLL_MS);
      else measure(state, 'house/usage', io);
    } else if (kind === 'house/removed') measure(state, 'house/again', io);
    else return false;
    return true;
  },
  heard(state, { then, body, error }, io) {
    if (then !== 'house/usage' && then !== 'house/again') return;
    if (error !== '') arm(state, io);
    else measured(state, body as unknown as Usage, then === 'house/again', io);
  },
};

function measure(state: KubeletState, then: string, io: IO): void {
  ask(state, io, 'usage', null, then, null, { routine: true });
}

function measured(state: KubeletState, usage: Usage, hasReclaimed: boolean, io: IO): void {
  const { remember, reclaim } = lookAt(state, usage, io.now);
  keep(state, { ...remember, images: rememberImages(state, io.now), evicting: undefined });
  const isCollectionDue = !hasReclaimed && (io.now - state.startedAt) % COLLECTION_MS < PERIOD_MS;
  if (isCollectionDue) keep(state, { hasCollectionFailed: collectImages(state, usage, io) });
  if (reclaim !== undefined && giveUp(state, reclaim, usage, hasReclaimed, io)) return;
  if (usage.isHigh || remember.conditions.length > 0) arm(state, io);
}

/** Frees what nobody needs, else ends a pod. True when a next look is already on its way. */
function giveUp(state: KubeletState, threshold: Threshold, usage: Usage, hasReclaimed: boolean, io: IO): boolean {
  if (hasReclaimed && isRelieved(state, usage)) return false;
  if (!hasReclaimed) announce(state, threshold, io);
  if (isOfDisk(threshold) && !hasReclaimed && freeImages(state, Infinity, io) > 0) {
    io.after(REMOVAL_MS, 'house/removed', null, { routine: true });
    return true;
  }
  const uid = evictOne(state, threshold, usage, io);
  if (uid === '') return false;
  keep(state, { evicting: { uid, since: io.now } });
  arm(state, io, POLL_MS);
  return true;
}

/** Whether the pod of the last eviction still ends. */
function isEvicting({ housekeeping, works }: KubeletState, now: Millis): boolean {
  const { evicting } = housekeeping ?? {};
  if (evicting === undefined || now - evicting.since >= PATIENCE_MS) return false;
  const stage = works.get(evicting.uid)?.stage;
  return stage !== undefined && stage !== 'terminated';
}

/** The next look, at a whole number of periods since kubelet began. */
function arm(state: KubeletState, io: IO, period: Millis = PERIOD_MS): void {
  if (state.housekeeping?.isTicking) return;
  keep(state, { isTicking: true });
  io.after(period - ((io.now - state.startedAt) % period), 'house/tick', null, { routine: true });
}

function keep(state: KubeletState, fields: Partial<Housekeeping>): void {
  state.housekeeping = { ...(state.housekeeping ?? NOTHING), ...fields };
}

const NOTHING: Housekeeping = {
  isTicking: false,
  images: {},
  conditions: [],
  conditionsSeenAt: {},
  metSince: {},
  evicting: undefined,
  hasCollectionFailed: false,
};
