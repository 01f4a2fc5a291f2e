/**
 * A new task of the main thread. What comes after it is no part of the frame, or of the message, in which the thread is
 * now, so that neither keeps a hand waiting for both.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
