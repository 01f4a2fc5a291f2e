import type { ServiceAccount } from '../../api/kinds/serviceaccount.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { Resource } from '../../api/resource.ts';
import type { Status } from '../../api/status.ts';
import type { Identity } from '../guard/authentication.ts';
import type { ApiServerState } from '../state.ts';

/** A change as admission sees it. */
export interface AdmissionRequest {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly resource: Resource;
  readonly subresource: string;
  readonly namespace: string;
  /** '' for a create. */
  readonly name: string;
  readonly user: Identity;
  /** The object as stored, for updates and deletions. */
  readonly old?: KubeObject;
  /** Of a new pod: its account, where that was looked for in etcd since the cache does not know it. */
  readonly account?: ServiceAccount;
  /** Random integers below a bound, for names that are made up. */
  draw(bound: number): number;
}

/** Another object that has to be written first. */
export interface Charge {
  readonly key: string;
  readonly object: KubeObject;
  readonly existing: KubeObject;
}

/** An admission plugin. What it does not say it leaves as it is. */
export interface AdmissionPlugin {
  /** As upstream: `DefaultTolerationSeconds`. */
  readonly name: string;
  /** The kind it looks at; '' for all. */
  readonly kind: string;
  /** Mutating phase: the object, changed or not. */
  admit?(object: KubeObject, state: ApiServerState, request: AdmissionRequest): KubeObject;
  /** Where `admit` is asked about updates too, not of creates alone; never about a status or a scale. */
  readonly amends?: true;
  /** Mutating phase: why the change may not be, as upstream words it after `is forbidden: `. */
  refuse?(
    object: KubeObject | undefined,
    request: AdmissionRequest,
    state: ApiServerState,
  ): string | Status | undefined;
  /** Validating phase: the same, when the object has been found valid. */
  validate?(object: KubeObject, request: AdmissionRequest, state: ApiServerState): string | Status | undefined;
  /** When nobody refuses an update or a deletion: why this one does not, if it had to look. For the trace alone. */
  because?(object: KubeObject | undefined, request: AdmissionRequest, state: ApiServerState): string;
  /** When nobody refuses: texts of the Warning header. */
  warn?(object: KubeObject | undefined, request: AdmissionRequest, state: ApiServerState): readonly string[];
  /**
   * Last, for creates: what has to be written into other objects first, or why the object may not be. `live` holds, by
   * storage key, what etcd has where the cache turned out to be old.
   */
  charge?(
    object: KubeObject,
    request: AdmissionRequest,
    state: ApiServerState,
    nowMs: number,
    live: ReadonlyMap<string, KubeObject>,
  ): string | readonly Charge[];
}
