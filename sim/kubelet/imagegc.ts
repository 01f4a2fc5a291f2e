import { wholeValue } from '../api/quantity.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { Usage } from '../protocol/cri.ts';
import type { Housekeeping } from './housekeeping.ts';
import { nodeEvent } from './registration.ts';
import { ask } from './runtime.ts';
import type { KubeletState } from './state.ts';

const HIGH_PERCENT = 85;
const LOW_PERCENT = 80;
const MIN_AGE_MS = 120_000;

/**
 * Removes images that no container has, those longest unused first, when the disk is 85 % full, until 80 %. Upstream:
 * `images/image_gc_manager.go` with its default thresholds. Leaves out: imageMaximumGCAge, which is off by default;
 * images are looked at only while a disk is half full, so what was used before counts as not used.
 */
export function collectImages(state: KubeletState, { diskBytes }: Usage, io: IO): boolean {
  const capacity = wholeValue(state.config.disk);
  const available = Math.max(0, capacity - diskBytes);
  const percent = 100 - Math.floor((available * 100) / capacity);
  if (percent < HIGH_PERCENT) return false;
  const wanted = Math.floor((capacity * (100 - LOW_PERCENT)) / 100) - available;
  const freed = freeImages(state, wanted, io);
  if (freed >= wanted) return false;
  const about = `Insufficient free disk space on the node's image filesystem (${percent}% of ${sizeText(capacity)} used). `;
  const done = `Failed to free sufficient space by deleting unused images (freed ${freed} bytes). `;
  const advice = 'Investigate disk usage, as it could be used by active images, logs, volumes, or other data.';
  nodeEvent(state, 'FreeDiskSpaceFailed', io, about + done + advice, 'Warning');
  if (state.housekeeping?.hasCollectionFailed) {
    nodeEvent(state, 'ImageGCFailed', io, about + done + advice, 'Warning');
  }
  return true;
}

/** Lets the runtime remove unused images of so many bytes, as it has them; gives the bytes. */
export function freeImages(state: KubeletState, wanted: number, io: IO): number {
  const { images = {} } = state.housekeeping ?? {};
  const inUse = imagesInUse(state);
  const unused = state.images.filter(({ name }) => !inUse.has(name) && !isPinned(name));
  const old = unused.filter(({ name }) => io.now - (images[name]?.detectedAt ?? io.now) >= MIN_AGE_MS);
  const usedAt = (name: string) => images[name]?.usedAt ?? -Infinity;
  old.sort((a, b) => usedAt(a.name) - usedAt(b.name) || (a.name < b.name ? -1 : 1));
  let freed = 0;
  const gone = new Set<string>();
  for (const { name, sizeBytes } of old) {
    if (freed >= wanted) break;
    freed += sizeBytes;
    gone.add(name);
    io.note({ what: 'kubelet/image-removed', about: `node/${state.config.node}`, image: name });
    ask(state, io, 'removeImage', { image: name }, 'house/removed', null);
  }
  state.images = state.images.filter(({ name }) => !gone.has(name));
  return freed;
}

/** What is known of each image that is there now. */
export function rememberImages(state: KubeletState, now: Millis): Housekeeping['images'] {
  const before = state.housekeeping?.images ?? {};
  const inUse = imagesInUse(state);
  const rows = state.images.map(({ name }) => {
    const known = before[name];
    return [name, { detectedAt: known?.detectedAt ?? now, usedAt: inUse.has(name) ? now : known?.usedAt }] as const;
  });
  return Object.fromEntries(rows);
}

/** Of every container that there is, running or not. */
function imagesInUse(state: KubeletState): ReadonlySet<string> {
  return new Set([...state.works.values()].flatMap(({ view }) => view.containers.map(({ image }) => image)));
}

/** The runtime itself needs the image of its sandboxes, and says so. */
function isPinned(name: string): boolean {
  return name.startsWith('registry.k8s.io/pause:');
}

function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < units.length - 1; unit++) size /= 1024;
  return `${size.toFixed(1)} ${units[unit]}`;
}
