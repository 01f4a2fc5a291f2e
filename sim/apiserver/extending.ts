import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { ApiServerState } from './state.ts';

/** Kinds that are described by objects: a pack's part of the API server, in clusters that have it. */
export interface Extending {
  /** The kinds beside those of every server, as the caches have them now. */
  kinds(state: ApiServerState): readonly Resource[];
  /** Takes the answers to its own requests; false for any other message. */
  message(state: ApiServerState, message: AnyMessage, io: IO): boolean;
  /** Something may have changed: the server's own controllers look at the definitions. */
  tend(state: ApiServerState, io: IO): void;
  /** The kinds that these objects describe, and those that come with definitions. */
  kindsIn(objects: readonly KubeObject[]): readonly Resource[];
  /** The documents of OpenAPI v3 for those kinds; undefined for other paths. */
  document(state: ApiServerState, request: HttpRequest): JsonObject | undefined;
}

/** In use: without a pack no kind is added. */
export const extending: { layer: Extending | undefined } = { layer: undefined };

/** What a cluster has that names it among its addons. */
export const EXTENSIONS = 'extensions';

/** The layer of a server that has it. */
export function layerOf({ config }: ApiServerState): Extending | undefined {
  return config.addons.includes(EXTENSIONS) ? extending.layer : undefined;
}
