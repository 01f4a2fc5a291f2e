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

/** The accounts of these control loops. Facts of plugin/pkg/auth/authorizer/rbac/bootstrappolicy, v1.36. */
const ROLES = `
system:controller:daemon-set-controller
  read apps,extensions daemonsets
  update apps,extensions daemonsets/status
  update apps,extensions daemonsets/finalizers
  list,watch core nodes
  create,delete,list,patch,watch core pods
  create core pods/binding
  create,delete,get,list,patch,update,watch apps controllerrevisions
  create,patch,update core,events.k8s.io events
system:controller:replication-controller
  get,list,update,watch core replicationcontrollers
  update core replicationcontrollers/status
  update core replicationcontrollers/finalizers
  create,delete,list,patch,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:statefulset-controller
  list,watch core pods
  read apps statefulsets
  update apps statefulsets/status
  update apps statefulsets/finalizers
  create,delete,get,patch,update core pods
  create,delete,get,list,patch,update,watch apps controllerrevisions
  create,get core persistentvolumeclaims
  create,patch,update core,events.k8s.io events
  delete,update core persistentvolumeclaims
system:controller:job-controller
  get,list,patch,update,watch batch jobs
  update batch jobs/status
  update batch jobs/finalizers
  create,delete,list,patch,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:ttl-after-finished-controller
  delete,get,list,watch batch jobs
  create,patch,update core,events.k8s.io events
system:controller:horizontal-pod-autoscaler
  get,list,watch autoscaling horizontalpodautoscalers
  update autoscaling horizontalpodautoscalers/status
  get,update * */scale
  list,watch core pods
  list metrics.k8s.io pods
  get,list custom.metrics.k8s.io *
  get,list external.metrics.k8s.io *
  create,patch,update core,events.k8s.io events
system:controller:cronjob-controller
  create,delete,get,list,patch,update,watch batch jobs
  get,list,update,watch batch cronjobs
  update batch cronjobs/status
  update batch cronjobs/finalizers
  delete,list core pods
  create,patch,update core,events.k8s.io events
`;

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
  roles: ROLES,
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
