import type { ControllerRevision } from '../api/kinds/controllerrevision.ts';
import type { PodTemplateSpec } from '../api/kinds/pod.ts';
import { controllerOf, controllerRef, type JsonObject, type KubeObject, type Labels } from '../api/meta.ts';
import { matchesSelector, type Selector } from '../api/selector.ts';
import type { Context, Write } from './controller.ts';
import { adopt, remove, update } from './requests.ts';

/** The informer of the templates that StatefulSets and DaemonSets have had. */
export const REVISIONS = 'controllerrevisions';
/** The label that says of which revision a pod is. */
export const REVISION_LABEL = 'controller-revision-hash';

/** The revisions of an owner, oldest first. */
export function ownRevisions(owner: KubeObject, context: Context): readonly ControllerRevision[] {
  const own = context.dependents<ControllerRevision>(REVISIONS, owner.metadata.uid);
  return own.filter((revision) => controllerOf(revision)?.uid === owner.metadata.uid).sort(byRevision);
}

/** Makes revisions that match and have no controller the owner's. */
export function adoptRevisions(owner: KubeObject, selector: Selector, context: Context): readonly Write[] {
  const writes: Write[] = [];
  for (const revision of context.cache<ControllerRevision>(REVISIONS).values()) {
    const { namespace, labels, deletionTimestamp } = revision.metadata;
    if (namespace !== owner.metadata.namespace || deletionTimestamp !== undefined) continue;
    if (controllerOf(revision) !== undefined || !matchesSelector(selector, labels)) continue;
    writes.push({ request: adopt(REVISIONS, revision, controllerRef(owner)), ignore: [404] });
  }
  return writes;
}

/** What brings a template back, as a revision holds it. Upstream `getPatch`. */
export function templatePatch(template: PodTemplateSpec): JsonObject {
  return { spec: { template: { ...template, $patch: 'replace' } } };
}

/** The template that a revision holds. */
export function templateIn({ data }: ControllerRevision): PodTemplateSpec {
  const { spec } = (data ?? {}) as { readonly spec: { readonly template: PodTemplateSpec & JsonObject } };
  const { $patch: _directive, ...template } = spec.template;
  return template as PodTemplateSpec;
}

/** A revision that holds the template as it is now. */
export function revisionOf(
  owner: KubeObject,
  template: PodTemplateSpec,
  revision: number,
  hash: string,
  label: string,
): ControllerRevision {
  const { name, namespace, annotations } = owner.metadata;
  const labels: Labels = { ...template.metadata?.labels, [label]: hash };
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name.slice(0, 223)}-${hash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerRef(owner)],
    },
    data: templatePatch(template),
    revision,
  };
}

/** The number that the next revision gets. */
export function nextNumber(revisions: readonly ControllerRevision[]): number {
  return revisions.reduce((highest, { revision }) => Math.max(highest, revision), 0) + 1;
}

/** The revision with another number: going back makes an old one the newest. */
export function renumber(revision: ControllerRevision, number: number): Write {
  return { request: update(REVISIONS, { ...revision, revision: number } as KubeObject) };
}

/** Deletes the oldest of those that nobody uses, until no more than `limit` of them are left. */
export function forgetRevisions(unused: readonly ControllerRevision[], limit: number | undefined): readonly Write[] {
  const surplus = Math.max(0, unused.length - (limit ?? 10));
  return unused.slice(0, surplus).map((revision) => {
    return { request: remove(REVISIONS, revision as KubeObject), ignore: [404] };
  });
}

function byRevision(a: ControllerRevision, b: ControllerRevision): number {
  const [born, bornLater] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (a.revision !== b.revision) return a.revision - b.revision;
  if (born !== bornLater) return born < bornLater ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
