import type { Backend } from '../../protocol/network.ts';

/** What a packet must be for a rule to be taken. All that is said must hold. */
export interface Match {
  readonly protocol?: string;
  /** Blocks of addresses with commas between them; `!` before them: anything but. */
  readonly source?: string;
  readonly destination?: string;
  readonly port?: number;
  /** Whether the source, or the destination, is an address of the machine. */
  readonly isFromHost?: boolean;
  readonly isToHost?: boolean;
  /** Taken by one of so many connections. */
  readonly dice?: number;
  /** The client is in this set, and not longer ago than so many seconds. */
  readonly seen?: { readonly set: string; readonly seconds: number };
  /** Puts the client into this set. */
  readonly see?: string;
  /** Whether the packet is marked to be masqueraded. */
  readonly isMarked?: boolean;
}

/** What becomes of a packet that a rule takes. */
export type Target =
  | { readonly jump: string }
  /** As jump, but the chain does not come back. */
  | { readonly goto: string }
  | { readonly dnat: Backend }
  | { readonly end: 'ACCEPT' | 'DROP' | 'REJECT' | 'RETURN' | 'MASQUERADE' }
  | { readonly mark: boolean }
  /** Only the match's effect. */
  | { readonly next: true }
  /** A map of verdicts, by destination and port, or by port. */
  | { readonly look: string; readonly by: 'address' | 'port' }
  /** One of several chains, each as likely. */
  | { readonly pick: readonly string[] };

/** A rule: what is walked, and what a reader is shown. */
export interface Rule {
  readonly match: Match;
  readonly target: Target;
  /** Without quotes. */
  readonly comment?: string;
  /** The service port that a verdict is about. */
  readonly service?: string;
}

/** Chains of one table by name. */
export type Chains = Map<string, Rule[]>;

/** Where the kernel offers a packet to the chains. */
export type Hook = 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';

/** All rules of one mode on one node. */
export interface Rules {
  /** The chains that a hook calls, in the order of their priority. */
  readonly hooks: Readonly<Record<Hook, readonly (readonly [table: Chains, chain: string])[]>>;
  /** Maps of verdicts: by name, then by `address . tcp . port` or `tcp . port`. */
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, Rule>>;
}

/** Adds a rule to a chain, which is made when it is new. */
export function add(chains: Chains, chain: string, target: Target, match: Match = {}, more: Partial<Rule> = {}): void {
  const rule = { match, target, ...more };
  const rules = chains.get(chain);
  if (rules === undefined) chains.set(chain, [rule]);
  else rules.push(rule);
}
