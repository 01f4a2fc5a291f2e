import { expired, type Status } from '../api/status.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Where the next page of a list begins. */
export interface ListPosition {
  readonly revision: number;
  readonly start: string;
}

/** The opaque token of a page: revision and key, as upstream's `storage.EncodeContinue` packs them. */
export function encodeContinue(revision: number, start: string): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start });
  let token = '';
  for (let at = 0; at < text.length; at += 3) {
    const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
    const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
    const count = Math.min(3, text.length - at) + 1;
    for (let letter = 0; letter < count; letter++) token += LETTERS[(bits >> (18 - 6 * letter)) & 63];
  }
  return token;
}

/** Reads a token; '' is the beginning, undefined means it is none of ours. */
export function decodeContinue(token: string): ListPosition | undefined {
  if (token === '') return { revision: 0, start: '' };
  let text = '';
  let bits = 0;
  let held = 0;
  for (const letter of token) {
    const value = LETTERS.indexOf(letter);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    text += String.fromCharCode((bits >> held) & 0xff);
  }
  try {
    const { rv, start } = JSON.parse(text) as { rv?: unknown; start?: unknown };
    return typeof rv === 'number' && typeof start === 'string' ? { revision: rv, start } : undefined;
  } catch {
    return undefined;
  }
}

/** 410: the revision of the first page is compacted. The token in the answer goes on with today's objects. */
export function continueExpired(revision: number, start: string): Status {
  if (start === '') return expired('The resourceVersion for the provided list is too old.');
  const status = expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
      'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
      'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
      'deleted between the time the first chunk was returned and now may show up in the list.',
  );
  return { ...status, metadata: { continue: encodeContinue(revision, start) } };
}
