import type { Container } from '../../api/kinds/pod.ts';
import type { ResourceList } from '../../api/meta.ts';
import { canonicalQuantity, parseQuantity } from '../../api/quantity.ts';
import { carryOutPlan, changed, dataOf, type Plan, wrapped } from '../changing.ts';
import { type Command, fail, type Job, type Step, textFailure } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { containersOf, meantBy, patchTo, patternOf, withContainers, withoutPod } from '../podtemplate.ts';
import { select } from '../targets.ts';

/** The work of `kubectl set resources`. Follows pkg/cmd/set/set_resources.go. */
export const setResources: Pick<Command, 'start' | 'stages'> = {
  start(job) {
    const { args } = job;
    const isAll = isOn(args, 'all');
    const selection = select(job, { allowsAll: isAll });
    if ('error' in selection) return fail(selection.error);
    const problem = check(job, isAll) ?? checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } } as Step;
  },
  stages: {
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, 'failed to patch resources update to pod template', ' ')),
  },
};

function check(job: Job, isAll: boolean): string | undefined {
  const { args } = job;
  if (isAll && flag(args, 'selector') !== '') return 'cannot set --all and --selector at the same time';
  if (`${flag(args, 'limits')}${flag(args, 'requests')}` === '') {
    return 'you must specify an update to requests or limits (in the form of --requests/--limits)';
  }
  for (const name of ['limits', 'requests']) {
    const list = amountsOf(flag(args, name));
    if (typeof list === 'string') return list;
  }
  return undefined;
}

/** `cpu=200m,memory=512Mi`, or what is wrong with it. */
function amountsOf(text: string): ResourceList | string {
  const amounts: Record<string, string> = {};
  for (const pair of text === '' ? [] : text.split(',')) {
    const [name = '', value, more] = pair.split('=');
    if (value === undefined || more !== undefined)
      return `Invalid argument syntax ${pair}, expected <resource>=<value>`;
    const parsed = parseQuantity(value);
    if (!parsed.ok) return parsed.error;
    amounts[name] = canonicalQuantity(value);
  }
  return amounts;
}

function plan(job: Job): Plan {
  const refused = withoutPod(job);
  if (refused !== undefined) return refused;
  const isMeant = meantBy(job);
  if (containersOf(dataOf(job), isMeant).length === 0) {
    return { failure: textFailure(`error: unable to find container named ${patternOf(job)}`) };
  }
  const update = (container: Container): Container => {
    let { resources = {} } = container;
    for (const name of ['limits', 'requests'] as const) {
      const amounts = amountsOf(flag(job.args, name)) as ResourceList;
      if (Object.keys(amounts).length > 0) resources = { ...resources, [name]: { ...resources[name], ...amounts } };
    }
    return { ...container, resources };
  };
  const patch = patchTo(job, withContainers(dataOf(job), isMeant, update));
  if (patch.patch === undefined) return patch;
  return { ...patch, manager: 'kubectl-set', operation: 'resource requirements updated' };
}
