import { type KubeObject, objectKey } from '../api/meta.ts';
import type { Actor } from '../kernel/world.ts';
import type { ClusterShape } from './shape.ts';

/** Processes beside those that every cluster has, for a shape that names them. */
export interface Addon {
  readonly name: string;
  /** Their accounts and roles, and whatever else they come with. */
  readonly objects: readonly KubeObject[];
  /** `token` gives what a process of a ServiceAccount in kube-system finds in its file. */
  actors(shape: ClusterShape, token: (account: string) => string): readonly Actor[];
}

const known = new Map<string, Addon>();

/** Adds what shapes may name, from a chunk of its own. */
export function addAddons(addons: readonly Addon[]): void {
  for (const addon of addons) known.set(addon.name, addon);
}

/** The addons of a shape; those that no pack has brought are not there. */
export function addonsOf({ addons }: ClusterShape): readonly Addon[] {
  return addons.flatMap((name) => known.get(name) ?? []);
}

/** What those come with. An object that the shape writes itself stands as it is there, as if somebody had changed it. */
export function objectsOfAddons(shape: ClusterShape): readonly KubeObject[] {
  const key = (object: KubeObject) => `${object.kind} ${objectKey(object)}`;
  const own = shape.objects.map(key);
  return addonsOf(shape)
    .flatMap((addon) => addon.objects)
    .filter((object) => !own.includes(key(object)));
}
