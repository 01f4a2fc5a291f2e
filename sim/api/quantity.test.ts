import { expect, it, test } from 'vitest';
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  milliQuantity,
  milliValue,
  parseQuantity,
  subtractQuantities,
  wholeQuantity,
  wholeValue,
} from './quantity.ts';

test.each([
  ['0', '0'],
  ['0.5', '500m'],
  ['1000m', '1'],
  ['100m', '100m'],
  ['1.5Gi', '1536Mi'],
  ['1024Mi', '1Gi'],
  ['1023Ki', '1023Ki'],
  ['0.5Ki', '512'],
  ['1000Ki', '1000Ki'],
  ['128974848', '128974848'],
  ['129e6', '129e6'],
  ['129M', '129M'],
  ['1000k', '1M'],
  ['0.1', '100m'],
  ['.5', '500m'],
  ['5.', '5'],
  ['1e3', '1e3'],
  ['12e-1', '1200e-3'],
  ['-1500m', '-1500m'],
  ['0.0000000001', '1n'],
  ['9223372036854775807', '9223372036854775807'],
  ['1Ei', '1Ei'],
])('%s is written %s', (text, want) => {
  expect(canonicalQuantity(text)).toBe(want);
  expect(canonicalQuantity(want)).toBe(want);
});

const FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

test.each([
  ['', FORMAT],
  ['1 Gi', FORMAT],
  ['1GB', FORMAT],
  ['cpu', FORMAT],
  ['1K', "unable to parse quantity's suffix"],
  ['1mi', "unable to parse quantity's suffix"],
  ['1e', "unable to parse quantity's suffix"],
])('%j is refused', (text, error) => {
  expect(parseQuantity(text)).toEqual({ ok: false, error });
});

it('adds and compares exactly across notations', () => {
  expect(addQuantities('0.1', '0.2')).toBe('300m');
  expect(addQuantities('1Gi', '512Mi')).toBe('1536Mi');
  expect(addQuantities('0', '512Mi')).toBe('512Mi');
  expect(subtractQuantities('1', '1m')).toBe('999m');
  expect(compareQuantities('1Gi', '1G')).toBe(1);
  expect(compareQuantities('1000m', '1')).toBe(0);
  expect(compareQuantities('-1', '0')).toBe(-1);
});

it('gives the same numbers on the quick and on the exact way', () => {
  for (const text of ['0', '7', '250m', '999999999999', '64Mi', '3Gi', '12Ki']) {
    const exact = `${text.replace(/^(\d+)/, '$1.0')}`;
    expect(milliValue(text)).toBe(milliValue(exact));
    expect(wholeValue(text)).toBe(wholeValue(exact));
  }
  expect(milliValue('100u')).toBe(1);
  expect(wholeValue('1500m')).toBe(2);
  expect(milliValue(undefined)).toBe(0);
  expect(milliQuantity(250)).toBe('250m');
  expect(wholeQuantity(67_108_864)).toBe('64Mi');
});
