import type { IO } from '../kernel/component.ts';
import { type AnyMessage, address } from '../kernel/message.ts';
import { type CriClientProtocol, type CriProtocol, SYSTEM_BYTES, type Usage } from '../protocol/cri.ts';
import { memoryOf } from './cpu.ts';
import { UNPACKED } from './dialect.ts';
import { canonicalReference, type Image } from './images.ts';
import type { Meter } from './metering.ts';
import { answer } from './processes.ts';
import type { Request, RuntimeState } from './state.ts';
import { callTime } from './timing.ts';

/**
 * What is in use on a node, and the removal of images. Follows: containerd's `ListContainerStats`, `ImageFsInfo` and
 * `RemoveImage`. Leaves out: inodes, the small files and the logs of containers (only what a program says it has
 * written counts). kubelet is told when more than half of the memory or the disk is in use (a twentieth where it has
 * thresholds of its own), so that it looks only where there is something to see; upstream looks every 10 s.
 */
export const usageMeter: Meter = {
  rose(state, io) {
    if (state.isUsageTold || !usageOf(state).isHigh) return;
    state.isUsageTold = true;
    io.send(address<CriClientProtocol>(`kubelet/${state.node}`), 'usageHigh', null, { routine: true });
  },
  hasRoom(state, image) {
    const { images, capacity } = state;
    if (images.has(image.reference) || capacity.diskBytes === 0) return true;
    return imageBytes([...images.values(), image]) + writtenBytes(state) <= capacity.diskBytes;
  },
  call(state, message, io) {
    if (message.kind === 'removeImage' || message.kind === 'usage') begin(message, io);
    else if (message.kind === 'usage/removeImage') removeImage(state, message, io);
    else if (message.kind === 'usage/usage') tell(state, message, io);
    else return false;
    return true;
  },
};

/** Unpacked, each layer once. */
function imageBytes(images: readonly Image[]): number {
  const layers = new Map(images.flatMap((image) => image.layers.map((each) => [each.digest, each.sizeBytes])));
  return [...layers.values()].reduce((sum, bytes) => sum + Math.round(bytes * UNPACKED), 0);
}

/** What is in use now. */
export function usageOf(state: RuntimeState): Usage {
  const running = [...state.containers.values()].filter(({ phase }) => phase === 'running');
  const images = imageBytes([...state.images.values()]);
  const memoryBytes = running.reduce((sum, process) => sum + memoryOf(process), 0);
  const diskBytes = images + writtenBytes(state);
  return {
    memoryBytes,
    diskBytes,
    isHigh: isHigh(state, memoryBytes, diskBytes),
    imageBytes: images,
    containers: running.map((process) => {
      const { podUid, name, diskBytes } = process;
      return { podUid, name, memoryBytes: memoryOf(process), diskBytes };
    }),
  };
}

function writtenBytes({ containers }: RuntimeState): number {
  return [...containers.values()].reduce((sum, { diskBytes }) => sum + diskBytes, 0);
}

function isHigh({ capacity }: RuntimeState, memoryBytes: number, diskBytes: number): boolean {
  const memory = capacity.memoryBytes - SYSTEM_BYTES;
  const isMemoryHigh = memory > 0 && memoryBytes * capacity.share > memory;
  return isMemoryHigh || (capacity.diskBytes > 0 && diskBytes * capacity.share > capacity.diskBytes);
}

function begin({ id, from, routine, kind, body }: AnyMessage, io: IO): void {
  const request: Request = { id, from, routine };
  io.after(callTime(kind as keyof CriProtocol, io), `usage/${kind}`, { request, body }, { routine });
}

function removeImage(state: RuntimeState, message: AnyMessage, io: IO): void {
  const { request, body } = message.body as { readonly request: Request; readonly body: CriProtocol['removeImage'] };
  state.images.delete(canonicalReference(body.image));
  io.note({ what: 'containerd/image-removed', image: body.image });
  answer(request, 'removeImageDone', body, io);
}

/** Once nothing is high any more the next rise is told again. */
function tell(state: RuntimeState, message: AnyMessage, io: IO): void {
  const { request } = message.body as { readonly request: Request };
  const usage = usageOf(state);
  state.isUsageTold = usage.isHigh;
  answer(request, 'usageDone', usage, io);
}
