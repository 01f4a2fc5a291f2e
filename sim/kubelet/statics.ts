import type { Change } from '../client/cache.ts';
import type { Answer } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';
import type { KubeletState } from './state.ts';

/** What is in the manifest directory of a node: by file name the first document, or null where there is none. */
export type Manifests = Readonly<Record<string, Value>>;

/** Pods from files of the node: a pack's part of kubelet. */
export interface StaticPods {
  /** kubelet has begun: it reads the directory. */
  begin(state: KubeletState, io: IO): void;
  /** Takes its own timers and what people do to files; false for any other message. */
  message(state: KubeletState, message: AnyMessage, io: IO): boolean;
  /** The directory after what somebody did to it while kubelet does not run; undefined for any other message. */
  offline(manifests: Manifests, message: AnyMessage, io: IO): Manifests | undefined;
  /** News of a mirror pod; false for any other pod. */
  mirrorChanged(state: KubeletState, change: Change, io: IO): boolean;
  /** Makes the mirrors that are missing, as soon as the API can be told. */
  check(state: KubeletState, io: IO): void;
  /** The answer to a request of its own. */
  heard(state: KubeletState, answer: Answer, io: IO): void;
  /** A pod from a file has ended and is forgotten. */
  removed(state: KubeletState, io: IO): void;
}

/** In use: without a pack the manifest directory is not looked at. */
export const statics: { keeper: StaticPods | undefined } = { keeper: undefined };
