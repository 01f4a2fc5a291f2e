import { expect, it } from 'vitest';
import type { LabCall } from '../../../sim/index.ts';
import { NodeHost } from './nodehost.ts';

const CALL: LabCall = {
  method: 'reconcile',
  program: '',
  now: 5000,
  randomSeed: 7,
  state: null,
  input: { key: 'default/a', caches: {}, answers: [] },
};

/** What two calls of one program log. */
function twice(body: string): readonly (readonly string[])[] {
  const host = new NodeHost();
  const code = `let count = 0;\nexport function reconcile(key: string, api: any): void {\n${body}\n}\n`;
  expect(host.loadNow(code)).toMatchObject({ ok: true });
  return [host.callNow(CALL), host.callNow(CALL)].map((reply) =>
    reply.ok ? reply.logs : [reply.failure.message.replace(/ \d+ ms/, '')],
  );
}

it.each([
  ['its own variables', 'api.log(++count);', ['1']],
  ['a global', 'const all = globalThis as any; api.log(all.left); all.left = 1;', ['undefined']],
  ['a class of the language', 'const all = globalThis as any; api.log(typeof all.Map); all.Map = 1;', ['function']],
  ['a global it deletes', 'const all = globalThis as any; api.log(typeof all.Set); delete all.Set;', ['function']],
  [
    'what globals inherit',
    "const all = Object.getPrototypeOf(globalThis); try { all.left = 1; api.log('set'); } catch { api.log(all.left); }",
    ['undefined'],
  ],
  ['random numbers and time', 'api.log(Math.random() === 0.5, new Date().toISOString());', null],
  [
    'what arrays share',
    '(Array.prototype as any).left = 1;',
    ['TypeError: Cannot add property left, object is not extensible'],
  ],
  [
    'what objects share',
    '(Object.prototype as any).toString = 1;',
    ['TypeError: What all objects share is read-only.'],
  ],
  ['an error with a name of its own', "const e = new Error('a'); e.name = 'Mine'; api.log(String(e));", ['Mine: a']],
])('nothing outlives a call: %s', (_what, body, logs) => {
  const [first, second] = twice(body);
  expect(second).toEqual(first);
  if (logs !== null) expect(first).toEqual(logs);
});
