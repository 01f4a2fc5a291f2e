import type { HttpRequest } from '../../protocol/http.ts';
import type { ApiServerState } from '../state.ts';
import { ANONYMOUS, AUTHENTICATED, type Identity, SERVICE_ACCOUNT, UNAUTHENTICATED } from './authentication.ts';
import { authorize } from './authorization.ts';
import type { Attributes } from './requestinfo.ts';

/** Whom a request is carried out as; or what its sender may not be; or why the headers make no sense. */
export type Impersonation =
  | { readonly as: Identity }
  | { readonly refused: Attributes; readonly reason: string }
  | { readonly problem: string };

const ACCOUNT = new RegExp(`^${SERVICE_ACCOUNT}([^:]+):([^:]+)$`);

/**
 * Third stage: `Impersonate-User` and `Impersonate-Group` (several joined by `, `). Whoever may not `impersonate`
 * each of them is refused; undefined when nothing is asked for. Follows
 * apiserver/pkg/endpoints/filters/impersonation.go; leaves out extras, and the constrained impersonation that is new.
 */
export function impersonate(state: ApiServerState, user: Identity, request: HttpRequest): Impersonation | undefined {
  const { headers = {} } = request;
  const name = headers['impersonate-user'] ?? '';
  const uid = headers['impersonate-uid'] ?? '';
  const groups = (headers['impersonate-group'] ?? '').split(', ').filter((group) => group !== '');
  if (name === '') {
    if (groups.length === 0 && uid === '') return undefined;
    const asked = groups.map((group) => `{Kind:"Group", Namespace:"", Name:${JSON.stringify(group)}}`).join(', ');
    return { problem: `requested []v1.ObjectReference{v1.ObjectReference${asked}} without impersonating a user` };
  }
  const [, namespace = '', account = ''] = ACCOUNT.exec(name) ?? [];
  const first = account === '' ? wish('users', name) : wish('serviceaccounts', account, namespace);
  const wishes = [first, ...groups.map((group) => wish('groups', group))];
  if (uid !== '') wishes.push({ ...wish('uids', uid), group: 'authentication.k8s.io' });
  for (const wanted of wishes) {
    const { allowed, reason } = authorize(state, user, wanted);
    if (!allowed) return { refused: wanted, reason };
  }
  const own = account === '' ? [] : ['system:serviceaccounts', `system:serviceaccounts:${namespace}`];
  const all = groups.length > 0 ? groups : own;
  return { as: { name, ...(uid === '' ? {} : { uid }), groups: withEverybody(name, all) } };
}

function withEverybody(name: string, groups: readonly string[]): readonly string[] {
  if (groups.includes(AUTHENTICATED) || groups.includes(UNAUTHENTICATED)) return groups;
  return [...groups, name === ANONYMOUS ? UNAUTHENTICATED : AUTHENTICATED];
}

function wish(resource: string, name: string, namespace = ''): Attributes {
  const rest = { verb: 'impersonate', isResource: true, path: '', group: '', subresource: '', node: '' };
  return { ...rest, resource, namespace, name };
}
