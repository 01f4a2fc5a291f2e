import { pathOf } from '../../api/index.ts';
import type { CronJob } from '../../api/kinds/cronjob.ts';
import type { JsonObject } from '../../api/meta.ts';
import { wrapped } from '../changing.ts';
import { answerOf, type Command, defineCommand, fail, failureOf, type Job, type Reply, type Step } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne, metadataOf, oneName } from '../creating.ts';
import { flag } from '../flags.ts';
import { quoted } from '../json.ts';
import { resourceOf } from '../resources.ts';
import { generator } from './generators.ts';

const FAILURE = 'failed to create job';

/** kubectl create job. Follows pkg/cmd/create/create_job.go. */
const createJob = defineCommand({
  name: 'create job',
  usage: 'create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...]',
  summary: 'Create a job with the specified name',
  flags: `from image ${CREATE_FLAGS}`,
  others: CREATE_OTHERS,
  start(job): Step {
    const name = oneName(job, 'create job');
    if (typeof name !== 'string') return name;
    const [image, from] = [flag(job.args, 'image'), flag(job.args, 'from')];
    if ((image === '') === (from === '')) return fail('either --image or --from must be specified');
    if (from !== '' && commandOf(job).length > 0) return fail('cannot specify --from and command');
    if (from === '') return createOne(job, jobObject(job, name, image), 'kubectl-create');
    const [, kind = '', source = ''] = /^([^/]+)\/([^/]+)$/.exec(from) ?? [];
    if (!/^(?:cj|cronjobs?(?:\.v1)?(?:\.batch)?)$/i.test(kind)) return fail('from must be an existing cronjob');
    return { request: { method: 'GET', path: pathOf(resourceOf('cronjobs'), job.namespace, source) }, then: 'read' };
  },
  stages: {
    read(job: Job, reply: Reply): Step {
      const response = answerOf(reply);
      const failure = failureOf(response);
      if (failure !== undefined) return { failure, exit: 1 };
      const name = job.args.words[0] ?? '';
      return createOne(job, jobFrom(job, name, response.body as CronJob), 'kubectl-create');
    },
    created: created((refusal) => wrapped(refusal, FAILURE)),
  },
});

function commandOf({ args }: Job): readonly string[] {
  return args.words.slice(1);
}

function templateOf(job: Job, name: string, image: string, restartPolicy: string): JsonObject {
  const command = commandOf(job);
  const container = { ...(command.length > 0 ? { command } : {}), image, name, resources: {} };
  return { metadata: { creationTimestamp: null }, spec: { containers: [container], restartPolicy } };
}

function jobObject(job: Job, name: string, image: string): JsonObject {
  const template = templateOf(job, name, image, 'Never');
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: metadataOf(job, name), spec: { template }, status: {} };
}

/** A Job by hand, which the CronJob's controller did not plan. */
function jobFrom(job: Job, name: string, { metadata, spec }: CronJob): JsonObject {
  const { labels, annotations } = spec.jobTemplate.metadata ?? {};
  const owner = { apiVersion: 'batch/v1', controller: true, kind: 'CronJob', name: metadata.name, uid: metadata.uid };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      ...metadataOf(job, name, labels),
      annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
      ownerReferences: [owner],
    },
    spec: spec.jobTemplate.spec as unknown as JsonObject,
    status: {},
  };
}

/** kubectl create cronjob. Follows pkg/cmd/create/create_cronjob.go. */
const createCronJob = generator({
  name: 'create cronjob',
  aliases: ['create cj'],
  usage: "create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...]",
  summary: 'Create a cron job with the specified name',
  flags: 'image restart schedule',
  object(job, name) {
    const [image, schedule] = [flag(job.args, 'image'), flag(job.args, 'schedule')];
    if (image === '') return '--image must be specified';
    if (schedule === '') return '--schedule must be specified';
    const restart = flag(job.args, 'restart') || 'OnFailure';
    const template = templateOf(job, name, image, restart);
    if (!['OnFailure', 'Never', 'Always'].includes(restart)) return `invalid restart policy: ${quoted(restart)}`;
    return {
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: metadataOf(job, name),
      spec: { jobTemplate: { metadata: { creationTimestamp: null, name }, spec: { template } }, schedule },
      status: {},
    };
  },
  failure: 'failed to create cronjob',
});

/** The generators of what ends. */
export const batchGenerators: readonly Command[] = [createJob, createCronJob];
