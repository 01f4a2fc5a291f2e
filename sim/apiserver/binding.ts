import type { Binding, Pod } from '../api/kinds/pod.ts';
import { type KubeObject, setCondition } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import { conflict, invalid } from '../api/status.ts';
import type { Millis } from '../kernel/message.ts';
import type { Call } from './call.ts';
import { type Decision, refused } from './decision.ts';
import { uidConflict } from './refusal.ts';
import { resourceOf } from './routes.ts';
import { storageKey } from './storage.ts';

const PODS_BINDING = { group: '', plural: 'pods/binding', kind: 'Binding' };
const BINDING = { group: '', plural: 'bindings', kind: 'Binding' };

/**
 * POST pods/NAME/binding: spec.nodeName and PodScheduled=True in one transaction.
 * Follows pkg/registry/core/pod/storage/storage.go `assignPod`.
 */
export function decideBinding(call: Call, existing: KubeObject, now: Millis): Decision {
  const pod = existing as Pod;
  const { name } = pod.metadata;
  const body = (call.request.body ?? {}) as Partial<Binding>;
  const errors = validateTarget(body);
  if (errors.length > 0) return refused(invalid(BINDING, name, errors));
  const node = body.target?.name ?? '';
  const { uid } = body.metadata ?? {};
  if (uid && uid !== pod.metadata.uid) {
    const resource = resourceOf(call.route);
    return refused(
      uidConflict(resource, name, storageKey(resource, call.route.namespace, name), uid, pod.metadata.uid),
    );
  }
  const why = refuse(pod);
  if (why !== '') return refused(conflict(PODS_BINDING, name, why));
  const conditions = setCondition(pod.status?.conditions, { type: 'PodScheduled', status: 'True' }, now);
  const metadata = withBindingMeta(pod, body);
  const { nominatedNodeName: _reached, ...status } = pod.status ?? {};
  const object: Pod = {
    ...pod,
    metadata,
    spec: { ...pod.spec, nodeName: node },
    status: { ...status, conditions },
  };
  return { type: 'write', object, warnings: [], thenRemove: false };
}

function validateTarget({ target }: Partial<Binding>): readonly FieldError[] {
  const kind: string = target?.kind ?? '';
  if (kind !== '' && kind !== 'Node') {
    return [{ type: 'NotSupported', field: 'target.kind', value: kind, detail: 'supported values: "Node", "<empty>"' }];
  }
  return target?.name ? [] : [{ type: 'Required', field: 'target.name', detail: '' }];
}

function refuse({ metadata, spec }: Pod): string {
  if (metadata.deletionTimestamp !== undefined)
    return `pod ${metadata.name} is being deleted, cannot be assigned to a host`;
  if (spec.nodeName) return `pod ${metadata.name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  return spec.schedulingGates?.length ? `pod ${metadata.name} has non-empty .spec.schedulingGates` : '';
}

/** Labels and annotations of a binding are added to the pod. */
function withBindingMeta({ metadata }: Pod, { metadata: given }: Partial<Binding>): Pod['metadata'] {
  const labels = given?.labels === undefined ? {} : { labels: { ...metadata.labels, ...given.labels } };
  const annotations =
    given?.annotations === undefined ? {} : { annotations: { ...metadata.annotations, ...given.annotations } };
  return { ...metadata, ...labels, ...annotations };
}
