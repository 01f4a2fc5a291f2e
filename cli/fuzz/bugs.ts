/** A bug planted for a test: one text of one file is read as another. The file itself is never changed. */
export interface Bug {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** A second text of the same file. */
  readonly also?: { readonly from: string; readonly to: string };
  /** Takes many runs: the long tests look for it. */
  readonly isSlow?: boolean;
  /** The fuzz that has to find it. */
  readonly fuzz: 'members' | 'workloads';
}

/** Ten ways to get consensus wrong. */
const consensus: readonly Omit<Bug, 'fuzz'>[] = [
  {
    name: 'vote twice',
    file: 'sim/raft/vote.ts',
    from: 'request.term > voter.term || voter.votedFor === NOBODY || voter.votedFor === request.candidate',
    to: 'request.term >= voter.term || voter.votedFor === NOBODY',
  },
  { name: 'vote not persisted', file: 'sim/etcd/state.ts', from: 'vote: disk.vote, log', to: "vote: '', log" },
  {
    name: 'commit by minority',
    file: 'sim/raft/quorum.ts',
    from: 'matches[majorityOf(voters.length) - 1]',
    to: 'matches[0]',
  },
  {
    name: "commit an old term's entry by count",
    file: 'sim/raft/leader.ts',
    from: 'index <= raft.log.committed || termAt(raft.log, index) !== raft.term',
    to: 'index <= raft.log.committed',
    // The empty entry with which a leader opens its term hides this bug nearly always.
    also: { from: 'appendAll(raft, [{ data: null }], turn);', to: '' },
  },
  {
    name: 'skip an entry on restart',
    file: 'sim/etcd/state.ts',
    from: 'unstableFrom, committed, applied }',
    to: 'unstableFrom, committed, applied: Math.min(offset + stable.length, applied + 1) }',
  },
  {
    name: 'stale read index',
    file: 'sim/raft/read.ts',
    from: 'return isMajority(raft.membership.voters, (voter) => acks.includes(voter));',
    to: 'return isMajority(raft.membership.voters, () => true) || acks.length > 0;',
  },
  {
    name: 'rejoin with a lost disk',
    file: 'sim/etcd/discovery.ts',
    from: "self !== undefined && self.name !== ''",
    to: "self !== undefined && self.name === 'never'",
  },
  {
    name: 'watch event twice',
    file: 'sim/etcd/watch.ts',
    from: 'since(store, fromRevision).filter',
    to: 'since(store, fromRevision - 1).filter',
  },
  {
    name: 'watch event lost at compaction',
    file: 'sim/etcd/store.ts',
    from: 'splice(0, firstSince(store, revision))',
    to: 'splice(0, firstSince(store, revision + 1))',
  },
  {
    name: 'acknowledge before commit',
    file: 'sim/raft/log.ts',
    from: 'Math.min(log.committed, stableIndex(log))',
    to: 'stableIndex(log)',
  },
];

/** Ways to get scheduling and control loops wrong, each in another component. */
const workloads: readonly Omit<Bug, 'fuzz'>[] = [
  {
    name: 'surge ignored in a rolling update',
    file: 'sim/controllers/deployment/scaling.ts',
    from: 'wanted + fencepostsOf(deployment).maxSurge - totalSize(sets)',
    to: 'wanted - sizeOf(newSet)',
  },
  {
    name: 'an owner is not told that its last dependent is gone',
    isSlow: true,
    file: 'sim/controllers/garbagecollector.ts',
    from: 'return [...keys, ...waitingOwners(object, context)];',
    to: 'return keys;',
  },
  {
    name: 'a conflict about a disruption budget taken for consent',
    isSlow: true,
    file: 'sim/apiserver/evict.ts',
    from: 'if (answer.succeeded || found === undefined) remove(state, call, io);',
    to: 'if (answer.succeeded || found !== undefined) remove(state, call, io);',
  },
  {
    name: 'assumed pods forgotten',
    file: 'sim/scheduler/binding.ts',
    from: '  place(state, assumed);\n',
    to: '',
  },
  {
    name: 'a StatefulSet that does not wait for the predecessor',
    file: 'sim/controllers/statefulset/plan.ts',
    from: 'if (!isEnding(pod) && isRunningAndReady(pod) && isAvailable(pod)) continue;',
    to: 'if (!isEnding(pod)) continue;',
  },
  {
    name: 'a taint that is gone still evicts',
    isSlow: true,
    file: 'sim/controllers/tainteviction.ts',
    from: '    if (pod === undefined || node !== undefined) cancel(key, context);\n',
    to: '    if (pod === undefined) cancel(key, context);\n',
  },
];

/** All of them: the fuzz must find each. */
export const bugs: readonly Bug[] = [
  ...consensus.map((bug): Bug => ({ ...bug, fuzz: 'members' })),
  ...workloads.map((bug): Bug => ({ ...bug, fuzz: 'workloads' })),
];
