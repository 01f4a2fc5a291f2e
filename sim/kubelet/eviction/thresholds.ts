import { wholeQuantity, wholeValue } from '../../api/quantity.ts';
import type { Millis } from '../../kernel/message.ts';
import { SYSTEM_BYTES, type Usage } from '../../protocol/cri.ts';
import type { KubeletConfig } from '../state.ts';

/** What is watched. Both disk signals are of one disk here: images and what containers write lie side by side. */
type Signal = 'memory.available' | 'nodefs.available' | 'imagefs.available';

/** When a node is short of something. Hard: no grace period. */
export interface Threshold {
  readonly signal: Signal;
  /** `100Mi`, or `10%` of what there is. */
  readonly value: string;
  readonly graceMs: Millis;
}

/** How much there is of something, and how much of that is free, in bytes. */
export interface Observation {
  readonly capacity: number;
  readonly available: number;
}

/** By signal. */
export type Observations = Readonly<Record<Signal, Observation>>;

const HARD = { 'memory.available': '100Mi', 'nodefs.available': '10%', 'imagefs.available': '15%' };

/** All thresholds, memory first. What a scenario says takes the place of all hard ones, as in KubeletConfiguration. */
export function thresholdsOf({ eviction = {} }: KubeletConfig): readonly Threshold[] {
  const { evictionHard = HARD, evictionSoft = {}, evictionSoftGracePeriodMs = {} } = eviction;
  const rows = (values: Readonly<Record<string, string>>, grace: Readonly<Record<string, Millis>>) =>
    Object.keys(HARD).flatMap((signal): readonly Threshold[] => {
      const value = values[signal];
      return value === undefined ? [] : [{ signal: signal as Signal, value, graceMs: grace[signal] ?? 0 }];
    });
  const all = [...rows(evictionHard, {}), ...rows(evictionSoft, evictionSoftGracePeriodMs)];
  return [...all.filter((each) => !isOfDisk(each)), ...all.filter(isOfDisk)];
}

/** What of the node is free, by the runtime's account. */
export function observe({ memory, disk }: KubeletConfig, { memoryBytes, diskBytes }: Usage): Observations {
  const [memoryCapacity, diskCapacity] = [wholeValue(memory), wholeValue(disk)];
  const ofDisk = { capacity: diskCapacity, available: Math.max(0, diskCapacity - diskBytes) };
  const available = Math.max(0, memoryCapacity - SYSTEM_BYTES - memoryBytes);
  return {
    'memory.available': { capacity: memoryCapacity, available },
    'nodefs.available': ofDisk,
    'imagefs.available': ofDisk,
  };
}

/** The thresholds that are crossed now, whatever their grace period. */
export function crossed(thresholds: readonly Threshold[], observations: Observations): readonly Threshold[] {
  return thresholds.filter((each) => observations[each.signal].available < bytesOf(each, observations));
}

/** `Threshold quantity: 100Mi, available: 92Mi. ` */
export function metText(threshold: Threshold, observations: Observations): string {
  const { available } = observations[threshold.signal];
  const { value } = threshold;
  const quantity = value.endsWith('%') ? wholeQuantity(bytesOf(threshold, observations)) : value;
  return `Threshold quantity: ${quantity}, available: ${wholeQuantity(available)}. `;
}

/** The condition of the node that a threshold stands for. */
export function conditionOf(threshold: Threshold): 'MemoryPressure' | 'DiskPressure' {
  return isOfDisk(threshold) ? 'DiskPressure' : 'MemoryPressure';
}

/** Whether a threshold is about the disk, not the memory. */
export function isOfDisk({ signal }: Threshold): boolean {
  return signal !== 'memory.available';
}

/** One threshold among others. */
export function keyOf({ signal, value, graceMs }: Threshold): string {
  return `${signal}<${value} ${graceMs}`;
}

function bytesOf({ signal, value }: Threshold, observations: Observations): number {
  if (!value.endsWith('%')) return wholeValue(value);
  return Math.trunc((observations[signal].capacity * Number(value.slice(0, -1))) / 100);
}
