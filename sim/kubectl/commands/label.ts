import { labelValueErrors } from '../../api/formats.ts';
import type { JsonObject } from '../../api/meta.ts';
import { carryOutPlan, changed, dataOf, type Plan, splitPairs } from '../changing.ts';
import { defineCommand, fail, type Job, out, type Step, textFailure } from '../command.ts';
import { flag, isOn, isSet, listed } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

const FLAGS =
  'all! all-namespaces/A! dry-run?unchanged field-manager field-selector filename/f* list! output/o overwrite! selector/l';
const OTHERS =
  'allow-missing-template-keys! kustomize/k local! recursive/R! resource-version show-managed-fields! template';

/** kubectl label. Follows pkg/cmd/label/label.go. */
export const label = defineCommand({
  name: 'label',
  usage: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  summary: 'Update the labels on a resource',
  flags: FLAGS,
  others: OTHERS,
  start: (job) => start(job, 'label'),
  stages: {
    item: (job) => carryOut(job, 'label', planLabels),
    changed: (job, reply) => changed(job, reply),
    end: (job) => end(job),
  },
});

/** kubectl annotate. Follows pkg/cmd/annotate/annotate.go. */
export const annotate = defineCommand({
  name: 'annotate',
  usage: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N',
  summary: 'Update the annotations on a resource',
  flags: FLAGS,
  others: OTHERS,
  start: (job) => start(job, 'annotation'),
  stages: {
    item: (job) => carryOut(job, 'annotation', planAnnotations),
    changed: (job, reply) => changed(job, reply),
    end: (job) => end(job),
  },
});

function start(job: Job, kind: 'label' | 'annotation'): Step {
  const { args } = job;
  const split = splitPairs(args.words, kind);
  if ('error' in split) return fail(split.error);
  const pairs = readPairs(split.pairs, kind);
  if (typeof pairs === 'string') return fail(pairs);
  for (const other of ['selector', 'field-selector']) {
    if (isOn(args, 'all') && flag(args, other) !== '') return fail(`cannot set --all and --${other} at the same time`);
  }
  if (split.resources.length === 0 && listed(args, 'filename').length === 0) {
    return fail('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
  if (Object.keys(pairs.set).length + pairs.remove.length === 0 && !isOn(args, 'list')) {
    return fail(`at least one ${kind} update is required`);
  }
  const problem = checkDryRun(job) ?? checkFormat(job);
  if (problem !== undefined) return fail(problem);
  const selection = select(job, { allowsAll: isOn(args, 'all'), words: split.resources });
  if ('error' in selection) return fail(selection.error);
  const { targets, failures } = selection;
  const isOne = targets.length === 1 && targets[0]?.name !== undefined;
  return { failure: failures, visit: { targets, fetch: 'get' }, data: { isOne } };
}

function readPairs(words: readonly string[], kind: 'label' | 'annotation'): Pairs | string {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at < 0) remove.push(word.slice(0, -1));
    else {
      const value = word.slice(at + 1);
      const errors = kind === 'label' ? labelValueErrors(value) : [];
      if (kind === 'label' && value.includes('=')) return `invalid label spec: ${word}`;
      if (errors.length > 0) return `invalid label value: ${quoted(word)}: ${errors.join(';')}`;
      set[word.slice(0, at)] = value;
    }
  }
  const both = remove.filter((key) => set[key] !== undefined);
  if (both.length === 0) return { set, remove };
  if (kind === 'label') return 'can not both modify and remove a label in the same command';
  return `can not both modify and remove the following annotation(s) in the same command: ${both.join(', ')}`;
}

function carryOut(job: Job, kind: 'label' | 'annotation', plan: (job: Job, pairs: Pairs) => Plan): Step {
  const field = `${kind}s`;
  if (isOn(job.args, 'list')) {
    const values = (dig(dataOf(job), 'metadata', field) ?? {}) as Readonly<Record<string, string>>;
    const { isOne } = job.data as { readonly isOne: boolean };
    const { kind: type, group } = resourceOf(job.item.target.plural);
    const head = isOne ? [] : [`Listing ${field} for ${type}.${group}/${job.item.name}:`];
    const lines = Object.keys(values).map((key) => `${isOne ? '' : ' '}${key}=${values[key]}`);
    return { print: out(...head, ...lines), next: true };
  }
  const split = splitPairs(job.args.words, kind);
  const pairs = 'pairs' in split ? readPairs(split.pairs, kind) : '';
  return carryOutPlan(job, typeof pairs === 'string' ? {} : plan(job, pairs));
}

function planLabels(job: Job, pairs: Pairs): Plan {
  const labels = (dig(dataOf(job), 'metadata', 'labels') ?? {}) as Readonly<Record<string, string>>;
  const missing = pairs.remove.filter((key) => labels[key] === undefined);
  const print = out(...missing.map((key) => `label ${quoted(key)} not found.`));
  const taken = Object.keys(pairs.set).filter((key) => labels[key] !== undefined && labels[key] !== pairs.set[key]);
  if (taken.length > 0 && !isOn(job.args, 'overwrite')) {
    const texts = taken.map((key) => `'${key}' already has a value (${labels[key]}), and --overwrite is false`);
    return { print, failure: textFailure(texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`) };
  }
  const changes = changesOf(labels, pairs);
  const isChanged = Object.keys(changes).length > 0;
  const isShorter = Object.keys(changes).length > 0 && Object.values(changes).every((value) => value === null);
  const word = isShorter && !isOn(job.args, 'overwrite') ? 'unlabeled' : 'labeled';
  const patch = isChanged ? { metadata: { labels: changes } } : {};
  return { print, patch, type: 'merge', manager: 'kubectl-label', operation: isChanged ? word : 'not labeled' };
}

function planAnnotations(job: Job, pairs: Pairs): Plan {
  const annotations = (dig(dataOf(job), 'metadata', 'annotations') ?? {}) as Readonly<Record<string, string>>;
  const taken = Object.keys(pairs.set).filter(
    (key) =>
      key !== 'kubernetes.io/change-cause' && annotations[key] !== undefined && annotations[key] !== pairs.set[key],
  );
  if (taken.length > 0 && !isOn(job.args, 'overwrite')) {
    const texts = taken.map((key) => `'${key}' already has a value (${annotations[key]})`);
    const intro = '--overwrite is false but found the following declared annotation(s)';
    return { failure: textFailure(`${intro}: ${texts.join('; ')}`) };
  }
  const changes = changesOf(annotations, pairs);
  const patch = Object.keys(changes).length > 0 ? { metadata: { annotations: changes } } : {};
  return { patch, type: 'merge', manager: 'kubectl-annotate', operation: 'annotated' };
}

function changesOf(old: Readonly<Record<string, string>>, { set, remove }: Pairs): JsonObject {
  const added = Object.entries(set).filter(([key, value]) => old[key] !== value);
  const removed = remove.filter((key) => old[key] !== undefined).map((key) => [key, null]);
  return Object.fromEntries([...added, ...removed]) as JsonObject;
}

function end(job: Job): Step {
  const hasSelector = isSet(job.args, 'selector') || isOn(job.args, 'all');
  return job.items.length === 0 && job.failures.length === 0 && hasSelector
    ? { print: out('No resources found'), exit: 0 }
    : { exit: 0 };
}
