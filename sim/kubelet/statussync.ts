import type { Pod, PodCondition, PodStatus } from '../api/kinds/pod.ts';
import { getCondition, type JsonObject, type JsonValue } from '../api/meta.ts';
import { type Answer, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import { isEqual, type Value } from '../kernel/value.ts';
import type { KubeletState, PodWork } from './state.ts';
import { apiCopy, updateWork } from './state.ts';
import { OWN_CONDITIONS } from './status.ts';

const RECONCILE_MS = 10_000;

/**
 * Brings a pod's status to the API: one PATCH at a time and a pod, always the newest status, only what differs, and
 * the last DELETE of a pod that has ended. Upstream: `status/status_manager.go`. Leaves out: the GET before each
 * PATCH; the copy from the watch or the last answer is used instead.
 */
export function setStatus(state: KubeletState, uid: string, status: PodStatus, io: IO): void {
  const work = updateWork(state, uid, { status });
  if (work !== undefined) send(state, work, io);
}

/** Sends what is not sent yet: a status that differs, or else the DELETE that ends a pod. */
export function send(state: KubeletState, work: PodWork, io: IO): void {
  const { uid, status, isPatching, isGone, isStatic, finalizing } = work;
  const pod = apiCopy(work);
  if (isPatching || (isGone && !isStatic) || status === undefined || pod === undefined) return;
  const patch = statusPatch(pod, status);
  if (patch !== undefined) {
    const { namespace = 'default', name } = pod.metadata;
    const request = {
      method: 'PATCH' as const,
      path: `/api/v1/namespaces/${namespace}/pods/${name}/status`,
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { metadata: { uid: pod.metadata.uid ?? uid }, status: patch },
    };
    updateWork(state, uid, { isPatching: true });
    call(state.client, io, request, 'status/patched', { uid, sent: status });
  } else if (finalizing === 'wanted') finalize(state, work, io);
}

/** The answer to a PATCH: the API's copy is newer now. A failure is tried again by the next reconcile. */
export function statusPatched(state: KubeletState, answer: Answer, io: IO): void {
  const { uid, sent } = answer.data as { uid: string; sent: PodStatus };
  const { status, body } = answer.response;
  const work = updateWork(state, uid, { isPatching: false });
  if (work === undefined) return;
  if (status === 200) {
    const copy = withStatusOf(apiCopy(work), body as Pod);
    const next = updateWork(state, uid, work.isStatic ? { mirror: copy } : { pod: copy ?? work.pod });
    if (next === undefined) return;
    if (next.status !== sent) send(state, next, io);
    else if (next.finalizing === 'wanted') finalize(state, next, io);
  } else if (status !== 404) armReconcile(state, io);
}

/** Only the status is taken from an answer: that a pod is to end is news, and news comes by the watch. */
function withStatusOf(pod: Pod | undefined, answer: Pod): Pod | undefined {
  if (pod === undefined || pod.metadata.uid !== answer.metadata.uid) return pod;
  if (newer(pod, answer) === pod) return pod;
  const { resourceVersion } = answer.metadata;
  return { ...pod, status: answer.status, metadata: { ...pod.metadata, resourceVersion } };
}

/** The answer to the last DELETE; 404 and 409 mean that the pod is already another or none. */
export function podDeleted(state: KubeletState, answer: Answer, io: IO): void {
  const { uid } = answer.data as { uid: string };
  const { status } = answer.response;
  const isDone = (status >= 200 && status < 300) || status === 404 || status === 409;
  updateWork(state, uid, { finalizing: isDone ? 'done' : 'wanted' });
  if (!isDone) armReconcile(state, io);
}

/** The status that the API has differs from ours: look again soon, as the status manager does every 10 s. */
export function armReconcile(state: KubeletState, io: IO): void {
  if (state.isReconcileDue) return;
  state.isReconcileDue = true;
  io.after(RECONCILE_MS, 'status/reconcile', null, { routine: true });
}

/** Sends again whatever did not arrive. */
export function reconcileStatuses(state: KubeletState, io: IO): void {
  state.isReconcileDue = false;
  for (const work of [...state.works.values()]) send(state, work, io);
}

/** Of two copies of one pod the one with the higher resourceVersion. */
export function newer(left: Pod, right: Pod): Pod {
  return Number(right.metadata.resourceVersion ?? 0) >= Number(left.metadata.resourceVersion ?? 0) ? right : left;
}

/** A strategic merge patch of what differs, as upstream computes it; undefined when nothing does. */
export function statusPatch(pod: Pod, status: PodStatus): JsonObject | undefined {
  const old: PodStatus = pod.status ?? {};
  const patch: Record<string, JsonValue> = {};
  for (const [field, value] of Object.entries(status) as [keyof PodStatus, JsonValue][]) {
    if (field === 'conditions' || isEqual(value as Value, old[field] as Value)) continue;
    patch[field] = value;
    if (field === 'podIPs' || field === 'hostIPs') patch[field] = withoutOld(old[field] ?? [], value as JsonValue[]);
  }
  const ours = (status.conditions ?? []).filter(isOwn);
  const conditions = ours
    .filter((condition) => !isEqual(condition, getCondition(old.conditions, condition.type)))
    .map((condition) => withoutRest(getCondition(old.conditions, condition.type), condition));
  if (conditions.length > 0) {
    patch['$setElementOrder/conditions'] = (status.conditions ?? []).map(({ type }) => ({ type }));
    patch['conditions'] = conditions;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Conditions that kubelet alone writes, and the one of its own evictions. */
function isOwn({ type, reason }: PodCondition): boolean {
  return OWN_CONDITIONS.includes(type) || reason === 'TerminationByKubelet';
}

/** A merge keeps fields that are not named: those that are to go are null. */
function withoutRest(old: PodCondition | undefined, next: PodCondition): JsonObject {
  const gone = Object.keys(old ?? {}).filter((field) => next[field as keyof PodCondition] === undefined);
  return { ...next, ...Object.fromEntries(gone.map((field) => [field, null])) };
}

/** Lists merged by `ip` need to be told which address is gone. */
function withoutOld(old: readonly { readonly ip: string }[], next: readonly JsonValue[]): JsonValue {
  const kept = (ip: string) => next.some((item) => (item as { ip: string }).ip === ip);
  const gone = old.filter(({ ip }) => !kept(ip)).map(({ ip }) => ({ $patch: 'delete', ip }));
  return [...next, ...gone];
}

function finalize(state: KubeletState, { uid, pod }: PodWork, io: IO): void {
  const { namespace = 'default', name } = pod.metadata;
  const options = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
  updateWork(state, uid, { finalizing: 'asked' });
  io.note({ what: 'kubelet/finalized', about: `pod/${name}`, node: state.config.node });
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  call(state.client, io, { method: 'DELETE', path, body: options }, 'pod/deleted', { uid });
}
