import type { Question } from '../kernel/simulation.ts';
import { hashTexts } from '../kernel/trace.ts';
import type { Value } from '../kernel/value.ts';

/** So many are kept, so that a hidden fork asks nobody twice. */
const MAX_ANSWERS = 2000;

/**
 * What the reader's program has said. It gives the same answer to the same question, so an answer is kept by its
 * question, and a verb that stood at one can simply be given again.
 */
export class Answers {
  /** The question that the last verb stood at. */
  waiting: Question | undefined;
  readonly #known = new Map<string, Value>();

  /** The answer, when it is known; otherwise somebody has to be asked. */
  to(question: Question): Value {
    const known = this.#known.get(keyOf(question));
    if (known === undefined) this.waiting = question;
    return known;
  }

  /** A verb is given: what was waited for before no longer counts. */
  begin(): void {
    this.waiting = undefined;
  }

  /** Answers what is waited for. */
  give(value: Value): void {
    if (this.waiting === undefined) return;
    if (this.#known.size >= MAX_ANSWERS) this.#known.delete(this.#known.keys().next().value ?? '');
    this.#known.set(keyOf(this.waiting), value);
    this.waiting = undefined;
  }
}

function keyOf({ asks }: Question): string {
  return hashTexts([asks], (question) => JSON.stringify(question));
}
