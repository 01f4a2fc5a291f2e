/** What the editor of a lab can offer, made at build from the types of `api.ts`. Plain JSON. */
export interface ApiTable {
  readonly types: Readonly<Record<string, ApiType>>;
}

/** An interface, or the object type of a member: `ReplicaSet.spec`. */
export interface ApiType {
  /** What it is; that of a member for the type of a member. */
  readonly doc: string;
  /** Names of its type parameters. */
  readonly params: readonly string[];
  readonly extends: readonly string[];
  readonly members: readonly ApiMember[];
}

/** One member. */
export interface ApiMember {
  readonly name: string;
  /** What it is, or what a call of it gives: `Cache<Pod>`, `O[]`, `string`. */
  readonly type: string;
  /** As it is written: `get(key: string): O | undefined`. */
  readonly signature: string;
  readonly doc: string;
  readonly isMethod: boolean;
}

/** What a list offers; `$` is the type of its elements. */
export const LIST: readonly ApiMember[] = [
  list('length', 'number', 'length: number', 'How many there are.', false),
  list('filter', '$[]', 'filter((one) => …)', 'Those for which it is true.'),
  list('find', '$', 'find((one) => …)', 'The first for which it is true, or undefined.'),
  list('map', 'any[]', 'map((one) => …)', 'What it gives for each.'),
  list('some', 'boolean', 'some((one) => …)', 'Whether it is true for one of them.'),
  list('every', 'boolean', 'every((one) => …)', 'Whether it is true for all of them.'),
  list('forEach', 'void', 'forEach((one) => …)', 'Does it with each.'),
  list('reduce', 'any', 'reduce((sum, one) => …, start)', 'Adds them up.'),
  list('slice', '$[]', 'slice(from, to)', 'A part of them.'),
  list('toSorted', '$[]', 'toSorted((a, b) => …)', 'Them in order, in a new list.'),
  list('includes', 'boolean', 'includes(one)', 'Whether it is among them.'),
  list('at', '$', 'at(index)', 'The one at this place; -1 is the last.'),
];

function list(name: string, type: string, signature: string, doc: string, isMethod = true): ApiMember {
  return { name, type, signature, doc, isMethod };
}
