import type { ScenePod } from '../../../../sim/view/scene.ts';

/** A crate with its place on deck, in drawing units; `pod` undefined stands for all that find no room. */
export interface Stowed {
  readonly pod: ScenePod | undefined;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** For the last place: how many more pods there are. */
  readonly more: number;
}

const MIN_WIDTH = 26;
const MAX_TIERS = 4;

/**
 * Stows crates in tiers from the deck up, first fit. A crate is as wide as its request; one that asks for nothing still
 * has the least visible width. More tiers, and so lower crates, when two do not hold them.
 */
export function stow(
  pods: readonly ScenePod[],
  cpuMilli: number,
  deck: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): readonly Stowed[] {
  for (let tiers = 2; ; tiers++) {
    const stowed = tryTiers(pods, cpuMilli, deck, tiers, tiers === MAX_TIERS);
    if (stowed !== undefined) return stowed;
  }
}

function tryTiers(
  pods: readonly ScenePod[],
  cpuMilli: number,
  deck: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  tiers: number,
  isLast: boolean,
): readonly Stowed[] | undefined {
  const height = deck.height / tiers;
  const perMilli = (deck.width * 2) / Math.max(cpuMilli, 1);
  const minWidth = tiers === 2 ? Math.max(MIN_WIDTH, perMilli * 250) : MIN_WIDTH;
  const used = Array.from({ length: tiers }, () => 0);
  const stowed: Stowed[] = [];
  for (const [index, pod] of pods.entries()) {
    const width = Math.min(deck.width, Math.max(pod.cpuMilli * perMilli, minWidth));
    const tier = used.findIndex((taken) => taken + width <= deck.width + 0.5);
    if (tier < 0) {
      if (!isLast) return undefined;
      const last = stowed.pop();
      if (last === undefined) return [];
      return [...stowed, { ...last, pod: undefined, more: pods.length - index + 1 }];
    }
    const taken = used[tier] ?? 0;
    used[tier] = taken + width;
    stowed.push({ pod, x: deck.x + taken, y: deck.y + height * (tiers - 1 - tier), width, height, more: 0 });
  }
  return stowed;
}
