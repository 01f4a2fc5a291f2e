import type { Explanation } from '../../../../sim/packs/explain.ts';

/** Weights by plugin, as a reader tries them. 0: the plugin does not score. */
export type Weights = Readonly<Record<string, number>>;

/** What other weights make of the same scores. */
export interface Reweighed {
  /** The sum of each node that passed the filters. */
  readonly totals: Readonly<Record<string, number>>;
  /** Those with the highest sum; several when they are equal. */
  readonly best: readonly string[];
}

/** The weights of the profile that decided. */
export function weightsOf({ scorers }: Pick<Explanation, 'scorers'>): Weights {
  return Object.fromEntries(scorers.map(({ plugin, weight }) => [plugin, weight]));
}

/** Sums anew what the plugins gave: a weight changes no score, only how much it counts. */
export function reweigh({ scorers, nodes }: Pick<Explanation, 'scorers' | 'nodes'>, weights: Weights): Reweighed {
  const totals: Record<string, number> = {};
  for (const { node, isFeasible, scores } of nodes) {
    if (!isFeasible) continue;
    totals[node] = scorers.reduce((sum, { plugin, weight }, index) => {
      return sum + (weights[plugin] ?? weight) * (scores[index]?.normalized ?? 0);
    }, 0);
  }
  const most = Math.max(...Object.values(totals));
  return { totals, best: Object.keys(totals).filter((node) => totals[node] === most) };
}

/** Who would have been taken with these weights, in a sentence. '' while they are the profile's own. */
export function otherwiseText(answer: Explanation, weights: Weights): string {
  const own = weightsOf(answer);
  if (Object.keys(own).every((plugin) => own[plugin] === weights[plugin])) return '';
  const { best, totals } = reweigh(answer, weights);
  const [first = ''] = best;
  const of = answer.more > 0 ? ' of those listed' : '';
  if (best.length > 1) return `With these weights ${best.join(' and ')} would be equal${of}, ${totals[first]} each.`;
  if (first === answer.node) return `With these weights it would be ${first} all the same, with ${totals[first]}.`;
  return `With these weights it would have been ${first}${of}, with ${totals[first]}; ${answer.node} would have ${totals[answer.node]}.`;
}
