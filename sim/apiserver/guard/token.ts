import { decodeForUrl, encodeForUrl } from '../../api/encodetext.ts';
import { UNIX_EPOCH_SECONDS } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/** What a ServiceAccount's token says, as upstream's pkg/serviceaccount/claims.go writes it. Times are Unix seconds. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    /** From when on its pod should have had a new one. */
    readonly warnafter?: number;
  };
  readonly nbf: number;
  readonly sub: string;
}

/** Who issues tokens, and for whom they are meant unless said otherwise. */
export const ISSUER = 'https://kubernetes.default.svc.cluster.local';

/**
 * A token in the form of a JWT. The signature is a checksum made with the cluster's key: it tells a changed token
 * from a true one, and is no protection against anybody who can read this program.
 */
export function mintToken(claims: Claims, key: string): string {
  const text = `${headOf(key)}.${encodeForUrl(JSON.stringify(claims))}`;
  return `${text}.${signature(text, key)}`;
}

/** The first part of every token of a cluster, made once. */
function headOf(key: string): string {
  if (made.key === key) return made.head;
  const head = encodeForUrl(JSON.stringify({ alg: 'RS256', kid: digest(key).slice(0, 43) }));
  Object.assign(made, { key, head });
  return head;
}

const made = { key: '', head: '' };

/** The claims of a token that carries a true signature; undefined for anything else. */
export function readToken(token: string, key: string): Claims | undefined {
  const at = token.lastIndexOf('.');
  const text = token.slice(0, Math.max(at, 0));
  if (at < 0 || signature(text, key) !== token.slice(at + 1)) return undefined;
  const json = decodeForUrl(text.split('.')[1] ?? '');
  return json === undefined ? undefined : (JSON.parse(json) as Claims);
}

/** An instant as a token writes it. */
export function unixSeconds(now: Millis): number {
  return UNIX_EPOCH_SECONDS + Math.floor(now / 1000);
}

/**
 * The token that a part of the cluster finds in its pod, as kube-proxy does. Here it is a process without a pod, so
 * nobody renews its token: this one ends with the century, and is good as long as the account is there.
 */
export function processTokenFor(key: string, name: string): string {
  const account = { namespace: 'kube-system', serviceaccount: { name, uid: '' } };
  const times = { exp: 4_102_444_800, iat: 0, nbf: 0 };
  const sub = `system:serviceaccount:kube-system:${name}`;
  return mintToken({ aud: [ISSUER], iss: ISSUER, jti: name, 'kubernetes.io': account, ...times, sub }, key);
}

/** The text is read once: each pod has a token, and tokens are long. */
function signature(text: string, key: string): string {
  const first = digest(key + text);
  return encodeForUrl(`${first}${digest(first + key)}`);
}

/**
 * 256 bits of checksum as 64 hex digits: eight words, each mixed with the sign and its right neighbour. Written out
 * word by word, because tokens are long and a loop over the words is many times slower.
 */
export function digest(text: string): string {
  let [a, b, c, d] = [0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];
  let [e, f, g, h] = [0x165667b1, 0xd3a2646c, 0xfd7046c5, 0xb55a4f09];
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    a = mix(a, unit, b);
    b = mix(b, unit, c);
    c = mix(c, unit, d);
    d = mix(d, unit, e);
    e = mix(e, unit, f);
    f = mix(f, unit, g);
    g = mix(g, unit, h);
    h = mix(h, unit, a);
  }
  return [a, b, c, d, e, f, g, h].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function mix(word: number, unit: number, neighbour: number): number {
  const mixed = Math.imul(word ^ unit ^ neighbour, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
