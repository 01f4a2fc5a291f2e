import type { Deployment } from '../../../sim/api/kinds/deployment.ts';
import type { Job } from '../../../sim/api/kinds/job.ts';
import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { ReplicaSet } from '../../../sim/api/kinds/replicaset.ts';
import type { KubeObject } from '../../../sim/api/meta.ts';
import { controllerOf, isActive, share } from './readings.ts';
import type { Change, Truth } from './truth.ts';

/** How long a controller may act on what it knew before. */
const MEMORY_MS = 10_000;

/** A bound, and when it came into force. */
interface Bound {
  readonly at: number;
  readonly most: number;
}

/**
 * Nobody has more than was asked for. Upstream's promises, as they are: a Deployment never asks its ReplicaSets for
 * more than replicas + maxSurge together; a ReplicaSet never has more active pods than it was asked for; so the pods of
 * a Deployment are bounded by what its ReplicaSets were asked for in the last seconds, and by replicas + maxSurge when
 * these are at rest. A controller acts on what it last saw, so a bound holds for a while after it was lowered. When
 * answers of the API server were lost a controller may create again what it has created already: callers look only
 * while the control plane is undisturbed.
 */
export class Sizes {
  readonly #truth: Truth;
  readonly #bounds = new Map<string, Bound[]>();
  /** Active pods and living ReplicaSets, by the uid of their controller. */
  readonly #owned = new Map<string, Set<string>>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** Takes a write in; gives a sentence about a bound that it breaks. */
  take(change: Change): string {
    if (change.plural === 'pods') return this.#takePod(change);
    if (change.plural === 'replicasets') return this.#takeSet(change);
    const most = mostOf(change, this.#truth);
    if (most !== undefined) this.#bound(change.now as KubeObject, most, change.at);
    return '';
  }

  #takePod({ key, old, now, at }: Change): string {
    const [before, after] = [old, now].map((pod) => (isActive(pod as Pod) ? controllerOf(pod) : undefined));
    if (before === after) return '';
    if (before !== undefined) this.#owned.get(before)?.delete(key);
    if (after === undefined) return '';
    const owned = this.#own(after, key);
    const most = this.#most(after, at);
    const ordinal = ordinalOf(now as Pod);
    if (ordinal !== undefined) {
      const isAdopted = old !== undefined;
      return isAdopted || most === undefined || ordinal < most ? '' : tooHigh(key, most);
    }
    if (most !== undefined && owned.size > most)
      return `pod ${key} is the ${owned.size}th active one of its controller, which wants ${most} at most`;
    return this.#tooManyOfDeployment(after, at);
  }

  #tooManyOfDeployment(setUid: string, at: number): string {
    const set = [...this.#truth.of<ReplicaSet>('replicasets').values()].find(({ metadata }) => metadata.uid === setUid);
    const uid = controllerOf(set);
    if (uid === undefined) return '';
    const sets = [...this.#truth.of<ReplicaSet>('replicasets').values()].filter((one) => controllerOf(one) === uid);
    const uids = sets.map(({ metadata }) => metadata.uid ?? '');
    const active = uids.reduce((sum, one) => sum + (this.#owned.get(one)?.size ?? 0), 0);
    const asked = uids.reduce((sum, one) => sum + (this.#most(one, at) ?? 0), 0);
    const most = Math.max(asked, this.#most(uid, at) ?? 0);
    return active <= most ? '' : `a Deployment has ${active} active pods, and replicas + maxSurge allow ${most}`;
  }

  #takeSet({ key, old, now, at }: Change): string {
    const set = now as ReplicaSet | undefined;
    if (set !== undefined) this.#bound(set, set.spec.replicas ?? 1, at);
    const [before, after] = [controllerOf(old), controllerOf(now)];
    if (before !== undefined && before !== after) this.#owned.get(before)?.delete(key);
    if (after === undefined || set === undefined) return '';
    const owned = this.#own(after, key);
    if ((set.spec.replicas ?? 1) <= ((old as ReplicaSet | undefined)?.spec.replicas ?? 0)) return '';
    let asked = 0;
    for (const name of owned) asked += this.#truth.of<ReplicaSet>('replicasets').get(name)?.spec.replicas ?? 0;
    const most = this.#most(after, at) ?? asked;
    return asked <= most ? '' : `ReplicaSet ${key}: ${asked} are asked for, and replicas + maxSurge are ${most}`;
  }

  #own(uid: string, key: string): Set<string> {
    const owned = this.#owned.get(uid) ?? new Set<string>();
    this.#owned.set(uid, owned.add(key));
    return owned;
  }

  #bound({ metadata }: KubeObject, most: number, at: number): void {
    const bounds = this.#bounds.get(metadata.uid ?? '') ?? [];
    this.#bounds.set(metadata.uid ?? '', bounds);
    if (bounds.at(-1)?.most !== most) bounds.push({ at, most });
  }

  /** The loosest bound that was in force lately. */
  #most(uid: string, now: number): number | undefined {
    const bounds = this.#bounds.get(uid);
    return (
      bounds &&
      Math.max(
        ...bounds.filter((_, index) => (bounds[index + 1]?.at ?? now) >= now - MEMORY_MS).map(({ most }) => most),
      )
    );
  }
}

function tooHigh(key: string, most: number): string {
  return `pod ${key} came to a StatefulSet of ${most} at most`;
}

/**
 * A StatefulSet that shrinks may have more pods than it wants while it makes one of the lower ordinals anew; and a new
 * one adopts all that an older one of its name has left, before it ends those that are too many.
 */
function ordinalOf({ metadata }: Pod): number | undefined {
  const isOrdered = metadata.ownerReferences?.some(({ kind, controller }) => controller && kind === 'StatefulSet');
  return isOrdered ? Number(metadata.name.split('-').at(-1)) : undefined;
}

function mostOf({ plural, now }: Change, truth: Truth): number | undefined {
  if (now === undefined) return undefined;
  if (plural === 'deployments') return limitOf(now as Deployment);
  if (plural === 'jobs') return (now as Job).spec?.parallelism ?? 1;
  if (plural === 'statefulsets') return (now as Deployment).spec.replicas ?? 1;
  return plural === 'daemonsets' ? truth.of('nodes').size : undefined;
}

/** Replicas and surge; both fenceposts at 0 mean one unavailable, not one more. */
function limitOf({ spec }: Deployment): number {
  const { replicas = 1, strategy } = spec;
  if (strategy?.type === 'Recreate') return replicas;
  return replicas + share(strategy?.rollingUpdate?.maxSurge ?? '25%', replicas, 'up');
}
