import type { Pod } from '../api/kinds/pod.ts';
import { TOKEN_REQUEST } from '../api/kinds/reviews.ts';
import { type KubeObject, rfc3339 } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import { badRequest, conflict, forbidden, invalid, notFound, type Status } from '../api/status.ts';
import type { IO } from '../kernel/component.ts';
import type { Call } from './call.ts';
import { decodeBody } from './decoding.ts';
import { nodeOf } from './guard/node.ts';
import { type Claims, ISSUER, mintToken, unixSeconds } from './guard/token.ts';
import { drawUid } from './identity.ts';
import { fail, respond } from './respond.ts';
import { resourceOf } from './routes.ts';
import type { ApiServerState } from './state.ts';

interface TokenSpec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: {
    readonly kind?: string;
    readonly apiVersion?: string;
    readonly name?: string;
    readonly uid?: string;
  };
}

const HOUR_SECONDS = 3600;
/** The tokens that pods have without asking live a year, for clients that never read the file again. */
const USUAL_SECONDS = 3607;
const YEAR_SECONDS = 365 * 24 * HOUR_SECONDS;
const LEAST_SECONDS = 600;
const MOST_SECONDS = 2 ** 32;

/**
 * POST serviceaccounts/NAME/token: a token for so long, bound to a pod if wanted. Follows
 * pkg/registry/core/serviceaccount/storage/token.go; leaves out binding to Secrets and Nodes.
 */
export function requestToken(state: ApiServerState, call: Call, io: IO): void {
  const { namespace, name } = call.route;
  const resource = resourceOf(call.route);
  const account = state.caches.get('serviceaccounts')?.objects.get(`/registry/serviceaccounts/${namespace}/${name}`);
  if (account === undefined) {
    fail(state, io, call, notFound(resource, name));
    return;
  }
  const decoded = decodeBody(TOKEN_REQUEST, call.request.body, call.options);
  if (!decoded.ok) {
    fail(state, io, call, decoded.status);
    return;
  }
  const spec = (decoded.object.spec ?? {}) as TokenSpec;
  const { expirationSeconds = HOUR_SECONDS, boundObjectRef } = spec;
  const audiences = spec.audiences?.length ? spec.audiences : [ISSUER];
  const errors = lifetimeErrors(expirationSeconds);
  const bound =
    errors.length > 0
      ? invalid({ ...TOKEN_REQUEST, kind: 'TokenRequest' }, '', errors)
      : bind(state, call, boundObjectRef);
  if (bound !== undefined && 'code' in bound) {
    fail(state, io, call, bound);
    return;
  }
  const now = unixSeconds(io.now);
  const jti = drawUid(io);
  const isUsual =
    bound !== undefined && expirationSeconds === USUAL_SECONDS && audiences.every((one) => one === ISSUER);
  const claims: Claims = {
    aud: audiences,
    exp: now + (isUsual ? YEAR_SECONDS : expirationSeconds),
    iat: now,
    iss: ISSUER,
    jti,
    'kubernetes.io': {
      namespace,
      ...(bound === undefined ? {} : { pod: bound as { name: string; uid: string } }),
      serviceaccount: { name, uid: account.metadata.uid ?? '' },
      ...(isUsual ? { warnafter: now + expirationSeconds } : {}),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  };
  const status = {
    token: mintToken(claims, state.config.serviceAccountKey),
    expirationTimestamp: rfc3339(Math.floor(io.now / 1000) * 1000 + expirationSeconds * 1000),
  };
  const object: KubeObject = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name, namespace, creationTimestamp: rfc3339(io.now) },
    spec: { audiences, expirationSeconds, boundObjectRef: boundObjectRef ?? null },
    status,
  };
  respond(state, io, call, 201, object, decoded.warnings);
}

function lifetimeErrors(seconds: number): readonly FieldError[] {
  const field = 'spec.expirationSeconds';
  if (seconds < LEAST_SECONDS) {
    return [{ type: 'Invalid', field, value: seconds, detail: 'may not specify a duration less than 10 minutes' }];
  }
  if (seconds <= MOST_SECONDS) return [];
  return [{ type: 'Invalid', field, value: seconds, detail: 'may not specify a duration larger than 2^32 seconds' }];
}

/** The pod that a token is bound to: it ends with the pod. A kubelet may ask for nothing else. */
function bind(
  state: ApiServerState,
  call: Call,
  reference: TokenSpec['boundObjectRef'],
): Status | { readonly name: string; readonly uid: string } | undefined {
  const node = nodeOf(call.user);
  const { namespace, name: account } = call.route;
  const refuse = (why: string) => forbidden(resourceOf(call.route), account, why);
  if (reference === undefined || reference === null) {
    return node === undefined ? undefined : refuse('node requested token not bound to a pod');
  }
  const { kind = '', apiVersion = '', name = '', uid = '' } = reference;
  if (kind !== 'Pod' || apiVersion !== 'v1') {
    return badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to object of type /${apiVersion}, Kind=${kind}`,
    );
  }
  const pods = { group: '', plural: 'pods', kind: 'Pod' };
  const pod = state.caches.get('pods')?.objects.get(`/registry/pods/${namespace}/${name}`) as Pod | undefined;
  if (pod === undefined) return notFound(pods, name);
  if (node !== undefined && uid === '') return refuse('node requested token with a pod binding without a uid');
  if (node !== undefined && pod.spec.nodeName !== node) {
    return refuse('node requested token bound to a pod scheduled on a different node');
  }
  if (pod.spec.serviceAccountName !== account) {
    const used = JSON.stringify(pod.spec.serviceAccountName ?? '');
    return badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name ${used}.`,
    );
  }
  const found = pod.metadata.uid ?? '';
  if (uid !== '' && uid !== found) {
    return conflict(
      pods,
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  return { name, uid: found };
}
