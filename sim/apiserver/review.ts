import { type AccessReview, AUTHENTICATION, type ResourceAttributes } from '../api/kinds/reviews.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import { rfc3339 } from '../api/meta.ts';
import type { PolicyRule } from '../api/rbac/rules.ts';
import { invalid } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Call } from './call.ts';
import { decodeBody } from './decoding.ts';
import { accountOf, type Identity } from './guard/authentication.ts';
import { authorize } from './guard/authorization.ts';
import { nodeOf } from './guard/node.ts';
import { aggregated, rulesFor } from './guard/rbac.ts';
import type { Attributes } from './guard/requestinfo.ts';
import { ISSUER } from './guard/token.ts';
import { fail, respond } from './respond.ts';
import { resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';

/** Reviews: objects that are questions about identity and permission, answered in their status and not stored. */
export function answerReview(state: ApiServerState, call: Call, io: IO): void {
  const resource = resourceOf(call.route);
  const decoded = decodeBody(resource, call.request.body, call.options);
  if (!decoded.ok) {
    fail(state, io, call, decoded.status);
    return;
  }
  const { namespace } = call.route;
  const { metadata } = decoded.object;
  const object = namespace === '' ? decoded.object : { ...decoded.object, metadata: { ...metadata, namespace } };
  const errors = resource.validate(object);
  if (errors.length > 0) {
    fail(state, io, call, invalid(resource, metadata.name, errors));
    return;
  }
  const status = statusFor(state, call, object, io);
  const { name, ...rest } = object.metadata;
  const created = resource.group === AUTHENTICATION ? { creationTimestamp: rfc3339(io.now) } : {};
  const answer = { ...object, metadata: { ...(name === '' ? {} : { name }), ...rest, ...created }, status };
  respond(state, io, call, 201, answer, decoded.warnings);
}

function statusFor(state: ApiServerState, call: Call, object: KubeObject, io: IO): JsonObject {
  const { user } = call;
  switch (object.kind) {
    case 'SelfSubjectReview':
      return { userInfo: userInfo(user) };
    case 'TokenReview':
      return tokenStatus(state, (object.spec as { token: string }).token, io);
    case 'SelfSubjectRulesReview':
      return rulesStatus(state, user, (object.spec as { namespace?: string }).namespace ?? '');
    case 'SelfSubjectAccessReview':
      return accessStatus(state, user, object as AccessReview);
    default: {
      const { spec } = object as AccessReview;
      return accessStatus(state, { name: spec.user ?? '', groups: spec.groups ?? [] }, object as AccessReview);
    }
  }
}

function userInfo({ name, uid, groups, extra }: Identity): JsonObject {
  const more = { ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }) };
  return { username: name, ...more } as JsonObject;
}

function tokenStatus(state: ApiServerState, token: string, io: IO): JsonObject {
  const found = accountOf(state, token, io.now);
  if (typeof found === 'string') return { user: {}, error: `[${found}]` };
  return { authenticated: true, user: userInfo(found), audiences: [ISSUER] };
}

function accessStatus(state: ApiServerState, user: Identity, { spec }: AccessReview): JsonObject {
  const { allowed, reason } = authorize(state, user, attributesOf(spec));
  return { allowed, ...(reason === '' ? {} : { reason }) };
}

function attributesOf({ resourceAttributes, nonResourceAttributes }: AccessReview['spec']): Attributes {
  const none = { path: '', group: '', resource: '', subresource: '', namespace: '', name: '', node: '' };
  if (resourceAttributes === undefined) {
    const { path = '', verb = '' } = nonResourceAttributes ?? {};
    return { ...none, isResource: false, verb, path };
  }
  const { verb = '', version: _version, ...rest }: ResourceAttributes = resourceAttributes;
  return { ...none, ...rest, isResource: true, verb };
}

function rulesStatus(state: ApiServerState, user: Identity, namespace: string): JsonObject {
  const { rules, errors } = rulesFor(state, user, namespace);
  const isNode = nodeOf(user) !== undefined;
  const all = [...(isNode ? ['node authorizer does not support user rule resolution'] : []), ...errors];
  return {
    resourceRules: rules.filter((rule) => rule.nonResourceURLs === undefined).map(resourceRule),
    nonResourceRules: rules.filter((rule) => rule.nonResourceURLs !== undefined).map(plainRule),
    incomplete: all.length > 0,
    ...(all.length === 0 ? {} : { evaluationError: aggregated(all) }),
  };
}

function resourceRule({ verbs, apiGroups = [], resources = [], resourceNames }: PolicyRule): JsonValue {
  return { verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) };
}

function plainRule({ verbs, nonResourceURLs = [] }: PolicyRule): JsonValue {
  return { verbs, nonResourceURLs };
}
