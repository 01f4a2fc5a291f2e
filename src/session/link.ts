import { type Known, MOST_TEXT, type Refused, readText, textOf } from './linktext.ts';
import type { SharedMoment } from './moment.ts';

/** What the fragment of a link begins with; the letter after it says how the rest is packed. */
export const MARK = '#m=';
/** A longer fragment is not offered as a link: mail and chat programs cut them. */
export const MOST_LINK = 2000;
/** A longer one is not even looked at. */
const MOST_FRAGMENT = 100_000;

const UNREADABLE: Refused = { problem: 'This link is damaged: a part of it is missing or was changed on the way.' };
const TOO_LONG: Refused = { problem: 'This link holds more than a story of this course can be: it is not opened.' };
const NO_UNPACKING: Refused = { problem: 'This browser cannot unpack the link. A newer one can.' };

/** A moment as the fragment of a link: `z` deflated, or `j` plain where the browser cannot deflate; base64url. */
export async function linkOf(moment: SharedMoment, known: Pick<Known, 'stage' | 'library'>): Promise<string> {
  const bytes = new TextEncoder().encode(textOf(moment, known));
  if (typeof CompressionStream === 'undefined') return `${MARK}j${base64url(bytes)}`;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream('deflate'));
  return `${MARK}z${base64url(new Uint8Array(await new Response(stream).arrayBuffer()))}`;
}

/** The moment that a fragment leads to, or a sentence that says why it is refused. Never throws. */
export async function readLink(fragment: string, known: Known): Promise<SharedMoment | Refused> {
  if (fragment.length > MOST_FRAGMENT) return TOO_LONG;
  const packing = fragment.at(MARK.length);
  const bytes = fragment.startsWith(MARK) ? bytesOf(fragment.slice(MARK.length + 1)) : undefined;
  if (bytes === undefined) return UNREADABLE;
  if (packing !== 'z' && packing !== 'j') {
    return { problem: 'This link was made with another version of the course, which this one cannot read.' };
  }
  if (packing === 'z' && typeof DecompressionStream === 'undefined') return NO_UNPACKING;
  const text = packing === 'z' ? await inflated(bytes) : bytes.length > MOST_TEXT ? TOO_LONG : utf8(bytes);
  return typeof text === 'string' ? readText(text, known) : (text ?? UNREADABLE);
}

/** Unpacks piece by piece, and stops when it is more than it may be. */
async function inflated(bytes: Uint8Array<ArrayBuffer>): Promise<string | Refused | undefined> {
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length;
      if (length > MOST_TEXT) {
        reader.cancel().catch(() => undefined);
        return TOO_LONG;
      }
      parts.push(next.value);
    }
  } catch {
    return undefined;
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return utf8(whole);
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[\w-]+$/.test(text)) return undefined;
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
  } catch {
    return undefined;
  }
}
