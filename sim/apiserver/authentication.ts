import type { Message } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** Who sends a request, as upstream's `user.Info`. Users are not API objects. */
export interface Identity {
  readonly name: string;
  readonly groups: readonly string[];
}

const AUTHENTICATED = 'system:authenticated';
const KUBE_SYSTEM = 'system:serviceaccounts:kube-system';

/**
 * First stage: who are you? Each process has the certificate or token that kubeadm would give it, and shows it on each
 * connection: components their own users, kubelets `system:node:NAME`, controllers a service account each, people the
 * administrator's certificate. Follows apiserver/pkg/endpoints/filters/authentication.go and kubeadm's certificates;
 * leaves out tokens that people bring, and anonymous requests.
 */
export function authenticate({ from, body }: Pick<Message<{ request: HttpRequest }>, 'from' | 'body'>): Identity {
  const [process = '', node = ''] = from.split('/');
  switch (process) {
    case 'kube-scheduler':
      return user('system:kube-scheduler');
    case 'kubelet':
      return user(`system:node:${node}`, 'system:nodes');
    case 'kube-proxy':
      return serviceAccount('kube-proxy');
    case 'kube-controller-manager':
      return controller(body.headers?.['user-agent']?.split('/')[1] ?? '');
    default:
      return user('kubernetes-admin', 'kubeadm:cluster-admins');
  }
}

/** Controllers of one process use one service account each; what they share is read as the process itself. */
function controller(name: string): Identity {
  if (name === '') return user('system:kube-controller-manager');
  return serviceAccount(ACCOUNTS.get(name) ?? name);
}

/** Controllers whose account has another name than they have. */
const ACCOUNTS: ReadonlyMap<string, string> = new Map([
  ['garbage-collector-controller', 'generic-garbage-collector'],
  ['node-lifecycle-controller', 'node-controller'],
  ['pod-garbage-collector-controller', 'pod-garbage-collector'],
  ['serviceaccount-controller', 'service-account-controller'],
  ['taint-eviction-controller', 'node-controller'],
]);

function serviceAccount(name: string): Identity {
  return user(`system:serviceaccount:kube-system:${name}`, 'system:serviceaccounts', KUBE_SYSTEM);
}

function user(name: string, ...groups: readonly string[]): Identity {
  return { name, groups: [...groups, AUTHENTICATED] };
}
