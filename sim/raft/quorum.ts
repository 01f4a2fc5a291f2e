import type { NodeId } from './message.ts';

/** The smallest majority of so many voters: 1 of 1, 2 of 3, 3 of 5. */
export function majorityOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** How many voters may fail before nothing can be decided. */
export function toleranceOf(voters: number): number {
  return voters - majorityOf(voters);
}

/** Whether those who agree are a majority of the voters. */
export function isMajority(voters: readonly NodeId[], agrees: (voter: NodeId) => boolean): boolean {
  return voters.filter(agrees).length >= majorityOf(voters.length);
}

/** The highest index that a majority of the voters has. */
export function majorityIndex(voters: readonly NodeId[], matchOf: (voter: NodeId) => number): number {
  const matches = voters.map(matchOf).sort((a, b) => b - a);
  return matches[majorityOf(voters.length) - 1] ?? 0;
}
