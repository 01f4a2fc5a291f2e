import type { KubeObject } from '../../api/meta.ts';
import { forbidden, type Status } from '../../api/status.ts';
import type { IO } from '../../kernel/component.ts';
import type { Call } from '../call.ts';
import type { Passage } from '../decision.ts';
import { fail } from '../respond.ts';
import { resourceOf } from '../routes.ts';
import type { ApiServerState } from '../state.ts';
import { defaultTolerationSeconds } from './defaulttolerationseconds.ts';
import { namespaceLifecycle } from './namespacelifecycle.ts';
import type { AdmissionPlugin, AdmissionRequest, Charge } from './plugin.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './serviceaccount.ts';
import { taintNodesByCondition } from './taintnodesbycondition.ts';

/** Upstream's order (pkg/kubeapiserver/options/plugins.go). NamespaceLifecycle only refuses, and runs first. */
const ORDER: readonly string[] = [
  'LimitRanger',
  'ServiceAccount',
  'NodeRestriction',
  'TaintNodesByCondition',
  'Priority',
  'DefaultTolerationSeconds',
  'DefaultStorageClass',
  'StorageObjectInUseProtection',
  'PersistentVolumeClaimResize',
  'DefaultIngressClass',
  'ValidatingAdmissionPolicy',
  'ResourceQuota',
];

let plugins: readonly AdmissionPlugin[] = [
  namespaceLifecycle,
  serviceAccount,
  taintNodesByCondition,
  priority,
  defaultTolerationSeconds,
];

/** The plugins of a pack, before the first cluster boots; one of the same name is replaced. */
export function addPlugins(more: readonly AdmissionPlugin[]): void {
  const kept = plugins.filter(({ name }) => !more.some((plugin) => plugin.name === name));
  plugins = [...kept, ...more].sort(byOrder);
}

/** A name that is not listed comes first; no two plugins share one. */
function byOrder(a: AdmissionPlugin, b: AdmissionPlugin): number {
  return ORDER.indexOf(a.name) - ORDER.indexOf(b.name) || (a.name < b.name ? -1 : 1);
}

/** A call as admission sees it. */
export function admissionOf(
  call: Call,
  operation: AdmissionRequest['operation'],
  io: IO,
  old?: KubeObject,
): AdmissionRequest {
  const { subresource, namespace, name } = call.route;
  const draw = (bound: number) => io.random('volume name', bound);
  const base = { operation, resource: resourceOf(call.route), subresource, namespace, name, user: call.user, draw };
  return old === undefined ? base : { ...base, old };
}

/** Says who refuses a change and why, and answers so. */
export function refuseAdmission(state: ApiServerState, call: Call, about: string, refused: Refused, io: IO): void {
  const { refusal, by } = refused;
  io.note({ what: 'apiserver/refused', about, by, reason: refusal.message ?? '' }, { routine: call.routine });
  fail(state, io, call, refusal);
}

/** A change that may not be, and the plugin that says so. */
export interface Refused {
  readonly refusal: Status;
  readonly by: string;
}

/** What admission makes of a change: the object and who changed it, or who refuses it. */
export type Admitted<O> = { readonly object: O; readonly changedBy: readonly string[] } | Refused;

/** The mutating phase; a deletion has no object. */
export function admit<O extends KubeObject | undefined>(
  state: ApiServerState,
  object: O,
  request: AdmissionRequest,
): Admitted<O> {
  const { operation, subresource } = request;
  let current = object;
  const changedBy: string[] = [];
  for (const plugin of pluginsFor(request)) {
    const refusal = plugin.refuse?.(current, request, state);
    if (refusal !== undefined) return { refusal: statusOf(refusal, current, request), by: plugin.name };
    const isAsked = operation === 'CREATE' || (operation === 'UPDATE' && plugin.amends && subresource === '');
    const next = current && isAsked ? (plugin.admit?.(current, state, request) ?? current) : current;
    if (next !== current) changedBy.push(plugin.name);
    current = next as O;
  }
  return { object: current, changedBy };
}

/** What became of an update or a deletion in admission, for the trace: who changed it, and why others let it through. */
export function passageOf(
  state: ApiServerState,
  object: KubeObject | undefined,
  request: AdmissionRequest,
  changedBy: readonly string[],
): Passage {
  const said = pluginsFor(request).flatMap(({ name, because }) => {
    const why = because?.(object, request, state) ?? '';
    return why === '' ? [] : [`${name}: ${why}`];
  });
  return { changedBy, said };
}

/** The validating phase: a refusal of an object that is otherwise in order. */
export function judge(state: ApiServerState, object: KubeObject, request: AdmissionRequest): Refused | undefined {
  for (const plugin of pluginsFor(request)) {
    const refusal = plugin.validate?.(object, request, state);
    if (refusal !== undefined) return { refusal: statusOf(refusal, object, request), by: plugin.name };
  }
  return undefined;
}

/** What is said of a change that goes through. */
export function warningsOn(
  state: ApiServerState,
  object: KubeObject | undefined,
  request: AdmissionRequest,
): readonly string[] {
  return pluginsFor(request).flatMap((plugin) => plugin.warn?.(object, request, state) ?? []);
}

/** What must be written into other objects before this one, or who refuses it. */
export function chargesOf(
  state: ApiServerState,
  object: KubeObject,
  request: AdmissionRequest,
  nowMs: number,
  live: ReadonlyMap<string, KubeObject>,
): readonly Charge[] | Refused {
  const charges: Charge[] = [];
  for (const plugin of pluginsFor(request)) {
    const found = plugin.charge?.(object, request, state, nowMs, live) ?? [];
    if (typeof found === 'string') return { refusal: statusOf(found, object, request), by: plugin.name };
    charges.push(...found);
  }
  return charges;
}

function pluginsFor({ resource }: AdmissionRequest): readonly AdmissionPlugin[] {
  return plugins.filter(({ kind }) => kind === '' || kind === resource.kind);
}

/** 403 with the name that the object has or will have (apiserver/pkg/admission/errors.go). */
function statusOf(refusal: string | Status, object: KubeObject | undefined, request: AdmissionRequest): Status {
  if (typeof refusal !== 'string') return refusal;
  const { name = '', generateName = '' } = object?.metadata ?? {};
  return forbidden(request.resource, request.name || name || generateName || 'Unknown', refusal);
}
