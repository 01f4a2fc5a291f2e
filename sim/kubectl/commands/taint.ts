import { labelKeyErrors, labelValueErrors } from '../../api/formats.ts';
import { resourceOfWord } from '../../api/index.ts';
import type { Taint } from '../../api/kinds/node.ts';
import type { TaintEffect } from '../../api/kinds/pod.ts';
import { carryOutPlan, changed, dataOf, type Plan } from '../changing.ts';
import { defineCommand, fail, failUsage, type Job, type Step, textFailure } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';

import { select, unknownType } from '../targets.ts';

/** A taint to add (with an effect) or to remove (without one: all effects). */
interface Spec {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect | '';
}

interface Specs {
  readonly add: readonly Spec[];
  readonly remove: readonly Spec[];
}

/** kubectl taint. Follows pkg/cmd/taint/{taint,utils}.go. */
export const taint = defineCommand<Specs>({
  name: 'taint',
  usage: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  summary: 'Update the taints on one or more nodes',
  flags: 'all! dry-run?unchanged field-manager output/o overwrite! selector/l validate?strict',
  others: 'allow-missing-template-keys! show-managed-fields! template',
  start,
  stages: {
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) => changed(job, reply),
  },
});

function start(job: Job<Specs>): Step {
  const { words } = job.args;
  const isTaint = (word: string) => /[=:]/.test(word) || word.endsWith('-');
  const first = words.findIndex(isTaint);
  const [resources, texts] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)];
  const odd = texts.find((word) => !isTaint(word));
  if (odd !== undefined) return fail(`all resources must be specified before taint changes: ${odd}`);
  const [type = ''] = resources;
  if (type === '') return fail('one or more resources must be specified as <resource> <name>');
  if (texts.length === 0) return fail('at least one taint update is required');
  const specs = readSpecs(texts);
  if (typeof specs === 'string') return failUsage('taint', specs);
  const problem = check(job, type.toLowerCase(), resources.length, specs);
  if (problem !== undefined) return fail(problem);
  const selection = select(job, { allowsAll: true, words: resources });
  if ('error' in selection) return fail(selection.error);
  return { visit: { targets: selection.targets, fetch: 'get' }, data: specs };
}

function check(job: Job<Specs>, type: string, count: number, { add, remove }: Specs): string | undefined {
  const resource = resourceOfWord(type.split('/')[0] ?? '');
  if (resource === undefined) return unknownType(type);
  if (resource.kind !== 'Node') return `invalid resource type ${type}, only node types are supported`;
  const both = remove.filter((old) =>
    add.some(({ key, effect }) => key === old.key && ['', effect].includes(old.effect)),
  );
  if (both.length > 0) {
    const texts = both.map(({ key, effect }) => `${key}=${effect}`).join(', ');
    return `can not both modify and remove the following taint(s) in the same command: ${texts}`;
  }
  const [isAll, labels] = [isOn(job.args, 'all'), flag(job.args, 'selector')];
  if (isAll && labels !== '') return "setting 'all' parameter with a non empty selector is prohibited";
  if (!isAll && labels === '' && count < 2) {
    return "at least one resource name must be specified since 'all' parameter is not set";
  }
  return checkDryRun(job) ?? checkFormat(job);
}

function readSpecs(texts: readonly string[]): Specs | string {
  const add: Spec[] = [];
  const remove: Spec[] = [];
  for (const text of texts) {
    const isRemoval = text.endsWith('-');
    const spec = readSpec(isRemoval ? text.slice(0, -1) : text);
    if (typeof spec === 'string') return spec;
    if (isRemoval) remove.push({ ...spec, value: '' });
    else if (spec.effect === '') return `invalid taint spec: ${text}`;
    else if (add.some(({ key, effect }) => key === spec.key && effect === spec.effect)) {
      return `duplicated taints with the same key and effect: {${spec.key} ${spec.value} ${spec.effect} <nil>}`;
    } else add.push(spec);
  }
  return { add, remove };
}

function readSpec(text: string): Spec | string {
  const [pair = '', effect, extra] = text.split(':');
  const wrong = (why: readonly string[] = []) =>
    `invalid taint spec: ${text}${why.length > 0 ? `, ${why.join('; ')}` : ''}`;
  if (extra !== undefined) return wrong();
  if (effect !== undefined && !['NoSchedule', 'PreferNoSchedule', 'NoExecute'].includes(effect)) {
    return `invalid taint effect: ${effect}, unsupported taint effect`;
  }
  const [key = '', value = '', more] = effect === undefined ? [pair] : pair.split('=');
  if (more !== undefined) return wrong();
  if (labelValueErrors(value).length > 0) return wrong(labelValueErrors(value));
  if (labelKeyErrors(key).length > 0) return wrong(labelKeyErrors(key));
  return { key, value, effect: (effect ?? '') as Spec['effect'] };
}

function plan(job: Job<Specs>): Plan {
  const { add, remove } = job.data as Specs & { readonly operation?: string };
  const old = (dig(dataOf(job), 'spec', 'taints') ?? []) as unknown as readonly Taint[];
  const overwrite = isOn(job.args, 'overwrite');
  const same = (a: Spec | Taint, b: Spec | Taint) => a.key === b.key && a.effect === b.effect;
  const taken = add.filter((spec) => old.some((taint) => same(spec, taint))).map(({ key }) => key);
  if (taken.length > 0 && !overwrite) {
    const why = 'taint(s) with same effect(s) and --overwrite is false';
    return { failure: textFailure(`node ${job.item.name} already has ${taken.join(',')} ${why}`) };
  }
  const all = [...add, ...old.filter((taint) => !add.some((spec) => same(spec, taint)))];
  const goes = (taint: Spec | Taint) =>
    remove.some(({ key, effect }) => key === taint.key && (effect === '' || effect === taint.effect));
  const missing = remove.filter(
    ({ key, effect }) => !all.some((taint) => key === taint.key && (effect === '' || effect === taint.effect)),
  );
  if (missing.length > 0) {
    const texts = missing.map(
      ({ key, effect }) => `taint ${quoted(effect === '' ? key : `${key}:${effect}`)} not found`,
    );
    return { failure: textFailure(texts.length === 1 ? `${texts[0]}` : `[${texts.join(', ')}]`) };
  }
  const isAdded = old.length !== all.length;
  const word = (isAdded && remove.length > 0) || overwrite ? 'modified' : isAdded ? 'tainted' : 'untainted';
  const taints = all.filter((taint) => !goes(taint)).map(asTaint);
  const patch = { spec: { taints: taints.length === 0 ? null : taints } };
  return { patch, manager: 'kubectl-taint', isStrict: true, operation: word };
}

function asTaint(taint: Spec | Taint): Taint {
  const { key, value, effect } = taint;
  const timeAdded = 'timeAdded' in taint ? taint.timeAdded : undefined;
  return {
    effect: effect as TaintEffect,
    key,
    ...(timeAdded === undefined ? {} : { timeAdded }),
    ...(value ? { value } : {}),
  };
}
