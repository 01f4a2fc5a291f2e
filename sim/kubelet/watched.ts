import type { KubeObject } from '../api/meta.ts';
import { addInformer } from '../client/client.ts';
import { startInformer } from '../client/informer.ts';
import type { IO } from '../kernel/component.ts';
import { notFound, type Source, sourcesOf } from './sources.ts';
import type { KubeletState, PodWork } from './state.ts';

/**
 * Each ConfigMap and Secret that a pod of the node names is listed and watched by itself, once for all pods that name
 * it, until none does. Upstream: `util/manager/watch_based_manager.go`, the default of kubelet's
 * configMapAndSecretChangeDetectionStrategy. Leaves out: ends of watches of what is immutable or was not asked for in
 * five minutes; pull secrets.
 */
export function watchSources(state: KubeletState, { pod }: PodWork, wanted: readonly Source[], io: IO): void {
  const { namespace = 'default' } = pod.metadata;
  for (const source of wanted) {
    if (source.plural === 'tokens') continue;
    const name = informerOf(namespace, source);
    if (state.client.informers.has(name)) continue;
    const path = `/api/v1/namespaces/${namespace}/${source.plural}`;
    const query = { fieldSelector: `metadata.name=${source.name}` };
    addInformer(state.client, { name, path, query, isRoutine: isEverywhere(source) });
    startInformer(state.client, name, io);
  }
}

/** Ends the watches that only this pod needed. It is gone from the others already. */
export function unwatchSources(state: KubeletState, { pod, uid }: PodWork, io: IO): void {
  const { client, works } = state;
  const { namespace = 'default' } = pod.metadata;
  const own = sourcesOf(pod).filter(({ plural }) => plural !== 'tokens');
  if (own.length === 0) return;
  const kept = new Set<string>();
  for (const other of works.values()) {
    if (other.uid === uid || other.pod.metadata.namespace !== pod.metadata.namespace) continue;
    for (const source of sourcesOf(other.pod)) kept.add(informerOf(namespace, source));
  }
  for (const name of own.map((source) => informerOf(namespace, source))) {
    const informer = client.informers.get(name);
    if (informer === undefined || kept.has(name)) continue;
    if (informer.watch !== '') io.send(client.apiServer, 'cancel', { watch: informer.watch }, { routine: true });
    client.informers.delete(name);
    client.caches.delete(name);
  }
}

/** Whether the list of an object has come. */
export function isListed(state: KubeletState, { pod }: PodWork, source: Source): boolean {
  const { namespace = 'default' } = pod.metadata;
  return state.client.informers.get(informerOf(namespace, source))?.hasSynced ?? false;
}

/** The object as it is watched, or why it cannot be read. */
export function readSource(state: KubeletState, work: PodWork, source: Source): KubeObject | string {
  const { namespace = 'default' } = work.pod.metadata;
  if (!isListed(state, work, source)) {
    return `failed to sync ${source.plural.slice(0, -1)} cache: timed out waiting for the condition`;
  }
  const found = state.client.caches.get(informerOf(namespace, source))?.get(`${namespace}/${source.name}`);
  return found ?? notFound(source);
}

/** What every pod has by its volume `kube-api-access-…` alone says nothing about this one: its reading is routine. */
export function isEverywhere({ plural, name }: Source): boolean {
  return plural === 'tokens' ? name === '/3607' : plural === 'configmaps' && name === 'kube-root-ca.crt';
}

function informerOf(namespace: string, { plural, name }: Source): string {
  return `${plural} ${namespace}/${name}`;
}
