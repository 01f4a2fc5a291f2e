/*
 * statefulset-controller: keeps pods that have names, an order and claims of their own.
 * Watches: StatefulSets, Pods, ControllerRevisions and PersistentVolumeClaims.
 * Writes: Pods, PersistentVolumeClaims, ControllerRevisions, the status of StatefulSets, Events.
 * Upstream: pkg/controller/statefulset (stateful_set.go, stateful_set_control.go, stateful_pod_control.go).
 * Leaves out: the live GET before it adopts a pod; the feature gate MaxUnavailableStatefulSet, which is off in v1.36.
 */
import type { ControllerRevision } from '../../api/kinds/controllerrevision.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import type { StatefulSet } from '../../api/kinds/statefulset.ts';
import { type KubeObject, objectKey } from '../../api/meta.ts';
import { podTemplateHash } from '../../api/names.ts';
import { sameJson } from '../../api/resource.ts';
import { fromLabelSelector, matchesSelector } from '../../api/selector.ts';
import { expectChanges, isSatisfied } from '../../client/expectations.ts';
import { part } from '../../kernel/state.ts';
import type { Batch, Context, Controller, Failure, Outcome, Write } from '../controller.ts';
import { NOTHING } from '../controller.ts';
import {
  adoptRevisions,
  forgetRevisions,
  nextNumber,
  ownRevisions,
  REVISIONS,
  renumber,
  revisionOf,
  templateIn,
  templatePatch,
} from '../history.ts';
import { claimPods, ownPods, untilNextAvailable } from '../ownedpods.ts';
import { slowStart } from '../replicaset/replicaset.ts';
import { create, normal, remove, update, warning } from '../requests.ts';
import { CLAIMS, claimWork, hasStaleClaim, retentionWrites } from './claims.ts';
import { claimsOf, hasIdentity, identityLabels, ordinalOf, podOf, revisionOfPod, startOf } from './identity.ts';
import { observe, SETS, type StatefulSetState } from './observe.ts';
import { isOfCurrentRevision, type Plan, planFor } from './plan.ts';
import { statusOf } from './status.ts';

type Ctx = Context<StatefulSetState>;

const HASH_LABEL = 'controller.kubernetes.io/hash';
const CLAIM_WAIT_MS = 1000;

/** The control loop of StatefulSets. */
export const statefulset: Controller<StatefulSetState> = {
  name: 'statefulset-controller',
  informers: [SETS, 'pods', REVISIONS, CLAIMS],
  workers: 5,
  init: () => part<StatefulSetState>({ expectations: new Map() }),
  observe,
  reconcile: (key, context) => {
    const set = context.cache<StatefulSet>(SETS).get(key);
    return set === undefined ? NOTHING : sync(key, set, context);
  },
  answered: (key, write, { status, body }, isSuccess, context) => {
    const set = context.cache<StatefulSet>(SETS).get(key);
    if (isSuccess || set === undefined || write.tag === undefined || status === 409) return;
    const message = (body as { readonly message?: string } | undefined)?.message ?? `status ${status}`;
    for (const text of failureTexts(write.tag, set.metadata.name, message)) context.event(set, text);
  },
  failed: (key, failure, context) => {
    context.state.expectations.delete(key);
    const set = context.cache<StatefulSet>(SETS).get(key);
    return set === undefined ? undefined : countCollision(set, failure, context);
  },
};

/** A refused write, as the Events tell it: `create web-0`, `claim web-0 www-web-0`. */
function failureTexts(tag: string, set: string, message: string) {
  const [verb = '', pod = '', claim = ''] = tag.split(' ');
  const about = (what: string) => `${what} in StatefulSet ${set} failed error: ${message}`;
  if (verb === 'create') return [warning('FailedCreate', about(`Create Pod ${pod}`))];
  if (verb === 'delete') return [warning('FailedDelete', about(`Delete Pod ${pod}`))];
  if (verb === 'update') return [warning('FailedUpdate', about(`Update Pod ${pod}`))];
  if (verb !== 'claim') return [];
  const why = `failed to create PVC ${claim}: ${message}`;
  return [
    warning('FailedCreate', about(`Create Claim ${claim} for Pod ${pod}`)),
    warning('FailedCreate', `Create Pod ${pod} in StatefulSet ${set} failed error: ${why}`),
  ];
}

function sync(key: string, set: StatefulSet, context: Ctx): Outcome {
  const selector = fromLabelSelector(set.spec.selector);
  const isMeant = (pod: Pod) => ordinalOf(pod, set) !== undefined && matchesSelector(selector, pod.metadata.labels);
  const isGoing = set.metadata.deletionTimestamp !== undefined;
  const claims = isGoing ? [] : [...adoptRevisions(set, selector, context), ...claimPods(set, isMeant, context)];
  if (claims.length > 0) return { writes: [claims] };
  if (!isSatisfied(context.state.expectations, key, context.now)) return NOTHING;
  const revisions = ownRevisions(set, context);
  const found = updateRevision(key, set, revisions, context);
  if ('writes' in found) return isGoing ? NOTHING : found;
  const update = found.revision;
  const current = revisions.find(({ metadata }) => metadata.name === set.status?.currentRevision) ?? update;
  const pods = ownPods(set, isMeant, context);
  const plan = isGoing ? undefined : planFor(set, pods, update.metadata.name, context.now);
  const work = plan === undefined ? [] : carryOut(key, set, plan, { current, update }, context);
  const names = [current.metadata.name, update.metadata.name] as const;
  const live = new Set<string>([...names, ...pods.map(revisionOfPod)]);
  const unused = revisions.filter(({ metadata }) => !live.has(metadata.name));
  const forgotten = isGoing ? [] : forgetRevisions(unused, set.spec.revisionHistoryLimit);
  const status = statusOf(set, pods, ...names, plan?.replaced ?? 0, context.now);
  const isHeld = (plan?.create.length ?? 0) > 0 && work.length === 0;
  return {
    writes: forgotten.length > 0 ? [...work, forgotten] : work,
    closing: status === set.status ? undefined : statusPut(set, status),
    requeueAfterMs: isHeld ? CLAIM_WAIT_MS : untilNextAvailable(set.spec.minReadySeconds ?? 0, pods, context),
  };
}

function statusPut(set: StatefulSet, status: StatefulSet['status']): Write {
  return { request: update(SETS, { ...set, status } as KubeObject, '/status'), ignore: [404] };
}

/** The revision of the template as it is now; or the write that makes it, or makes an older one the newest again. */
function updateRevision(
  key: string,
  set: StatefulSet,
  revisions: readonly ControllerRevision[],
  context: Ctx,
): { readonly revision: ControllerRevision } | { readonly writes: readonly Batch[] } {
  const { template } = set.spec;
  const data = templatePatch(template);
  const equal = revisions.filter((revision) => sameJson(revision.data, data)).at(-1);
  if (equal !== undefined && equal === revisions.at(-1)) return { revision: equal };
  const number = nextNumber(revisions);
  if (equal !== undefined) return { writes: [[renumber(equal, number)]] };
  const hash = podTemplateHash(data, set.status?.collisionCount || undefined);
  const revision = revisionOf(set, template, number, hash, HASH_LABEL);
  expectChanges(context.state.expectations, key, 1, [], context.now);
  const tag = `revision ${revision.metadata.name}`;
  return { writes: [[{ request: create(REVISIONS, revision as KubeObject), tag }]] };
}

/** A revision of that name that holds another template: the next name takes one more number in. */
function countCollision(set: StatefulSet, { status, tag = '' }: Failure, context: Ctx): Write | undefined {
  const [what, name] = tag.split(' ');
  if (status !== 409 || what !== 'revision') return undefined;
  const other = context.cache<ControllerRevision>(REVISIONS).get(`${set.metadata.namespace}/${name}`);
  if (other === undefined || sameJson(other.data, templatePatch(set.spec.template))) return undefined;
  const status_ = set.status ?? { replicas: 0 };
  return statusPut(set, { ...status_, collisionCount: (status_.collisionCount ?? 0) + 1 });
}

interface Pair {
  readonly current: ControllerRevision;
  readonly update: ControllerRevision;
}

/** The plan as writes: each new pod after its claims, in batches of 1, 2, 4, … */
function carryOut(key: string, set: StatefulSet, plan: Plan, pair: Pair, context: Ctx): readonly Batch[] {
  const ready = plan.create.filter((ordinal) => !isHeldUp(set, ordinal, context));
  const tended = plan.tend.flatMap((pod) => tend(set, pod, context));
  const batches: Batch[] = tended.length > 0 ? [tended] : [];
  let done = 0;
  for (const size of slowStart(ready.length)) {
    const chunk = ready.slice(done, done + size);
    const claims = chunk.flatMap((ordinal) => claimWork(set, ordinal, context).missing);
    if (claims.length > 0) batches.push(claims);
    batches.push(chunk.map((ordinal) => creation(set, ordinal, pair)));
    done += size;
  }
  if (plan.remove.length > 0) batches.push(plan.remove.map((pod) => deletion(set, pod)));
  if (ready.length + plan.remove.length > 0) {
    expectChanges(context.state.expectations, key, ready.length, plan.remove.map(objectKey), context.now);
  }
  return batches;
}

/** A claim of an earlier pod has to go first. */
function isHeldUp(set: StatefulSet, ordinal: number, context: Ctx): boolean {
  if (hasStaleClaim(set, ordinal, context)) return true;
  const { ending } = claimWork(set, ordinal, context);
  if (ending === undefined) return false;
  const { name } = set.metadata;
  const why = `pvc ${ending} is being deleted`;
  context.event(
    set,
    warning('FailedCreate', `Create Pod ${name}-${ordinal} in StatefulSet ${name} failed error: ${why}`),
  );
  return true;
}

/** Missing claims of a pending pod, the owners of its claims, and the labels that every pod of a set has. */
function tend(set: StatefulSet, pod: Pod, context: Ctx): readonly Write[] {
  const ordinal = ordinalOf(pod, set) ?? startOf(set);
  const isPending = pod.status?.phase === 'Pending' && claimsOf(set, ordinal).length > 0;
  const missing = isPending ? claimWork(set, ordinal, context).missing : [];
  const owners = retentionWrites(set, pod, context);
  if (hasIdentity(pod)) return [...missing, ...owners];
  const labels = { ...pod.metadata.labels, ...identityLabels(pod.metadata.name) };
  const request = update('pods', { ...pod, metadata: { ...pod.metadata, labels } } as KubeObject);
  const text = `Update Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  const success = [normal('SuccessfulUpdate', text)];
  return [...missing, ...owners, { request, about: set, success, tag: `update ${pod.metadata.name}` }];
}

function creation(set: StatefulSet, ordinal: number, { current, update: next }: Pair): Write {
  const revision = isOfCurrentRevision(set, ordinal) ? current : next;
  const pod = podOf(set, templateIn(revision), revision.metadata.name, ordinal);
  const text = `Create Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  return {
    request: create('pods', pod),
    about: set,
    success: [normal('SuccessfulCreate', text)],
    tag: `create ${pod.metadata.name}`,
  };
}

function deletion(set: StatefulSet, pod: Pod): Write {
  const text = `Delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`;
  return {
    request: remove('pods', pod),
    about: set,
    success: [normal('SuccessfulDelete', text)],
    tag: `delete ${pod.metadata.name}`,
  };
}
