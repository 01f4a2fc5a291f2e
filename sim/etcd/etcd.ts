/**
 * etcd: the cluster's database, one member of it.
 * Watches nothing; answers its clients, and agrees with the other members by Raft on the order of all writes.
 * Writes its own store, and pushes changes to those who watch.
 * Follows etcd 3.6: server/etcdserver (v3_server.go, raft.go, bootstrap.go, apply), server/storage/mvcc, server/lease.
 * Leaves out authentication, TLS, lease checkpoints, corruption checks, handing over before it is stopped.
 */
import type { Component, IO } from '../kernel/component.ts';
import type { KernelProtocol, Mark, Message } from '../kernel/message.ts';
import type { EtcdProtocol } from '../protocol/etcd.ts';
import type { RaftMessage } from '../raft/message.ts';
import { tick } from '../raft/step.ts';
import { drive, finishSync } from './consensus.ts';
import {
  answerDiscovery,
  askPeers,
  type DiscoveryProtocol,
  hearDiscovered,
  startDiscovery,
  startMember,
} from './discovery.ts';
import { configOf, emptyMember } from './identity.ts';
import { inspectMember } from './inspect.ts';
import { answerOperator } from './operator.ts';
import { hearGone, hearPeer, installSnapshot, losePeer, type PeerProtocol } from './peers.ts';
import { expireLeases, startRead, startTxn, startWrite, sweep } from './requests.ts';
import { beginMember, type EtcdConfig, type EtcdState, raftFromDisk } from './state.ts';
import { giveUpTransfer } from './transfer.ts';
import { closeWatch, forgetClient, openWatch, tellProgress } from './watch.ts';
import { giveUpWatches } from './watching.ts';

/** What the member says to itself. */
interface OwnProtocol {
  synced: { readonly number: number };
  installed: { readonly message: RaftMessage };
  tick: { readonly at: number };
  leases: { readonly at: number };
  sweep: { readonly at: number };
  leaderless: { readonly since: number };
  alone: null;
  transfer: { readonly id: string };
}

type Understood = EtcdProtocol & OwnProtocol & DiscoveryProtocol & PeerProtocol;
type Received = Message<Understood & KernelProtocol>;

/** Connections that wait to be accepted; one more is not heard. */
const MAX_EARLY = 1000;

/** See the head of this file. */
export const etcd: Component<EtcdState, Understood> = {
  name: 'etcd',

  init: (self, config) => emptyMember(configOf(self, (config ?? {}) as EtcdConfig)),

  receive(state, message, io) {
    if (state.phase === 'running') receiveRunning(state, message, io);
    else receiveEarly(state, message, io);
    if (state.phase !== 'running') return;
    for (const early of state.early.splice(0)) receiveRunning(state, early as Received, io);
  },

  restart: (state) =>
    state.id === '' ? emptyMember(state.config) : beginMember({ ...state, raft: raftFromDisk(state) }, state.phase),

  inspect: inspectMember,
};

/** Before it knows who it is, a process answers nobody but its peers' question. */
function receiveEarly(state: EtcdState, message: Received, io: IO): void {
  switch (message.kind) {
    case 'start':
      if (state.phase === 'removed') io.exit(null);
      else startDiscovery(state, message, io);
      return;
    case 'discover':
      answerDiscovery(state, message, io);
      return;
    case 'discovered':
      hearDiscovered(state, message, io);
      return;
    case 'refused':
    case 'disconnected':
      return;
    case 'alone':
      askPeers(state, io);
      return;
    default:
      if (state.early.length < MAX_EARLY) state.early.push(message);
  }
}

function receiveRunning(state: EtcdState, message: Received, io: IO): void {
  switch (message.kind) {
    case 'start':
      startMember(state, message, io);
      return;
    case 'range':
      startRead(state, message, io);
      return;
    case 'txn':
      startTxn(state, message, io);
      return;
    case 'grantLease':
      startWrite(state, { type: 'grant', request: message.body }, 0, message, io);
      return;
    case 'revokeLease':
      startWrite(state, { type: 'revoke', lease: message.body.lease }, 0, message, io);
      return;
    case 'compact':
      startWrite(state, { type: 'compact', revision: message.body.revision }, 0, message, io);
      return;
    case 'disarm':
      startWrite(state, { type: 'alarm', request: message.body }, 0, message, io);
      return;
    case 'synced':
      finishSync(state, message.body.number, message, io);
      return;
    case 'tick':
      if (state.tickAt === message.body.at) state.tickAt = null;
      drive(state, message, io, (turn) => tick(state.raft, turn));
      return;
    case 'discover':
      answerDiscovery(state, message, io);
      return;
    default:
      receiveOther(state, message, io);
  }
}

/** Watches, timers, peers and operators. */
function receiveOther(state: EtcdState, message: Received, io: IO): void {
  const mark: Mark = { routine: message.routine };
  switch (message.kind) {
    case 'watch':
      openWatch(state.watches, state.store, message, io, mark);
      return;
    case 'cancelWatch':
      closeWatch(state.watches, message.body.watch);
      return;
    case 'requestProgress':
      tellProgress(state.watches, message.body.watch, state.store.revision, io, mark);
      return;
    case 'disconnected':
      forgetClient(state.watches, message.body.peer);
      return;
    case 'refused':
      forgetClient(state.watches, message.from);
      losePeer(state, message);
      return;
    case 'leases':
      expireLeases(state, message.id, message.body.at, io);
      return;
    case 'sweep':
      sweep(state, message, io);
      return;
    case 'leaderless':
      giveUpWatches(state, message.body.since, io);
      return;
    case 'transfer':
      giveUpTransfer(state, message.body.id, io);
      return;
    case 'installed':
      installSnapshot(state, message, io);
      return;
    case 'gone':
      hearGone(state, message, io);
      return;
    default:
      if (!hearPeer(state, message, io)) answerOperator(state, message, io);
  }
}
