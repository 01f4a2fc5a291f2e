import type { KubeObject } from '../../api/meta.ts';
import type { Resource } from '../../api/resource.ts';
import { defaultTolerationSeconds } from './defaulttolerationseconds.ts';
import type { AdmissionPlugin } from './plugin.ts';
import { priority } from './priority.ts';
import { serviceAccount } from './serviceaccount.ts';
import { taintNodesByCondition } from './taintnodesbycondition.ts';

/** In upstream's order (pkg/kubeapiserver/options/plugins.go). NamespaceLifecycle only refuses, and runs first. */
const plugins: readonly AdmissionPlugin[] = [serviceAccount, taintNodesByCondition, priority, defaultTolerationSeconds];

/** Runs the mutating plugins over a new object and names those that changed it. */
export function admit(
  resource: Resource,
  object: KubeObject,
): { readonly object: KubeObject; readonly changedBy: readonly string[] } {
  let current = object;
  const changedBy: string[] = [];
  for (const plugin of plugins) {
    if (plugin.kind !== resource.kind) continue;
    const next = plugin.admit(current);
    if (next !== current) changedBy.push(plugin.name);
    current = next;
  }
  return { object: current, changedBy };
}
