import type { Container } from '../api/kinds/pod.ts';
import type { JsonObject, JsonValue } from '../api/meta.ts';
import { createTwoWayPatch } from '../api/patch.ts';
import { dataOf, type Plan } from './changing.ts';
import { type Job, textFailure } from './command.ts';
import { flag } from './flags.ts';
import { dig, plant } from './json.ts';
import { resourceOf } from './resources.ts';

/** Where an object keeps its pod's spec: it is a pod, or has a template of one. */
export function podSpecPath(object: JsonObject): readonly string[] {
  return dig(object, 'spec', 'template') === undefined ? ['spec'] : ['spec', 'template', 'spec'];
}

/** The refusal of an object without a pod, in upstream's words; undefined when it has one. */
export function withoutPod(job: Job): Plan | undefined {
  const object = dataOf(job);
  if (dig(object, ...podSpecPath(object), 'containers') !== undefined) return undefined;
  const text = `${nameOf(job)} the object is not a pod or does not have a pod template: *v1.${job.item.object.kind}`;
  return { failure: textFailure(`error: ${text}`) };
}

/** `deployments/web`, as upstream names an object in such errors. */
export function nameOf({ item }: Job): string {
  return `${resourceOf(item.target.plural).plural}/${item.name}`;
}

const LISTS = ['containers', 'initContainers'];

/** Says by its name whether a container is meant. */
export type IsMeant = (name: string) => boolean;

/** The containers of an object that are meant, in the order in which they are listed. */
export function containersOf(object: JsonObject, isMeant: IsMeant): readonly Container[] {
  return LISTS.flatMap((list) => listAt(object, list)).filter(({ name }) => isMeant(name));
}

/** The object with those containers changed. */
export function withContainers(
  object: JsonObject,
  isMeant: IsMeant,
  change: (container: Container) => Container,
): JsonObject {
  let next = object;
  for (const list of LISTS) {
    const before = listAt(object, list);
    if (!before.some(({ name }) => isMeant(name))) continue;
    const after = before.map((container) => (isMeant(container.name) ? change(container) : container));
    next = plant(next, [...podSpecPath(object), list], after as unknown as JsonValue);
  }
  return next;
}

/** `--containers`: a name in which `*` stands for anything; all when it is not given. */
export function meantBy(job: Pick<Job, 'args'>): IsMeant {
  const parts = patternOf(job)
    .split('*')
    .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const pattern = new RegExp(`^${parts.join('.*')}$`);
  return (name) => pattern.test(name);
}

/** The pattern as it was typed. */
export function patternOf({ args }: Pick<Job, 'args'>): string {
  return flag(args, 'containers') || '*';
}

/** The patch from the item in hand to what it shall be; undefined when nothing changes, or the reason why none is made. */
export function patchTo(job: Job, next: JsonObject): Pick<Plan, 'patch' | 'failure'> {
  const made = createTwoWayPatch(dataOf(job), next, resourceOf(job.item.target.plural).schema);
  if (!made.ok) return { failure: textFailure(made.error) };
  return Object.keys(made.value).length === 0 ? {} : { patch: made.value };
}

function listAt(object: JsonObject, list: string): readonly Container[] {
  return (dig(object, ...podSpecPath(object), list) ?? []) as unknown as readonly Container[];
}
