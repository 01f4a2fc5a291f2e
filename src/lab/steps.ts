/** Statements that one call may run. The bound is a count, not a time, so that it is the same on every machine. */
export const MAX_STEPS = 1_000_000;

/** What a program is ended with; it may catch it, but the next statement throws it again. */
export class Overrun extends Error {
  override readonly name = 'Overrun';
}

/** Counts the statements of one call, and knows the line of the last one. */
export class Steps {
  /** The line of the statement that ran last; 0 before the first. */
  line = 0;
  /** Whether the program was ended. */
  isOver = false;
  #left = MAX_STEPS;

  /** A statement at this line is about to run. */
  readonly tick = (line: number): void => {
    if (this.#left <= 0) throw new Overrun(overrunText(this.line));
    this.line = line;
    this.#left -= 1;
    if (this.#left > 0) return;
    this.isOver = true;
    throw new Overrun(overrunText(line));
  };

  /** The call is over: what is left of the program may not run on. */
  close(): void {
    this.#left = 0;
  }
}

/** What a program that does not end is told. */
export function overrunText(line: number): string {
  return `It goes on for ever: after 1,000,000 statements it was at line ${line}, and was stopped there.`;
}
