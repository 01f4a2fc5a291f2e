import { drawnAs } from '../names.ts';
import { glob } from '../pattern.ts';
import type { Told } from './chain.ts';

/** When a sentence belongs to a link: globs over its parts. What is absent matches everything. */
interface Rule {
  readonly kind: Told['kind'];
  readonly by?: string;
  readonly to?: string;
  readonly verb?: string;
  readonly object?: string;
  readonly say: string;
}

/** The rule by which a link follows from what was before it; '' when there is none. The first that matches holds. */
export function ruleOf(link: Pick<Told, 'kind' | 'by' | 'to' | 'verb' | 'object'>): string {
  const fits = ({ kind, by = '*', to = '*', verb = '*', object = '*' }: Rule) => {
    if (kind !== link.kind || !glob(to, drawnAs(link.to ?? ''))) return false;
    return glob(by, drawnAs(link.by)) && glob(verb, link.verb) && glob(object, link.object);
  };
  return RULES.find(fits)?.say ?? '';
}

const FRAME = 'A controller compares what is with what is wanted, and asks for the difference.';

const RULES: readonly Rule[] = [
  { kind: 'fault', verb: 'kill *', say: 'A machine without power says nothing, and nobody is told.' },
  {
    kind: 'fault',
    verb: 'cut *',
    say: 'What runs on a machine without a network runs on; from outside it looks dead.',
  },
  {
    kind: 'fault',
    verb: 'stop *',
    say: 'A process that ends forgets what it knew; whoever was connected to it hears of that.',
  },
  { kind: 'fault', verb: 'crash *', say: 'A container lives as long as its first process.' },

  { kind: 'write', verb: 'delete', say: 'An object is gone when etcd has removed its key; that is a revision too.' },
  {
    kind: 'write',
    say: 'A change counts once etcd has it on disk. Each write is the next revision of the whole store.',
  },
  {
    kind: 'admission',
    say: 'A request passes gates in a fixed order: who asks, may they, and before a write admission and validation.',
  },

  {
    kind: 'silence',
    verb: 'renew',
    say: 'A kubelet renews its Lease every 10 s: that is all the control plane knows of its life.',
  },

  {
    kind: 'request',
    verb: 'POST',
    object: 'pod/*/binding',
    say: 'To bind a pod is one small write: the name of its node.',
  },
  {
    kind: 'request',
    object: 'event/*',
    say: 'Events are notes for people. Nothing in the control plane acts on them.',
  },
  { kind: 'request', by: 'kubectl', say: 'kubectl changes nothing itself: all it does is ask the API server.' },
  {
    kind: 'request',
    verb: 'DELETE',
    object: 'pod/*',
    say: 'A deletion first marks the pod; its kubelet stops the containers, and then the object goes.',
  },
  {
    kind: 'request',
    by: 'kubelet/*',
    object: 'pod/*/status',
    say: 'A kubelet looks at its runtime and reports what it finds as the pod’s status.',
  },
  {
    kind: 'request',
    by: 'kube-controller-manager',
    object: '*/status',
    say: 'A controller writes what it counted or found into status, for all to see.',
  },
  { kind: 'request', by: 'kube-controller-manager', say: FRAME },

  {
    kind: 'watch',
    verb: 'ADDED',
    object: 'pod/*',
    to: 'kube-scheduler',
    say: 'A pod that names no node goes into the scheduler’s queue.',
  },
  {
    kind: 'watch',
    verb: 'ADDED',
    object: 'pod/*',
    to: 'kubelet/*',
    say: 'A kubelet hears of the pods whose spec.nodeName is its own node, and of no others.',
  },
  {
    kind: 'watch',
    say: 'Nobody is given orders: whoever keeps a watch open hears of each change, and acts by itself.',
  },

  {
    kind: 'decision',
    verb: 'scheduler/unschedulable',
    say: 'When no node fits, the pod waits, and is tried again when something changes that could help.',
  },
  {
    kind: 'decision',
    verb: 'scheduler/*',
    say: 'For each pod the scheduler leaves out the nodes where it does not fit, scores the others, and takes the best.',
  },
  {
    kind: 'decision',
    verb: 'deployment/new-replicaset',
    say: 'A Deployment makes no pods: it keeps a ReplicaSet for each version of its template.',
  },
  { kind: 'decision', verb: 'replicaset/*', say: FRAME },
  {
    kind: 'decision',
    verb: 'nodelifecycle/node-silent',
    say:
      'The node lifecycle controller looks every 5 s; when a node’s Lease has stood still for longer than 50 s (40 s ' +
      'before Kubernetes 1.32; a scenario may say otherwise), it sets Ready to Unknown.',
  },
  {
    kind: 'decision',
    verb: 'nodelifecycle/taint',
    say: 'A node that is not Ready is tainted: NoSchedule keeps new pods away, NoExecute drives out those that do not tolerate it.',
  },
  {
    kind: 'decision',
    verb: 'tainteviction/*',
    say: 'A pod may stay as long as its toleration says, 300 s unless it brings another. Then it is deleted, not moved.',
  },
  {
    kind: 'decision',
    verb: 'kubelet/back-off',
    say: 'A container that ends again and again waits longer each time: 10 s, 20 s, 40 s, at most 5 min.',
  },
  {
    kind: 'decision',
    verb: 'kubelet/container-died',
    say: 'The kubelet asks its runtime every second what runs; the pod’s restartPolicy says what follows.',
  },
  {
    kind: 'decision',
    verb: 'kubelet/readiness-*',
    say: 'Readiness decides whether a pod gets traffic; it never restarts a container.',
  },
  {
    kind: 'decision',
    verb: 'kubelet/liveness-failure',
    say: 'A container that fails its liveness probe is stopped and started again.',
  },
  {
    kind: 'decision',
    verb: 'endpointslice/*',
    say: 'A pod is an endpoint of a Service when the selector matches its labels; it counts as ready when the pod is Ready.',
  },
  { kind: 'decision', verb: 'garbagecollector/*', say: 'What has lost all its owners is deleted.' },

  {
    kind: 'call',
    verb: 'runPodSandbox',
    say: 'First the sandbox, with the pod’s network; then images; then containers.',
  },
  {
    kind: 'call',
    verb: 'attach',
    say: 'The network plugin gives the sandbox its address; all containers of the pod share it.',
  },
  {
    kind: 'call',
    verb: 'pullImage',
    say: 'An image that the node does not have is fetched before a container is made from it.',
  },
  {
    kind: 'call',
    verb: 'startContainer',
    say: 'A pod is Running once its containers are made and at least one of them runs.',
  },
];
