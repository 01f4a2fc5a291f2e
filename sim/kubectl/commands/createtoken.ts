import { pathOf } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import { wrapped } from '../changing.ts';
import { answerOf, defineCommand, fail, failureOf, out } from '../command.ts';
import { oneName } from '../creating.ts';
import { flag, isSet, listed, parseDuration } from '../flags.ts';
import { checkFormat, printObject } from '../output.ts';
import { resourceOf } from '../resources.ts';

const KINDS = ['Node', 'Pod', 'Secret'];

/** kubectl create token. Follows pkg/cmd/create/create_token.go. */
export const createToken = defineCommand({
  name: 'create token',
  usage: 'create token SERVICE_ACCOUNT_NAME',
  summary: 'Request a service account token',
  flags: 'audience+ bound-object-kind bound-object-name bound-object-uid duration@ output/o',
  others: 'allow-missing-template-keys! show-managed-fields! template',
  start(job) {
    const name = oneName(job, 'create token');
    if (typeof name !== 'string') return name;
    const { args } = job;
    const problem =
      checkFormat(job) ??
      boundProblem(flag(args, 'bound-object-kind'), flag(args, 'bound-object-name'), flag(args, 'bound-object-uid'));
    if (problem !== undefined) return fail(problem);
    const ms = parseDuration(flag(args, 'duration') || '0') ?? 0;
    if (ms < 0) return fail('--duration must be greater than or equal to 0');
    if (ms % 1000 !== 0) return fail('--duration cannot be expressed in units less than seconds');
    const kind = flag(args, 'bound-object-kind');
    const bound = {
      kind,
      apiVersion: 'v1',
      name: flag(args, 'bound-object-name'),
      uid: flag(args, 'bound-object-uid'),
    };
    const spec = {
      audiences: isSet(args, 'audience') ? listed(args, 'audience') : null,
      ...(ms === 0 ? {} : { expirationSeconds: ms / 1000 }),
      ...(kind === '' ? {} : { boundObjectRef: bound }),
    };
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { creationTimestamp: null },
      spec,
    };
    const path = pathOf(resourceOf('serviceaccounts'), job.namespace, name, 'token');
    return { request: { method: 'POST', path, body }, then: 'requested' };
  },
  stages: {
    requested(job, reply) {
      const response = answerOf(reply);
      const failure = failureOf(response);
      if (failure !== undefined) return { failure: wrapped(failure, 'failed to create token'), exit: 1 };
      const object = response.body as KubeObject;
      if (flag(job.args, 'output') !== '') {
        const printed = printObject(job, object);
        return 'print' in printed ? { print: printed.print, exit: 0 } : fail(printed.error);
      }
      return { print: out((object.status as { readonly token: string }).token), exit: 0 };
    },
  },
});

function boundProblem(kind: string, name: string, uid: string): string | undefined {
  if (kind === '') {
    if (name !== '') return '--bound-object-name can only be set if --bound-object-kind is provided';
    return uid === '' ? undefined : '--bound-object-uid can only be set if --bound-object-kind is provided';
  }
  if (!KINDS.includes(kind)) return `supported --bound-object-kind values are ${KINDS.join(', ')}`;
  return name === '' ? '--bound-object-name is required if --bound-object-kind is provided' : undefined;
}
