import type { IO } from '../kernel/component.ts';

/** Where a UUID has its dashes, in digits. */
const DASHES = [8, 12, 16, 20];
const [DASH, ZERO, A] = ['-', '0', 'a'].map((sign) => sign.charCodeAt(0)) as [number, number, number];

/**
 * 122 random bits in the form of a UUID of version 4. Written sign by sign: every object keeps one, and an engine keeps
 * a text that was joined from parts as a tree of them.
 */
export function drawUid(io: IO): string {
  const digits: number[] = [];
  for (let word = 0; word < 4; word++) {
    const bits = io.random('uid', 0x1_0000_0000);
    for (let shift = 28; shift >= 0; shift -= 4) digits.push((bits >>> shift) & 15);
  }
  digits[12] = 4;
  digits[16] = 8 + ((digits[16] ?? 0) & 3);
  const signs: number[] = [];
  digits.forEach((digit, index) => {
    if (DASHES.includes(index)) signs.push(DASH);
    signs.push(digit < 10 ? ZERO + digit : A + digit - 10);
  });
  return String.fromCharCode(...signs);
}
