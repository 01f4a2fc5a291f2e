/**
 * What: ValidatingAdmissionPolicy, the admission plugin of rules that are objects; no new instances of kinds that go.
 * Watches: ValidatingAdmissionPolicies and their bindings, the objects that give them parameters, namespaces.
 * Writes: nothing; it refuses requests, or warns.
 * Follows: apiserver/pkg/admission/plugin/policy/validating (dispatcher.go, validator.go) and policy/generic.
 * Leaves out: the variable authorizer, audit annotations, matchPolicy Equivalent (each kind has one version here),
 * Kubernetes' own functions in expressions (quantity, url, ip), type checking, requests that CONNECT.
 */

import { isMeant, type Judged, type Violation, violations } from '../../api/extensions/judge.ts';
import type { AdmissionPolicy, PolicyBinding } from '../../api/extensions/policy.ts';
import { resourceOfKind } from '../../api/index.ts';
import type { JsonObject, JsonValue, KubeObject } from '../../api/meta.ts';
import { fromLabelSelector, matchesSelector } from '../../api/selector.ts';
import { forbidden, qualified, type Status } from '../../api/status.ts';
import type { AdmissionPlugin, AdmissionRequest } from '../admission/plugin.ts';
import { viewScale } from '../scale.ts';
import type { ApiServerState } from '../state.ts';

const POLICIES = 'validatingadmissionpolicies.admissionregistration.k8s.io';
const BINDINGS = 'validatingadmissionpolicybindings.admissionregistration.k8s.io';
const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';

/** Asked for every request that writes; without a policy it has nothing to say. */
export const validatingAdmissionPolicy: AdmissionPlugin = {
  name: 'ValidatingAdmissionPolicy',
  kind: '',
  refuse: (object, request, state) => {
    if (request.operation === 'DELETE') return denial(state, object, request);
    return isEnding(state, request) ? 'create not allowed while custom resource definition is terminating' : undefined;
  },
  validate: (object, request, state) => denial(state, object, request),
  because: (object, request, state) => {
    const names = [...new Set(boundTo(state, object, request).map(({ policy }) => policy.metadata.name))];
    return names.length === 0 ? '' : `${names.join(', ')} ${names.length === 1 ? 'does' : 'do'} not deny it`;
  },
  warn: (object, request, state) =>
    findings(state, object, request).flatMap(({ policy, binding, violation, actions }) =>
      actions.includes('Warn')
        ? [
            `Validation failed for ValidatingAdmissionPolicy '${policy}' with binding '${binding}': ${violation.message}`,
          ]
        : [],
    ),
};

/** No instance is created while its definition goes. */
function isEnding(state: ApiServerState, { operation, resource }: AdmissionRequest): boolean {
  if (operation !== 'CREATE' || resource.custom === undefined) return false;
  const name = qualified(resource);
  const all = [...(state.caches.get(DEFINITIONS)?.objects.values() ?? [])];
  return all.some(({ metadata }) => metadata.name === name && metadata.deletionTimestamp !== undefined);
}

/** One thing that a policy finds, where a binding lets it. */
interface Found {
  readonly policy: string;
  readonly binding: string;
  readonly violation: Violation;
  readonly actions: readonly string[];
}

const CODES: Readonly<Record<string, number>> = {
  Unauthorized: 401,
  Forbidden: 403,
  RequestEntityTooLarge: 413,
  Invalid: 422,
};

/** The first thing found that is to be denied, as upstream answers it. */
function denial(state: ApiServerState, object: KubeObject | undefined, request: AdmissionRequest): Status | undefined {
  const found = findings(state, object, request).find(({ actions }) => actions.includes('Deny'));
  if (found === undefined) return undefined;
  const { policy, binding, violation } = found;
  const message = `ValidatingAdmissionPolicy '${policy}' with binding '${binding}' denied request: ${violation.message}`;
  const name = request.name || object?.metadata.name || object?.metadata.generateName || 'Unknown';
  const status = forbidden(request.resource, name, message);
  const { reason } = violation;
  return { ...status, reason, code: CODES[reason] ?? 422, details: { ...status.details, causes: [{ message }] } };
}

/** Policies never judge themselves: else nobody could mend one. */
const EXEMPT: readonly string[] = [POLICIES, BINDINGS];

function findings(state: ApiServerState, object: KubeObject | undefined, request: AdmissionRequest): readonly Found[] {
  return boundTo(state, object, request).flatMap(({ policy, binding, judged }): readonly Found[] => {
    const { paramKind, failurePolicy } = policy.spec;
    const { paramRef, validationActions: actions = [] } = binding.spec;
    const params = paramKind === undefined ? [null] : paramsOf(state, paramKind, paramRef, request.namespace);
    const all: readonly Violation[] =
      typeof params === 'string'
        ? failurePolicy === 'Ignore'
          ? []
          : [{ message: `failed to configure binding: ${params}`, reason: 'Invalid' }]
        : params.flatMap((param) => violations(policy, judged, param as JsonValue));
    // A binding that cannot be set up denies, whatever its actions.
    const what = typeof params === 'string' ? ['Deny'] : actions;
    return all.map((violation) => ({
      policy: policy.metadata.name,
      binding: binding.metadata.name,
      violation,
      actions: what,
    }));
  });
}

/** The policies that are meant for a request, each with a binding that is. */
function boundTo(state: ApiServerState, object: KubeObject | undefined, request: AdmissionRequest) {
  const policies = state.caches.get(POLICIES)?.objects;
  if (policies === undefined || policies.size === 0 || EXEMPT.includes(qualified(request.resource))) return [];
  const bindings = sorted<PolicyBinding>(state.caches.get(BINDINGS)?.objects);
  const judged = judgedOf(state, object, request);
  const isFor = (what: Parameters<typeof isMeant>[0] | undefined) => what === undefined || isMeant(what, judged);
  return sorted<AdmissionPolicy>(policies).flatMap((policy) => {
    if (policy.spec.matchConstraints === undefined || !isFor(policy.spec.matchConstraints)) return [];
    const own = bindings.filter(({ spec }) => spec.policyName === policy.metadata.name && isFor(spec.matchResources));
    return own.map((binding) => ({ policy, binding, judged }));
  });
}

function sorted<O>(objects: ReadonlyMap<string, KubeObject> | undefined): readonly O[] {
  const keys = [...(objects?.keys() ?? [])].sort();
  return keys.map((key) => objects?.get(key) as unknown as O);
}

function judgedOf(state: ApiServerState, whole: KubeObject | undefined, request: AdmissionRequest): Judged {
  const { resource, operation, subresource, user } = request;
  const { group, version, plural, kind, namespaced } = resource;
  const isScale = subresource === 'scale';
  const seen = (one: KubeObject | undefined) => (isScale && one !== undefined ? (viewScale(one) as KubeObject) : one);
  const [object, old] = [seen(whole), seen(request.old)];
  const name = request.name || object?.metadata.name || '';
  const space = [...(state.caches.get('namespaces')?.objects.values() ?? [])].find(
    ({ metadata }) => metadata.name === (namespaced ? request.namespace : ''),
  );
  const isNamespace = kind === 'Namespace' && group === '';
  const said = {
    kind: isScale ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : { group, version, kind },
    resource: { group, version, resource: plural },
    subResource: subresource,
    name,
    namespace: namespaced ? request.namespace : isNamespace ? name : '',
    operation,
    userInfo: { username: user.name, groups: user.groups },
    dryRun: false,
  } as unknown as JsonObject;
  const namespace = isNamespace ? (object ?? old) : space;
  return {
    operation,
    group,
    version,
    plural,
    subresource,
    name,
    object,
    old,
    namespace,
    isNamespaced: namespaced,
    request: said,
  };
}

/** The objects with a binding's parameters, or what is wrong. Follows policy_dispatcher.go `CollectParams`. */
function paramsOf(
  state: ApiServerState,
  { apiVersion = '', kind = '' }: NonNullable<AdmissionPolicy['spec']['paramKind']>,
  ref: PolicyBinding['spec']['paramRef'],
  namespace: string,
): readonly (KubeObject | null)[] | string {
  if (ref === undefined) return [null];
  const resource = resourceOfKind(apiVersion, kind);
  if (resource === undefined) return `paramKind kind \`${apiVersion}, Kind=${kind}\` not known`;
  if (!resource.namespaced && ref.namespace) {
    return 'paramRef.namespace must not be provided for a cluster-scoped `paramKind`';
  }
  const where = resource.namespaced ? ref.namespace || namespace : undefined;
  if (where === '') return 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
  const all = sorted<KubeObject>(state.caches.get(qualified(resource))?.objects);
  const here = all.filter(({ metadata }) => where === undefined || metadata.namespace === where);
  const found = here.filter(({ metadata }) =>
    ref.name !== undefined
      ? metadata.name === ref.name
      : matchesSelector(fromLabelSelector(ref.selector ?? {}), metadata.labels),
  );
  if (found.length > 0 || ref.parameterNotFoundAction === 'Allow') return found;
  return 'no params found for policy binding with `Deny` parameterNotFoundAction';
}
