/** A text as base64 of its UTF-8 bytes, with padding, as Go's StdEncoding writes it. */
export function encodeText(text: string): string {
  if (isAscii(text)) return btoa(text);
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** Nearly every text is: each sign is its own byte. */
function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}

const decoder = new TextDecoder();

/** The inverse; undefined for what is no base64. */
export function decodeText(text: string): string | undefined {
  try {
    const signs = atob(text);
    const bytes = new Uint8Array(signs.length);
    for (let index = 0; index < signs.length; index++) bytes[index] = signs.charCodeAt(index);
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Base64 for URLs without padding, as the parts of a token are written. */
export function encodeForUrl(text: string): string {
  return encodeText(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** The inverse; undefined for what is none. */
export function decodeForUrl(text: string): string | undefined {
  return decodeText(text.replaceAll('-', '+').replaceAll('_', '/'));
}
