import type { KubeObject } from '../../api/meta.ts';

/** A mutating admission plugin for creates: the object, changed or not. */
export interface AdmissionPlugin {
  /** As upstream: `DefaultTolerationSeconds`. */
  readonly name: string;
  /** The kind it looks at. */
  readonly kind: string;
  admit(object: KubeObject): KubeObject;
}
