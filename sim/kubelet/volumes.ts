import type { Container, Volume } from '../api/kinds/pod.ts';
import type { JsonObject } from '../api/meta.ts';
import type { Mount } from '../protocol/cri.ts';
import { fieldValue, resourceValue } from './downward.ts';
import { problemOf, type Source, tokenName, valuesOf } from './sources.ts';
import { type KubeletState, type PodWork, readySandbox } from './state.ts';

/** The files of a volume by their path in it; a text is why it cannot be set up. */
type Content = Readonly<Record<string, string>> | string;

/** The directory of a pod on its node's disk. */
export function podDirectory(uid: string): string {
  return `/var/lib/kubelet/pods/${uid}`;
}

/** Where a volume's files are on the node's disk. `claimed` is the path of the volume behind a claim. */
export function volumePath(uid: string, volume: Volume, claimed: string | undefined): string {
  const { name, hostPath } = volume;
  if (hostPath !== undefined) return String(hostPath['path'] ?? '').replace(/\/$/, '');
  if (claimed !== undefined) return claimed;
  const plugin = Object.keys(PLUGINS).find((source) => volume[source] !== undefined) ?? '';
  return `${podDirectory(uid)}/volumes/kubernetes.io~${PLUGINS[plugin] ?? 'empty-dir'}/${name}`;
}

const PLUGINS: Readonly<Record<string, string>> = {
  emptyDir: 'empty-dir',
  configMap: 'configmap',
  secret: 'secret',
  downwardAPI: 'downward-api',
  projected: 'projected',
};

/** Whether kubelet writes the files of a volume. */
export function isWritten({ configMap, secret, downwardAPI, projected }: Volume): boolean {
  return (configMap ?? secret ?? downwardAPI ?? projected) !== undefined;
}

/**
 * The files of a volume that kubelet writes. Upstream: `volume/configmap`, `secret`, `downwardapi`, `projected`. Leaves
 * out: modes and owners of files, bundles of certificates.
 */
export function contentOf(state: KubeletState, work: PodWork, volume: Volume): Content {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return chosen(work, { plural: 'configmaps', name: String(configMap['name']) }, configMap);
  if (secret) return chosen(work, { plural: 'secrets', name: String(secret['secretName']) }, secret);
  if (downwardAPI) return downward(state, work, downwardAPI);
  let all: Readonly<Record<string, string>> = {};
  for (const part of (projected?.['sources'] ?? []) as readonly JsonObject[]) {
    const files = part['serviceAccountToken']
      ? tokenFile(work, part['serviceAccountToken'] as JsonObject)
      : contentOf(state, work, { name: volume.name, ...inVolume(part) });
    if (typeof files === 'string') return files;
    all = { ...all, ...files };
  }
  return all;
}

/** A part of a projected volume as a volume of its own: there a Secret's name is `secretName`. */
function inVolume({ secret, ...rest }: JsonObject): Omit<Volume, 'name'> {
  if (secret === undefined) return rest as Omit<Volume, 'name'>;
  return { secret: { ...(secret as JsonObject), secretName: (secret as JsonObject)['name'] } } as Omit<Volume, 'name'>;
}

function tokenFile({ sources = {} }: PodWork, projection: JsonObject): Content {
  const source: Source = { plural: 'tokens', name: tokenName(projection) ?? '' };
  const found = sources[`tokens/${source.name}`];
  if (typeof found !== 'object') return `failed to fetch token: ${problemOf(sources, source)}`;
  return { [String(projection['path'])]: (found.status as { readonly token: string }).token };
}

interface Item {
  readonly key: string;
  readonly path: string;
}

function chosen({ sources = {} }: PodWork, source: Source, { items, optional }: JsonObject): Content {
  const values = valuesOf(sources, source);
  if (values === undefined) return optional === true ? {} : problemOf(sources, source);
  if (items === undefined) return values;
  const files: Record<string, string> = {};
  for (const { key, path } of items as unknown as readonly Item[]) {
    const text = values[key];
    if (text !== undefined) files[path] = text;
    else if (optional !== true)
      return source.plural === 'secrets'
        ? `references non-existent secret key: ${key}`
        : `configmap references non-existent config key: ${key}`;
  }
  return files;
}

function downward(state: KubeletState, work: PodWork, { items = [] }: JsonObject): Content {
  const ip = readySandbox(work.view)?.ip ?? '';
  const rows = (items as readonly JsonObject[]).map(({ path, fieldRef, resourceFieldRef }) => {
    if (fieldRef) return [path, fieldValue(state, work, String((fieldRef as JsonObject)['fieldPath']), ip)];
    const reference = (resourceFieldRef ?? {}) as JsonObject;
    const container = work.pod.spec.containers.find(({ name }) => name === reference['containerName']);
    return [path, container === undefined ? '' : resourceValue(state, container, reference)];
  });
  return Object.fromEntries(rows) as Content;
}

/** The mounts of a container, outer ones first. A part of a written volume is a copy that stays as it was. */
export function mountsOf(
  work: PodWork,
  { name, volumeMounts = [] }: Container,
  copy: (volume: Volume, subPath: string, to: string) => void,
): readonly Mount[] {
  const mounts = volumeMounts.flatMap(({ name: wanted, mountPath, subPath, readOnly }, index): readonly Mount[] => {
    const volume = work.pod.spec.volumes?.find((each) => each.name === wanted);
    if (volume === undefined) return [];
    const containerPath = mountPath.replace(/(.)\/$/, '$1');
    const path = volumePath(work.uid, volume, work.claimed?.[volume.name]);
    const readonly = readOnly === true || isWritten(volume);
    if (!subPath) return [{ containerPath, hostPath: path, readonly }];
    if (!isWritten(volume)) return [{ containerPath, hostPath: `${path}/${subPath}`, readonly }];
    const hostPath = `${podDirectory(work.uid)}/volume-subpaths/${volume.name}/${name}/${index}`;
    copy(volume, subPath, hostPath);
    return [{ containerPath, hostPath, readonly }];
  });
  return mounts.sort((a, b) => (a.containerPath < b.containerPath ? -1 : 1));
}
