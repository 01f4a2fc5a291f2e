import { lineOf } from './iptablessave.ts';
import { ruleOf, verdict } from './nftlist.ts';
import type { Rules } from './rule.ts';
import type { Taken } from './walk.ts';

/** The rules that a packet met, each as the tool of its mode prints it: `iptables-save`, or `nft list` with its chain. */
export function linesTaken(rules: Rules, nodeIp: string, taken: readonly Taken[]): readonly string[] {
  if ('nat' in rules) return taken.map(({ table, chain, rule }) => lineOf(chain, rule, table === rules.nat));
  return taken.map(({ table, chain, rule }) =>
    table === undefined ? `map ${chain}: ${verdict(rule.target)}` : `chain ${chain}: ${ruleOf(rule, nodeIp)}`,
  );
}
