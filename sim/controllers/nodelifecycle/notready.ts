import type { Node } from '../../api/kinds/node.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type Condition, setCondition } from '../../api/meta.ts';
import { type Context, NOTHING, type Outcome, type Write } from '../controller.ts';
import { isPodReady, readyCondition } from '../pods.ts';
import { normal, update, warning } from '../requests.ts';
import { readyOf, unknownConditions } from './health.ts';
import type { NodeLifecycleState } from './state.ts';

/** Writes that nothing is heard of a node, then that its pods are not ready. Retried as a whole until both are true. */
export function reportNode(name: string, context: Context<NodeLifecycleState>): Outcome {
  const { state, now } = context;
  const node = context.cache<Node>('nodes').get(name);
  const health = state.health.get(name);
  if (node === undefined || health === undefined || health.status === 'True') return NOTHING;
  const observed = readyOf(node)?.status;
  const mustMark = health.hasPodsToMark || (observed === 'True' && health.isLate);
  const marks = mustMark ? [...context.podsOn(name)].flatMap((key) => markWrites(key, context)) : [];
  state.health.set(name, { ...health, hasPodsToMark: marks.length > 0 });
  if (!health.isLate || observed === 'Unknown') return { writes: marks.length > 0 ? [marks] : [] };
  context.note({ what: 'nodelifecycle/node-silent', about: `node/${name}`, silentMs: now - health.probedAt });
  const status = { ...node.status, conditions: unknownConditions(node, now) };
  const { uid } = node.metadata;
  const report: Write = {
    request: update('nodes', { ...node, status }, '/status'),
    about: { apiVersion: 'v1', kind: 'Node', metadata: { name, uid } },
    success: observed === 'True' ? [normal('NodeNotReady', `Node ${name} status is now: NodeNotReady`)] : [],
    tag: name,
  };
  return { writes: marks.length > 0 ? [[report], marks] : [[report]] };
}

/** A pod that was bound to a node which is already known to be down. Upstream `processPod`. */
export function markPod(key: string, context: Context<NodeLifecycleState>): Outcome {
  const pod = context.cache<Pod>('pods').get(key);
  const status = context.state.health.get(pod?.spec.nodeName ?? '')?.status;
  return status === undefined || status === 'True' ? NOTHING : { writes: [markWrites(key, context)] };
}

/** Upstream `MarkPodsNotReady`: only the status of the Ready condition changes; reason and message stay. */
function markWrites(key: string, context: Context): readonly Write[] {
  const pod = context.cache<Pod>('pods').get(key);
  const ready = pod && readyCondition(pod);
  if (pod === undefined || ready === undefined || !isPodReady(pod)) return [];
  const next: Condition = { ...ready, status: 'False' };
  const conditions = setCondition<Condition>(pod.status?.conditions, next, context.now);
  return [
    {
      request: update('pods', { ...pod, status: { ...pod.status, conditions } }, '/status'),
      ignore: [404],
      about: pod,
      success: [warning('NodeNotReady', 'Node is not ready')],
    },
  ];
}
