import type { EtcdEvent } from '../../../sim/protocol/etcd.ts';

/** What one watch was told. */
export interface Told {
  readonly from: number;
  readonly frames: { readonly sequence: number; readonly events: readonly EtcdEvent[] }[];
}

/** Every change that was ever committed, as all who saw it saw it. */
export type Truth = Map<string, string>;

/** A change, named by revision and key. */
export function nameOf({ keyValue }: EtcdEvent): string {
  return `${keyValue.modRevision} ${keyValue.key}`;
}

/** The same revision and key mean the same change to everybody. Gives a sentence when they do not. */
export function agree(truth: Truth, event: EtcdEvent): string {
  const text = `${event.type} ${JSON.stringify(event.keyValue.value)}`;
  const known = truth.get(nameOf(event));
  truth.set(nameOf(event), known ?? text);
  return known === undefined || known === text
    ? ''
    : `revision ${nameOf(event)} is ${known} to one and ${text} to another`;
}

/** Frames come in order and complete: no change twice, none left out between two that were told. */
export function brokenWatch(told: Told, truth: Truth, prefix: string): string {
  const seen: string[] = [];
  let last = told.from - 1;
  for (const { events } of told.frames) {
    for (const event of events) {
      const { modRevision } = event.keyValue;
      if (modRevision < last) return `a watch from ${told.from} was told ${nameOf(event)} after revision ${last}`;
      if (modRevision < told.from) return `a watch from ${told.from} was told ${nameOf(event)}`;
      last = modRevision;
      seen.push(nameOf(event));
    }
  }
  if (new Set(seen).size < seen.length) return `a watch from ${told.from} was told a change twice: ${seen.join(', ')}`;
  const first = told.from === 0 ? Number(seen[0]?.split(' ')[0] ?? last + 1) : told.from;
  const known = new Set(seen);
  for (const name of truth.keys()) {
    const [revision = '', key = ''] = name.split(' ');
    if (!key.startsWith(prefix) || Number(revision) < first || Number(revision) > last) continue;
    if (!known.has(name)) return `a watch from ${told.from} was not told ${name}, though it was told ${last}`;
  }
  return '';
}
