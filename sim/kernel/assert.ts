/** Stops on a programmer's error. Errors of the cluster are data (`Status`), never exceptions. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (!condition) throw new Error(`Assertion failed: ${sentence}`);
}
