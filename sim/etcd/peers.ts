import type { IO } from '../kernel/component.ts';
import { type Address, type AnyMessage, address } from '../kernel/message.ts';
import type { Image } from '../protocol/etcd.ts';
import { loseTouch } from '../raft/leader.ts';
import { lastIndex } from '../raft/log.ts';
import type { RaftMessage } from '../raft/message.ts';
import { step, wantsSnapshot } from '../raft/step.ts';
import { drive } from './consensus.ts';
import { die } from './discovery.ts';
import { restoreImage } from './image.ts';
import type { EtcdState, InHand } from './state.ts';
import { catchUp } from './watch.ts';

/** What members say to one another: Raft's messages, each under its own name. A snapshot carries the database. */
export type PeerProtocol = { [K in RaftMessage['type']]: Extract<RaftMessage, { readonly type: K }> };

type Snapshot = Extract<RaftMessage, { readonly type: 'snapshot' }> & { readonly image: Image };

/** A message of Raft. False when it is none. One that is meant for an earlier life of this process is ignored. */
export function hearPeer(state: EtcdState, message: AnyMessage, io: IO): boolean {
  const body = message.body as RaftMessage | null;
  if (body === null || typeof body !== 'object' || body.type !== message.kind || !('term' in body)) return false;
  if (state.removed.has(body.from)) io.send(address<{ gone: null }>(message.from), 'gone', null, { routine: true });
  else if (body.to === state.id) hear(state, body, message, io);
  return true;
}

function hear(state: EtcdState, body: RaftMessage, inHand: InHand, io: IO): void {
  if (body.type === 'heartbeat' && body.term >= state.raft.term && body.commit > lastIndex(state.raft.log)) {
    const [commit, last] = [body.commit, lastIndex(state.raft.log)];
    const range = `tocommit(${commit}) is out of range [lastIndex(${last})]`;
    die(io, `${range}. Was the raft log corrupted, truncated, or lost?`);
    return;
  }
  const isNews = body.type === 'snapshot' && body.term >= state.raft.term && wantsSnapshot(state.raft, body.index);
  if (!isNews) {
    drive(state, inHand, io, (turn) => step(state.raft, body, turn));
    return;
  }
  io.after(state.config.fsyncMs, 'installed', { message: body }, { routine: inHand.routine });
}

/** The snapshot is on disk: from this moment it is what this member has. */
export function installSnapshot(
  state: EtcdState,
  message: InHand & { readonly body: { readonly message: RaftMessage } },
  io: IO,
): void {
  const snapshot = message.body.message as Snapshot;
  if (snapshot.term >= state.raft.term && wantsSnapshot(state.raft, snapshot.index)) {
    const { revision } = state.store;
    restoreImage(state, snapshot.image);
    catchUp(state.watches, state.store, revision, io);
    state.sync = null;
    state.snapshotIndex = snapshot.index;
    state.disk = { ...state.disk, commit: snapshot.index };
    io.note({ what: 'etcd/snapshot-installed', member: io.self, index: snapshot.index });
  }
  drive(state, message, io, (turn) => step(state.raft, snapshot, turn));
}

/** A peer's process is down: what was sent to it is uncertain. */
export function losePeer(state: EtcdState, message: InHand & { readonly from: Address }): void {
  for (const { id, process } of state.members.values()) if (process === message.from) loseTouch(state.raft, id);
}

/** The others have removed this member while it was away. */
export function hearGone(state: EtcdState, _message: InHand, io: IO): void {
  state.phase = 'removed';
  const text = 'the member has been permanently removed from the cluster';
  io.note({ what: 'etcd/removed', member: io.self, text });
  io.exit(null);
}
