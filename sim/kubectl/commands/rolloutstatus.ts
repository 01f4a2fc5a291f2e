import type { DaemonSet } from '../../api/kinds/daemonset.ts';
import type { Deployment } from '../../api/kinds/deployment.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { getCondition, type KubeObject } from '../../api/meta.ts';
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
      if (viewers[job.item.object.kind] !== undefined) return startUntil(job);
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
  const status = viewers[job.item.object.kind]?.(seen.object, Number(flag(job.args, 'revision'))) ?? NO_VIEWER;
  if ('error' in status) return { step: failed(status.error) };
  if (status.isDone || job.args.flags.watch === 'false') return { step: { print: out(status.text), next: true } };
  return { print: out(status.text) };
}

function failed(text: string): Step {
  return { failure: textFailure(text), next: true };
}

/** What is said of a rollout: `text` is a line; an error ends the command. */
export type Status = { readonly text: string; readonly isDone: boolean } | { readonly error: string };

const NO_VIEWER: Status = { error: 'no status viewer' };

/** By kind; kinds without one have no rollouts. */
const viewers: Readonly<Record<string, (object: KubeObject, revision: number) => Status>> = {
  Deployment: (object, revision) => statusOf(object as unknown as Deployment, revision),
  DaemonSet: (object) => daemonSetStatus(object as unknown as DaemonSet),
  StatefulSet: (object) => statefulSetStatus(object as unknown as StatefulSet),
};

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

const OTHER_STRATEGY: Status = { error: 'rollout status is only available for RollingUpdate strategy type' };

function daemonSetStatus({ metadata, spec, status }: DaemonSet): Status {
  if (spec.updateStrategy?.type !== 'RollingUpdate') return OTHER_STRATEGY;
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return { text: 'Waiting for daemon set spec update to be observed...', isDone: false };
  }
  const { desiredNumberScheduled = 0, updatedNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const name = quoted(metadata.name);
  const waiting = (why: string): Status => {
    return { text: `Waiting for daemon set ${name} rollout to finish: ${why}...`, isDone: false };
  };
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(`${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated`);
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(`${numberAvailable} of ${desiredNumberScheduled} updated pods are available`);
  }
  return { text: `daemon set ${name} successfully rolled out`, isDone: true };
}

function statefulSetStatus({ metadata, spec, status }: StatefulSet): Status {
  if (spec.updateStrategy?.type !== 'RollingUpdate') return OTHER_STRATEGY;
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status ?? {};
  if (observedGeneration === 0 || (metadata.generation ?? 0) > observedGeneration) {
    return { text: 'Waiting for statefulset spec update to be observed...', isDone: false };
  }
  const wanted = spec.replicas ?? 0;
  if (readyReplicas < wanted)
    return { text: `Waiting for ${wanted - readyReplicas} pods to be ready...`, isDone: false };
  const { rollingUpdate } = spec.updateStrategy;
  if (rollingUpdate !== undefined) {
    const share = wanted - (rollingUpdate.partition ?? 0);
    if (rollingUpdate.partition !== undefined && updatedReplicas < share) {
      const why = `${updatedReplicas} out of ${share} new pods have been updated`;
      return { text: `Waiting for partitioned roll out to finish: ${why}...`, isDone: false };
    }
    return { text: `partitioned roll out complete: ${updatedReplicas} new pods have been updated...`, isDone: true };
  }
  const { updateRevision = '', currentRevision = '' } = status ?? {};
  if (updateRevision !== currentRevision) {
    const where = `${updatedReplicas} pods at revision ${updateRevision}`;
    return { text: `waiting for statefulset rolling update to complete ${where}...`, isDone: false };
  }
  const where = `${currentReplicas} pods at revision ${currentRevision}`;
  return { text: `statefulset rolling update complete ${where}...`, isDone: true };
}
