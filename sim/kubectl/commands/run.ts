import { envNameErrors } from '../../api/formats.ts';
import type { JsonObject } from '../../api/meta.ts';
import { defineCommand, fail, failUsage, type Job, type Step } from '../command.ts';
import { CREATE_FLAGS, CREATE_OTHERS, created, createOne } from '../creating.ts';
import { flag, isOn, listed } from '../flags.ts';
import { quoted } from '../json.ts';

const IMAGE = /^[\w.-]+(?::\d+)?(?:\/[\w.-]+)*(?::[\w][\w.-]{0,127})?(?:@[a-z0-9]+:[0-9a-fA-F]{32,})?$/;

/** kubectl run: one pod from an image. Follows pkg/cmd/run/run.go. */
export const run = defineCommand({
  name: 'run',
  usage: 'run NAME --image=image [--env="key=value"] [--port=port] [--restart=Never] -- [COMMAND] [args...]',
  summary: 'Run a particular image on the cluster',
  flags: `annotations+ command! env+ image image-pull-policy labels/l port restart ${CREATE_FLAGS}`,
  others:
    'attach! cascade?background expose! filename/f* force! grace-period# kustomize/k leave-stdin-open! override-type ' +
    `overrides pod-running-timeout@ privileged! quiet/q! recursive/R! rm! stdin/i! timeout@ tty/t! wait! ${CREATE_OTHERS}`,
  required: ['image'],
  start,
  stages: { created: created() },
});

function start(job: Job): Step {
  const { args } = job;
  const [name] = args.words;
  if (name === undefined || args.dash === 0) return failUsage('run', 'NAME is required for run');
  const image = flag(args, 'image');
  if (image === '') return fail('--image is required');
  if (!IMAGE.test(image)) return fail(`Invalid image name ${quoted(image)}: invalid reference format`);
  const restart = flag(args, 'restart') || 'Always';
  if (!['Always', 'OnFailure', 'Never'].includes(restart))
    return failUsage('run', `invalid restart policy: ${restart}`);
  const policy = flag(args, 'image-pull-policy');
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(policy)) {
    return failUsage('run', `invalid image pull policy: ${policy}`);
  }
  const pod = podOf(job, name);
  return typeof pod === 'string' ? fail(pod) : createOne(job, pod, 'kubectl-run', false);
}

function podOf(job: Job, name: string): JsonObject | string {
  const { args } = job;
  const words = args.words.slice(1);
  const env: JsonObject[] = [];
  for (const text of listed(args, 'env')) {
    const at = text.indexOf('=');
    if (at <= 0 || envNameErrors(text.slice(0, at)).length > 0) return `invalid env: ${text}`;
    env.push({ name: text.slice(0, at), value: text.slice(at + 1) });
  }
  const port = flag(args, 'port');
  if (port !== '' && !/^\d+$/.test(port)) return `strconv.Atoi: parsing ${quoted(port)}: invalid syntax`;
  const labels = pairsOf(flag(args, 'labels') || `run=${name}`);
  if (typeof labels === 'string') return labels;
  const annotations = pairsOf(listed(args, 'annotations').join(','));
  const policy = flag(args, 'image-pull-policy');
  const container = {
    ...(words.length > 0 ? { [isOn(args, 'command') ? 'command' : 'args']: words } : {}),
    ...(env.length > 0 ? { env } : {}),
    image: flag(args, 'image'),
    ...(policy === '' ? {} : { imagePullPolicy: policy }),
    name,
    ...(port === '' ? {} : { ports: [{ containerPort: Number(port) }] }),
    resources: {},
  };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(typeof annotations === 'string' ? {} : { annotations }),
      creationTimestamp: null,
      labels,
      name,
      ...(job.isNamespaceGiven ? { namespace: job.namespace } : {}),
    },
    spec: { containers: [container], dnsPolicy: 'ClusterFirst', restartPolicy: flag(args, 'restart') || 'Always' },
    status: {},
  };
}

/** `a=b,c=d` as a map, or upstream's error text. */
export function pairsOf(text: string): Readonly<Record<string, string>> | string {
  if (text === '') return 'no label spec passed';
  const pairs: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [key = '', value, more] = part.split('=');
    if (value === undefined || more !== undefined) return `unexpected label spec: ${part}`;
    if (key === '') return 'unexpected empty label key';
    pairs[key] = value;
  }
  return pairs;
}
