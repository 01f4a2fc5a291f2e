import { describe, expect, it } from 'vitest';
import type { LabCall } from '../../sim/protocol/lab.ts';
import { perform } from './runtime.ts';
import { readReply } from './sandbox/validate.ts';

const slices = [{ endpoints: [{ addresses: ['10.244.1.2'] }, { addresses: ['10.244.2.2'] }] }];
const service = (name: string) => ({ service: { metadata: { name } }, slices, connections: [] });
const call: LabCall = {
  method: 'choose',
  program: '0123456789abcdef',
  now: 5000,
  randomSeed: 1,
  state: null,
  input: { node: 'node-a', zone: '', services: [service('web'), service('shop')] },
};
const both = { cluster: ['10.244.1.2', '10.244.2.2'], local: [] };
const run = (choose: unknown) => perform({ choose }, call, []);

describe('a program that chooses endpoints', () => {
  it('is called for each Service in turn, and keeps one state; of its wishes to be called again the earliest counts', () => {
    const names: string[] = [];
    const reply = run((web: { metadata: { name: string } }, _slices: unknown, api: Record<string, unknown>) => {
      names.push(`${web.metadata.name} on ${api['node']}`);
      (api['againAfter'] as (ms: number) => void)(names.length === 1 ? 2000 : 9000);
      api['state'] = { calls: names.length };
      return both;
    });
    expect(names).toEqual(['web on node-a', 'shop on node-a']);
    expect(reply).toMatchObject({ output: { chosen: [both, both], againAfterMs: 2000 }, state: { calls: 2 } });
  });

  it.each([
    [() => ['10.244.1.2'], /^choose gives \{ cluster, local \}, two lists of addresses, not \["10.244.1.2"\]/],
    [() => undefined, /two lists of addresses, not undefined/],
    [() => ({ cluster: ['10.244.9.9'], local: [] }), /none of them begins with 10.244.9.9/],
    [() => ({ cluster: [], local: [{ addresses: ['10.244.1.2'] }] }), /none of them begins with \{"addresses"/],
    [() => ({ cluster: [undefined], local: [] }), /none of them begins with undefined/],
    [async () => both, /it is not async/],
    [(_: unknown, __: unknown, api: { againAfter(ms: number): void }) => api.againAfter(-1), /againAfter takes 0 to/],
  ])('is told what is wrong with what it gives: %s', (choose, message) => {
    expect(() => run(choose)).toThrow(message);
  });
});

describe('a choice that comes out of the sandbox', () => {
  const read = (output: unknown) => readReply(JSON.stringify({ ok: true, output, state: null, logs: [] }), call);
  it('is taken when it has a choice for each Service', () => {
    expect(read({ chosen: [both, both], againAfterMs: null })).toMatchObject({ ok: true });
  });
  it.each([
    ['one choice too few', { chosen: [both], againAfterMs: null }],
    ['no lists', { chosen: [both, {}], againAfterMs: null }],
    ['a number for an address', { chosen: [both, { cluster: [1], local: [] }], againAfterMs: null }],
    ['a delay below 0', { chosen: [both, both], againAfterMs: -1 }],
  ])('is no answer with %s', (_name, output) => {
    expect(read(output)).toBeUndefined();
  });
});
