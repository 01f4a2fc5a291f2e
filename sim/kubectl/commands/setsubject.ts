import type { JsonObject, JsonValue } from '../../api/meta.ts';
import { RBAC } from '../../api/rbac/rules.ts';
import { sameJson } from '../../api/resource.ts';
import { carryOutPlan, changed, dataOf, type Plan, wrapped } from '../changing.ts';
import { type Command, fail, type Job, textFailure } from '../command.ts';
import { flag, isOn, listed } from '../flags.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { nameOf, patchTo } from '../podtemplate.ts';
import { select } from '../targets.ts';

/** The work of `kubectl set subject`: more subjects of a binding. Follows pkg/cmd/set/set_subject.go. */
export const setSubject: Pick<Command, 'start' | 'stages'> = {
  start(job) {
    const problem = checkDryRun(job) ?? checkFormat(job);
    if (problem !== undefined) return fail(problem);
    const selection = select(job, { allowsAll: isOn(job.args, 'all') });
    if ('error' in selection) return fail(selection.error);
    const wrong = checkSubjects(job);
    if (wrong !== undefined) return fail(wrong);
    return { failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } };
  },
  stages: {
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, 'failed to patch subjects to rolebinding')),
  },
};

function checkSubjects({ args }: Job): string | undefined {
  if (isOn(args, 'all') && flag(args, 'selector') !== '') return 'cannot set --all and --selector at the same time';
  if (['user', 'group', 'serviceaccount'].every((name) => listed(args, name).length === 0)) {
    return 'you must specify at least one value of user, group or serviceaccount';
  }
  const isWrong = listed(args, 'serviceaccount').some((account) => !/^[^:]*:[^:]+$/.test(account));
  return isWrong ? 'serviceaccount must be <namespace>:<name>' : undefined;
}

function plan(job: Job): Plan {
  const object = dataOf(job);
  const { kind } = job.item.object;
  if (!['RoleBinding', 'ClusterRoleBinding'].includes(kind)) {
    const why = 'setting subjects is only supported for RoleBinding/ClusterRoleBinding';
    return { failure: textFailure(`error: ${nameOf(job)} ${why}`) };
  }
  const isBare = listed(job.args, 'serviceaccount').some((account) => account.startsWith(':'));
  if (kind === 'ClusterRoleBinding' && isBare) {
    return { failure: textFailure('serviceaccount must be <namespace>:<name>, namespace must be specified') };
  }
  const known = (object.subjects ?? []) as readonly JsonObject[];
  const added = subjectsOf(job).filter((subject) => !known.some((other) => sameJson(other, subject)));
  if (added.length === 0) return {};
  const made = patchTo(job, { ...object, subjects: [...known, ...added] as unknown as JsonValue });
  return { ...made, manager: 'kubectl-set', operation: 'subjects updated' };
}

function subjectsOf({ args, namespace }: Job): readonly JsonObject[] {
  const named = (name: string) => [...new Set(listed(args, name))].sort();
  const accounts = named('serviceaccount').map((account) => {
    const [given = '', name = ''] = account.split(':');
    return { kind: 'ServiceAccount', name, namespace: given || namespace };
  });
  return [
    ...named('user').map((name) => ({ kind: 'User', apiGroup: RBAC, name })),
    ...named('group').map((name) => ({ kind: 'Group', apiGroup: RBAC, name })),
    ...accounts,
  ];
}
