import type { Ingress } from '../../api/kinds/ingress.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { ApiServerState } from '../state.ts';
import type { AdmissionPlugin } from './plugin.ts';

const OLD = 'kubernetes.io/ingress.class';
const DEFAULT = 'ingressclass.kubernetes.io/is-default-class';

/** An Ingress that names no class gets the default one, if there is one. Follows plugin/pkg/admission/network/defaultingressclass. */
export const defaultIngressClass: AdmissionPlugin = {
  name: 'DefaultIngressClass',
  kind: 'Ingress',
  admit(object, state) {
    const ingress = object as unknown as Ingress;
    const { annotations = {} } = ingress.metadata;
    if (ingress.spec.ingressClassName !== undefined || annotations[OLD] !== undefined) return object;
    const [name] = defaults(state);
    if (name === undefined) return object;
    return { ...ingress, spec: { ...ingress.spec, ingressClassName: name } } as unknown as KubeObject;
  },
};

/** Names of the default classes: the newest first, then by name. */
function defaults(state: ApiServerState): readonly string[] {
  const all = [...(state.caches.get('ingressclasses.networking.k8s.io')?.objects.values() ?? [])];
  const age = ({ metadata }: KubeObject) => metadata.creationTimestamp ?? '';
  return all
    .filter(({ metadata }) => metadata.annotations?.[DEFAULT] === 'true')
    .sort((a, b) => (age(a) === age(b) ? (a.metadata.name < b.metadata.name ? -1 : 1) : age(a) < age(b) ? 1 : -1))
    .map(({ metadata }) => metadata.name);
}
