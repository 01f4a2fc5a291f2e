import type { JsonObject } from '../../api/meta.ts';
import { parseSelector } from '../../api/selector.ts';
import { carryOutPlan, changed, dataOf, type Plan } from '../changing.ts';
import { type Command, fail, type Job, textFailure } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { plant, quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { patchTo } from '../podtemplate.ts';
import { select } from '../targets.ts';

/** The work of `kubectl set selector`. Follows pkg/cmd/set/set_selector.go. */
export const setSelector: Pick<Command, 'start' | 'stages'> = {
  start(job) {
    const { words } = job.args;
    if (words.length === 0) return fail('one selector is required');
    const selection = select(job, { allowsAll: isOn(job.args, 'all'), words: words.slice(0, -1) });
    if ('error' in selection) return fail(selection.error);
    const labels = labelsOf(words.at(-1) ?? '');
    const problem = typeof labels === 'string' ? labels : (checkDryRun(job) ?? checkFormat(job));
    if (problem !== undefined) return fail(problem);
    return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } };
  },
  stages: { item: (job) => carryOutPlan(job, plan(job)), changed: (job, reply) => changed(job, reply) },
};

/** A Service selects by equality only. */
function labelsOf(text: string): Readonly<Record<string, string>> | string {
  if (/!=/.test(text)) return '"!=" is not a valid label selector operator';
  const selector = parseSelector(text);
  if (!selector.ok) return `couldn't parse the selector string ${quoted(text)}: ${selector.error}`;
  const labels: Record<string, string> = {};
  const others: string[] = [];
  const isEquality = (key: string) => new RegExp(`(?:^|,)\\s*${key.replace(/[.]/g, '\\.')}\\s*==?`).test(text);
  for (const { key, operator, values = [] } of selector.value) {
    if (operator === 'In' && values.length === 1 && isEquality(key)) labels[key] = values[0] ?? '';
    else others.push(`{${key} ${operator} [${values.join(' ')}]}`);
  }
  return others.length > 0 ? `match expression [${others.join(' ')}] not supported on this object` : labels;
}

/** The request is made even when nothing changes. */
function plan(job: Job): Plan {
  if (job.item.object.kind !== 'Service') {
    return { failure: textFailure('error: setting a selector is only supported for Services') };
  }
  const labels = labelsOf(job.args.words.at(-1) ?? '') as JsonObject;
  let object = plant(dataOf(job), ['spec', 'selector'], labels);
  const revision = flag(job.args, 'resource-version');
  if (revision !== '') object = plant(object, ['metadata', 'resourceVersion'], revision);
  const made = patchTo(job, object);
  if (made.failure !== undefined) return made;
  return { patch: made.patch ?? {}, manager: 'kubectl-set', operation: 'selector updated' };
}
