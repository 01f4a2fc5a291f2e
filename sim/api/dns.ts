/** An answer as a packet carries it: the code, and each record on a line of its own. */
export function answerText(code: string, records: readonly string[]): string {
  return [code, ...records].join('\n');
}

/** Reads what {@link answerText} wrote: `CNAME NAME` and `A ADDRESS`, in the order in which they are followed. */
export function readAnswer(text: string): { readonly code: string; readonly records: readonly string[] } {
  const [code = '', ...records] = text.split('\n');
  return { code, records };
}

/** A cluster's own domain. */
export const DOMAIN = 'cluster.local';
/** With fewer dots a name is taken for a short one, as kubelet writes it into resolv.conf. */
export const NDOTS = 5;

/** The search domains of pods, as kubelet writes them into resolv.conf. */
export function searchDomains(namespace: string): readonly string[] {
  return [`${namespace}.svc.${DOMAIN}`, `svc.${DOMAIN}`, DOMAIN];
}

/** The whole names that a resolver asks for in turn. */
export function wholeNames(name: string, domains: readonly string[], ndots: number): readonly string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = domains.map((domain) => `${name}.${domain}`);
  return name.split('.').length > ndots ? [name, ...searched] : [...searched, name];
}
