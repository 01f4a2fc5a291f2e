import type { JsonObject } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { Entry } from './call.ts';
import type { ApiServerState } from './state.ts';

/** The aggregation layer: API groups that other servers serve. A pack's part of the API server. */
export interface Aggregation {
  /** Passes a request on to the server of its group; false when no APIService names one. */
  proxy(state: ApiServerState, entry: Entry, reason: string, io: IO): boolean;
  /** What discovery says, with those groups in it. */
  discover(state: ApiServerState, request: HttpRequest, found: JsonObject | undefined): JsonObject | undefined;
  /** Takes its own timers and the answers of those servers; false for any other message. */
  message(state: ApiServerState, message: AnyMessage, io: IO): boolean;
  /** Something was read from etcd: perhaps the first APIService. */
  tend(state: ApiServerState, io: IO): void;
}

/** In use: without a pack no other server is asked. */
export const aggregating: { layer: Aggregation | undefined } = { layer: undefined };
