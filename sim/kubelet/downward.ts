import type { Container } from '../api/kinds/pod.ts';
import type { JsonObject, Labels } from '../api/meta.ts';
import { milliValue, wholeValue } from '../api/quantity.ts';
import { nodeOf } from './registration.ts';
import type { KubeletState, PodWork } from './state.ts';

/**
 * What a pod may know of itself, by field path. Upstream: `kubelet_pods.go` podFieldSelectorRuntimeValue,
 * `fieldpath/fieldpath.go`.
 */
export function fieldValue(state: KubeletState, { pod, uid }: PodWork, path: string, ip: string): string {
  const { metadata, spec, status } = pod;
  const { labels = {}, annotations = {} } = metadata;
  const [, map = '', key = ''] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map !== '') return (map === 'labels' ? labels : annotations)[key] ?? '';
  switch (path) {
    case 'metadata.name':
      return metadata.name;
    case 'metadata.namespace':
      return metadata.namespace ?? '';
    case 'metadata.uid':
      return uid;
    case 'metadata.labels':
      return mapText(labels);
    case 'metadata.annotations':
      return mapText(annotations);
    case 'spec.nodeName':
      return spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return state.config.nodeIp;
    case 'status.podIP':
    case 'status.podIPs':
      return ip || (status?.podIP ?? '');
    default:
      return '';
  }
}

function mapText(map: Labels): string {
  const keys = Object.keys(map).sort();
  return keys.map((key) => `${key}=${JSON.stringify(map[key])}`).join('\n');
}

/** An amount of a container in units of the divisor, rounded up; without a limit what the node has to give. */
export function resourceValue(state: KubeletState, container: Container, reference: JsonObject): string {
  const [kind = '', name = ''] = String(reference['resource'] ?? '').split('.');
  const { limits = {}, requests = {} } = container.resources ?? {};
  const own = (kind === 'limits' ? limits : requests)[name];
  const amount = own ?? (kind === 'limits' ? nodeOf(state)?.status?.allocatable?.[name] : limits[name]) ?? '0';
  const given = String(reference['divisor'] ?? '0');
  const divisor = wholeValue(given) === 0 && milliValue(given) === 0 ? '1' : given;
  const size = name === 'cpu' ? milliValue : wholeValue;
  return String(Math.ceil(size(amount) / Math.max(1, size(divisor))));
}
