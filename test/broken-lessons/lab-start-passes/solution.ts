import type { ControllerApi } from 'cluster-lab';

export function reconcile(key: string, api: ControllerApi): void {
  const [namespace = '', name = ''] = key.split('/');
  const spec = { containers: [{ name: 'web', image: 'nginx:1.27' }] };
  api.create({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec });
}
