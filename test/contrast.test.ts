import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const tokens = readTokens(readFileSync('src/styles/tokens.css', 'utf8'));
const grounds = ['sea0', 'sea1', 'sea2', 'land', 'card'];
const onEveryGround = ['ink', 'ink2', 'ink3', 'radio', 'ok', 'warn', 'bad', 'focus'];

/** Text and its ground, besides the combinations above: at least 4.5:1. */
const text: readonly (readonly [string, string])[] = [
  ...onEveryGround.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ...['ink', 'ink2', 'radio', 'focus'].map((ink) => [ink, 'land2'] as const),
  ...['ok', 'warn', 'bad'].map((state) => [state, `${state}bg`] as const),
  ...['ink', 'radio'].map((ink) => [ink, 'radio2'] as const),
  ...['A', 'B', 'C', 'D'].map((crate) => [`on${crate}`, `c${crate}`] as const),
  ['on-radio', 'radio'],
  ['onhull', 'hull'],
  ['on-terminal', 'terminal'],
  ['prompt', 'terminal'],
];

describe.each([0, 1] as const)('contrast, day (0) and night (1): %i', (theme) => {
  it.each(text)('%s on %s is at least 4.5:1', (ink, ground) => {
    expect(contrast(color(ink, theme), color(ground, theme))).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['sea0', 'sea1', 'land', 'card'])('the border of a control on %s is at least 3:1', (ground) => {
    expect(contrast(color('line', theme), color(ground, theme))).toBeGreaterThanOrEqual(3);
  });
});

it('knows a contrast that is too low when it sees one', () => {
  expect(contrast('#ffffff', '#86aebd')).toBeLessThan(4.5);
  expect(contrast('#ffffff', '#000000')).toBeCloseTo(21);
});

function readTokens(css: string): ReadonlyMap<string, readonly [string, string]> {
  const pairs = css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\);/g);
  return new Map([...pairs].map(([, name = '', day = '', night = '']) => [name, [day, night]]));
}

function color(name: string, theme: 0 | 1): string {
  const pair = tokens.get(name);
  if (!pair) throw new Error(`tokens.css has no --${name} with light-dark()`);
  return pair[theme];
}

/** WCAG 2 contrast ratio of two #rrggbb colours. */
function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((start) => {
    const value = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
