import { invalidValue } from '../validate.ts';
import type { PodPart } from './parts.ts';

/** On the network of its node a port is the node's own. A template may leave it out: its pods get it. Upstream `validateHostNetwork`. */
export const hostPorts: PodPart = {
  validate({ hostNetwork, containers }, at) {
    if (hostNetwork !== true) return [];
    const isPod = at === 'spec';
    return containers.flatMap(({ ports = [] }, index) =>
      ports.flatMap(({ hostPort = 0, containerPort }, portIndex) => {
        if (hostPort === containerPort || (hostPort === 0 && !isPod)) return [];
        const field = `${at}.containers[${index}].ports[${portIndex}].hostPort`;
        return [invalidValue(field, hostPort, 'must match `containerPort` when `hostNetwork` is true')];
      }),
    );
  },
};
