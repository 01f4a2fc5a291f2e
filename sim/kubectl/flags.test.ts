import { expect, test } from 'vitest';
import { parseDuration, parseFlags, readFlags } from './flags.ts';

const specs = readFlags('output/o watch/w! all-namespaces/A! replicas# image* env+ dry-run?unchanged timeout@');
const others = readFlags('follow/f!');

test.each([
  ['a b', { words: ['a', 'b'] }],
  ['-o wide a', { words: ['a'], flags: { output: 'wide' } }],
  ['-owide -wA', { flags: { output: 'wide', watch: 'true', 'all-namespaces': 'true' } }],
  ['-o=yaml --watch=false', { flags: { output: 'yaml', watch: 'false' } }],
  ['--output yaml', { flags: { output: 'yaml' } }],
  ['--image=a,b --image c', { lists: { image: ['a', 'b', 'c'] } }],
  ['--env=A=1,2 --env B=3', { lists: { env: ['A=1,2', 'B=3'] } }],
  ['--dry-run a', { words: ['a'], flags: { 'dry-run': 'unchanged' } }],
  ['a -- -o b', { words: ['a', '-o', 'b'], dash: 1 }],
  ['-', { words: ['-'] }],
  ['--foo', { error: 'unknown flag: --foo' }],
  ['-xyz', { error: "unknown shorthand flag: 'x' in -xyz" }],
  ['-o', { error: "flag needs an argument: 'o' in -o" }],
  ['--output', { error: 'flag needs an argument: --output' }],
  ['-w=x', { error: 'invalid argument "x" for "-w, --watch" flag: strconv.ParseBool: parsing "x": invalid syntax' }],
  [
    '--replicas=x',
    { error: 'invalid argument "x" for "--replicas" flag: strconv.ParseInt: parsing "x": invalid syntax' },
  ],
  ['--timeout=5', { error: 'invalid argument "5" for "--timeout" flag: time: invalid duration "5"' }],
  ['-f', { unsupported: '--follow' }],
])('%s', (line, wanted) => {
  expect(parseFlags(line.split(' '), specs, others)).toMatchObject(wanted);
});

test.each([
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['0', 0],
  ['-1s', -1000],
  ['1', undefined],
  ['', undefined],
])('duration %j', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
