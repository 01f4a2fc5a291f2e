import { readSchemas } from './schema.ts';
import { storageSchemas } from './storageschemas.ts';

/** StatefulSets, DaemonSets, their history, and ReplicationControllers; names and keys are upstream's, v1.36. */
export const workloadSchemas = readSchemas(
  `
StatefulSet kind apiVersion metadata:ObjectMeta spec:StatefulSetSpec status:StatefulSetStatus
StatefulSetSpec replicas:i selector!:LabelSelector template!:PodTemplateSpec
  volumeClaimTemplates:[]PersistentVolumeClaim serviceName podManagementPolicy updateStrategy:StatefulSetUpdateStrategy
  revisionHistoryLimit:i minReadySeconds:i
  persistentVolumeClaimRetentionPolicy:StatefulSetPersistentVolumeClaimRetentionPolicy ordinals:StatefulSetOrdinals
StatefulSetUpdateStrategy type rollingUpdate:RollingUpdateStatefulSetStrategy
RollingUpdateStatefulSetStrategy partition:i maxUnavailable:x
StatefulSetPersistentVolumeClaimRetentionPolicy whenDeleted whenScaled
StatefulSetOrdinals start:i
StatefulSetStatus observedGeneration:l replicas!:i readyReplicas:i currentReplicas:i updatedReplicas:i currentRevision
  updateRevision collisionCount:i conditions:[]StatefulSetCondition^type availableReplicas:i
StatefulSetCondition type! status! lastTransitionTime:t reason message
DaemonSet kind apiVersion metadata:ObjectMeta spec:DaemonSetSpec status:DaemonSetStatus
DaemonSetSpec selector!:LabelSelector template!:PodTemplateSpec updateStrategy:DaemonSetUpdateStrategy
  minReadySeconds:i revisionHistoryLimit:i
DaemonSetUpdateStrategy type rollingUpdate:RollingUpdateDaemonSet
RollingUpdateDaemonSet maxUnavailable:x maxSurge:x
DaemonSetStatus currentNumberScheduled!:i numberMisscheduled!:i desiredNumberScheduled!:i numberReady!:i
  observedGeneration:l updatedNumberScheduled:i numberAvailable:i numberUnavailable:i collisionCount:i
  conditions:[]DaemonSetCondition^type
DaemonSetCondition type! status! lastTransitionTime:t reason message
ControllerRevision kind apiVersion metadata:ObjectMeta data:any revision!:l
ReplicationController kind apiVersion metadata:ObjectMeta spec:ReplicationControllerSpec
  status:ReplicationControllerStatus
ReplicationControllerSpec replicas:i minReadySeconds:i selector:{} template:PodTemplateSpec
ReplicationControllerStatus replicas!:i fullyLabeledReplicas:i readyReplicas:i availableReplicas:i
  observedGeneration:l conditions:[]ReplicationControllerCondition^type
ReplicationControllerCondition type! status! lastTransitionTime:t reason message
`,
  storageSchemas,
);
