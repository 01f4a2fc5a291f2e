/**
 * What a lab's program may use. With the files of `project/apitext.ts` it is the one source of the editor's completion,
 * the API page and the types of a downloaded project: they import types of one another only, to be handed out as one.
 */

/** Labels: small texts by which objects find one another. */
export type Labels = Readonly<Record<string, string>>;

/** What every object has. Objects from a cache are read-only: change the cluster with `create`, `patch` and `delete`. */
export interface Metadata {
  readonly name: string;
  readonly namespace: string;
  /** Given by the API server; never used twice, even if the name is. */
  readonly uid: string;
  readonly labels?: Labels;
  /** Who this object belongs to. The one with `controller: true` looks after it. */
  readonly ownerReferences?: readonly OwnerReference[];
  readonly creationTimestamp?: string;
  /** There while the object is being deleted: it still exists, but do not count on it. */
  readonly deletionTimestamp?: string;
  /** Goes up when `spec` changes. */
  readonly generation?: number;
  /** Changes with every write of the object. */
  readonly resourceVersion?: string;
}

/** One owner of an object. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  readonly controller?: boolean;
  readonly blockOwnerDeletion?: boolean;
}

/** A set of pods that are all alike, and how many of them there shall be. */
export interface ReplicaSet {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'ReplicaSet';
  readonly metadata: Metadata;
  readonly spec: {
    /** How many pods are wanted. */
    readonly replicas: number;
    readonly selector: { readonly matchLabels?: Labels };
    /** What each pod is made from. */
    readonly template: { readonly metadata?: { readonly labels?: Labels }; readonly spec: PodSpec };
  };
  readonly status?: ReplicaSetStatus;
}

/** What the controller reports about a ReplicaSet. `kubectl get replicaset` prints it. */
export interface ReplicaSetStatus {
  readonly replicas: number;
  readonly readyReplicas?: number;
  readonly availableReplicas?: number;
  readonly observedGeneration?: number;
}

/** One pod. */
export interface Pod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** What a pod shall be. */
export interface PodSpec {
  readonly containers: readonly Container[];
  /** The node it runs on; absent until the scheduler has bound it. */
  readonly nodeName?: string;
}

/** One container of a pod. */
export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports?: readonly { readonly containerPort: number }[];
  readonly resources?: {
    /** What the scheduler counts: `{ cpu: '500m', memory: '256Mi' }`. */
    readonly requests?: Readonly<Record<string, string>>;
    /** What it cannot go beyond. */
    readonly limits?: Readonly<Record<string, string>>;
  };
}

/** How a pod is. */
export interface PodStatus {
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly conditions?: readonly Condition[];
  /** Its address, once it has one. */
  readonly podIP?: string;
}

/** One thing that is so, or is not. */
export interface Condition {
  /** `Ready`, `PodScheduled`, … */
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason?: string;
}

/** A pod that does not exist yet. The API server makes up the name when `generateName` is given. */
export interface NewPod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: {
    readonly namespace: string;
    readonly name?: string;
    /** The beginning of the name; the API server adds five characters. */
    readonly generateName?: string;
    readonly labels?: Labels;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly spec: PodSpec;
}

/** How a Deployment or a Service begins that does not exist yet. */
export interface NewMetadata {
  readonly namespace: string;
  readonly name: string;
  readonly labels?: Labels;
  readonly ownerReferences?: readonly OwnerReference[];
}

/** Pods that are all alike, and can be exchanged for others while they work. */
export interface Deployment {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly metadata: Metadata;
  readonly spec: DeploymentSpec;
  readonly status?: {
    /** The generation that this status speaks of. */
    readonly observedGeneration?: number;
    readonly replicas?: number;
    /** Pods made from the present template. */
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly availableReplicas?: number;
    readonly conditions?: readonly Condition[];
  };
}

/** What a Deployment shall be. */
export interface DeploymentSpec {
  readonly replicas: number;
  readonly selector: { readonly matchLabels?: Labels };
  /** What each pod is made from. */
  readonly template: { readonly metadata?: { readonly labels?: Labels }; readonly spec: PodSpec };
}

/** A Deployment that does not exist yet. */
export interface NewDeployment {
  readonly apiVersion: 'apps/v1';
  readonly kind: 'Deployment';
  readonly metadata: NewMetadata;
  readonly spec: DeploymentSpec;
}

/** One address in front of many pods. */
export interface Service {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: Metadata;
  readonly spec: ServiceSpec;
}

/** Which pods a Service stands for. */
export interface ServiceSpec {
  /** Labels of the pods that it sends to. */
  readonly selector?: Labels;
  readonly ports?: readonly { readonly port: number; readonly targetPort?: number | string }[];
  /** Local: traffic from this node's own pods stays on the node. */
  readonly internalTrafficPolicy?: 'Cluster' | 'Local';
  /** Local: traffic from outside of the cluster stays on the node that it reached. */
  readonly externalTrafficPolicy?: 'Cluster' | 'Local';
}

/** A Service that does not exist yet. */
export interface NewService {
  readonly apiVersion: 'v1';
  readonly kind: 'Service';
  readonly metadata: NewMetadata;
  readonly spec: ServiceSpec;
}

/** A kind that a CustomResourceDefinition describes: a shop with windows. A web server, and an address for it. */
export interface Kiosk {
  readonly apiVersion: 'port.example/v1';
  readonly kind: 'Kiosk';
  readonly metadata: Metadata;
  readonly spec: {
    /** What each of its pods runs. */
    readonly image: string;
    /** How many pods are wanted; the schema fills in 1. */
    readonly windows: number;
  };
  readonly status?: KioskStatus;
}

/** What the operator reports about a Kiosk. `kubectl get kiosks` prints it. */
export interface KioskStatus {
  /** How many of its pods are ready. */
  readonly open?: number;
  /** The generation of the Kiosk that this status speaks of. */
  readonly observedGeneration?: number;
  readonly conditions?: readonly KioskCondition[];
}

/** One thing that is so of a Kiosk, or is not. */
export interface KioskCondition {
  readonly type: 'Ready';
  readonly status: 'True' | 'False';
  /** Why, in one word, in camel case. */
  readonly reason: string;
  /** Why, for people. */
  readonly message?: string;
  /** When `status` became what it is, as `new Date().toISOString()` says it. */
  readonly lastTransitionTime?: string;
}

/** What was watched until now, kept in memory. It can be late: it shows what has been heard, not what is. */
export interface Cache<O> {
  /** The object under `namespace/name`, or undefined. */
  get(key: string): O | undefined;
  /** All objects, in the order of their keys. */
  list(): readonly O[];
}

/** What became of one write of the call before. */
export interface Answer {
  readonly verb: 'create' | 'patch' | 'delete';
  /** The object's name; of a created one, the name that the API server made up; '' when it was refused. */
  readonly name: string;
  /** As in HTTP: 201 created, 200 done, 404 not there, 409 in conflict, 0 when no answer came. */
  readonly status: number;
  /** Why it was refused; '' when it was not. */
  readonly message: string;
}

/** What every program has. */
export interface Api<State> {
  /** The cluster's clock, in ms; `Date` shows the same time. */
  readonly now: number;
  /**
   * What you keep from one call to the next: plain data. It is lost when the process ends. Nothing else is kept: a
   * variable outside of your function begins anew with each call.
   */
  state: State | undefined;
  /** A whole number from 0 up to, and without, `bound`. */
  random(bound: number): number;
  /** Writes a line to the log of your process. */
  log(...values: readonly unknown[]): void;
}

/**
 * What `reconcile(key, api)` is given. Your frame watches ReplicaSets and Pods and queues the key of a ReplicaSet,
 * `namespace/name`, when it or one of its pods changes. One key is worked on once at a time.
 */
export interface ControllerApi<State = unknown> extends Api<State> {
  readonly replicaSets: Cache<ReplicaSet>;
  readonly pods: Cache<Pod>;
  /** What became of the writes of the last call for this key in this life of the process. */
  readonly answers: readonly Answer[];
  /** Asks the API server for a new pod. Writes are sent when `reconcile` has returned, in their order. */
  create(pod: NewPod): void;
  /** Asks the API server to delete an object. */
  delete(object: Pod | ReplicaSet): void;
  /** Merges fields into an object (a JSON merge patch): `{ metadata: { labels: { a: 'b' } } }`. */
  patch(object: Pod | ReplicaSet, fields: object): void;
  /** Merges fields into the status of a ReplicaSet. */
  patchStatus(set: ReplicaSet, status: Partial<ReplicaSetStatus>): void;
  /** Queues the key again after so many ms. When a write was refused, the frame does it for you, later each time. */
  requeueAfter(ms: number): void;
}

/**
 * What `reconcile(key, api)` of an operator is given. Your frame watches Kiosks, Deployments and Services and queues
 * the key of a Kiosk, `namespace/name`, when it changes, or an object that names it as its controller.
 */
export interface OperatorApi<State = unknown> extends Api<State> {
  readonly kiosks: Cache<Kiosk>;
  readonly deployments: Cache<Deployment>;
  readonly services: Cache<Service>;
  /** What became of the writes of the last call for this key in this life of the process. */
  readonly answers: readonly Answer[];
  /** Asks the API server for a new object. Writes are sent when `reconcile` has returned, in their order. */
  create(object: NewDeployment | NewService): void;
  /** Asks the API server to delete an object. */
  delete(object: Deployment | Service): void;
  /** Merges fields into an object (a JSON merge patch): a list in it takes the place of the whole list. */
  patch(object: Kiosk | Deployment | Service, fields: object): void;
  /** Merges fields into the status of a Kiosk, through its subresource `status`. */
  patchStatus(kiosk: Kiosk, status: KioskStatus): void;
  /** Queues the key again after so many ms. When a write was refused, the frame does it for you, later each time. */
  requeueAfter(ms: number): void;
}

/** A node that has room for the pod, as `score(pod, nodes, api)` sees it. CPU in thousandths of a core. */
export interface ScoreNode {
  readonly name: string;
  readonly labels: Labels;
  /** What pods may ask for in all. */
  readonly allocatable: Resources;
  /** What the pods on it ask for. */
  readonly requested: Resources;
  /** The pods on it, those included that the scheduler has just decided on. */
  readonly pods: readonly Pod[];
}

/** CPU in thousandths of a core, memory in bytes. */
export interface Resources {
  readonly cpuMilli: number;
  readonly memoryBytes: number;
}

/** What `score(pod, nodes, api)` is given beside the pod and the nodes. */
export interface ScoreApi<State = unknown> extends Api<State> {
  /** What the pod to be placed asks for. */
  readonly requests: Resources;
}

/** A controller: brings the world closer to what the ReplicaSet with this key asks for. */
export type Reconcile<State = unknown> = (key: string, api: ControllerApi<State>) => void;

/** A score plugin: one whole number from 0 to 100 for each node, in their order. The highest sum of all plugins wins. */
export type Score<State = unknown> = (pod: Pod, nodes: readonly ScoreNode[], api: ScoreApi<State>) => readonly number[];
