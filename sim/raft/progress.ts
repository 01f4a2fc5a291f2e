/**
 * What a leader knows of one follower. `probe`: one message at a time until their logs are known to agree; `replicate`:
 * entries flow without waiting for answers; `snapshot`: what it lacks is compacted away, so it gets the whole state.
 */
export interface Progress {
  readonly state: 'probe' | 'replicate' | 'snapshot';
  /** The last index known to be on its disk. */
  readonly match: number;
  /** The next index to send. */
  readonly next: number;
  /** Of a probe: it has been sent, and is not answered. */
  readonly isPaused: boolean;
  /** The last index of each message that flies, oldest first. */
  readonly flying: readonly number[];
  /** The index of the snapshot on its way; 0 for none. */
  readonly snapshot: number;
  /** Heard from since the last check of the quorum. */
  readonly isActive: boolean;
}

/** Messages with entries that may fly at once, as etcd configures it. */
const MAX_FLYING = 512;

/** A follower of whom nothing is known: the first probe is the end of the leader's own log. */
export function unknownProgress(next: number): Progress {
  return { state: 'probe', match: 0, next, isPaused: false, flying: [], snapshot: 0, isActive: false };
}

/** Whether nothing more may be sent to it now. */
export function isPaused(progress: Progress): boolean {
  switch (progress.state) {
    case 'probe':
      return progress.isPaused;
    case 'replicate':
      return progress.flying.length >= MAX_FLYING;
    case 'snapshot':
      return true;
  }
}

/** Entries up to `last` have been sent; none, when it equals next - 1. */
export function sentEntries(progress: Progress, last: number): Progress {
  if (progress.state === 'probe') return { ...progress, isPaused: true };
  if (last < progress.next) return progress;
  return { ...progress, next: last + 1, flying: [...progress.flying, last] };
}

/** A snapshot has been sent; nothing else is until it is answered. */
export function sentSnapshot(progress: Progress, index: number): Progress {
  return { ...progress, state: 'snapshot', snapshot: index, isPaused: false, flying: [] };
}

/** Its log agrees up to `index`. From here on entries may flow. */
export function agreed(progress: Progress, index: number): Progress {
  const match = Math.max(progress.match, index);
  if (progress.state === 'snapshot' && match < progress.snapshot) return { ...progress, match };
  if (progress.state !== 'replicate') {
    return { ...progress, state: 'replicate', match, next: match + 1, isPaused: false, flying: [], snapshot: 0 };
  }
  const flying = progress.flying.filter((last) => last > index);
  return { ...progress, match, next: Math.max(progress.next, match + 1), flying };
}

/**
 * It refused entries after `index`: try from `hint` on. A rejection that is out of date changes nothing. Nor does one
 * of what it has confirmed, which only an unsafe rule of votes can lead to: a probe is then sent with each heartbeat.
 */
export function rejected(progress: Progress, index: number, hint: number): Progress {
  if (progress.state === 'snapshot' || index <= progress.match) return progress;
  if (progress.state === 'probe' && progress.next - 1 !== index) return progress;
  const next = Math.max(Math.min(index, hint + 1), progress.match + 1);
  return { ...progress, state: 'probe', next, isPaused: false, flying: [] };
}

/** Nobody knows what became of the last messages: begin to probe after what is certain. */
export function probeAgain(progress: Progress): Progress {
  return { ...progress, state: 'probe', next: progress.match + 1, isPaused: false, flying: [], snapshot: 0 };
}
