import type { Labels, ObjectMeta } from '../meta.ts';

export type ConfigMap = {
  readonly apiVersion: 'v1';
  readonly kind: 'ConfigMap';
  readonly metadata: ObjectMeta;
  readonly data?: Labels;
  /** Base64 values. */
  readonly binaryData?: Labels;
  readonly immutable?: boolean;
};
