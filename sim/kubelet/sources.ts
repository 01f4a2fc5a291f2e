import { decodeText } from '../api/encodetext.ts';
import type { Pod } from '../api/kinds/pod.ts';
import type { JsonObject, KubeObject } from '../api/meta.ts';
import { allContainers } from '../api/podspec/initcontainers.ts';

/** What a ConfigMap or Secret was when it was read, by `configmaps/NAME`; a text is why it could not be read. */
export type Sources = Readonly<Record<string, KubeObject | string>>;

/** A reference of a pod to an object that holds values, or to a token. */
export interface Source {
  readonly plural: 'configmaps' | 'secrets' | 'tokens';
  /** Of a token its audience, and how long it is good in seconds: `vault/7200`. */
  readonly name: string;
}

type Part = JsonObject | undefined;

/** A pod's spec is read once, however often its volumes are looked at. */
const known = new WeakMap<Pod['spec'], readonly Source[]>();

/** The ConfigMaps and Secrets that a pod's variables and volumes name, and the tokens of its account. */
export function sourcesOf({ spec }: Pod): readonly Source[] {
  const found = known.get(spec) ?? sourcesIn(spec);
  known.set(spec, found);
  return found;
}

function sourcesIn(spec: Pod['spec']): readonly Source[] {
  const found: Source[] = [];
  const add = (plural: Source['plural'], name: unknown) => {
    if (typeof name !== 'string' || name === '') return;
    if (!found.some((other) => other.plural === plural && other.name === name)) found.push({ plural, name });
  };
  for (const { env = [], envFrom = [] } of allContainers(spec)) {
    for (const source of envFrom) {
      add('configmaps', (source['configMapRef'] as Part)?.['name']);
      add('secrets', (source['secretRef'] as Part)?.['name']);
    }
    for (const { valueFrom } of env) {
      add('configmaps', (valueFrom?.['configMapKeyRef'] as Part)?.['name']);
      add('secrets', (valueFrom?.['secretKeyRef'] as Part)?.['name']);
    }
  }
  for (const { configMap, secret, projected } of spec.volumes ?? []) {
    add('configmaps', configMap?.['name']);
    add('secrets', secret?.['secretName']);
    for (const part of (projected?.['sources'] ?? []) as readonly JsonObject[]) {
      add('configmaps', (part['configMap'] as Part)?.['name']);
      add('secrets', (part['secret'] as Part)?.['name']);
      add('tokens', tokenName(part['serviceAccountToken'] as Part));
    }
  }
  return found;
}

/** A token among the sources of a pod; undefined without one. */
export function tokenName(projection: Part): string | undefined {
  return projection && `${projection['audience'] ?? ''}/${projection['expirationSeconds']}`;
}

/** The values of a source as texts; undefined when there is no such object. */
export function valuesOf(sources: Sources, { plural, name }: Source): Readonly<Record<string, string>> | undefined {
  const object = sources[`${plural}/${name}`];
  if (object === undefined || typeof object === 'string') return undefined;
  const { data = {}, binaryData = {} } = object as { readonly data?: Values; readonly binaryData?: Values };
  const encoded = plural === 'secrets' ? data : binaryData;
  const decoded = Object.entries(encoded).map(([key, text]) => [key, decodeText(text) ?? '']);
  return { ...(plural === 'secrets' ? {} : data), ...Object.fromEntries(decoded) };
}

type Values = Readonly<Record<string, string>>;

/** Why a source could not be read. */
export function problemOf(sources: Sources, { plural, name }: Source): string {
  const found = sources[`${plural}/${name}`];
  return typeof found === 'string' ? found : notFound({ plural, name });
}

/** What kubelet's cache of watched objects says. */
export function notFound({ plural, name }: Source): string {
  return `${plural.slice(0, -1)} "${name}" not found`;
}
