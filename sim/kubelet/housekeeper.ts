import { wholeValue } from '../api/quantity.ts';
import type { IO } from '../kernel/component.ts';
import type { Usage } from '../protocol/cri.ts';
import type { Housekeeper, Housekeeping } from './housekeeping.ts';
import { collectImages, rememberImages } from './imagegc.ts';
import { ask } from './runtime.ts';
import type { KubeletState } from './state.ts';

const PERIOD_MS = 10_000;
const COLLECTION_MS = 300_000;

/**
 * Looks at what is in use every ten seconds and collects images every five minutes, both counted from its start.
 * Upstream looks for ever; here the looks begin with the runtime's hint that half of the memory or the disk is in
 * use, and end when less is: before that there would be nothing to do. Upstream: `eviction/eviction_manager.go`,
 * `kubelet.go` StartGarbageCollection.
 */
export const housekeeper: Housekeeper = {
  opened(state, io) {
    if ([...state.works.values()].some(({ view }) => view.containers.length > 0)) measure(state, io);
  },
  message(state, { kind }, io) {
    if (kind === 'usageHigh') arm(state, io);
    else if (kind === 'house/tick') {
      keep(state, { isTicking: false });
      measure(state, io);
    } else return false;
    return true;
  },
  heard(state, { then, body, error }, io) {
    if (then !== 'house/usage') return;
    if (error !== '') arm(state, io);
    else measured(state, body as unknown as Usage, io);
  },
};

function measure(state: KubeletState, io: IO): void {
  ask(state, io, 'usage', null, 'house/usage', null, { routine: true });
}

function measured(state: KubeletState, usage: Usage, io: IO): void {
  const { memory, disk } = state.config;
  keep(state, { images: rememberImages(state, io.now) });
  const isCollectionDue = (io.now - state.startedAt) % COLLECTION_MS < PERIOD_MS;
  if (isCollectionDue) keep(state, { hasCollectionFailed: collectImages(state, usage, io) });
  const isHigh = usage.memoryBytes * 2 > wholeValue(memory) || usage.diskBytes * 2 > wholeValue(disk);
  if (isHigh) arm(state, io);
}

/** The next look, at a whole number of periods since kubelet began. */
function arm(state: KubeletState, io: IO): void {
  if (state.housekeeping?.isTicking) return;
  keep(state, { isTicking: true });
  io.after(PERIOD_MS - ((io.now - state.startedAt) % PERIOD_MS), 'house/tick', null, { routine: true });
}

function keep(state: KubeletState, fields: Partial<Housekeeping>): void {
  const nothing: Housekeeping = { isTicking: false, images: {}, hasCollectionFailed: false };
  state.housekeeping = { ...(state.housekeeping ?? nothing), ...fields };
}
