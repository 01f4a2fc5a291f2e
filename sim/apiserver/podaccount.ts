import { isMirror, type Pod } from '../api/kinds/pod.ts';
import type { KubeObject } from '../api/meta.ts';
import type { Resource } from '../api/resource.ts';
import type { IO } from '../kernel/component.ts';
import { accountInCache, accountKey, accountOf } from './admission/serviceaccount.ts';
import { ask, askAfter } from './backend.ts';
import type { Call } from './call.ts';
import type { ApiServerState, Stage } from './state.ts';

type Look = Extract<Stage, { readonly stage: 'account' }>;

/** `default` comes with its namespace, a moment later: upstream looks ten times, 100 to 200 ms apart. */
const LOOKS_FOR_DEFAULT = 10;
const PAUSE_MS = 100;

/** Whether this is a pod whose account the server's cache does not know (yet). */
export function lacksAccount(state: ApiServerState, call: Call, resource: Resource, object: KubeObject): boolean {
  if (resource.kind !== 'Pod' || isMirror(object as Pod)) return false;
  return accountInCache(state, call.route.namespace, accountOf(object as Pod)) === undefined;
}

/** Looks for the account in etcd. Follows getServiceAccount in plugin/pkg/admission/serviceaccount/admission.go. */
export function lookForAccount(state: ApiServerState, call: Call, next: Look, io: IO): void {
  ask(state, io, call, questionOf(call, next), next);
}

/** Looks once more, later; false when it has been looked for often enough. */
export function lookAgain(state: ApiServerState, call: Call, next: Look, io: IO): boolean {
  const isDefault = accountOf(next.object as Pod) === 'default';
  if (!isDefault || next.attempt >= LOOKS_FOR_DEFAULT) return false;
  const pauseMs = PAUSE_MS + io.random('account', PAUSE_MS);
  askAfter(state, io, call, questionOf(call, next), { ...next, attempt: next.attempt + 1 }, pauseMs);
  return true;
}

function questionOf({ route }: Call, { object }: Look) {
  return { kind: 'range' as const, body: { key: accountKey(route.namespace, accountOf(object as Pod)) } };
}
