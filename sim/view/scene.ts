import type { Address, MessageId, Millis } from '../kernel/message.ts';

/** How a pod stands, as the shape on its plate: never by colour alone. */
export type PodShape = 'running' | 'pending' | 'creating' | 'failed' | 'lost' | 'leaving' | 'done';

/** The four liveries of crates. Pods of one owner wear one. */
export type Livery = 'A' | 'B' | 'C' | 'D';

/** A pod as a crate. */
export interface ScenePod {
  /** `pod/default/web-x7p` */
  readonly id: string;
  /** The part of the name that tells it from its siblings: `x7p`, or the whole name. */
  readonly short: string;
  readonly name: string;
  readonly namespace: string;
  /** `deployment/web`, or the pod itself when nobody owns it. */
  readonly owner: string;
  readonly livery: Livery;
  /** The sum of its containers' requests. */
  readonly cpuMilli: number;
  readonly memoryBytes: number;
  /** STATUS, exactly as `kubectl get pods` prints it. */
  readonly status: string;
  readonly shape: PodShape;
  /** READY, as `kubectl get pods` prints it: `1/1`. */
  readonly ready: string;
  readonly restarts: number;
  readonly image: string;
  readonly ip: string;
}

/** A process: whether it runs and what it is about, in a few words. */
export interface SceneProcess {
  /** Its address: the id that all views share. */
  readonly id: Address;
  /** `kubelet` */
  readonly title: string;
  /** What the port calls it: `captain of ship B`. */
  readonly port: string;
  readonly isUp: boolean;
  /** Live: `queue empty`, `revision 1049`. */
  readonly line: string;
}

/** etcd, kube-apiserver, kube-scheduler, kube-controller-manager, kubectl. */
export interface SceneActor extends SceneProcess {
  readonly kind: 'etcd' | 'apiserver' | 'scheduler' | 'controllers' | 'kubectl' | 'lab';
  /** Whether it holds a watch open to the API server. */
  readonly isListening: boolean;
}

/** A node as a ship. */
export interface SceneNode {
  /** `node/node-b` */
  readonly id: string;
  readonly name: string;
  /** `B` */
  readonly ship: string;
  /** STATUS, exactly as `kubectl get nodes` prints it: `Ready,SchedulingDisabled`. */
  readonly status: string;
  readonly isReady: boolean;
  readonly isCordoned: boolean;
  /** What is physically wrong, whether or not the cluster knows: `''` nothing, `power`, `cable`. */
  readonly fault: '' | 'power' | 'cable';
  /** `key=value:Effect`, as kubectl describe prints them. */
  readonly taints: readonly string[];
  readonly cpuMilli: number;
  readonly cpuUsedMilli: number;
  readonly memoryBytes: number;
  readonly memoryUsedBytes: number;
  /** Deck slots of 250m each. */
  readonly slots: number;
  readonly kubelet: SceneProcess;
  readonly proxy: SceneProcess;
  readonly runtime: SceneProcess;
  /** The image that the runtime is fetching now; '' when none. */
  readonly pulling: string;
  /** Its label `topology.kubernetes.io/zone`; '' without one. */
  readonly zone: string;
  /** Whether the kubelet holds a watch open to the API server. */
  readonly isListening: boolean;
  /** Empty in a fleet unless the node is in focus; then see `podCount`. */
  readonly pods: readonly ScenePod[];
  readonly podCount: number;
  /** How many of its pods stand how. */
  readonly tally: Readonly<Partial<Record<PodShape, number>>>;
  /** Requests answered here since the start, by all containers. */
  readonly served: number;
  /** Names of the Services that have a ready endpoint here. */
  readonly serves: readonly string[];
}

/** How a message travels: over the API server's wires, on etcd's own line, within a node, or as a program's packet. */
export type FlightKind = 'request' | 'response' | 'watch' | 'store' | 'local' | 'packet';

/** A message on its way between two actors. */
export interface Flight {
  readonly id: MessageId;
  readonly from: Address;
  readonly to: Address;
  readonly kind: FlightKind;
  /** At most two short lines: `PATCH web-x7p/status`, `ContainerCreating`. */
  readonly label: readonly string[];
  readonly sentAt: Millis;
  readonly at: Millis;
  /** 0 when sent, 1 when delivered. */
  readonly progress: number;
  readonly routine: boolean;
  /** True if it travels by radio: to or from the API server, etcd's own line excepted. Drawn in magenta, and nothing else is. */
  readonly radio: boolean;
  /** How many like it travel together: a fan-out is one packet with a count. */
  readonly count: number;
  /** The step it belongs to; 0 when it is not narrated. */
  readonly step: number;
}

/** One of the last three narrated steps: a numbered badge on its line. The newest stands last. */
export interface Badge {
  readonly number: number;
  readonly from: Address;
  readonly to: Address;
  readonly kind: string;
  readonly radio: boolean;
}

/** One line of the ledger: `web-x7p  node-b`. */
export interface LedgerLine {
  readonly key: string;
  /** `pod/web-x7p` */
  readonly object: string;
  readonly value: string;
  readonly revision: number;
}

/** A member of etcd: one copy of the ledger. */
export interface SceneMember {
  /** Its address and the name of its machine: `etcd-0`. */
  readonly id: Address;
  readonly isUp: boolean;
  /** What is physically wrong with its machine: no power, its cable pulled, or only some links of it cut. */
  readonly fault: '' | 'power' | 'cable' | 'link';
  /** It asks the reader's program for its votes. */
  readonly isYours: boolean;
  /** `leader`, `follower`, `candidate`, `learner` …, as the member itself sees it; '' when the process is down. */
  readonly role: string;
  readonly term: number;
  /** For whom it voted in that term; '' for nobody. */
  readonly vote: Address;
  /** Whom it follows; '' for nobody. */
  readonly leader: Address;
  /** The last entry of its log, the last one it knows to be committed, and the last one in its store. */
  readonly last: number;
  readonly committed: number;
  readonly applied: number;
  readonly revision: number;
}

/** One of several processes of the control plane, or the address before the API servers. */
export interface SceneReplica {
  /** Its address: `kube-apiserver-2`, `load-balancer`. */
  readonly id: Address;
  /** The actor that all of them are together: `kube-apiserver`. */
  readonly of: Address;
  readonly machine: string;
  readonly isUp: boolean;
  readonly fault: SceneMember['fault'];
  /** Live: `8 watches open`, `leads`, `stands by`. */
  readonly line: string;
}

/** A Service and how many of its endpoints are ready. */
export interface SceneService {
  /** `service/default/web` */
  readonly id: string;
  readonly name: string;
  readonly clusterIp: string;
  readonly readyEndpoints: number;
  readonly endpoints: number;
}

/** Everything a picture needs at one instant: plain JSON that crosses the thread boundary. */
export interface Scene {
  readonly now: Millis;
  /** `1.530 s` */
  readonly clock: string;
  readonly actors: readonly SceneActor[];
  readonly nodes: readonly SceneNode[];
  /** Pods that name no node yet. */
  readonly unscheduled: readonly ScenePod[];
  readonly services: readonly SceneService[];
  readonly etcd: {
    readonly revision: number;
    readonly recent: readonly LedgerLine[];
    /** The copies of the ledger; empty when there is one. */
    readonly members: readonly SceneMember[];
  };
  /** Where there are several API servers: they, their address, and the schedulers and controller managers beside them. */
  readonly replicas: readonly SceneReplica[];
  readonly flights: readonly Flight[];
  readonly recent: readonly Badge[];
  readonly traffic: { readonly inFlight: number; readonly routineInFlight: number; readonly served: number };
}

/** What the page looks at: a fleet shows the pods of the node in focus only, a long timeline a part of history. */
export interface Focus {
  readonly node?: string | undefined;
  /** The instant around which the timeline is shown; without it, now. */
  readonly around?: Millis | undefined;
  /** The number of the step that is chosen. */
  readonly step?: number | undefined;
}
