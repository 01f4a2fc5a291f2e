import type { ExitCodes, JobSpec } from '../../api/batch/jobspec.ts';
import type { Job } from '../../api/kinds/job.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { countOf, type Intervals, includesIndex, parseIndexes } from './indexes.ts';

/** What a Job's podFailurePolicy makes of a failed pod. */
export interface Match {
  readonly action: string | undefined;
  readonly isCounted: boolean;
  /** Why the whole Job fails. */
  readonly message: string | undefined;
}

/** The first rule that matches; without one the failure counts. Upstream pod_failure_policy.go. */
export function matchFailurePolicy({ podFailurePolicy }: JobSpec, pod: Pod): Match {
  for (const [index, rule] of (podFailurePolicy?.rules ?? []).entries()) {
    const { action = '', onExitCodes, onPodConditions = [] } = rule;
    const what = onExitCodes === undefined ? conditionText(pod, onPodConditions) : exitText(pod, onExitCodes);
    if (what === undefined) continue;
    const message = action === 'FailJob' ? `${what} matching ${action} rule at index ${index}` : undefined;
    return { action, isCounted: action !== 'Ignore', message };
  }
  return { action: undefined, isCounted: true, message: undefined };
}

function exitText({ metadata, status }: Pod, { containerName, operator, values = [] }: ExitCodes): string | undefined {
  const all = [...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])];
  const found = all.find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (containerName !== undefined && containerName !== name)) return false;
    return values.includes(code) === (operator === 'In');
  });
  if (found === undefined) return undefined;
  const code = found.state?.terminated?.exitCode;
  return `Container ${found.name} for pod ${metadata.namespace}/${metadata.name} failed with exit code ${code}`;
}

function conditionText(
  { metadata, status }: Pod,
  patterns: readonly { readonly type: string; readonly status?: string }[],
): string | undefined {
  const found = status?.conditions?.find((one) =>
    patterns.some(({ type, status: value = 'True' }) => type === one.type && value === one.status),
  );
  return found && `Pod ${metadata.namespace}/${metadata.name} has condition ${found.type}`;
}

/** Which rule of the successPolicy these indexes fulfil. Upstream success_policy.go. */
export function matchSuccessPolicy({ spec }: Job, succeeded: Intervals): string | undefined {
  if (succeeded.length === 0) return undefined;
  const { completions = 0, successPolicy } = spec;
  const index = (successPolicy?.rules ?? []).findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && countOf(succeeded) >= succeededCount;
    const wanted = parseIndexes(succeededIndexes, completions);
    if (wanted.length === 0) return false;
    return common(wanted, succeeded) >= (succeededCount ?? countOf(wanted));
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function common(wanted: Intervals, succeeded: Intervals): number {
  let count = 0;
  for (const [first, last] of wanted) {
    for (let index = first; index <= last; index++) if (includesIndex(succeeded, index)) count++;
  }
  return count;
}
