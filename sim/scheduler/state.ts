import type { Pod } from '../api/kinds/pod.ts';
import type { ClientState } from '../client/calls.ts';
import type { Election } from '../client/leaderelection.ts';
import type { Recorder } from '../client/recorder.ts';
import type { MessageId, Millis } from '../kernel/message.ts';
import type { Decision, Filtered } from './framework.ts';
import type { NodeInfo } from './nodeinfo.ts';
import type { SchedulerConfiguration } from './profiles.ts';
import type { QueuedPod, SchedulingQueue } from './queue.ts';

/** What the scheduler knows. */
export interface SchedulerState {
  client: ClientState;
  election: Election;
  recorder: Recorder;
  queue: SchedulingQueue;
  /** Nodes with the pods bound or assumed there. */
  nodes: Map<string, NodeInfo>;
  /** Pods on a node by this scheduler's decision that its informer has not confirmed yet, by `ns/name`. */
  assumed: Map<string, Pod>;
  /** Assumed pods that are not bound yet because something has to be written and seen first, by `ns/name`. */
  held: Map<string, Held>;
  /** Pods for which room is being made, by `ns/name`, and the name of the node. */
  nominated: Map<string, string>;
  /** Preemptions whose requests are not all answered, by the pod that is to get the room. */
  preempting: Map<string, Preempting>;
  /** The pod of the running cycle: it has been popped and its node is not decided yet. */
  current: QueuedPod | null;
  /** Where the next search begins in the list of nodes. */
  startIndex: number;
  cycleMs: Millis;
  startedAt: Millis;
  /** When the queue's timer rings; null when none is set (times before virtual 0 are negative). */
  flushAt: Millis | null;
  lastDecision: (Decision & { readonly pod: string }) | null;
  /** Its profiles; null for the default one alone. */
  configuration: SchedulerConfiguration | null;
  /** The one plugin that scores, as a process of its own; null in the default profile. */
  profile: Profile | null;
  /** The cycle that waits for that plugin's numbers. */
  asking: Asking | null;
}

/** Victims that are still to be deleted, one request after another. */
export interface Preempting {
  /** Of the pod that is to get the room. */
  readonly uid: string;
  readonly node: string;
  /** Victims, by `ns/name`, that have not been deleted yet. */
  readonly left: readonly string[];
  /** The last, which is begun when all others are done. */
  readonly last: string;
}

/** A pod between Reserve and Bind, and the node that was chosen for it. */
export interface Held {
  readonly entry: QueuedPod;
  readonly node: string;
  readonly score: number;
  readonly causes: readonly MessageId[];
}

/** A profile with a single score plugin. */
export interface Profile {
  readonly plugin: string;
  readonly weight: number;
}

/** A cycle between filtering and scoring. */
export interface Asking {
  readonly request: MessageId;
  readonly filtered: Filtered;
  readonly causes: readonly MessageId[];
}

/** Who writes Events about a pod: each profile under its own name. */
export function recorderFor({ recorder }: SchedulerState, { spec }: Pod): Recorder {
  recorder.component = spec.schedulerName ?? recorder.component;
  return recorder;
}

/** How notes name a pod. */
export function aboutPod(key: string): { readonly about: string; readonly namespace: string } {
  const slash = key.indexOf('/');
  return { about: `pod/${key.slice(slash + 1)}`, namespace: key.slice(0, slash) };
}
