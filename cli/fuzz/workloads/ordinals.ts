import type { Pod } from '../../../sim/api/kinds/pod.ts';
import type { StatefulSet } from '../../../sim/api/kinds/statefulset.ts';
import { controllerOf, isHealthy } from './readings.ts';
import type { Change, Truth } from './truth.ts';

/** A controller may not have heard yet that a pod is no longer ready. */
const NEWS_MS = 5000;

/** A StatefulSet that keeps an order makes a pod only when all of lower numbers are ready. */
export class Ordinals {
  readonly #truth: Truth;
  /** When a pod was last seen to be ready, by its key. */
  readonly #readyAt = new Map<string, number>();

  constructor(truth: Truth) {
    this.#truth = truth;
  }

  /** Takes a write in; gives a sentence about a pod that came too early. */
  take({ plural, key, old, now, at }: Change): string {
    if (plural !== 'pods') return '';
    if (isHealthy(old as Pod)) this.#readyAt.set(key, at);
    if (now === undefined || old !== undefined) return '';
    const [, stem = '', ordinal = '0'] = /^(.*)-(\d+)$/.exec(key) ?? [];
    const set = this.#truth.of<StatefulSet>('statefulsets').get(stem);
    if (set?.spec.podManagementPolicy === 'Parallel' || controllerOf(now) !== set?.metadata.uid) return '';
    for (let before = 0; set !== undefined && before < Number(ordinal); before++) {
      const name = `${stem}-${before}`;
      const isReady = isHealthy(this.#truth.of<Pod>('pods').get(name));
      if (!isReady && at - (this.#readyAt.get(name) ?? Number.NEGATIVE_INFINITY) > NEWS_MS)
        return `pod ${key} was made before ${name} was ready`;
    }
    return '';
  }
}
