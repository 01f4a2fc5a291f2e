import { carryOutPlan, changed, dataOf, type Plan, splitPairs, wrapped } from '../changing.ts';
import { defineCommand, type Failure, fail, type Job, type Step, textFailure } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { containersOf, patchTo, withContainers, withoutPod } from '../podtemplate.ts';
import { select } from '../targets.ts';

/** kubectl set image. Follows pkg/cmd/set/set_image.go. */
export const setImage = defineCommand({
  name: 'set image',
  usage: 'set image (-f FILENAME | TYPE NAME) CONTAINER_NAME_1=CONTAINER_IMAGE_1 ...',
  summary: 'Update the image of a pod template',
  flags: 'all! dry-run?unchanged field-manager filename/f* output/o selector/l',
  others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
  start,
  stages: {
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, 'failed to patch image update to pod template')),
  },
});

function start(job: Job): Step {
  const { args } = job;
  const split = splitPairs(args.words, 'image');
  if ('error' in split) return fail(split.error);
  const { resources, pairs } = split;
  const odd = pairs.filter((pair) => !pair.includes('='));
  if (odd.length > 0) return fail(`invalid image format: ${odd.join(', ')}`);
  const selection = select(job, { allowsAll: isOn(args, 'all'), words: resources });
  if ('error' in selection) return fail(selection.error);
  const problems = [
    ...(isOn(args, 'all') && flag(args, 'selector') !== '' ? ['cannot set --all and --selector at the same time'] : []),
    ...(pairs.length === 0 ? ['at least one image update is required'] : []),
    ...(pairs.length > 1 && pairs.some((pair) => pair.startsWith('*='))
      ? ['all containers are already specified by *, but saw more than one container_name=container_image pairs']
      : []),
  ];
  if (problems.length > 0) return { failure: problems.map(textFailure), exit: 1 };
  const problem = checkDryRun(job) ?? checkFormat(job);
  if (problem !== undefined) return fail(problem);
  return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } };
}

function plan(job: Job): Plan {
  const refused = withoutPod(job);
  if (refused !== undefined) return refused;
  const failures: Failure[] = [];
  let next = dataOf(job);
  for (const [wanted, image] of imagesOf(job)) {
    const isMeant = (name: string) => wanted === '*' || name === wanted;
    if (containersOf(next, isMeant).length === 0) {
      failures.push(textFailure(`error: unable to find container named ${quoted(wanted)}`));
    }
    next = withContainers(next, isMeant, (container) => ({ ...container, image }));
  }
  if (failures.length > 0) return { failure: failures };
  const made = patchTo(job, next);
  return made.patch === undefined ? made : { ...made, manager: 'kubectl-set', operation: 'image updated' };
}

function imagesOf(job: Job): readonly (readonly [string, string])[] {
  const split = splitPairs(job.args.words, 'image');
  const pairs = 'pairs' in split ? split.pairs : [];
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
}
