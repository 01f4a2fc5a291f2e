import { entriesFrom, lastIndex } from '../raft/log.ts';
import { alarmList } from './apply.ts';
import { EMPTY_FILE_BYTES } from './identity.ts';
import { memberList } from './membership.ts';
import type { EtcdState, Proposal } from './state.ts';
import { countKeys } from './store.ts';

const SHOWN_ENTRIES = 8;

/** A member's own account of itself: its place in the group, its log, and what it keeps. */
export function inspectMember(state: EtcdState): object {
  const { raft, store } = state;
  const nameOf = (id: string) => state.members.get(id)?.process ?? '';
  return {
    member: state.id,
    cluster: state.clusterId,
    role: state.phase === 'running' ? roleOf(state) : state.phase,
    term: raft.term,
    vote: nameOf(raft.vote),
    leader: nameOf(raft.leader),
    revision: store.revision,
    compactedRevision: Math.max(0, store.compacted),
    keys: countKeys(store),
    dbSize: EMPTY_FILE_BYTES + state.usedBytes,
    fileSize: state.fileBytes,
    watchers: state.watches.watchers.size,
    proposals: state.waiting.size,
    recent: state.recent,
    log: {
      first: raft.log.offset + 1,
      last: lastIndex(raft.log),
      committed: raft.log.committed,
      applied: raft.log.applied,
    },
    entries: lastEntries(state),
    progress: Object.fromEntries(
      [...raft.progress].map(([id, { state: how, match, next }]) => [nameOf(id), { state: how, match, next }]),
    ),
    members: memberList(state),
    alarms: alarmList(state),
  };
}

function roleOf({ raft, members, id }: EtcdState): string {
  return raft.role === 'follower' && members.get(id)?.isLearner ? 'learner' : raft.role;
}

/** The end of the log. */
function lastEntries({ raft }: EtcdState): readonly object[] {
  const { log } = raft;
  const first = Math.max(log.offset + 1, lastIndex(log) - SHOWN_ENTRIES + 1);
  return (entriesFrom(log, first, SHOWN_ENTRIES) ?? []).map(({ index, term, data, change }) => ({
    index,
    term,
    what: data === null ? 'empty' : (change?.type ?? (data as Proposal).write.type),
    isCommitted: index <= log.committed,
  }));
}
