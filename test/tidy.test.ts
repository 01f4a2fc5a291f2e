import { describe, expect, it } from 'vitest';
import { determinismRule } from './tidy/determinism.ts';
import { headerRule } from './tidy/headers.ts';
import { layerRule, simulatorInMainThread } from './tidy/layers.ts';
import { nameRule } from './tidy/names.ts';
import { commentRule, shapeRule } from './tidy/shapes.ts';
import { sizeRule, staleExceptions } from './tidy/sizes.ts';
import { parse, readSources } from './tidy/source.ts';

const rules = [layerRule, determinismRule, sizeRule, shapeRule, commentRule, nameRule, headerRule];
const sources = readSources(process.cwd());

describe.each(rules)('$name', (rule) => {
  it('holds in the whole repository', () => {
    const found = sources.flatMap((source) =>
      rule.check(source).map(({ line, message }) => `${source.path}:${line}: ${message}`),
    );
    expect(found).toEqual([]);
  });

  it.each(rule.examples)('bites: $says', ({ path, code, says }) => {
    const messages = rule.check(parse(path, code)).map(({ message }) => message);
    expect(messages.join('\n')).toContain(says);
  });

  it('leaves what is allowed alone', () => {
    for (const { path, code } of rule.fine ?? []) expect(rule.check(parse(path, code)), code).toEqual([]);
  });
});

it('reads a repository of some size, so that the rules have something to hold in', () => {
  expect(sources.length).toBeGreaterThan(20);
});

it('keeps the exception lists no longer than needed', () => {
  expect(staleExceptions(sources)).toEqual([]);
});

it('keeps the simulator out of the main thread, however long the chain of imports', () => {
  expect(simulatorInMainThread(sources)).toEqual([]);
  const chain = [
    parse('src/components/Stage.tsx', `import { a } from '../../sim/view/a.ts';`),
    parse('sim/view/a.ts', `import { b } from '../kernel/b.ts';`),
    parse('sim/kernel/b.ts', ''),
  ];
  expect(simulatorInMainThread(chain)).toEqual(['src/components/Stage.tsx → sim/view/a.ts → sim/kernel/b.ts']);
});
