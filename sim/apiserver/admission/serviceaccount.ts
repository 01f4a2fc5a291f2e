import { isMirror, type Pod } from '../../api/kinds/pod.ts';
import type { AdmissionPlugin } from './plugin.ts';

/**
 * A pod that names no service account runs as `default`. Follows plugin/pkg/admission/serviceaccount/admission.go;
 * leaves out the token volume and the check that the account exists, since pods here never call the API.
 */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  kind: 'Pod',
  admit(object) {
    const pod = object as Pod;
    if (pod.spec.serviceAccountName || isMirror(pod)) return pod;
    return { ...pod, spec: { ...pod.spec, serviceAccountName: 'default', serviceAccount: 'default' } };
  },
  refuse(object, { operation, subresource }) {
    if (operation !== 'CREATE' || subresource !== '' || !isMirror(object as Pod)) return undefined;
    const { serviceAccountName = '', volumes = [] } = (object as Pod).spec;
    if (serviceAccountName !== '') return 'a mirror pod may not reference service accounts';
    return volumes.some(({ secret }) => secret) ? 'a mirror pod may not reference secrets' : undefined;
  },
};
