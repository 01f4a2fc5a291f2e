import type { JsonValue } from './meta.ts';

/** The letters of generated names: no vowels and no look-alikes, so that no words appear (upstream util/rand). */
export const NAME_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const SUFFIX_LENGTH = 5;
/** Longest base that leaves room for the suffix in a 63-character name. */
const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** `base` cut to 58 characters and five random letters; `random(bound)` gives integers in [0, bound). */
export function generateName(base: string, random: (bound: number) => number): string {
  let suffix = '';
  for (let index = 0; index < SUFFIX_LENGTH; index += 1) suffix += NAME_ALPHABET[random(NAME_ALPHABET.length)];
  return base.slice(0, MAX_BASE_LENGTH) + suffix;
}

/** Maps every character into the alphabet of names, as upstream `rand.SafeEncodeString`. */
export function safeEncode(text: string): string {
  let encoded = '';
  for (const letter of text) encoded += NAME_ALPHABET[(letter.codePointAt(0) ?? 0) % NAME_ALPHABET.length];
  return encoded;
}

/**
 * The pod-template-hash label: FNV-32a over the template as canonical JSON (upstream hashes a Go dump of it, so the
 * value
 * differs, the shape does not), then over the collision count when there is one.
 */
export function podTemplateHash(template: JsonValue, collisionCount?: number): string {
  let hash = fnv32a(canonicalJson(template), FNV_OFFSET);
  if (collisionCount !== undefined) hash = fnv32a(String(collisionCount), hash);
  return safeEncode(String(hash));
}

/** JSON with sorted keys and without undefined or null fields: equal values give equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => canonicalJson(item)).join(',')}]`;
  const fields = value as { readonly [field: string]: JsonValue };
  const parts = Object.keys(fields)
    .sort()
    .filter((name) => fields[name] !== undefined && fields[name] !== null)
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(fields[name])}`);
  return `{${parts.join(',')}}`;
}

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a, 32 bit, over the UTF-8 bytes of the text. */
export function fnv32a(text: string, start = FNV_OFFSET): number {
  let hash = start;
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, FNV_PRIME) >>> 0;
  return hash >>> 0;
}

function utf8(text: string): readonly number[] {
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), continuation(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), continuation(code >> 6), continuation(code));
    else bytes.push(0xf0 | (code >> 18), continuation(code >> 12), continuation(code >> 6), continuation(code));
  }
  return bytes;
}

function continuation(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
