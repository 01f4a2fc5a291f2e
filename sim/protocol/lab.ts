import { type Address, address, type Millis } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { Endings } from './network.ts';

/**
 * What a process of the cluster asks the reader's program. All that the program may know is in here, so the same
 * program gives the same question the same answer: that is why replies can be recorded and used again.
 */
export interface LabCall {
  /** The exported function that is called. */
  readonly method: 'reconcile' | 'score' | 'vote' | 'choose';
  /** Fingerprint of the program that is to answer (see `programOf` in src/lab/host.ts). */
  readonly program: string;
  /** Virtual time: what `Date` and `api.now` say during the call. */
  readonly now: Millis;
  /** Where `Math.random` and `api.random` of this call begin. */
  readonly randomSeed: number;
  /** What the program kept in `api.state` at its last call in this life of the process; null at first. */
  readonly state: Value;
  /** The arguments, as plain data. */
  readonly input: ReconcileInput | ScoreInput | VoteInput | ChooseInput;
}

/** What a controller sees: one key, and its informers' caches as they are now (they may be late). */
export interface ReconcileInput {
  readonly key: string;
  /** By the names that the program calls them by: `replicaSets`, `pods`. */
  readonly caches: Readonly<Record<string, readonly object[]>>;
  /** What became of the writes of the last call for this key. */
  readonly answers: readonly LabAnswer[];
}

/** What became of one write: see `Answer` in src/lab/api.ts. */
export interface LabAnswer {
  readonly verb: LabWrite['verb'];
  readonly name: string;
  readonly status: number;
  readonly message: string;
}

/** What a score plugin sees: the pod, what it asks for, and all nodes that passed the filters, with the pods on them. */
export interface ScoreInput {
  readonly pod: object;
  readonly requests: { readonly cpuMilli: number; readonly memoryBytes: number };
  readonly nodes: readonly object[];
}

/** What a member of etcd is asked for, and what it knows: see `VoteRequest` and `Voter` in src/lab/voteapi.ts. */
export interface VoteInput {
  readonly request: object;
  readonly voter: object;
}

/** What a kube-proxy sees: all Services that get rules, and the node that they are for. */
export interface ChooseInput {
  readonly node: string;
  /** '' when the node's labels name none. */
  readonly zone: string;
  readonly services: readonly ProxiedService[];
}

/** A Service with its slices, and how connections from this node to their addresses ended since the last call. */
export interface ProxiedService {
  readonly service: object;
  readonly slices: readonly object[];
  readonly connections: readonly (Endings & { readonly address: string })[];
}

/** The addresses that get rules: for traffic that may go to any node, and for traffic with a policy Local. */
export interface ChosenEndpoints {
  readonly cluster: readonly string[];
  readonly local: readonly string[];
}

/** What the program gave back. A failure is a reply too: the process crashes of it, inside the cluster. */
export type LabReply =
  | { readonly ok: true; readonly output: LabOutput; readonly state: Value; readonly logs: readonly string[] }
  | { readonly ok: false; readonly failure: LabFailure; readonly logs: readonly string[] };

/** Writes of a reconcile; scores of a plugin, one a node; a member's vote; a kube-proxy's choice for each Service. */
export type LabOutput =
  | { readonly writes: readonly LabWrite[]; readonly requeueAfterMs: Millis | null }
  | { readonly scores: readonly number[] }
  | { readonly vote: LabVote }
  | { readonly chosen: readonly ChosenEndpoints[]; readonly againAfterMs: Millis | null };

/** Whether the vote is given, and why in a few words. */
export interface LabVote {
  readonly grant: boolean;
  readonly because: string;
}

/** One write, sent to the API server when `reconcile` has returned. Objects are named by what their metadata says. */
export type LabWrite =
  | { readonly verb: 'create'; readonly object: object }
  | { readonly verb: 'delete'; readonly kind: string; readonly namespace: string; readonly name: string }
  | {
      readonly verb: 'patch';
      readonly kind: string;
      readonly namespace: string;
      readonly name: string;
      readonly subresource: '' | 'status';
      readonly patch: object;
    };

/** Why there is no result, in the reader's terms. */
export interface LabFailure {
  /** `gone`: the sandbox itself died, or could not start. */
  readonly kind: 'syntax' | 'thrown' | 'timeout' | 'memory' | 'bad-result' | 'gone';
  /** `TypeError: pods.lenght is not a function`, or a sentence. */
  readonly message: string;
  /** Where in the editor, from 1; undefined when nobody knows. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** The reader's own frames, innermost first. */
  readonly stack: readonly LabFrame[];
}

/** One line of a stack, in the editor's numbers. */
export interface LabFrame {
  /** '' for the top level of the program. */
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** The labs a cluster can be set up for, and the component that runs the reader's program in each. */
export const LAB_PROCESSES = {
  'replicaset-controller': 'my-replicaset-controller',
  'score-plugin': 'my-score-plugin',
  operator: 'my-operator',
  vote: 'etcd-2',
  'kube-proxy': 'my-kube-proxy',
} as const;

/** A lab's kind: what the reader builds. */
export type LabKind = keyof typeof LAB_PROCESSES;

/** Asks a score plugin about all nodes that passed the filters, at once. */
export interface ScorePluginProtocol {
  score: ScoreInput & { readonly randomSeed: number };
}

/** The plugin's answer: a number for each node in their order, or why there is none. */
export type ScoreAnswer = { readonly scores: readonly number[] } | { readonly error: string };

/** The plugin that the reader writes. */
export const SCORE_PLUGIN: Address<ScorePluginProtocol> = address(LAB_PROCESSES['score-plugin']);
