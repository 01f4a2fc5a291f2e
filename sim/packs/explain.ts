import type { Pod } from '../api/kinds/pod.ts';
import { cacheOf } from '../client/calls.ts';
import { watchBoot } from '../cluster/boot.ts';
import type { ClusterShape } from '../cluster/shape.ts';
import { assert } from '../kernel/assert.ts';
import type { Note } from '../kernel/component.ts';
import type { AnyMessage, Millis } from '../kernel/message.ts';
import { cloneState } from '../kernel/state.ts';
import type { Timeline } from '../kernel/timeline.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { isUp, type World } from '../kernel/world.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { SCORE_PLUGIN } from '../protocol/lab.ts';
import { type ExplainedDecision, type ExplainedNode, explainPod } from '../scheduler/explain.ts';
import { type RecordedScores, recordedScores, unasked } from '../scheduler/lab/recorded.ts';
import { frameworkFor } from '../scheduler/profiles.ts';
import type { SchedulerState } from '../scheduler/state.ts';
import { viewOf } from '../scheduler/view.ts';

/** A decision of the scheduler that can be explained. */
export interface DecisionRef {
  /** The record that noted it; negative for one made while the cluster booted, 0 for one not made yet. */
  readonly id: number;
  readonly at: Millis;
  /** `default/web` */
  readonly pod: string;
  /** '' when no node was found. */
  readonly node: string;
}

/** One decision with its tables, and the other decisions that one may look at. */
export interface Explanation extends ExplainedDecision, DecisionRef {
  readonly type: 'explained';
  /** Which try of this pod it was; 0 for one not made yet. */
  readonly attempt: number;
  /** Nodes beyond those that are listed. */
  readonly more: number;
  readonly others: readonly DecisionRef[];
}

/** Why there is nothing to explain. */
export interface Unexplained {
  readonly type: 'unexplained';
  readonly sentence: string;
}

/** What is asked: a pod's latest decision, the one a record tells of, a listed one by its id, or simply the last. */
export interface Question {
  /** `default/web`; '' for every pod. */
  readonly pod: string;
  /** A record that was made by the decision, or that follows from it. */
  readonly seq?: number;
  readonly id?: number;
}

const SCHEDULER = 'kube-scheduler';
/** So many nodes are listed; of a larger fleet the best and then the refused. */
const MOST_NODES = 40;
/** So many decisions can be chosen from: the latest. */
const MOST_DECISIONS = 60;

/**
 * Explains a decision that was made up to now: the cluster is taken back, on a fork, to just before it, and the same
 * code decides again. The present is not disturbed.
 */
export function explain(timeline: Timeline, shape: ClusterShape, question: Question): Explanation | Unexplained {
  const { past } = timeline;
  const about = question.seq === undefined ? undefined : decisionAt(past, question.seq);
  const pod = about?.pod ?? question.pod;
  const boot = bootRecords(shape);
  const all = [...bootDecisions(boot), ...decisionsIn(past)];
  const others = (pod === '' ? all : all.filter((one) => one.pod === pod)).slice(-MOST_DECISIONS);
  const chosen = others.find(({ id }) => id === (question.id ?? about?.id)) ?? others.at(-1);
  if (chosen === undefined || question.id === 0) return undecided(timeline, pod, others);
  const tables = chosen.id < 0 ? explainBoot(shape, boot, -chosen.id) : explainPast(timeline, chosen);
  return tables === undefined ? nothing(NOT_FOUND) : told(tables, chosen, others, attemptOf(past, chosen));
}

const NOT_FOUND = 'This decision cannot be found any more: history has changed since.';

function told(
  tables: ExplainedDecision,
  chosen: DecisionRef,
  others: readonly DecisionRef[],
  attempt: number,
): Explanation {
  const nodes = listed(tables.nodes);
  const more = tables.nodes.length - nodes.length;
  return { type: 'explained', ...chosen, ...tables, nodes, attempt, more, others };
}

/** In a small cluster by name; of a fleet the best, then those refused. */
function listed(nodes: readonly ExplainedNode[]): readonly ExplainedNode[] {
  const byName = (a: ExplainedNode, b: ExplainedNode) => (a.node < b.node ? -1 : 1);
  if (nodes.length <= MOST_NODES) return nodes.toSorted(byName);
  const rank = ({ isFeasible, isExamined }: ExplainedNode) => (isFeasible ? 2 : isExamined ? 1 : 0);
  const sorted = nodes.toSorted((a, b) => rank(b) - rank(a) || b.total - a.total || byName(a, b));
  return sorted.slice(0, MOST_NODES);
}

function nothing(sentence: string): Unexplained {
  return { type: 'unexplained', sentence };
}

/** A pod whose turn has not come, or never comes. */
function undecided(timeline: Timeline, key: string, others: readonly DecisionRef[]): Explanation | Unexplained {
  if (key === '') return nothing('The scheduler has decided nothing yet: no pod has asked for a node.');
  const { world, now } = timeline;
  if (!isUp(world, SCHEDULER)) {
    return nothing('kube-scheduler is stopped, so nobody decides. The pod waits, and no Event says why.');
  }
  const state = stateOf(world);
  const pod = cacheOf<Pod>(state.client, 'pods').get(key);
  if (pod === undefined) return nothing(`The scheduler has not heard of pod ${key} yet.`);
  if (pod.spec.nodeName) {
    return nothing(`Pod ${key} came with spec.nodeName: ${pod.spec.nodeName}. The scheduler was never asked.`);
  }
  const { profile } = state;
  const tables = tablesOf(state, pod, profile === null ? undefined : unasked(profile));
  const node = tables.decision.type === 'chosen' ? tables.decision.node : '';
  return told(tables, { id: 0, at: now, pod: key, node }, others, 0);
}

/** The decisions of a history, oldest first. */
function decisionsIn(past: readonly TraceRecord[]): readonly DecisionRef[] {
  return past.flatMap((record, index) => {
    if (!isFiltered(record)) return [];
    return [{ id: record.seq, at: record.at, pod: podOf(record.note), node: winnerIn(sequelOf(past, index)) }];
  });
}

type Noted = Extract<TraceRecord, { readonly type: 'noted' }>;

function isFiltered(record: TraceRecord | undefined): record is Noted {
  return record?.type === 'noted' && record.note.what === 'scheduler/filtered';
}

/** What was recorded after a decision's filters and before those of the next. */
function sequelOf(records: readonly TraceRecord[], index: number): readonly TraceRecord[] {
  let end = index + 1;
  while (end < records.length && !isFiltered(records[end])) end++;
  return records.slice(index + 1, end);
}

function winnerIn(sequel: readonly TraceRecord[]): string {
  const scored = sequel.find((record) => record.type === 'noted' && record.note.what === 'scheduler/scored');
  return scored?.type === 'noted' ? String(scored.note['winner']) : '';
}

function podOf(note: Note): string {
  return `${note['namespace']}/${(note.about ?? '').replace('pod/', '')}`;
}

/** The decision that a record belongs to: a note of the scheduler, its binding, or the Event it wrote. */
function decisionAt(past: readonly TraceRecord[], seq: number): { readonly pod: string; readonly id?: number } {
  const record = past.find((candidate) => candidate.seq === seq);
  if (record === undefined) return { pod: '' };
  const pod = podIn(record);
  const own = decisionsIn(past).filter((decision) => decision.pod === pod);
  const isBefore = record.type === 'noted' && ['scheduler/queued', 'scheduler/popped'].includes(record.note.what);
  const found = (isBefore ? own.find(({ id }) => id > seq) : undefined) ?? own.findLast(({ id }) => id <= seq);
  return found ?? { pod };
}

function podIn(record: TraceRecord): string {
  if (record.type === 'noted') return podOf(record.note);
  if (record.type === 'commanded') return '';
  const { path = '', body } = (record.message.body ?? {}) as Partial<HttpRequest>;
  const bound = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\//.exec(path);
  if (bound !== null) return `${bound[1]}/${bound[2]}`;
  const { regarding, involvedObject } = (body ?? {}) as Partial<Record<string, Readonly<Record<string, string>>>>;
  const object = regarding ?? involvedObject ?? {};
  return `${object['namespace']}/${object['name']}`;
}

function attemptOf(past: readonly TraceRecord[], { id, pod }: DecisionRef): number {
  const popped = past.findLast(
    (record) =>
      record.seq < id &&
      record.type === 'noted' &&
      record.note.what === 'scheduler/popped' &&
      podOf(record.note) === pod,
  );
  return popped?.type === 'noted' ? Number(popped.note['attempt']) : 0;
}

/** The moment just before the message that made the scheduler decide. */
function explainPast(timeline: Timeline, { id, at }: DecisionRef): ExplainedDecision | undefined {
  const fork = timeline.fork();
  if (at > 0) fork.seek(at - 1);
  else fork.seekDelivered(0);
  while (fork.world.recorded < id && fork.step(at));
  if (fork.world.recorded < id) return undefined;
  fork.seekDelivered(fork.world.delivered - 1);
  const { past } = timeline;
  const index = past.findIndex(({ seq }) => seq === id);
  return explainCurrent(stateOf(fork.world), sequelOf(past, index));
}

/** Explains the pod that the scheduler has in hand. */
function explainCurrent(state: SchedulerState, sequel: readonly TraceRecord[]): ExplainedDecision | undefined {
  const { profile, current } = state;
  const pod = cacheOf<Pod>(state.client, 'pods').get(current?.key ?? '');
  if (pod === undefined) return undefined;
  return tablesOf(state, pod, profile === null ? undefined : recordedScores(profile, sequel));
}

function tablesOf(state: SchedulerState, pod: Pod, recorded: RecordedScores | undefined): ExplainedDecision {
  const framework = frameworkFor(pod, state.configuration);
  return explainPod(viewOf(state), pod, state.startIndex, recorded, framework);
}

/** What the scheduler did before virtual 0, of which no trace is kept: the cluster boots once more, and is watched. */
function bootRecords(shape: ClusterShape): readonly TraceRecord[] {
  const records: TraceRecord[] = [];
  watchBoot(shape, (record) => {
    if (record.type === 'noted' ? record.by === SCHEDULER : isAboutScores(record)) records.push(record);
  });
  return records;
}

function isAboutScores(record: TraceRecord): boolean {
  return 'message' in record && [record.message.from, record.message.to].includes(SCORE_PLUGIN);
}

function bootDecisions(records: readonly TraceRecord[]): readonly DecisionRef[] {
  return decisionsIn(records).map((decision, index) => ({ ...decision, id: -(index + 1) }));
}

/** The tables of the decision with that number while the cluster booted. */
function explainBoot(
  shape: ClusterShape,
  records: readonly TraceRecord[],
  number: number,
): ExplainedDecision | undefined {
  const places = records.flatMap((record, index) => (isFiltered(record) ? [index] : []));
  const sequel = sequelOf(records, places[number - 1] ?? 0);
  let decided = 0;
  let before: SchedulerState | undefined;
  let found: ExplainedDecision | undefined;
  watchBoot(shape, (record, world) => {
    if (record.type === 'delivered' && isCycle(record.message) && decided === number - 1) {
      before = cloneState(stateOf(world));
    }
    if (isFiltered(record) && ++decided === number && before !== undefined) found = explainCurrent(before, sequel);
  });
  return found;
}

function isCycle({ to, kind }: AnyMessage): boolean {
  return to === SCHEDULER && kind === 'cycle';
}

function stateOf(world: World): SchedulerState {
  const state = world.states.get(SCHEDULER);
  assert(state !== undefined, 'every cluster has a kube-scheduler');
  return state as unknown as SchedulerState;
}
