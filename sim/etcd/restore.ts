import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Image, Restore } from '../protocol/etcd.ts';
import { createLog } from '../raft/log.ts';
import { createRaft } from '../raft/raft.ts';
import { etcd } from './etcd.ts';
import { clusterIdOf, EMPTY_FILE_BYTES, foundingMember } from './identity.ts';
import { restoreImage } from './image.ts';
import { bytesOfStore } from './size.ts';
import { beginMember, type EtcdState } from './state.ts';

/** Where a member has its data. */
const DATA_DIR = '/var/lib/etcd';

/**
 * The member with etcdutl on its machine, from a chunk of its own. Follows etcdutl/snapshot/v3_snapshot.go: while there
 * is data, nothing is touched; else a member of a new cluster is written, whose log begins after one entry for each.
 */
export const etcdWithTools: typeof etcd = {
  ...etcd,
  receive(state, message, io) {
    if (isRestore(message)) io.reply(message, 'diskRestored', { error: notEmpty() });
    else etcd.receive(state, message, io);
  },
  offline(disk, message, io) {
    if (!isRestore(message)) return undefined;
    return restoreDisk(disk, message as AnyMessage, io);
  },
};

function isRestore({ kind }: { readonly kind: string }): boolean {
  return kind === 'restoreDisk';
}

function notEmpty(): string {
  return `data-dir "${DATA_DIR}" not empty or could not be read`;
}

function restoreDisk(disk: EtcdState, message: AnyMessage, io: IO): EtcdState {
  if (disk.id !== '') {
    io.reply(message, 'diskRestored', { error: notEmpty() });
    return disk;
  }
  const restore = message.body as unknown as Restore;
  io.note({ what: 'etcd/restored', member: io.self, revision: restore.image.revision + restore.bump });
  io.reply(message, 'diskRestored', {});
  return memberOf(disk, io.self, restore);
}

/** A member as it is on the first day, but with a database. Who its members were is forgotten; its leases are kept. */
function memberOf(disk: EtcdState, self: string, { image, cluster, token, bump }: Restore): EtcdState {
  const members = cluster.map((process) => foundingMember(process, token));
  const voters = members.map(({ id }) => id);
  const id = foundingMember(self, token).id;
  const log = createLog(members.length, 1);
  const raft = createRaft(id, { voters, learners: [] }, { term: 1, vote: '', log });
  const first = { term: 1, vote: '', commit: members.length };
  const state = beginMember({ ...disk, id, raft, disk: first, snapshotIndex: members.length }, 'running');
  restoreImage(state, bump > 0 ? bumped(image, bump) : image);
  state.clusterId = clusterIdOf(members);
  state.members = new Map(members.map((member) => [member.id, member]));
  state.removed = new Set();
  state.usedBytes = bytesOfStore(state.store);
  state.fileBytes = Math.max(image.fileBytes, EMPTY_FILE_BYTES + state.usedBytes);
  return state;
}

/** The revision jumps beyond any that a client can have seen, and all before it counts as compacted. */
function bumped(image: Image, bump: number): Image {
  const revision = image.revision + bump;
  return { ...image, revision, compacted: revision, history: [] };
}
