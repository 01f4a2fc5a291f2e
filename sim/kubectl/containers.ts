import type { Container, Pod, PodSpec } from '../api/kinds/pod.ts';
import { quoted } from './json.ts';

/** A container that was chosen for the reader, and what to say about it. */
export interface Chosen {
  readonly name: string;
  readonly notes: readonly string[];
}

/** All containers, those that come first first. */
export function containersOf(spec: PodSpec): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}

/** The container that is meant when none is named. Follows pkg/cmd/util/podcmd/podcmd.go. */
export function defaultContainer({ metadata, spec }: Pick<Pod, 'metadata' | 'spec'>): Chosen {
  const all = containersOf(spec);
  const preset = metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (preset !== undefined && all.some(({ name }) => name === preset)) return { name: preset, notes: [] };
  const name = spec.containers[0]?.name ?? '';
  if (all.length < 2 || preset !== undefined) return { name, notes: [] };
  const texts = [
    ...spec.containers.map((container) => container.name),
    ...(spec.initContainers ?? []).map((container) => `${container.name} (init)`),
  ];
  return { name, notes: [`Defaulted container ${quoted(name)} out of: ${texts.join(', ')}`] };
}
