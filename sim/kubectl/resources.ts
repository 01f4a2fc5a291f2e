import { resourceOfWord, servedKinds } from '../api/index.ts';
import type { Resource } from '../api/resource.ts';

/** The resource of a {@link wordFor}. States keep words of resources that were found before, so it is always there. */
export function resourceOf(word: string): Resource {
  return resourceOfWord(word) ?? (servedKinds()[0] as Resource);
}

/** A word that finds this resource again: its plural, or `pods.v1beta1.metrics.k8s.io` where another one has that. */
export function wordFor(resource: Resource): string {
  const { plural, version, group } = resource;
  return resourceOfWord(plural) === resource ? plural : `${plural}.${version}.${group}`;
}

/** `pod` or `deployment.apps`: how kubectl names what it changed. */
export function kindName(resource: Resource): string {
  const kind = resource.kind.toLowerCase();
  return resource.group === '' ? kind : `${kind}.${resource.group}`;
}
