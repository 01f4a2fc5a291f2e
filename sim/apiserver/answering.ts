import type { IO } from '../kernel/component.ts';
import type { Call } from './call.ts';
import type { ApiServerState } from './state.ts';

/** Requests that are answered without etcd: a pack's part of the API server. */
export interface Answering {
  /** POST serviceaccounts/NAME/token. */
  token(state: ApiServerState, call: Call, io: IO): void;
  /** What is only asked and never stored: who am I, may I. */
  review(state: ApiServerState, call: Call, io: IO): void;
}

/** In use: without a pack nobody answers. */
export const answering: { desk: Answering | undefined } = { desk: undefined };
