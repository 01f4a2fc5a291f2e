import { encodeText } from '../api/encodetext.ts';
import { digest } from '../apiserver/guard/token.ts';

const LINE = 64;

/**
 * The file ca.crt of a cluster: the form of a certificate, and a sentence in it. Connections here are not encrypted, so
 * nothing is ever verified with it.
 */
export function rootCaOf(key: string): string {
  const text = `CN = kubernetes: the authority of this simulated cluster. Nothing is signed with it. ${digest(key)}`;
  const lines = encodeText(text).match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
