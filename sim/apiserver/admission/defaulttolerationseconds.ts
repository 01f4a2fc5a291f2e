import type { Pod, Toleration } from '../../api/kinds/pod.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin } from './plugin.ts';

const KEYS: readonly string[] = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/**
 * Gives pods so much time (300 seconds) on a node that is not ready or unreachable, unless they say otherwise.
 * Follows plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
export const defaultTolerationSeconds = {
  name: 'DefaultTolerationSeconds',
  kind: 'Pod',
  amends: true,
  admit(object: KubeObject, { config }: ApiServerState): KubeObject {
    const pod = object as Pod;
    const tolerations = pod.spec.tolerations ?? [];
    const missing = KEYS.filter((key) => !tolerations.some((toleration) => covers(toleration, key)));
    if (missing.length === 0) return pod;
    const tolerationSeconds = config.defaultTolerationMs / 1000;
    const added = missing.map(
      (key): Toleration => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds }),
    );
    return { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
  },
} satisfies AdmissionPlugin;

/** A toleration of the key, or of every key, for NoExecute or every effect. */
function covers({ key = '', effect }: Toleration, taint: string): boolean {
  return (key === taint || key === '') && (effect === 'NoExecute' || effect === undefined);
}
