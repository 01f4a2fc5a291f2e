import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/kinds/endpoints.ts';
import type { Endpoint, EndpointPort, EndpointSlice } from '../../api/kinds/endpointslice.ts';
import { controllerRef, type Labels } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { portKey } from '../endpointslice/endpoints.ts';
import { MANAGED_BY, SERVICE_NAME, type SlicePlan } from '../endpointslice/slices.ts';

/** Annotations that say something of the Endpoints alone. */
const OWN = ['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration'];
const MAX_ADDRESSES = 1000;

/** One slice for each set of ports, kept by `controller`. Upstream endpointslicemirroring/reconciler.go. */
export function mirror(endpoints: Endpoints, slices: readonly EndpointSlice[], controller: string): SlicePlan {
  const wanted = new Map<string, EndpointSlice>();
  for (const subset of endpoints.subsets ?? []) {
    const slice = sliceOf(endpoints, subset, controller);
    const key = portKey(slice.ports);
    const before = wanted.get(key)?.endpoints ?? [];
    wanted.set(key, { ...slice, endpoints: [...before, ...(slice.endpoints ?? [])].slice(0, MAX_ADDRESSES) });
  }
  const toUpdate: EndpointSlice[] = [];
  const spare: EndpointSlice[] = [];
  for (const known of slices) {
    const next = wanted.get(portKey(known.ports));
    wanted.delete(portKey(known.ports));
    if (next === undefined) spare.push(known);
    else if (!isEqual(known, next)) toUpdate.push(inPlaceOf(known, next));
  }
  // A slice that would be deleted takes over the content of one that would be made.
  const toCreate = [...wanted.values()].filter((slice) => {
    const known = spare.shift();
    if (known !== undefined) toUpdate.push(inPlaceOf(known, slice));
    return known === undefined;
  });
  return { toCreate, toUpdate, toDelete: spare };
}

function sliceOf(
  endpoints: Endpoints,
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  controller: string,
): EndpointSlice {
  const { name, namespace, labels, annotations = {} } = endpoints.metadata;
  const shown = Object.fromEntries(Object.entries(annotations).filter(([key]) => !OWN.includes(key)));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: '',
      generateName: `${name}-`,
      namespace,
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: controller } as Labels,
      ...(Object.keys(shown).length > 0 && { annotations: shown }),
      ownerReferences: [controllerRef(endpoints)],
    },
    addressType: 'IPv4',
    endpoints: [
      ...addresses.map((one) => endpointOf(one, true)),
      ...notReadyAddresses.map((one) => endpointOf(one, false)),
    ],
    ports: ports.map(({ name: title = '', port, protocol, appProtocol }): EndpointPort => {
      return { name: title, port, ...(protocol && { protocol }), ...(appProtocol && { appProtocol }) };
    }),
  };
}

function endpointOf({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint {
  return {
    addresses: [ip],
    conditions: { ready },
    ...(hostname && { hostname }),
    ...(targetRef && { targetRef }),
    ...(nodeName && { nodeName }),
  };
}

function isEqual(known: EndpointSlice, next: EndpointSlice): boolean {
  return (
    sameJson(known.endpoints, next.endpoints) &&
    sameJson(known.metadata.labels, next.metadata.labels) &&
    sameJson(known.metadata.annotations ?? {}, next.metadata.annotations ?? {})
  );
}

function inPlaceOf(known: EndpointSlice, { metadata, endpoints, ports }: EndpointSlice): EndpointSlice {
  const { labels, annotations } = metadata;
  return { ...known, metadata: { ...known.metadata, labels, annotations }, endpoints, ports };
}
