/** Asks one thing at a time: of what is wanted while an answer is awaited, only the last is asked for. */
export function latest<T>(ask: (wanted: T) => Promise<unknown>): (wanted: T) => void {
  let next: { readonly wanted: T } | undefined;
  let isAsking = false;
  return async (wanted) => {
    next = { wanted };
    if (isAsking) return;
    isAsking = true;
    try {
      while (next !== undefined) {
        const { wanted: now } = next;
        next = undefined;
        await ask(now);
      }
    } finally {
      isAsking = false;
    }
  };
}
