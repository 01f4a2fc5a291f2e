/** Stops on a programmer's error. Errors of the cluster are data (`Status`), never exceptions. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw broken(sentence);
}

/** The same for paths that are too hot to build a sentence each time: `if (!condition) throw broken(sentence)`. */
export function broken(sentence: string): Error {
  return new Error(`Assertion failed: ${sentence}`);
}
