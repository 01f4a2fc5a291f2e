import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { PodTemplateSpec } from '../../api/kinds/pod.ts';
import { isControlledBy, type JsonObject, type KubeObject, type LabelSelector } from '../../api/meta.ts';
import { formatLabelSelector } from '../../api/selector.ts';
import type { HttpRequest } from '../../protocol/http.ts';
import { itemsOf } from '../describe/describer.ts';
import { dig } from '../json.ts';

/** The kinds whose history is kept in ControllerRevisions. */
export const REVISIONED: readonly string[] = ['DaemonSet', 'StatefulSet'];

/** The list of a set's revisions by its selector. */
export function revisionsRequest({ metadata, spec }: KubeObject): HttpRequest {
  const path = `/apis/apps/v1/namespaces/${metadata.namespace ?? ''}/controllerrevisions`;
  const labelSelector = formatLabelSelector(dig(spec, 'selector') as LabelSelector | undefined);
  return { method: 'GET', path, query: { labelSelector } };
}

/** The revisions that a set owns, oldest first. */
export function revisionsOf(set: KubeObject, answer: JsonObject | null): readonly ControllerRevision[] {
  const own = itemsOf<ControllerRevision>(answer).filter((revision) => isControlledBy(revision, set));
  return [...own].sort((a, b) => a.revision - b.revision || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** The template that a revision holds. */
export function templateAt({ data }: ControllerRevision): PodTemplateSpec {
  const { $patch: _directive, ...template } = dig(data, 'spec', 'template') as JsonObject;
  return template as unknown as PodTemplateSpec;
}

/** The revision to go back to: the one before the newest, unless a number is wanted; or why there is none. */
export function revisionToRestore(
  revisions: readonly ControllerRevision[],
  wanted: number,
): ControllerRevision | string {
  if (wanted === 0) return revisions.at(-2) ?? 'no last revision to roll back to';
  const found = revisions.find(({ revision }) => revision === wanted);
  return found ?? `unable to find specified revision ${wanted} in history`;
}
