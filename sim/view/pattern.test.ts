import { describe, expect, it } from 'vitest';
import type { AnyMessage } from '../kernel/message.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import { allMatches, firstMatch, glob, matches, parsePattern } from './pattern.ts';

describe('glob', () => {
  it.each([
    ['pod/web-*', 'pod/web-x7p', true],
    ['pod/web-*', 'pod/api-x7p', false],
    ['kubelet/*', 'kubelet/node-b', true],
    ['*', '', true],
    ['a*b*c', 'axxbyyc', true],
    ['a*a', 'a', false],
    ['ab*ba', 'aba', false],
    ['web', 'web-1', false],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(glob(pattern, text)).toBe(expected);
  });
});

const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web-x7p', namespace: 'default' } };

function message(from: string, to: string, kind: string, body: unknown): AnyMessage {
  return {
    id: `${from}#1`,
    from,
    to,
    kind,
    body: body as object,
    sentAt: 0,
    at: 1,
    causes: [],
    replyTo: '',
    routine: false,
  };
}

const apply = { type: 'commanded', command: { kind: 'kubectl', line: 'kubectl apply -f pod.yaml' } };
const kill = { type: 'commanded', command: { kind: 'fault', fault: { verb: 'kill', target: 'node/node-b' } } };
const frame = message('kube-apiserver', 'kubelet/node-b', 'event', {
  watch: 'x',
  sequence: 1,
  type: 'ADDED',
  object: pod,
});
const post = message('kubectl', 'kube-apiserver', 'request', {
  method: 'POST',
  path: '/api/v1/namespaces/default/pods',
  body: pod,
});
const status = message('kubelet/node-b', 'kube-apiserver', 'request', {
  method: 'PATCH',
  path: '/api/v1/namespaces/default/pods/web-x7p/status',
  body: { status: {} },
});
const list = message('kube-proxy/node-b', 'kube-apiserver', 'request', { method: 'GET', path: '/api/v1/services' });
const created = message('kube-apiserver', 'kubectl', 'response', { status: 201, body: pod });
const pull = message('kubelet/node-b', 'containerd/node-b', 'pullImage', { image: 'nginx' });
const bound = { type: 'noted', by: 'kube-scheduler', note: { what: 'scheduler/bound', about: 'pod/default/web-x7p' } };

function record(type: string, about: AnyMessage): TraceRecord {
  return { type, seq: 1, at: 0, message: about } as unknown as TraceRecord;
}

describe('a pattern means a record', () => {
  const other = (plain: object): TraceRecord =>
    ({ seq: 1, at: 0, causes: [], routine: false, ...plain }) as unknown as TraceRecord;
  it.each<[string, TraceRecord, boolean]>([
    ['watch:ADDED kubelet/node-b pod/web-*', record('delivered', frame), true],
    ['watch:ADDED kubelet/node-b pod/web-*', record('sent', frame), false],
    ['watch:MODIFIED kubelet/* pod/*', record('delivered', frame), false],
    ['watch:* kubelet/* pod/default/web-*', record('delivered', frame), true],
    ['POST kubectl pod/*', record('sent', post), true],
    ['POST kubectl pod/*', record('delivered', post), false],
    ['PATCH kubelet/* pod/web-*/status', record('sent', status), true],
    ['PATCH kubelet/* pod/web-x7p', record('sent', status), false],
    ['LIST kube-proxy/*', record('sent', list), true],
    ['GET kube-proxy/*', record('sent', list), false],
    ['answer:201 kubectl pod/web-x7p', record('delivered', created), true],
    ['answer:4* kubectl', record('delivered', created), false],
    ['sent kube-scheduler kubelet/*', record('sent', frame), false],
    ['sent kube-apiserver kubelet/*', record('sent', frame), true],
    ['heard kube-apiserver kubelet/*', record('delivered', frame), true],
    ['lost kube-apiserver kubelet/*', record('dropped', frame), true],
    ['call pullImage containerd/*', record('sent', pull), true],
    ['note scheduler/bound pod/web-*', other(bound), true],
    ['note scheduler/bound pod/api-*', other(bound), false],
    ['note etcd/elected etcd-1', other({ ...bound, by: 'etcd-1', note: { what: 'etcd/elected' } }), true],
    ['note etcd/elected etcd-2', other({ ...bound, by: 'etcd-1', note: { what: 'etcd/elected' } }), false],
    ['command kubectl apply*', other(apply), true],
    ['command kill node/*', other(kill), true],
    ['command kill node/node-c', other(kill), false],
  ])('%s', (pattern, about, expected) => {
    expect(parsePattern(pattern)).toBeTypeOf('object');
    expect(matches(pattern, about)).toBe(expected);
  });
});

it('finds the first record after a place, and all of them', () => {
  const history = [1, 2, 3].map((seq) => ({ ...record('sent', post), seq }));
  expect(firstMatch(history, 'POST kubectl pod/*', 1)?.seq).toBe(2);
  expect(firstMatch(history, 'POST kubectl pod/*', 3)).toBeUndefined();
  expect(allMatches(history, 'POST kubectl pod/*', 1)).toHaveLength(2);
});

it.each([
  ['looked kubectl pod', 'begins with looked'],
  ['watch kubelet/a pod/b', 'with a colon'],
  ['POST', 'name an actor'],
  ['POST kubectl pod/a now', 'has 4 words'],
])('says what is wrong with %s', (text, part) => {
  expect(parsePattern(text)).toContain(part);
});
