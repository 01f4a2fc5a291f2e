import { describe, expect, it } from 'vitest';
import {
  type Expectations,
  expectCreations,
  expectDeletions,
  isSatisfied,
  observeCreation,
  observeDeletion,
} from './expectations.ts';

describe('expectations', () => {
  it('hold a controller back until every creation was seen', () => {
    const expectations: Expectations = new Map();
    expectCreations(expectations, 'ns/a', 3, 0);
    observeCreation(expectations, 'ns/a');
    expect(isSatisfied(expectations, 'ns/a', 1)).toBe(false);
    expect(isSatisfied(expectations, 'ns/b', 1)).toBe(true);
    observeCreation(expectations, 'ns/a', 2);
    expect(isSatisfied(expectations, 'ns/a', 1)).toBe(true);
    observeCreation(expectations, 'ns/a');
    expectCreations(expectations, 'ns/a', 1, 2);
    expect(isSatisfied(expectations, 'ns/a', 3)).toBe(false);
  });

  it('count each deletion once, however often it is seen', () => {
    const expectations: Expectations = new Map();
    expectDeletions(expectations, 'ns/a', ['ns/p', 'ns/q'], 0);
    observeDeletion(expectations, 'ns/a', 'ns/p');
    observeDeletion(expectations, 'ns/a', 'ns/p');
    expect(isSatisfied(expectations, 'ns/a', 1)).toBe(false);
    observeDeletion(expectations, 'ns/a', 'ns/q');
    expect(isSatisfied(expectations, 'ns/a', 1)).toBe(true);
  });

  it('expire after five minutes', () => {
    const expectations: Expectations = new Map();
    expectCreations(expectations, 'ns/a', 1, 0);
    expect(isSatisfied(expectations, 'ns/a', 300_000)).toBe(false);
    expect(isSatisfied(expectations, 'ns/a', 300_001)).toBe(true);
  });
});
