import { part } from '../kernel/state.ts';
import type { Image, KeyValue } from '../protocol/etcd.ts';
import { createLessor, type EtcdLease } from './lease.ts';
import type { EtcdState } from './state.ts';
import { keysOf, storeFrom } from './store.ts';

/** A copy that shares all values. */
export function imageOf(state: EtcdState): Image {
  const { store, lessor, usedBytes, fileBytes } = state;
  const directories = [...store.directories.values()];
  return {
    revision: store.revision,
    compacted: store.compacted,
    keyValues: directories.flatMap((values) => keysOf(values).map((key) => values.get(key) as KeyValue)),
    history: store.history.slice(),
    leases: [...lessor.leases].map(([id, { ttlMs, keys }]) => ({ id, ttlMs, keys: [...keys] })),
    nextLease: lessor.next,
    members: [...state.members.values()],
    removed: [...state.removed],
    alarms: [...state.alarms],
    usedBytes,
    fileBytes,
  };
}

/** Replaces the database; leases are given their full time by the next leader. */
export function restoreImage(state: EtcdState, image: Image): void {
  state.store = storeFrom(image.revision, image.compacted, image.keyValues, image.history);
  state.lessor = createLessor();
  state.lessor.next = image.nextLease;
  for (const { id, ttlMs, keys } of image.leases) {
    state.lessor.leases.set(id, part<EtcdLease>({ ttlMs, expiresAt: Number.MAX_SAFE_INTEGER, keys: new Set(keys) }));
  }
  state.members = new Map(image.members.map((member) => [member.id, member]));
  state.removed = new Set(image.removed);
  state.alarms = new Set(image.alarms);
  state.usedBytes = image.usedBytes;
  state.fileBytes = image.fileBytes;
}
