import { controllerRevision } from '../api/kinds/controllerrevision.ts';
import { cronJob } from '../api/kinds/cronjob.ts';
import { daemonSet } from '../api/kinds/daemonset.ts';
import { horizontalPodAutoscaler } from '../api/kinds/horizontalpodautoscaler.ts';
import { job } from '../api/kinds/job.ts';
import { replicationController } from '../api/kinds/replicationcontroller.ts';
import { statefulSet } from '../api/kinds/statefulset.ts';
import type { ClusterPack } from '../cluster/boot.ts';
import type { Controller } from '../controllers/controller.ts';
import { cronJobController } from '../controllers/cronjob/cronjob.ts';
import { daemonset } from '../controllers/daemonset/daemonset.ts';
import { jobController } from '../controllers/job/job.ts';
import { horizontal } from '../controllers/podautoscaler/horizontal.ts';
import { replication } from '../controllers/replication.ts';
import { statefulset } from '../controllers/statefulset/statefulset.ts';
import { ttlAfterFinished } from '../controllers/ttlafterfinished.ts';
import { autoscalingDescribers } from '../kubectl/describe/autoscaling.ts';
import { batchDescribers } from '../kubectl/describe/batch.ts';
import { setDescribers } from '../kubectl/describe/sets.ts';
import { batchjob } from '../runtime/programs/batchjob.ts';
import { hoarder } from '../runtime/programs/hoarder.ts';
import { leaker } from '../runtime/programs/leaker.ts';
import { loadgenerator } from '../runtime/programs/loadgenerator.ts';
import { perl } from '../runtime/programs/perl.ts';
import { slowstarter } from '../runtime/programs/slowstarter.ts';

/** The kinds that run pods beside Deployment and ReplicaSet, and their control loops. */
export const workloads: ClusterPack = {
  kinds: [controllerRevision, cronJob, daemonSet, horizontalPodAutoscaler, job, replicationController, statefulSet],
  controllers: [
    statefulset as Controller,
    daemonset as Controller,
    replication as Controller,
    jobController as Controller,
    ttlAfterFinished,
    cronJobController as Controller,
    horizontal as Controller,
  ],
  containerPrograms: { batchjob, hoarder, leaker, loadgenerator, perl, slowstarter },
  watched: [
    'controllerrevisions.apps',
    'cronjobs.batch',
    'daemonsets.apps',
    'horizontalpodautoscalers.autoscaling',
    'jobs.batch',
    'replicationcontrollers',
    'statefulsets.apps',
  ],
  // For the default spreading of their pods.
  schedulerWatched: ['replicationcontrollers', 'statefulsets.apps'],
  describers: [setDescribers, batchDescribers, autoscalingDescribers],
};
