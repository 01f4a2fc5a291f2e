import type { ServiceAccount } from '../../api/kinds/serviceaccount.ts';
import type { Millis } from '../../kernel/message.ts';
import { type Certificate, CLUSTER_CA, type HttpRequest } from '../../protocol/http.ts';
import type { ApiServerState } from '../state.ts';
import { type Claims, digest, ISSUER, readToken, unixSeconds } from './token.ts';

/** Who sends a request, as upstream's `user.Info`. Users are not API objects. */
export interface Identity {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** An identity and what proved it, or why there is none (401). */
export type Authentication =
  | { readonly user: Identity; readonly how: 'client certificate' | 'bearer token' | 'anonymous' }
  | { readonly problem: string };

/** Group of everybody who is known. */
export const AUTHENTICATED = 'system:authenticated';
/** Group of everybody who is not. */
export const UNAUTHENTICATED = 'system:unauthenticated';
/** The name of whoever shows nothing. */
export const ANONYMOUS = 'system:anonymous';
/** How the names of ServiceAccounts begin. */
export const SERVICE_ACCOUNT = 'system:serviceaccount:';

const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id';

/**
 * First stage: who are you? The certificate of the connection counts before a token; whoever shows neither is
 * anonymous, and a credential that proves nothing is 401. Follows apiserver/pkg/endpoints/filters/authentication.go
 * and pkg/kubeapiserver/authenticator/config.go; leaves out OIDC, webhooks, bootstrap tokens, front proxies and
 * expiry of certificates.
 */
export function authenticate(state: ApiServerState, request: HttpRequest, now: Millis): Authentication {
  const { certificate, headers } = request;
  if (certificate !== undefined && certificate.issuer === CLUSTER_CA) {
    return { user: holderOf(state, certificate), how: 'client certificate' };
  }
  const [scheme = '', token = ''] = (headers?.['authorization'] ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer' && token !== '') {
    const found = accountOf(state, token, now);
    return typeof found === 'string' ? { problem: found } : { user: found, how: 'bearer token' };
  }
  if (certificate !== undefined) return { problem: 'x509: certificate signed by unknown authority' };
  return { user: { name: ANONYMOUS, groups: [UNAUTHENTICATED] }, how: 'anonymous' };
}

/** Whom a certificate names. Every request shows one, and there are few: what was made of it is remembered. */
function holderOf(state: ApiServerState, { user, groups, issuer }: Certificate): Identity {
  const text = `${issuer} ${user} ${groups.join()}`;
  const known = state.holders.get(text);
  if (known !== undefined) return known;
  const extra = { [CREDENTIAL_ID]: [`X509SHA256=${digest(text)}`] };
  const holder: Identity = { name: user, groups: [...groups, AUTHENTICATED], extra };
  if (state.holders.size >= MAX_KNOWN) state.holders.clear();
  state.holders.set(text, holder);
  return holder;
}

/**
 * Whom a token names: its signature, its time, and the account it was made for must still be right. Follows
 * pkg/serviceaccount/{jwt,claims}.go.
 */
export function accountOf(state: ApiServerState, token: string, now: Millis): Identity | string {
  const claims = knownClaims(state, token);
  if (claims === undefined) return 'invalid bearer token';
  if (claims.exp <= unixSeconds(now)) return 'service account token has expired';
  const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
  const key = `/registry/serviceaccounts/${namespace}/${serviceaccount.name}`;
  const account = state.caches.get('serviceaccounts')?.objects.get(key) as ServiceAccount | undefined;
  const uid = account?.metadata.uid ?? '';
  if (account === undefined) return `serviceaccounts "${serviceaccount.name}" not found`;
  if (serviceaccount.uid !== '' && serviceaccount.uid !== uid) return 'service account UID does not match claim';
  const podKey = `/registry/pods/${namespace}/${pod?.name}`;
  if (pod !== undefined && state.caches.get('pods')?.objects.get(podKey)?.metadata.uid !== pod.uid) {
    return 'pod in claim does not exist';
  }
  return serviceAccountIdentity(namespace, serviceaccount.name, uid, claims.jti);
}

/** A ServiceAccount as a user, with the groups that every account has. */
export function serviceAccountIdentity(namespace: string, name: string, uid = '', jti = ''): Identity {
  return {
    name: `${SERVICE_ACCOUNT}${namespace}:${name}`,
    ...(uid === '' ? {} : { uid }),
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, AUTHENTICATED],
    ...(jti === '' ? {} : { extra: { [CREDENTIAL_ID]: [`JTI=${jti}`] } }),
  };
}

const MAX_KNOWN = 1000;

/** The claims of a token whose signature was checked before are remembered, as upstream caches them for a while. */
function knownClaims(state: ApiServerState, token: string): Claims | undefined {
  const known = state.tokens.get(token);
  if (known !== undefined) return known;
  const claims = readToken(token, state.config.serviceAccountKey);
  if (claims?.iss !== ISSUER || !claims.aud.includes(ISSUER)) return undefined;
  if (state.tokens.size >= MAX_KNOWN) state.tokens.clear();
  state.tokens.set(token, claims);
  return claims;
}
