import type { EtcdState, Write } from '../../etcd/state.ts';
import { countKeys } from '../../etcd/store.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import type { Operation, TxnRequest } from '../../protocol/etcd.ts';
import { type Entry, entriesFrom, lastIndex, stableIndex, termAt } from '../../raft/log.ts';
import { majorityOf } from '../../raft/quorum.ts';
import { isEtcd } from '../../view/names.ts';
import { type Cell, cell, type Inside, type Section, table } from './section.ts';

interface Copy {
  readonly name: string;
  readonly isUp: boolean;
  readonly state: EtcdState;
}

/** So many entries at the end of the log are looked at, and so many rows listed, the newest first. */
const LOOKED_AT = 200;
const SHOWN = 40;

/**
 * etcd, opened: its members, the log they agree on entry by entry, and what the leader knows of each follower. A member
 * whose disk was emptied has no copy until it starts anew.
 */
export function insideEtcd({ world }: Timeline, part: string): Inside {
  const copies = world.actors
    .filter(({ name }) => isEtcd(name) && world.states.has(name))
    .map(({ name }) => ({ name, isUp: isUp(world, name), state: world.states.get(name) as unknown as EtcdState }));
  const leader = leaderOf(copies);
  return {
    part,
    title: copies.length < 2 ? 'Inside etcd' : `Inside etcd: ${copies.length} copies of one log`,
    summary: summaryOf(copies, leader),
    sections: [membersOf(copies), logOf(copies), ...(leader === undefined ? [] : progressOf(leader, copies))],
  };
}

/** Who leads in the latest term, among those that run. */
function leaderOf(copies: readonly Copy[]): Copy | undefined {
  const leading = copies.filter((copy) => copy.isUp && copy.state.raft.role === 'leader');
  return leading.reduce<Copy | undefined>(
    (best, copy) => (best === undefined || copy.state.raft.term > best.state.raft.term ? copy : best),
    undefined,
  );
}

function summaryOf(copies: readonly Copy[], leader: Copy | undefined): string {
  const { voters } = (leader ?? copies[0])?.state.raft.membership ?? { voters: [] };
  const needed = majorityOf(voters.length);
  const rule = `An entry is committed when ${needed} of ${voters.length} have it on disk.`;
  if (leader === undefined) return `Nobody leads now, so nothing can be written. ${rule}`;
  const { term, log } = leader.state.raft;
  const open = lastIndex(log) - log.committed;
  const waiting = open === 0 ? 'everything in its log is committed' : `not committed yet: ${open} of its log`;
  return `${leader.name} leads in term ${term}; ${waiting}. ${rule}`;
}

function membersOf(copies: readonly Copy[]): Section {
  const rows = copies.map(({ name, isUp: runs, state }) => {
    const { raft, store, usedBytes, members } = state;
    const nameOf = (id: string) => members.get(id)?.process ?? '';
    const vote = nameOf(raft.vote);
    return [
      cell(name),
      runs ? cell(roleOf(state), raft.role === 'leader' ? 'ok' : 'none') : cell('stopped', 'bad', 'what its disk has'),
      cell(raft.term),
      cell(vote === '' ? 'nobody yet' : vote === name ? 'itself' : vote),
      cell(runs ? nameOf(raft.leader) || 'nobody' : ''),
      cell(`${lastIndex(raft.log)}`, undefined, `on disk up to ${stableIndex(raft.log)}`),
      cell(raft.log.committed),
      cell(raft.log.applied),
      cell(store.revision, undefined, `${countKeys(store)} keys, ${Math.ceil(usedBytes / 1024)} KiB`),
    ];
  });
  const columns = ['Member', 'Role', 'Term', 'Voted for', 'Follows', 'Last entry', 'Committed', 'Applied', 'Revision'];
  return table('Members', 'What each member says of itself.', columns, rows, 'There are none.');
}

function roleOf({ phase, raft, members, id }: EtcdState): string {
  if (phase !== 'running') return phase;
  return raft.role === 'follower' && members.get(id)?.isLearner ? 'learner' : raft.role;
}

function logOf(copies: readonly Copy[]): Section {
  const last = Math.max(...copies.map(({ state }) => lastIndex(state.raft.log)));
  const entries = new Map<string, Entry>();
  for (const { state } of copies) {
    const from = Math.max(state.raft.log.offset + 1, last - LOOKED_AT + 1);
    for (const entry of entriesFrom(state.raft.log, from, LOOKED_AT) ?? [])
      entries.set(`${entry.index} ${entry.term}`, entry);
  }
  const sorted = [...entries.values()].sort((a, b) => b.index - a.index || b.term - a.term);
  const rows = joined(sorted, copies);
  const note =
    'The newest first. “On disk” counts for a majority; “applied” means that its keys can be read there. A member that lacks an entry gets it from the leader.';
  const columns = ['Index', 'Term', 'Entry', ...copies.map(({ name }) => name)];
  return table('The Raft log', note, columns, rows, 'The log is empty.', SHOWN);
}

/** A row an entry; renewals of leases that everybody has applied are one row with their number. */
function joined(entries: readonly Entry[], copies: readonly Copy[]): readonly (readonly Cell[])[] {
  const rows: (readonly Cell[])[] = [];
  let from = 0;
  while (from < entries.length) {
    let to = from;
    while (to < entries.length && isOldRoutine(entries[to] as Entry, copies)) to++;
    const entry = entries[from] as Entry;
    if (to - from > 1) {
      const first = entries[to - 1] as Entry;
      const what = `${to - from} renewals of leases and other routine`;
      rows.push([
        cell(`${first.index}–${entry.index}`),
        cell(entry.term),
        cell(what),
        ...copies.map((copy) => holderCell(copy, entry)),
      ]);
      from = to;
    } else {
      const cells = [cell(entry.index), cell(entry.term), cell(entryText(entry))];
      rows.push([...cells, ...copies.map((copy) => holderCell(copy, entry))]);
      from++;
    }
  }
  return rows;
}

function isOldRoutine({ index, data }: Entry, copies: readonly Copy[]): boolean {
  const isRoutine = (data as { readonly routine?: boolean } | null)?.routine ?? false;
  return isRoutine && copies.every((copy) => copy.isUp && copy.state.raft.log.applied >= index);
}

function holderCell({ isUp: runs, state: { raft } }: Copy, { index, term }: Entry): Cell {
  const { log } = raft;
  if (index <= log.offset) return cell('in its snapshot', 'ok');
  const own = termAt(log, index);
  if (own === undefined) return cell('not there', 'none');
  if (own !== term) return cell(`another, of term ${own}`, 'bad');
  if (!runs) return index <= stableIndex(log) ? cell('on disk', 'wait', 'it does not run') : cell('lost', 'bad');
  if (index <= log.applied) return cell('applied', 'ok');
  if (index <= log.committed) return cell('committed', 'ok');
  return index <= stableIndex(log) ? cell('on disk', 'wait') : cell('in memory', 'wait');
}

function entryText({ data, change }: Entry): string {
  if (data === null) return 'empty: with it a new leader opens its term';
  if (change !== undefined) return `membership: ${change.type} ${change.node}`;
  return writeText((data as { readonly write: Write }).write);
}

function writeText(write: Write): string {
  switch (write.type) {
    case 'txn':
      return txnText(write.request);
    case 'grant':
      return `grant a lease of ${write.request.ttlSeconds} s`;
    case 'revoke':
      return `revoke lease ${write.lease}`;
    case 'compact':
      return `compact: forget revisions before ${write.revision}`;
    case 'alarm':
      return `${write.request.action} alarm ${write.request.alarm}`;
    case 'member':
      return `member ${write.member.name || write.member.process}`;
    case 'publish':
      return `publish: a member is called ${write.name}`;
    case 'removeMember':
      return `remove member ${write.id}`;
  }
}

/** What a transaction would write, and on which condition. */
function txnText({ compare, success }: TxnRequest): string {
  const writes = success.map(operationText).filter((text) => text !== '');
  const what = writes.length === 0 ? 'txn that only reads' : writes.join(', ');
  const [first] = compare;
  if (first === undefined) return what;
  if (first.target !== 'mod') return `${what}, if ${first.target} ${first.result} ${String(first.value)}`;
  return first.value === 0
    ? `${what}, if there is no such key`
    : `${what}, if it is still at revision ${String(first.value)}`;
}

function operationText(operation: Operation): string {
  switch (operation.type) {
    case 'put':
      return `put ${operation.key}`;
    case 'delete':
      return `delete ${operation.key}`;
    case 'range':
      return '';
    case 'txn':
      return `(${txnText(operation.request)})`;
  }
}

function progressOf({ name, state }: Copy, copies: readonly Copy[]): readonly Section[] {
  const { raft, members } = state;
  const rows = [...raft.progress]
    .filter(([id]) => id !== raft.id)
    .map(([id, { state: how, match, next, flying, isActive }]) => {
      const process = members.get(id)?.process ?? id;
      const behind = lastIndex(raft.log) - match;
      const isThere = copies.find((copy) => copy.name === process)?.isUp ?? false;
      return [
        cell(process, isThere ? 'ok' : 'bad', isThere ? '' : 'does not run; the leader learns it from its silence'),
        cell(how),
        cell(match, undefined, behind === 0 ? 'has everything' : `${behind} behind`),
        cell(next),
        cell(flying.length),
        cell(isActive ? 'yes' : 'no'),
      ];
    });
  if (rows.length === 0) return [];
  const note = `What ${name} knows of the others. probe: one message at a time until the logs are known to agree; replicate: entries flow; snapshot: what is lacking is compacted away.`;
  const columns = ['Follower', 'State', 'Has up to', 'Next sent', 'In flight', 'Heard lately'];
  return [table('The leader’s progress', note, columns, rows, '')];
}
