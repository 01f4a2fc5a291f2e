import { resourceOfPlural } from '../api/index.ts';
import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import { type Route, resourceOf } from './routes.ts';

/** The Resource of a route in the version that its client speaks; as a rule the one in which objects are kept. */
export function spokenOf(route: Pick<Route, 'resource' | 'version'>): Resource {
  const kept = resourceOf(route);
  if (route.version === undefined) return kept;
  return resourceOfPlural(kept.group, route.version, kept.plural) ?? kept;
}

/** What a client sent, as it is kept. */
export function asStored<O extends KubeObject>(spoken: Resource, object: O): O {
  return spoken.conversion === undefined ? object : (spoken.conversion.toStored(spoken.defaults(object)) as O);
}

/** What is kept, as a client gets it. */
export function asSpoken<O extends KubeObject>(spoken: Resource, object: O): O {
  return spoken.conversion === undefined ? object : (spoken.conversion.fromStored(object) as O);
}
