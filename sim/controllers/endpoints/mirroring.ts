/*
 * endpointslicemirroring-controller: makes EndpointSlices of Endpoints that somebody wrote for a Service without a
 * selector, so that kube-proxy finds them.
 * Watches: Endpoints, Services, EndpointSlices.
 * Writes: EndpointSlices.
 * Upstream: pkg/controller/endpointslicemirroring.
 * Leaves out: IPv6, its Event about invalid addresses (none can be stored), metrics.
 */
import type { Endpoints } from '../../api/kinds/endpoints.ts';
import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { type KubeObject, objectKey } from '../../api/meta.ts';
import { part } from '../../kernel/state.ts';
import { type Context, type Controller, NOTHING, type Outcome, type Write } from '../controller.ts';
import { MANAGED_BY, SERVICE_NAME } from '../endpointslice/slices.ts';
import { create, remove, update } from '../requests.ts';
import { mirror } from './mirrors.ts';

/** What the control loop remembers. */
interface MirroringState {
  /** By the slice's key: the version that an own write has made. An older one in the cache is out of date. */
  written: Map<string, { readonly key: string; readonly revision: number }>;
}

const CONTROLLER = 'endpointslicemirroring-controller.k8s.io';
const SKIP = 'endpointslice.kubernetes.io/skip-mirror';
const LEADER = 'control-plane.alpha.kubernetes.io/leader';
const RETRY_MS = 1000;

/** The control loop of mirrored slices. Its keys are Endpoints. */
export const endpointSliceMirroring: Controller<MirroringState> = {
  name: 'endpointslicemirroring-controller',
  informers: ['endpoints', 'services', 'endpointslices'],
  workers: 5,
  backOffMs: 1000,
  init: () => part<MirroringState>({ written: new Map() }),
  observe({ object, old = object, informer, type }, { state }) {
    if (informer === 'services') return type === 'updated' && hasSameSelector(object, old) ? [] : [objectKey(object)];
    if (informer === 'endpoints') return isMirrored(object) || isMirrored(old) ? [objectKey(object)] : [];
    const { labels = {}, namespace, resourceVersion } = object.metadata;
    if (labels[MANAGED_BY] !== CONTROLLER) return [];
    const written = state.written.get(objectKey(object));
    if (type === 'deleted') state.written.delete(objectKey(object));
    else if (written !== undefined && Number(resourceVersion) <= written.revision) return [];
    return type === 'added' ? [] : [`${namespace}/${labels[SERVICE_NAME]}`];
  },
  reconcile(key, context) {
    const endpoints = context.cache<Endpoints>('endpoints').get(key);
    const service = context.cache<Service>('services').get(key);
    const slices = mirrorsOf(key, context);
    const isWanted = endpoints !== undefined && isMirrored(endpoints) && service?.spec.selector === undefined;
    if (service === undefined || !isWanted) return writing(slices.map(deletion));
    if (isStale(key, context)) return { requeueAfterMs: RETRY_MS };
    const { toCreate, toUpdate, toDelete } = mirror(endpoints, slices, CONTROLLER);
    return writing([
      ...toCreate.map((slice) => ({ request: create('endpointslices', slice) })),
      ...toUpdate.map((slice) => ({ request: update('endpointslices', slice) })),
      ...toDelete.map(deletion),
    ]);
  },
  answered(key, write, { body }, isSuccess, { state }) {
    const { kind, metadata } = (body ?? {}) as KubeObject;
    if (!isSuccess || kind !== 'EndpointSlice' || write.request.method === 'DELETE') return;
    state.written.set(objectKey({ metadata }), { key, revision: Number(metadata.resourceVersion) });
  },
};

/** Those of endpoints-controller are looked at too: only their Service says that they are its own. Upstream `shouldMirror`. */
function isMirrored({ metadata }: KubeObject): boolean {
  return metadata.labels?.[SKIP] !== 'true' && metadata.annotations?.[LEADER] === undefined;
}

function hasSameSelector(one: KubeObject, other: KubeObject): boolean {
  return ((one as Service).spec.selector === undefined) === ((other as Service).spec.selector === undefined);
}

function mirrorsOf(key: string, context: Context<MirroringState>): readonly EndpointSlice[] {
  return [...context.cache<EndpointSlice>('endpointslices').values()].filter(({ metadata }) => {
    const { labels, namespace } = metadata;
    return labels?.[MANAGED_BY] === CONTROLLER && `${namespace}/${labels[SERVICE_NAME]}` === key;
  });
}

function isStale(key: string, context: Context<MirroringState>): boolean {
  const slices = context.cache<EndpointSlice>('endpointslices');
  return [...context.state.written].some(([name, written]) => {
    return written.key === key && Number(slices.get(name)?.metadata.resourceVersion ?? 0) < written.revision;
  });
}

function deletion(slice: EndpointSlice): Write {
  return { request: remove('endpointslices', slice), ignore: [404] };
}

function writing(writes: readonly Write[]): Outcome {
  return writes.length === 0 ? NOTHING : { writes: [writes] };
}
