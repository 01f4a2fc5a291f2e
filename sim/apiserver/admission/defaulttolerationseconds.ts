import type { Pod, Toleration } from '../../api/kinds/pod.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { AdmissionPlugin } from './plugin.ts';

const SECONDS = 300;
const KEYS: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/**
 * Gives pods 300 seconds on a node that is not ready or unreachable, unless they say otherwise.
 * Follows plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
export const defaultTolerationSeconds = {
  name: 'DefaultTolerationSeconds',
  kind: 'Pod',
  admit(object: KubeObject): KubeObject {
    const pod = object as Pod;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = KEYS.filter((key) => !tolerations.some((toleration) => covers(toleration, key)));
    if (missing.length === 0) return pod;
    const added = missing.map(
      (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }),
    );
    return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
  },
} satisfies AdmissionPlugin;

/** A toleration of the key, or of every key, for NoExecute or every effect. */
function covers({ key = '', effect }: Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === undefined);
}
