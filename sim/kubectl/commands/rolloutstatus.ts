import type { Deployment } from '../../api/kinds/deployment.ts';
import { getCondition } from '../../api/meta.ts';
import { defineCommand, fail, type Job, out, type Step, textFailure } from '../command.ts';
import { flag, parseDuration } from '../flags.ts';
import { quoted } from '../json.ts';
import { resourceOf } from '../resources.ts';
import { listedUntil, type Seen, startUntil, type Verdict, watchedUntil } from '../until.ts';
import { startRollout } from './rolloutrestart.ts';

/** kubectl rollout status: watches until the rollout is complete. Follows polymorphichelpers/rollout_status.go. */
export const rolloutStatus = defineCommand({
  name: 'rollout status',
  usage: 'rollout status (TYPE NAME | TYPE/NAME)',
  summary: 'Show the status of the rollout',
  flags: 'filename/f* revision# selector/l timeout@ watch/w!',
  others: 'kustomize/k recursive/R!',
  start(job) {
    const timeoutMs = parseDuration(flag(job.args, 'timeout')) ?? 0;
    const step = startRollout(job, true);
    return timeoutMs > 0 && step.exit === undefined ? { ...step, deadlineMs: timeoutMs } : step;
  },
  stages: {
    item(job) {
      if (job.item.target.plural === 'deployments') return startUntil(job);
      return { failure: textFailure(`no status viewer has been implemented for ${job.item.object.kind}`), next: true };
    },
    listed: (job, reply) => listedUntil(job, reply, (seen) => look(job, seen)),
    watched: (job, reply) => watchedUntil(reply, (seen) => look(job, seen)),
    timeout: (job) =>
      fail(`timed out waiting for the condition on ${resourceOf(job.item.target.plural).plural}/${job.item.name}`),
  },
});

function look(job: Job, seen: Seen): Verdict {
  if (seen.isDeleted || seen.object === undefined) {
    return seen.object === undefined ? {} : { step: failed('object has been deleted') };
  }
  const status = statusOf(seen.object as unknown as Deployment, Number(flag(job.args, 'revision')));
  if ('error' in status) return { step: failed(status.error) };
  if (status.isDone || job.args.flags.watch === 'false') return { step: { print: out(status.text), next: true } };
  return { print: out(status.text) };
}

function failed(text: string): Step {
  return { failure: textFailure(text), next: true };
}

type Status = { readonly text: string; readonly isDone: boolean } | { readonly error: string };

const REVISION = 'deployment.kubernetes.io/revision';

/** One line about a rollout, whether it is complete, or why it never will be. */
export function statusOf({ metadata, spec, status = {} }: Deployment, revision: number): Status {
  const current = Number(metadata.annotations?.[REVISION] ?? 0);
  if (revision > 0 && revision !== current) {
    return { error: `desired revision (${revision}) is different from the running revision (${current})` };
  }
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) {
    return { text: 'Waiting for deployment spec update to be observed...', isDone: false };
  }
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const name = quoted(metadata.name);
  const waiting = (why: string): Status => {
    return { text: `Waiting for deployment ${name} rollout to finish: ${why}...`, isDone: false };
  };
  if (getCondition(status.conditions, 'Progressing')?.reason === 'ProgressDeadlineExceeded') {
    return { error: `deployment ${name} exceeded its progress deadline` };
  }
  const wanted = spec.replicas ?? 0;
  if (updatedReplicas < wanted) return waiting(`${updatedReplicas} out of ${wanted} new replicas have been updated`);
  if (replicas > updatedReplicas) return waiting(`${replicas - updatedReplicas} old replicas are pending termination`);
  if (availableReplicas < updatedReplicas) {
    return waiting(`${availableReplicas} of ${updatedReplicas} updated replicas are available`);
  }
  return { text: `deployment ${name} successfully rolled out`, isDone: true };
}
