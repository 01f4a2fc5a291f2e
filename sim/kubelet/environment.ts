import type { Container, EnvVar } from '../api/kinds/pod.ts';
import type { JsonObject } from '../api/meta.ts';
import { fieldValue, resourceValue } from './downward.ts';
import { plainVariables, type Variables } from './mounting.ts';
import { serviceVariables } from './servicelinks.ts';
import { problemOf, type Source, type Sources, valuesOf } from './sources.ts';
import type { KubeletState, PodWork } from './state.ts';

/**
 * The variables of a container, or the error that keeps it from being made. Upstream: `kubelet_pods.go`
 * makeEnvironmentVariables. Leaves out: files as a source.
 */
export function environmentOf(
  state: KubeletState,
  work: PodWork,
  container: Container,
  ip: string,
): Variables | string {
  const { envFrom = [], env = [] } = container;
  const sources = work.sources ?? {};
  const links = serviceVariables(state, work);
  if (typeof links === 'string') return links;
  let variables = links;
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    const source = sourceOf(configMapRef, secretRef);
    const { optional } = (configMapRef ?? secretRef ?? {}) as JsonObject;
    const values = source && valuesOf(sources, source);
    if (source !== undefined && values === undefined && optional !== true) return problemOf(sources, source);
    const keys = Object.keys(values ?? {}).sort();
    variables = { ...variables, ...Object.fromEntries(keys.map((key) => [`${prefix}${key}`, values?.[key] ?? ''])) };
  }
  for (const variable of env) {
    const isPlain = variable.valueFrom === undefined;
    const given = isPlain ? variable : valueFrom(state, work, container, variable, ip, sources);
    if (typeof given === 'string') return given;
    if (given === undefined) continue;
    variables = isPlain ? plainVariables([given], variables) : { ...variables, [given.name]: given.value ?? '' };
  }
  return variables;
}

/** The variable with its value; undefined when it stays unset; a text is an error. */
function valueFrom(
  state: KubeletState,
  work: PodWork,
  container: Container,
  { name, valueFrom: from = {} }: EnvVar,
  ip: string,
  sources: Sources,
): EnvVar | string | undefined {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from as Readonly<Record<string, JsonObject>>;
  if (fieldRef) return { name, value: fieldValue(state, work, String(fieldRef['fieldPath']), ip) };
  if (resourceFieldRef) {
    const wanted = resourceFieldRef['containerName'];
    const other = work.pod.spec.containers.find((each) => each.name === wanted) ?? container;
    return { name, value: resourceValue(state, other, resourceFieldRef) };
  }
  const source = sourceOf(configMapKeyRef, secretKeyRef);
  if (source === undefined) return { name, value: '' };
  const { key = '', optional } = (configMapKeyRef ?? secretKeyRef ?? {}) as {
    readonly key?: string;
    optional?: boolean;
  };
  const values = valuesOf(sources, source);
  if (values === undefined) return optional === true ? undefined : problemOf(sources, source);
  if (values[key] !== undefined) return { name, value: values[key] };
  if (optional === true) return undefined;
  const kind = source.plural === 'secrets' ? 'Secret' : 'ConfigMap';
  return `couldn't find key ${key} in ${kind} ${work.pod.metadata.namespace}/${source.name}`;
}

function sourceOf(configMap: unknown, secret: unknown): Source | undefined {
  const reference = (configMap ?? secret) as { readonly name?: string } | undefined;
  if (reference === undefined) return undefined;
  return { plural: configMap === undefined ? 'secrets' : 'configmaps', name: reference.name ?? '' };
}
