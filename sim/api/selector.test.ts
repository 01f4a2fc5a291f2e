import { expect, it, test } from 'vitest';
import {
  formatLabelSelector,
  formatSelector,
  matchesFields,
  matchesLabelSelector,
  matchesSelector,
  parseFieldSelector,
  parseSelector,
} from './selector.ts';

const labels = { app: 'web', tier: 'front', 'example.com/x': '' };

test.each([
  ['app=web', 'app=web', true],
  ['app==web,tier!=back', 'app=web,tier!=back', true],
  ['tier in (back, front)', 'tier in (back,front)', true],
  ['tier notin (back)', 'tier!=back', true],
  ['app', 'app', true],
  ['!app', '!app', false],
  ['missing!=x', 'missing!=x', true],
  ['missing notin (x,y)', 'missing notin (x,y)', true],
  ['missing in (x)', 'missing=x', false],
  ['example.com/x=', 'example.com/x=', true],
  ['tier=front,app=web', 'app=web,tier=front', true],
  ['', '', true],
])('%j is %j and matches: %s', (text, canonical, matches) => {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(parsed.error);
  expect(formatSelector(parsed.value)).toBe(canonical);
  expect(matchesSelector(parsed.value, labels)).toBe(matches);
  expect(parseSelector(canonical)).toEqual(parsed);
});

test.each([
  ['app=web,', "found '', expected: identifier after ','"],
  ['=web', "found '=', expected: !, identifier, or 'end of string'"],
  ['app web', "found 'web', expected: in, notin, =, ==, !=, gt, lt"],
  ['app in x', "found 'x' expected: '('"],
  ['app=-web', /^unable to parse requirement: values\[0\]\[app\]: Invalid value: "-web": a valid label must be/],
])('%j is refused', (text, error) => {
  const parsed = parseSelector(text);
  expect(parsed.ok ? '' : parsed.error).toMatch(error);
});

it('treats an absent selector as nothing and an empty one as everything', () => {
  expect(matchesLabelSelector(undefined, labels)).toBe(false);
  expect(matchesLabelSelector({}, labels)).toBe(true);
  expect(formatLabelSelector({})).toBe('<none>');
  const object = { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'Exists' as const }] };
  expect(matchesLabelSelector(object, labels)).toBe(true);
  expect(formatLabelSelector(object)).toBe('app=web,tier');
});

it('reads field selectors', () => {
  const parsed = parseFieldSelector('spec.nodeName=node-1,status.phase!=Failed');
  if (!parsed.ok) throw new Error(parsed.error);
  expect(matchesFields(parsed.value, { 'spec.nodeName': 'node-1', 'status.phase': 'Running' })).toBe(true);
  expect(matchesFields(parsed.value, { 'spec.nodeName': 'node-1', 'status.phase': 'Failed' })).toBe(false);
  expect(parseFieldSelector('metadata.name=a\\,b')).toEqual({
    ok: true,
    value: [{ field: 'metadata.name', equal: true, value: 'a,b' }],
  });
  expect(parseFieldSelector('what')).toEqual({
    ok: false,
    error: "invalid selector: 'what'; can't understand 'what'",
  });
});
