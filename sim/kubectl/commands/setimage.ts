import type { Container } from '../../api/kinds/pod.ts';
import type { JsonValue } from '../../api/meta.ts';
import { carryOutPlan, changed, dataOf, type Plan, splitPairs, wrapped } from '../changing.ts';
import { defineCommand, type Failure, fail, type Job, type Step, textFailure } from '../command.ts';
import { flag, isOn } from '../flags.ts';
import { dig, plant, quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { patchTo, podSpecPath, withoutPod } from '../podtemplate.ts';
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
  const old = dataOf(job);
  const path = podSpecPath(old);
  const failures: Failure[] = [];
  let next = old;
  for (const [name, image] of imagesOf(job)) {
    let isFound = false;
    for (const list of ['initContainers', 'containers']) {
      const containers = dig(next, ...path, list) as unknown as readonly Container[] | undefined;
      if (!containers?.some((container) => name === '*' || container.name === name)) continue;
      isFound = true;
      const changed = containers.map((one) => (name === '*' || one.name === name ? { ...one, image } : one));
      next = plant(next, [...path, list], changed as unknown as JsonValue);
    }
    if (!isFound) failures.push(textFailure(`error: unable to find container named ${quoted(name)}`));
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
