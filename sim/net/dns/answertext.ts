import type { DnsCode } from '../../protocol/dns.ts';

/** An answer as a packet carries it: the code, and each record on a line of its own. */
export function answerText(code: DnsCode, records: readonly string[]): string {
  return [code, ...records].join('\n');
}

/** Reads what {@link answerText} wrote: `CNAME NAME` and `A ADDRESS`, in the order in which they are followed. */
export function readAnswer(text: string): { readonly code: string; readonly records: readonly string[] } {
  const [code = '', ...records] = text.split('\n');
  return { code, records };
}
