import { pathOf } from '../api/index.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { answerOf, type Failure, failureOf, type Job, type Reply, type Step, textFailure } from './command.ts';
import { message } from './errors.ts';
import { flag, isOn } from './flags.ts';
import { resourceOf } from './resources.ts';

/** Whether `kubectl apply` lets the server merge. */
export function isServerSide(job: Pick<Job, 'args'>): boolean {
  return isOn(job.args, 'server-side');
}

/** What is wrong with the flags together, in kubectl's words. */
export function checkServerSide(job: Pick<Job, 'args'>): string | undefined {
  if (isOn(job.args, 'force-conflicts') && !isServerSide(job)) {
    return '--force-conflicts only works with --server-side';
  }
  const mode = flag(job.args, 'dry-run');
  if (isServerSide(job) && ['client', 'unchanged', 'true'].includes(mode)) {
    return "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)";
  }
  return undefined;
}

/** The PATCH that says what this manager wants of the object. The answer comes to the stage `applied`. */
export function serverSideRequest(job: Pick<Job, 'args' | 'item'>, validation: string): HttpRequest {
  const { target, namespace, name, object } = job.item;
  return {
    method: 'PATCH',
    path: pathOf(resourceOf(target.plural), namespace, name),
    query: {
      ...(flag(job.args, 'dry-run') === 'server' ? { dryRun: 'All' } : {}),
      fieldManager: flag(job.args, 'field-manager') || 'kubectl',
      fieldValidation: validation,
      force: String(isOn(job.args, 'force-conflicts')),
    },
    headers: { 'content-type': 'application/apply-patch+yaml' },
    body: object as unknown as JsonObject,
  };
}

/** The applied object, or the failure; a conflict comes with what can be done about it. */
export function afterServerSide(job: Pick<Job, 'server'>, reply: Reply, report: (object: KubeObject) => Step): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure === undefined) return report(response.body as KubeObject);
  return { failure: explained(failure, job.server), next: true };
}

function explained(failure: Failure, server: string): Failure {
  if (failure.type !== 'status' || failure.status.reason !== 'Conflict') return failure;
  return textFailure(
    `${message({ type: 'status', status: { ...failure.status } }, server).replace(PREFIX, '')}\n${ADVICE}`,
  );
}

const PREFIX = /^Error from server \(Conflict\): /;

/** What kubectl advises, word for word. */
const ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;
