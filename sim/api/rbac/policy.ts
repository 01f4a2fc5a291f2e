import type { ClusterRole } from '../kinds/clusterrole.ts';
import type { ClusterRoleBinding } from '../kinds/clusterrolebinding.ts';
import { aggregate } from './aggregation.ts';
import { type PolicyRule, RBAC, type Subject } from './rules.ts';

/**
 * The roles that a new cluster has, as far as its parts are simulated: name, then rules, each `verbs groups resources`.
 * `read` is get, list and watch; `write` the five verbs that change; `core` the group ''; `-` stands for URLs that are
 * no resources; `=name` limits a rule to one object; `>edit` is a label by which other roles take these rules in,
 * `<edit` the label a role collects by. A line that is too long goes on below, deeper. Facts of
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy, v1.36.
 */
const roles = `
cluster-admin
  * * *
  * - *
admin <admin
edit <edit >admin
view <view >edit
system:aggregate-to-admin >admin
  create authorization.k8s.io localsubjectaccessreviews
  read,write rbac.authorization.k8s.io rolebindings,roles
system:aggregate-to-edit >edit
  read core pods/attach,pods/exec,pods/portforward,pods/proxy,secrets,services/proxy
  impersonate core serviceaccounts
  write core pods,pods/attach,pods/exec,pods/portforward,pods/proxy
  create core pods/eviction
  write core configmaps,events,persistentvolumeclaims,replicationcontrollers,replicationcontrollers/scale,secrets,
    serviceaccounts,services,services/proxy
  create core serviceaccounts/token
  write apps daemonsets,deployments,deployments/rollback,deployments/scale,replicasets,replicasets/scale,
    statefulsets,statefulsets/scale
  write autoscaling horizontalpodautoscalers
  write batch cronjobs,jobs
  write policy poddisruptionbudgets
  write networking.k8s.io ingresses,networkpolicies
  read,write coordination.k8s.io leases
system:aggregate-to-view >view
  read core configmaps,endpoints,persistentvolumeclaims,persistentvolumeclaims/status,pods,replicationcontrollers,
    replicationcontrollers/scale,serviceaccounts,services,services/status
  read core bindings,events,limitranges,namespaces/status,pods/log,pods/status,replicationcontrollers/status,
    resourcequotas,resourcequotas/status
  read core namespaces
  read discovery.k8s.io endpointslices
  read apps controllerrevisions,daemonsets,daemonsets/status,deployments,deployments/scale,deployments/status,
    replicasets,replicasets/scale,replicasets/status,statefulsets,statefulsets/scale,statefulsets/status
  read autoscaling horizontalpodautoscalers,horizontalpodautoscalers/status
  read batch cronjobs,cronjobs/status,jobs,jobs/status
  read policy poddisruptionbudgets,poddisruptionbudgets/status
  read networking.k8s.io ingresses,ingresses/status,networkpolicies
system:auth-delegator
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
system:basic-user
  create authorization.k8s.io selfsubjectaccessreviews,selfsubjectrulesreviews
  create authentication.k8s.io selfsubjectreviews
system:discovery
  get - /api,/api/*,/apis,/apis/*,/healthz,/livez,/openapi,/openapi/*,/readyz,/version,/version/
system:public-info-viewer
  get - /healthz,/livez,/readyz,/version,/version/
system:monitoring
  get - /healthz,/healthz/*,/livez,/livez/*,/metrics,/metrics/slis,/readyz,/readyz/*
system:kube-controller-manager
  create,patch,update core,events.k8s.io events
  create coordination.k8s.io leases
  get,update coordination.k8s.io leases =kube-controller-manager
  create core secrets,serviceaccounts
  delete core secrets
  get core configmaps,namespaces,secrets,serviceaccounts
  update core secrets,serviceaccounts
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
  list,watch * *
  create core serviceaccounts/token
system:kube-scheduler
  create,patch,update core,events.k8s.io events
  create coordination.k8s.io leases
  get,update coordination.k8s.io leases =kube-scheduler
  read core nodes
  delete,get,list,watch core pods
  create core bindings,pods/binding
  patch,update core pods/status
  read core replicationcontrollers,services
  read apps,extensions replicasets
  read apps statefulsets
  read policy poddisruptionbudgets
  read core persistentvolumeclaims,persistentvolumes
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io subjectaccessreviews
  read storage.k8s.io csinodes
  read core namespaces
  read storage.k8s.io csidrivers
  read storage.k8s.io csistoragecapacities
system:volume-scheduler
  get,list,patch,update,watch core persistentvolumes
  read storage.k8s.io storageclasses
  get,list,patch,update,watch core persistentvolumeclaims
system:node
  create authentication.k8s.io tokenreviews
  create authorization.k8s.io localsubjectaccessreviews,subjectaccessreviews
  read core services
  create,get,list,watch core nodes
  patch,update core nodes/status
  patch,update core nodes
  create,patch,update core events
  read core pods
  create,delete core pods
  patch,update core pods/status
  create core pods/eviction
  read core configmaps,secrets
  get core persistentvolumeclaims,persistentvolumes
  get core endpoints
  create,get,list,watch certificates.k8s.io certificatesigningrequests
  create,delete,get,patch,update coordination.k8s.io leases
  get storage.k8s.io volumeattachments
  create core serviceaccounts/token
  get,patch,update core persistentvolumeclaims/status
  read storage.k8s.io csidrivers
  create,delete,get,patch,update storage.k8s.io csinodes
  read node.k8s.io runtimeclasses
system:node-proxier
  list,watch core endpoints,services
  read core nodes
  create,patch,update core,events.k8s.io events
  list,watch discovery.k8s.io endpointslices
system:controller:clusterrole-aggregation-controller
  escalate,get,list,patch,update,watch rbac.authorization.k8s.io clusterroles
system:controller:deployment-controller
  get,list,update,watch apps,extensions deployments
  update apps,extensions deployments/status
  update apps,extensions deployments/finalizers
  create,delete,get,list,patch,update,watch apps,extensions replicasets
  get,list,update,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:disruption-controller
  read apps,extensions deployments
  read apps,extensions replicasets
  read core replicationcontrollers
  read policy poddisruptionbudgets
  read apps statefulsets
  update policy poddisruptionbudgets/status
  patch,update core pods/status
  get * */scale
  create,patch,update core,events.k8s.io events
system:controller:endpoint-controller
  read core pods,services
  create,delete,get,list,update core endpoints
  create core endpoints/restricted
  create,patch,update core,events.k8s.io events
system:controller:endpointslicemirroring-controller
  read core endpoints,services
  update core services/finalizers
  update core endpoints/finalizers
  create,delete,get,list,update discovery.k8s.io endpointslices
  create,patch,update core,events.k8s.io events
system:controller:endpointslice-controller
  read core nodes,pods,services
  update core services/finalizers
  create,delete,get,list,update,watch discovery.k8s.io endpointslices
  create,patch,update core,events.k8s.io events
system:controller:generic-garbage-collector
  delete,get,list,patch,update,watch * *
  create,patch,update core,events.k8s.io events
system:controller:namespace-controller
  delete,get,list,watch core namespaces
  update core namespaces/finalize,namespaces/status
  delete,deletecollection,get,list,watch * *
system:controller:node-controller
  delete,get,list,patch,update,watch core nodes
  patch,update core nodes/status
  patch,update core pods/status
  delete,get,list,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:persistent-volume-binder
  create,delete,get,list,update,watch core persistentvolumes
  update core persistentvolumes/status
  get,list,update,watch core persistentvolumeclaims
  update core persistentvolumeclaims/status
  create,delete,get,list,watch core pods
  read storage.k8s.io storageclasses
  get,list core secrets
  get,list core nodes
  create,patch,update core,events.k8s.io events
  watch core events
system:controller:pod-garbage-collector
  delete,list,watch core pods
  read core nodes
  patch core pods/status
system:controller:pv-protection-controller
  get,list,update,watch core persistentvolumes
  create,patch,update core,events.k8s.io events
system:controller:pvc-protection-controller
  get,list,update,watch core persistentvolumeclaims
  read core pods
  create,patch,update core,events.k8s.io events
system:controller:replicaset-controller
  get,list,update,watch apps,extensions replicasets
  update apps,extensions replicasets/status
  update apps,extensions replicasets/finalizers
  create,delete,list,patch,watch core pods
  create,patch,update core,events.k8s.io events
system:controller:resourcequota-controller
  list,watch * *
  update core resourcequotas/status
  create,patch,update core,events.k8s.io events
system:controller:root-ca-cert-publisher
  create,update core configmaps
  create,patch,update core,events.k8s.io events
system:controller:service-account-controller
  create core serviceaccounts
  create,patch,update core,events.k8s.io events
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

const AUTHENTICATED = 'Group system:authenticated';
const ANYBODY: readonly string[] = [AUTHENTICATED, 'Group system:unauthenticated'];

/** Who has these roles from the start; each `system:controller:NAME` is for the ServiceAccount NAME besides. */
const BINDINGS: Readonly<Record<string, readonly string[]>> = {
  'cluster-admin': ['Group system:masters'],
  'system:basic-user': [AUTHENTICATED],
  'system:discovery': [AUTHENTICATED],
  'system:kube-controller-manager': ['User system:kube-controller-manager'],
  'system:kube-scheduler': ['User system:kube-scheduler'],
  'system:monitoring': ['Group system:monitoring'],
  'system:node': [],
  'system:node-proxier': ['User system:kube-proxy'],
  'system:public-info-viewer': ANYBODY,
  'system:volume-scheduler': ['User system:kube-scheduler'],
};

const CONTROLLER = 'system:controller:';

/** The roles that kube-apiserver makes sure of whenever it starts; aggregated ones with their rules filled in. */
export function bootstrapRoles(): readonly ClusterRole[] {
  let all = readRoles();
  // admin collects from edit, and edit from view: three rounds reach everything.
  for (let round = 0; round < 3; round += 1) {
    const known = all;
    all = known.map((role) => aggregate(role, known));
  }
  return all;
}

/** The bindings that go with them. */
export function bootstrapBindings(): readonly ClusterRoleBinding[] {
  const controllers = readRoles().flatMap(({ metadata: { name } }) => (name.startsWith(CONTROLLER) ? [name] : []));
  return [
    ...Object.entries(BINDINGS).map(([role, subjects]) => bindingOf(role, role, subjects.map(readSubject))),
    ...controllers.map((role) => {
      const name = role.slice(CONTROLLER.length);
      return bindingOf(role, role, [{ kind: 'ServiceAccount', name, namespace: 'kube-system' }]);
    }),
  ];
}

/** What kubeadm adds: the administrators' group, and the account of kube-proxy. */
export function kubeadmBindings(): readonly ClusterRoleBinding[] {
  const proxy = { kind: 'ServiceAccount', name: 'kube-proxy', namespace: 'kube-system' };
  return [
    plain(bindingOf('kubeadm:cluster-admins', 'cluster-admin', [readSubject('Group kubeadm:cluster-admins')])),
    plain(bindingOf('kubeadm:node-proxier', 'system:node-proxier', [proxy])),
  ];
}

/** The rules by which every kubelet is judged, beside those about its own objects. */
export function nodeRules(): readonly PolicyRule[] {
  return readRoles().find(({ metadata }) => metadata.name === 'system:node')?.rules ?? [];
}

const MARKED = {
  annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
  labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults' },
};

function readRoles(): readonly ClusterRole[] {
  const blocks = roles
    .replace(/\n {4}/g, '')
    .trim()
    .split(/\n(?=\S)/);
  return blocks.map((block) => {
    const [head = '', ...rules] = block.split('\n');
    const [name = '', ...marks] = head.split(' ');
    const labels: Record<string, string> = { ...MARKED.labels };
    for (const mark of marks) if (mark.startsWith('>')) labels[aggregationLabel(mark)] = 'true';
    const collects = marks.find((mark) => mark.startsWith('<'));
    const selectors = collects === undefined ? [] : [{ matchLabels: { [aggregationLabel(collects)]: 'true' } }];
    return {
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      metadata: { name, annotations: MARKED.annotations, labels },
      ...(selectors.length === 0 ? {} : { aggregationRule: { clusterRoleSelectors: selectors } }),
      rules: rules.map((rule) => readRule(rule.trim())),
    };
  });
}

function aggregationLabel(mark: string): string {
  return `${RBAC}/aggregate-to-${mark.slice(1)}`;
}

const WORDS: Readonly<Record<string, readonly string[]>> = {
  read: ['get', 'list', 'watch'],
  write: ['create', 'delete', 'deletecollection', 'patch', 'update'],
};

function readRule(text: string): PolicyRule {
  const [verbs = '', groups = '', resources = '', name] = text.split(' ');
  const all = verbs
    .split(',')
    .flatMap((verb) => WORDS[verb] ?? [verb])
    .sort();
  if (groups === '-') return { verbs: all, nonResourceURLs: resources.split(',') };
  const apiGroups = groups.split(',').map((group) => (group === 'core' ? '' : group));
  const names = name === undefined ? {} : { resourceNames: [name.slice(1)] };
  return { verbs: all, apiGroups, resources: resources.split(','), ...names };
}

function readSubject(text: string): Subject {
  const [kind = '', name = ''] = text.split(' ');
  return { kind, apiGroup: RBAC, name };
}

function bindingOf(name: string, role: string, subjects: readonly Subject[]): ClusterRoleBinding {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name, ...MARKED },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    ...(subjects.length === 0 ? {} : { subjects }),
  };
}

function plain(binding: ClusterRoleBinding): ClusterRoleBinding {
  return { ...binding, metadata: { name: binding.metadata.name } };
}
