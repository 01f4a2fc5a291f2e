import type { Millis } from '../../kernel/message.ts';
import { memoryOf } from '../../runtime/cpu.ts';
import { usageOf } from '../../runtime/usage.ts';
import { clockText } from '../../view/names.ts';
import type { Opened } from './node.ts';
import { type Cell, cell, count, type Section, table } from './section.ts';

const MIB = 1_048_576;

/** Sandboxes, as `crictl pods` lists them. */
export function sandboxesOf({ runtime }: Opened): Section {
  const rows = [...runtime.sandboxes.values()].map(({ id, namespace, name, state, ip, attempt, createdAt }) => [
    cell(id.slice(0, 13)),
    cell(`${namespace}/${name}`),
    cell(state, state === 'ready' ? 'ok' : 'bad'),
    cell(ip || 'none'),
    cell(attempt),
    cell(clockText(createdAt)),
  ]);
  const note = `What ${runtime.engine} has, as crictl pods shows it: a sandbox holds the network of one pod.`;
  return table('Sandboxes', note, ['Id', 'Pod', 'State', 'Address', 'Attempt', 'Made at'], rows, 'None.', 60);
}

/** Containers, as `crictl ps -a` lists them. */
export function containersOf({ runtime }: Opened, now: Millis): Section {
  const rows = [...runtime.containers.values()].map((process) => {
    const { id, namespace, podName, name, image, attempt, phase, exitCode, reason, startedAt, finishedAt } = process;
    const isRunning = phase === 'running';
    const end = `${exitCode}${reason === '' ? '' : ` ${reason}`} at ${clockText(finishedAt)}`;
    const state: Cell =
      phase === 'exited'
        ? cell('exited', exitCode === 0 ? 'none' : 'bad', end)
        : cell(phase, isRunning ? 'ok' : 'wait');
    return [
      cell(id.slice(0, 13)),
      cell(`${namespace}/${podName}`),
      cell(name, undefined, image),
      state,
      cell(attempt),
      cell(
        isRunning ? mebibytes(memoryOf(process)) : '',
        undefined,
        isRunning ? `since ${clockText(Math.min(startedAt, now))}` : '',
      ),
    ];
  });
  const note = 'As crictl ps -a shows them, with those that have ended until kubelet clears them away.';
  return table('Containers', note, ['Id', 'Pod', 'Container', 'State', 'Attempt', 'Memory'], rows, 'None.', 60);
}

/** Images on the node’s disk. */
export function imagesOf({ runtime }: Opened): Section {
  const users = new Map<string, number>();
  for (const { image } of runtime.containers.values()) users.set(image, (users.get(image) ?? 0) + 1);
  const rows = [...runtime.images.values()].map(({ reference, id, sizeBytes, layers }) => [
    cell(reference),
    cell(id.slice(0, 13)),
    cell(mebibytes(sizeBytes), undefined, count(layers.length, 'layer')),
    cell(users.get(reference) ?? 0),
  ]);
  const note = 'What a pod needs of these, nobody has to fetch. The size is that of the layers as they travel.';
  return table('Images on disk', note, ['Image', 'Id', 'Size', 'Containers'], rows, 'None.');
}

/** Memory and disk: in use, and how much there is. */
export function useOf({ runtime, hasPower, kubelet }: Opened): Section {
  const { memoryBytes, diskBytes, imageBytes } = usageOf(runtime);
  const { capacity } = runtime;
  const conditions = kubelet.housekeeping?.conditions ?? [];
  return {
    type: 'facts',
    title: 'Memory and disk',
    facts: [
      ['Memory of containers', cell(shareText(hasPower ? memoryBytes : 0, capacity.memoryBytes))],
      [
        'Disk',
        cell(shareText(diskBytes, capacity.diskBytes), undefined, `${mebibytes(imageBytes)} of it images, unpacked`),
      ],
      ['Pressure', conditions.length === 0 ? cell('none', 'ok') : cell(conditions.join(', '), 'bad')],
    ],
  };
}

function shareText(bytes: number, all: number): string {
  if (all === 0) return mebibytes(bytes);
  return `${mebibytes(bytes)} of ${mebibytes(all)}, ${Math.round((bytes / all) * 100)} %`;
}

/** `12 MiB`, `1.5 GiB`. */
export function mebibytes(bytes: number): string {
  const mib = bytes / MIB;
  return mib >= 1024
    ? `${(mib / 1024).toFixed(1)} GiB`
    : `${mib >= 10 || mib === 0 ? Math.round(mib) : mib.toFixed(1)} MiB`;
}
