import type { IO } from '../kernel/component.ts';

/** 122 random bits in the form of a UUID of version 4. */
export function drawUid(io: IO): string {
  const word = () => io.random('uid', 0x1_0000_0000).toString(16).padStart(8, '0');
  const [a, b, c, d] = [word(), word(), word(), word()];
  const variant = '89ab'[Number.parseInt(c[0] ?? '0', 16) & 3];
  return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-${variant}${c.slice(1, 4)}-${c.slice(4)}${d}`;
}
