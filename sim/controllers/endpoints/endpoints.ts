/*
 * endpoints-controller: lists the pods behind each Service in one object, as was usual before EndpointSlices.
 * Watches: Services, Pods, Endpoints.
 * Writes: Endpoints, Events.
 * Upstream: pkg/controller/endpoint/endpoints_controller.go.
 * Leaves out: IPv6, the annotation with the trigger time, that the API server itself deletes the Endpoints of a deleted
 * Service at once (here they go with this loop's next sync).
 */
import type { EndpointAddress, EndpointSubset, Endpoints } from '../../api/kinds/endpoints.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { Service } from '../../api/kinds/service.ts';
import { type KubeObject, type Labels, objectKey } from '../../api/meta.ts';
import { sameJson } from '../../api/resource.ts';
import { fromLabels, matchesSelector } from '../../api/selector.ts';
import { repackSubsets } from '../../api/servicespec/subsets.ts';
import { part } from '../../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome } from '../controller.ts';
import { belongsIn, portsOf } from '../endpointslice/endpoints.ts';
import { observePod } from '../endpointslice/observe.ts';
import { HEADLESS } from '../endpointslice/slices.ts';
import { isPodReady } from '../pods.ts';
import { create, remove, update, warning } from '../requests.ts';
import { truncated } from './capacity.ts';

/** What the control loop remembers. */
interface EndpointsState {
  /** By the Service's key: the version that an own update has replaced. A cache that still has it is out of date. */
  replaced: Map<string, string>;
}

const MANAGED_BY = 'endpoints.kubernetes.io/managed-by';
const NAME = 'endpoint-controller';
const OVER_CAPACITY = 'endpoints.kubernetes.io/over-capacity';

/** The control loop of Endpoints. Its keys are Services. */
export const endpointsController: Controller<EndpointsState> = {
  name: 'endpoints-controller',
  eventSource: NAME,
  account: NAME,
  informers: ['services', 'pods', 'endpoints'],
  workers: 5,
  init: () => part<EndpointsState>({ replaced: new Map() }),
  start(context) {
    // Objects of Services that were deleted while no controller manager ran. Upstream checkLeftoverEndpoints.
    for (const key of context.cache('endpoints').keys()) context.add(key);
  },
  observe(change, context) {
    if (change.informer === 'services') return [objectKey(change.object)];
    if (change.informer === 'endpoints') return change.type === 'deleted' ? [objectKey(change.object)] : [];
    return observePod(change as Parameters<typeof observePod>[0], context);
  },
  reconcile(key, context) {
    const service = context.cache<Service>('services').get(key);
    const current = context.cache<Endpoints>('endpoints').get(key);
    if (service === undefined) return gone(key, current, context);
    if (service.spec.type === 'ExternalName' || service.spec.selector === undefined) return NOTHING;
    return sync(service, current, context);
  },
  answered(key, write, _response, isSuccess, { state }) {
    if (isSuccess && write.tag !== undefined) state.replaced.set(key, write.tag);
  },
};

/** The Service is gone, and so its Endpoints go too. */
function gone(key: string, current: Endpoints | undefined, { state }: Context<EndpointsState>): Outcome {
  state.replaced.delete(key);
  if (current === undefined) return NOTHING;
  return { writes: [[{ request: remove('endpoints', current), ignore: [404] }]] };
}

const STALE_MS = 5;

function sync(service: Service, current: Endpoints | undefined, context: Context<EndpointsState>): Outcome {
  const subsets = repackSubsets(subsetsFor(service, context));
  const version = current?.metadata.resourceVersion;
  const key = objectKey(service);
  if (version !== undefined && context.state.replaced.get(key) === version) return { requeueAfterMs: STALE_MS };
  const [fitting, isTruncated] = truncated(subsets);
  const { metadata } = service;
  const labels = labelsFor(service);
  const { [OVER_CAPACITY]: mark, ...annotations } = current?.metadata.annotations ?? {};
  const isSame =
    current !== undefined &&
    sameJson(current.subsets ?? [], fitting) &&
    isLabelled(current.metadata.labels ?? {}, metadata.labels ?? {}) &&
    (mark !== undefined) === isTruncated;
  if (isSame) return NOTHING;
  const next: Endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      ...(current?.metadata ?? { name: metadata.name, namespace: metadata.namespace }),
      labels,
      ...annotated({ ...annotations, ...(isTruncated && { [OVER_CAPACITY]: 'truncated' }) }),
    },
    ...(fitting.length > 0 && { subsets: fitting }),
  };
  return { writes: [[writeOf(service, next, version)]] };
}

function annotated(annotations: Labels): { readonly annotations?: Labels | undefined } {
  return { annotations: Object.keys(annotations).length === 0 ? undefined : annotations };
}

function writeOf({ metadata }: Service, next: Endpoints, version: string | undefined) {
  const name = `${metadata.namespace}/${metadata.name}`;
  const about = next as unknown as KubeObject;
  if (version === undefined) {
    const failure = warning('FailedToCreateEndpoint', `Failed to create endpoint for service ${name}: %s`);
    return { request: create('endpoints', next), about, failure };
  }
  const failure = warning('FailedToUpdateEndpoint', `Failed to update endpoint ${name}: %s`);
  return { request: update('endpoints', next), about, failure, tag: version };
}

function subsetsFor(service: Service, context: Context): readonly EndpointSubset[] {
  const { spec, metadata } = service;
  const selector = fromLabels(spec.selector ?? {});
  const isEager = spec.publishNotReadyAddresses === true;
  return [...context.cache<Pod>('pods').values()].flatMap((pod): readonly EndpointSubset[] => {
    if (pod.metadata.namespace !== metadata.namespace || !matchesSelector(selector, pod.metadata.labels)) return [];
    if (!belongsIn(pod) || (pod.metadata.deletionTimestamp !== undefined && !isEager)) return [];
    const side = isEager || isPodReady(pod) ? 'addresses' : 'notReadyAddresses';
    const address = addressOf(pod, service);
    // A headless Service may have no ports.
    if ((spec.ports ?? []).length === 0) return spec.clusterIP === 'None' ? [{ [side]: [address] }] : [];
    return portsOf(service, pod).map(({ name = '', port = 0, protocol, appProtocol }) => ({
      [side]: [address],
      ports: [
        { ...(name !== '' && { name }), port, ...(protocol && { protocol }), ...(appProtocol && { appProtocol }) },
      ],
    }));
  });
}

function addressOf({ metadata, spec, status }: Pod, service: Service): EndpointAddress {
  const { name, namespace, uid } = metadata;
  const { hostname, subdomain, nodeName } = spec;
  const isNamed = hostname && subdomain === service.metadata.name && namespace === service.metadata.namespace;
  return {
    ip: status?.podIP ?? status?.podIPs?.[0]?.ip ?? '',
    ...(isNamed && { hostname }),
    ...(nodeName && { nodeName }),
    targetRef: { kind: 'Pod', namespace, name, uid },
  };
}

/** Those of the Service, whether it is headless, and who keeps the object. */
function labelsFor({ metadata, spec }: Service): Labels {
  const isHeadless = spec.clusterIP === undefined || spec.clusterIP === '' || spec.clusterIP === 'None';
  const { [HEADLESS]: _old, ...own } = metadata.labels ?? {};
  return { ...own, [MANAGED_BY]: NAME, ...(isHeadless && { [HEADLESS]: '' }) };
}

/** Whether the labels are the Service's, apart from the control loop's own. Upstream `labelsCorrectForEndpoints`. */
function isLabelled({ [HEADLESS]: _headless, [MANAGED_BY]: keeper, ...own }: Labels, wanted: Labels): boolean {
  return keeper === NAME && sameJson(own, wanted);
}
