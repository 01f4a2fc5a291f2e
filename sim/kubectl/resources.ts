import { resourceOfWord, servedKinds } from '../api/index.ts';
import type { Resource } from '../api/resource.ts';

/** The resource with this plural. States keep plurals of resources that were found before, so it is always there. */
export function resourceOf(plural: string): Resource {
  return resourceOfWord(plural) ?? (servedKinds()[0] as Resource);
}

/** `pod` or `deployment.apps`: how kubectl names what it changed. */
export function kindName(resource: Resource): string {
  const kind = resource.kind.toLowerCase();
  return resource.group === '' ? kind : `${kind}.${resource.group}`;
}
