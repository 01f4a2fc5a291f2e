import { pathOf } from '../../api/index.ts';
import { type JsonObject, type JsonValue, rfc3339 } from '../../api/meta.ts';
import { createThreeWayPatch } from '../../api/patch.ts';
import type { Value } from '../../kernel/value.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { LAST_APPLIED, unannotated } from '../annotation.ts';
import {
  answerOf,
  type Command,
  err,
  type Failure,
  fail,
  failureOf,
  type Job,
  out,
  type Step,
  textFailure,
} from '../command.ts';
import { inFile } from '../errors.ts';
import { flag, isOn, listed } from '../flags.ts';
import { dig, plant } from '../json.ts';
import { resourceOf } from '../resources.ts';
import { checkServerSide, isServerSide, serverSideRequest } from '../serverside.ts';
import { select } from '../targets.ts';
import { unifiedDiff } from '../unified.ts';
import { writeYaml } from '../yamlwriter.ts';

/** An object as it is and as it would be, as the two files that diff gets. */
interface Pair {
  readonly name: string;
  readonly live: string;
  readonly merged: string;
}

/** What is kept between two requests: the pairs so far; of the one in hand how often it was read, and the live object. */
interface Kept {
  readonly pairs: readonly Pair[];
  readonly tries: number;
  readonly live: JsonObject | null;
}

/** An object that changes between the two requests is read again, the last time without a lock. */
const MOST_TRIES = 4;

/**
 * The work of `kubectl diff -f`: the live object beside the server's dry run of the apply. Follows
 * pkg/cmd/diff/diff.go; the two are compared here as GNU diff does it.
 */
export const diff: Pick<Command<Kept>, 'start' | 'stages'> = {
  start(job) {
    if (job.args.words.length > 0)
      return broken(`Unexpected args: [${job.args.words.join(' ')}]\nSee 'kubectl diff -h' for help and examples`);
    if (listed(job.args, 'filename').length === 0) return broken('must specify one of -f and -k');
    const problem = checkServerSide(job);
    if (problem !== undefined) return broken(problem);
    const selection = select(job, { allowsAll: false });
    if ('error' in selection) return broken(selection.error);
    const { targets, failures } = selection;
    if (failures.length > 0) return { failure: failures.slice(0, 1), exit: 2 };
    return { visit: { targets, fetch: 'none' }, data: { pairs: [], tries: 1, live: null } };
  },
  stages: {
    item(job) {
      if (job.item.name === '') return { failure: textFailure('resource name may not be empty'), exit: 2 };
      return { request: { method: 'GET', path: pathTo(job, job.item.name) }, then: 'read' };
    },
    read(job, reply) {
      const response = answerOf(reply);
      const failure = response.status === 404 ? undefined : failureOf(response);
      if (failure !== undefined) return { failure, exit: 2 };
      const live = response.status === 404 ? null : (response.body as JsonObject);
      const isLast = job.data.tries === MOST_TRIES;
      const request = isServerSide(job) ? wished(job) : live === null ? creation(job) : patch(job, live, isLast);
      if (request === undefined) return taken(job, live, live);
      if (!('method' in request)) return { failure: request, exit: 2 };
      return { request, data: { ...job.data, live }, then: 'merged', ...(isLast && { print: err(restless(job)) }) };
    },
    merged(job, reply) {
      const { live, tries } = job.data;
      const response = answerOf(reply);
      if (response.status === 409 && tries < MOST_TRIES) {
        const request: HttpRequest = { method: 'GET', path: pathTo(job, job.item.name) };
        return { request, data: { ...job.data, tries: tries + 1 }, then: 'read' };
      }
      const failure = failureOf(response);
      if (failure === undefined) return taken(job, live, response.body as JsonObject);
      const isPatch = live !== null && !isServerSide(job);
      return { failure: isPatch ? inFile(failure, 'patching', job.item.target.source) : failure, exit: 2 };
    },
    end(job) {
      const pairs = [...job.data.pairs].sort((a, b) => (a.name < b.name ? -1 : 1));
      const folders = [`/tmp/LIVE-${job.random(2 ** 32)}`, `/tmp/MERGED-${job.random(2 ** 32)}`] as const;
      const lines = pairs.flatMap((pair) => printed(pair, folders, job.now));
      return { print: out(...lines), exit: lines.length > 0 ? 1 : 0 };
    },
  },
};

/** Errors end with 2: 1 says that there are differences. */
function broken(text: string): Step {
  return { ...fail(text), exit: 2 };
}

/** This object is done. */
function taken(job: Job<Kept>, live: JsonObject | null, merged: JsonObject | null): Step {
  const isGoing = dig(live, 'metadata', 'deletionTimestamp') !== undefined;
  const warning = `Warning: Detected changes to resource ${job.item.name} which is currently being deleted.`;
  const data: Kept = { pairs: [...job.data.pairs, pairOf(job, live, merged)], tries: 1, live: null };
  return { next: true, data: data as unknown as Value, ...(isGoing && { print: err(warning) }) };
}

/** A line of upstream's own log. */
function restless(job: Job<Kept>): string {
  const { group, version, kind } = resourceOf(job.item.target.plural);
  const head = `${group === '' ? '' : `${group}/`}${version}, Kind=${kind}: ${job.item.name}`;
  const [, month, day, time] = /^\d+-(\d+)-(\d+)T([\d:]+)/.exec(rfc3339(job.now)) ?? [];
  const process = String(1000 + job.random(60_000)).padStart(7);
  return `W${month}${day} ${time}.${thousandths(job.now)}000 ${process} diff.go:723] Object (${head}) keeps changing, diffing without lock`;
}

function thousandths(now: number): string {
  return String(Math.floor(now) % 1000).padStart(3, '0');
}

function wished(job: Job<Kept>): HttpRequest {
  const request = serverSideRequest(job, '');
  const { fieldValidation: _, ...query } = request.query ?? {};
  const manager = flag(job.args, 'field-manager') || 'kubectl';
  return {
    ...request,
    query: { ...query, dryRun: 'All', fieldManager: manager, force: String(isOn(job.args, 'force-conflicts')) },
  };
}

function creation(job: Job<Kept>): HttpRequest {
  return { method: 'POST', path: pathTo(job, ''), query: queryOf(job), body: job.item.object as unknown as JsonObject };
}

/** The patch that apply would send, but for its annotation; undefined when nothing differs. */
function patch(job: Job<Kept>, live: JsonObject, isForced: boolean): HttpRequest | Failure | undefined {
  const modified = unannotated(job.item.object as unknown as JsonObject);
  const recorded = dig(live, 'metadata', 'annotations', LAST_APPLIED);
  const original = recorded === undefined ? {} : (JSON.parse(String(recorded)) as JsonObject);
  const made = createThreeWayPatch(original, modified, live, resourceOf(job.item.target.plural).schema);
  if (!made.ok) return textFailure(made.error);
  if (Object.keys(made.value).length === 0) return undefined;
  const seen = isForced ? undefined : dig(live, 'metadata', 'resourceVersion');
  return {
    method: 'PATCH',
    path: pathTo(job, job.item.name),
    query: queryOf(job),
    headers: { 'content-type': 'application/strategic-merge-patch+json' },
    body: seen === undefined ? made.value : plant(made.value, ['metadata', 'resourceVersion'], seen),
  };
}

function queryOf(job: Job<Kept>): Readonly<Record<string, string>> {
  return { dryRun: 'All', fieldManager: flag(job.args, 'field-manager') || 'kubectl-client-side-apply' };
}

function pathTo(job: Job<Kept>, name: string): string {
  return pathOf(resourceOf(job.item.target.plural), job.item.namespace, name);
}

function pairOf(job: Job<Kept>, live: JsonObject | null, merged: JsonObject | null): Pair {
  const { item } = job;
  const { group, version, kind } = resourceOf(item.target.plural);
  const head = { apiVersion: item.object.apiVersion, kind };
  const shown = [live, merged].map((object) => {
    if (object === null) return null;
    const typed: JsonObject = { ...object, ...head };
    return isOn(job.args, 'show-managed-fields') ? typed : plant(typed, ['metadata', 'managedFields'], undefined);
  });
  const isSecret = group === '' && kind === 'Secret';
  const [before, after] = isSecret ? masked(shown[0] ?? null, shown[1] ?? null) : shown;
  const write = (object: JsonValue) => (object === null && !isSecret ? '' : writeYaml(object as JsonValue));
  const name = [group, version, kind, item.namespace, item.name].filter((part, at) => at > 0 || part !== '').join('.');
  return { name, live: write(before ?? null), merged: write(after ?? null) };
}

/** What a Secret holds is not shown, only whether it differs. */
function masked(live: JsonObject | null, merged: JsonObject | null): readonly (JsonObject | null)[] {
  const [before, after] = [live, merged].map((object) => (dig(object, 'data') ?? {}) as JsonObject);
  const hide = (own: JsonObject, other: JsonObject, word: string) =>
    Object.fromEntries(
      Object.entries(own).map(([key, value]) => {
        return [key, key in other && other[key] !== value ? `*** (${word})` : '***'];
      }),
    );
  const put = (object: JsonObject | null, data: JsonObject) =>
    object === null || dig(object, 'data') === undefined ? object : { ...object, data };
  return [put(live, hide(before ?? {}, after ?? {}, 'before')), put(merged, hide(after ?? {}, before ?? {}, 'after'))];
}

/** As `diff -u -N` prints two folders: nothing for files that are equal. */
function printed({ name, live, merged }: Pair, folders: readonly [string, string], now: number): readonly string[] {
  const hunks = unifiedDiff(live, merged);
  if (hunks.length === 0) return [];
  const [left, right] = folders.map((folder) => `${folder}/${name}`);
  const time = `${rfc3339(now).replace('T', ' ').replace('Z', '')}.${thousandths(now)}000000 +0000`;
  return [`diff -u -N ${left} ${right}`, `--- ${left}\t${time}`, `+++ ${right}\t${time}`, ...hunks];
}
