import type { Pod, ReplicaSet } from './api.ts';
import type { Chosen } from './proxyapi.ts';
import type { Ballot, VoteRequest, Voter } from './voteapi.ts';

/** One test of a lab: it runs in a cluster of its own, with the program deployed, or the file applied, at its start. */
export interface LabCase {
  /** Short and lasting: hints and wrong programs name it. */
  readonly id: string;
  /** What must be so, as one sentence. */
  readonly says: string;
  /** Plays, and expects. */
  run(cluster: LabCluster): Promise<void>;
}

/** What a test can do to its cluster, and see of it. Time passes only where a test lets it. */
export interface LabCluster {
  /** Lets virtual time pass: `10s`, `300ms`. */
  wait(duration: string): Promise<void>;
  /** Types a line and waits for its end; gives what it printed. `files` holds an object for each file it names. */
  kubectl(line: string, files?: Readonly<Record<string, object>>): Promise<string>;
  /** Types a line and does not wait. */
  type(line: string): void;
  /** Breaks or mends something: `stop my-replicaset-controller`. */
  fault(line: string): void;
  /** Creates an object. */
  create(object: object): Promise<void>;
  /** The pods that are there and not being deleted, in the order of their names. */
  pods(): readonly Pod[];
  /** A ReplicaSet as etcd has it. */
  replicaSet(name: string): ReplicaSet;
  /** How many pods the program's process has created so far, over all its lives. */
  created(): number;
  /** What etcd has of a kind, by its plural and group: `deployments`, `kiosks.port.example`. */
  objects<O>(plural: string): readonly O[];
  /** What the program's process has asked the API server to change so far: `PATCH /api/v1/…`. */
  writes(): readonly string[];
  /** The last Event with this reason, as text; '' when there is none. */
  event(reason: string): string;
  /** Asks the program for a vote, with no cluster around it. `api.state` is kept from one question to the next. */
  ask(request: VoteRequest, voter: Voter): Promise<Ballot>;
  /** What each member of etcd says of itself. */
  members(): readonly LabMember[];
  /** The elections that were won since the program was deployed, in their order. */
  elections(): readonly { readonly member: string; readonly term: number }[];
  /** The addresses that the kernel of a node has rules for, by Service; undefined when it has none of that name. */
  rules(node: string, service: string): Chosen | undefined;
  /** Fails the test with a sentence, unless it is so. */
  expect(isSo: boolean, otherwise: string): void;
}

/** A member of etcd, as a test sees it. */
export interface LabMember {
  /** `etcd-0` */
  readonly name: string;
  readonly isUp: boolean;
  /** `leader`, `follower`, `candidate`, `pre-candidate`, as it sees itself. */
  readonly role: string;
  readonly term: number;
  /** Whom it has voted for in that term; '' for nobody. */
  readonly votedFor: string;
}

/** What a downloaded project runs its tests with: the simulator with one program in it. */
export interface OpenLab {
  /** Runs one test in a new cluster; gives '' when it passed, else a sentence why not. */
  run(test: LabCase): Promise<string>;
}
