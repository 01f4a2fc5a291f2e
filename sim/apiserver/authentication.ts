import type { HttpRequest } from '../protocol/http.ts';

/** Who sends a request, as upstream's `user.Info`. Users are not API objects. */
export interface Identity {
  readonly name: string;
  readonly groups: readonly string[];
}

const ADMIN: Identity = { name: 'kubernetes-admin', groups: ['kubeadm:cluster-admins', 'system:authenticated'] };

/**
 * First stage: who are you? Every connection of this cluster carries the administrator's certificate, so there is one
 * answer. Follows apiserver/pkg/endpoints/filters/authentication.go; leaves out tokens, other certificates and
 * anonymous requests.
 */
export function authenticate(_request: HttpRequest): Identity {
  return ADMIN;
}
