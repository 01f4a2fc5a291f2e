import type { Condition, ObjectMeta } from '../meta.ts';

export type Namespace = {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: ObjectMeta;
  readonly spec?: { readonly finalizers?: readonly string[] };
  readonly status?: NamespaceStatus;
};

export type NamespaceStatus = {
  readonly phase?: 'Active' | 'Terminating';
  readonly conditions?: readonly Condition[];
};
