import type { JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { carryOutPlan, dataOf, type Plan, typed } from '../changing.ts';
import {
  answerOf,
  defineCommand,
  type Failure,
  fail,
  failureOf,
  type Job,
  type Step,
  textFailure,
} from '../command.ts';
import { flag } from '../flags.ts';
import { quoted } from '../json.ts';
import { checkDryRun, checkFormat, printChange } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** kubectl patch. Follows pkg/cmd/patch/patch.go; a patch in the line is JSON here, not YAML. */
export const patch = defineCommand({
  name: 'patch',
  usage: 'patch (-f FILENAME | TYPE NAME) [-p PATCH] [--type=strategic|merge|json]',
  summary: 'Update fields of a resource',
  flags: 'dry-run?unchanged field-manager filename/f* output/o patch/p patch-file subresource type',
  others: 'allow-missing-template-keys! kustomize/k local! recursive/R! show-managed-fields! template',
  start,
  stages: {
    item: (job) => carryOutPlan(job, planOf(job)),
    changed(job, reply): Step {
      const response = answerOf(reply);
      const failure = failureOf(response);
      if (failure !== undefined) return { failure: unsupported(job, failure), next: true };
      const answer = response.body as KubeObject;
      const next = flag(job.args, 'subresource') === 'scale' ? answer : typed(job.item, answer);
      const before = typed(job.item, job.item.object) as unknown as JsonObject;
      const isChanged = !sameJson(before, next as unknown as JsonObject);
      return { print: printChange(job, next, isChanged ? 'patched' : 'patched (no change)'), next: true };
    },
  },
});

function start(job: Job): Step {
  const { args } = job;
  const type = flag(args, 'type') || 'strategic';
  const file = flag(args, 'patch-file');
  if (flag(args, 'patch') !== '' && file !== '') return fail('cannot specify --patch and --patch-file together');
  if (flag(args, 'patch') === '' && file === '') {
    return fail('must specify --patch or --patch-file containing the contents of the patch');
  }
  if (file !== '' && job.files[file] === undefined) {
    return fail(`unable to read patch file: open ${file}: no such file or directory`);
  }
  if (!['strategic', 'merge', 'json'].includes(type.toLowerCase())) {
    return fail(`--type must be one of [json merge strategic], not ${quoted(type)}`);
  }
  if (parse(job) === undefined) {
    return fail(
      `unable to parse ${quoted(flag(args, 'patch') || file)}: this terminal reads patches as JSON, or from a file`,
    );
  }
  const problem = checkDryRun(job) ?? checkFormat(job);
  if (problem !== undefined) return fail(problem);
  const selection = select(job, { allowsAll: false });
  if ('error' in selection) return fail(selection.error);
  const { targets, failures } = selection;
  return { failure: failures, visit: { targets, fetch: 'get' } };
}

/** Kinds that a definition describes take no strategic merge patch. */
function unsupported(job: Job, failure: Failure): Failure {
  if (failure.type !== 'status' || failure.status.code !== 415) return failure;
  const { group, version, kind } = resourceOf(job.item.target.plural);
  const type = `application/${flag(job.args, 'type') || 'strategic'}-merge-patch+json`;
  return textFailure(`${type} is not supported by ${group}/${version}, Kind=${kind}: ${failure.status.message}`);
}

function parse(job: Job): JsonValue {
  const file = flag(job.args, 'patch-file');
  if (file !== '') return job.files[file]?.documents?.[0] as JsonValue;
  try {
    return JSON.parse(flag(job.args, 'patch')) as JsonValue;
  } catch {
    return undefined;
  }
}

function planOf(job: Job): Plan {
  const type = (flag(job.args, 'type') || 'strategic').toLowerCase() as 'strategic' | 'merge' | 'json';
  const subresource = flag(job.args, 'subresource');
  return {
    patch: parse(job) ?? dataOf(job),
    type,
    manager: 'kubectl-patch',
    operation: 'patched',
    ...(subresource === '' ? {} : { subresource }),
  };
}
