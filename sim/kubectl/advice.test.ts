import { expect, test } from 'vitest';
import { advise } from './advice.ts';

const files = { 'web.yaml': { text: '' }, 'pod.yaml': { text: '' } };

/** What was typed, the first line of the error, the sentence, the command worth trying. */
test.each([
  ['get pdos', 'error: the server doesn\'t have a resource type "pdos"', 'Two letters are swapped', 'kubectl get pods'],
  ['get pod2', 'error: the server doesn\'t have a resource type "pod2"', 'Did you mean', 'kubectl get pods'],
  ['get csr', 'error: the server doesn\'t have a resource type "csr"', 'does not model', 'kubectl api-resources'],
  [
    'apply -f web.yml',
    'error: the path "web.yml" does not exist',
    'You have pod.yaml and web.yaml',
    'kubectl apply -f web.yaml',
  ],
  ['gte pods', 'error: unknown command "gte" for "kubectl"\n\tget', 'Did you mean get?', 'kubectl get pods'],
  ['get pods -n prod', 'No resources found in prod namespace.', 'look the same', 'kubectl get namespaces'],
  ['get pods', 'No resources found in default namespace.', undefined, undefined],
  ['apply -f a', 'error: … no matches for kind "Deployment" in version "v1"', 'apiVersion: apps/v1', undefined],
  ['apply -f a', 'error: … no matches for kind "deployment" in version "apps/v1"', 'with capitals', undefined],
  ['get pods', 'The connection to the server control-plane:6443 was refused - did', 'Nobody answers', undefined],
])('kubectl %s: %s', (words, error, sentence, run) => {
  const output = error.split('\n').map((text) => ({ stream: 'err' as const, text }));
  const advice = advise({ words: words.split(' '), line: `kubectl ${words}`, output, files });
  if (sentence === undefined) expect(advice).toBeUndefined();
  else
    expect(advice).toMatchObject({
      sentence: expect.stringContaining(sentence),
      ...(run === undefined ? {} : { run }),
    });
});

test('a pod deleted for the second time: change the wish', () => {
  const run = { words: ['delete', 'pod', 'web-7897d4cbff-8p4gd'], line: '', output: [], files: {} };
  expect(advise(run, [])).toBeUndefined();
  expect(advise(run, [['delete', 'pod', 'web-7897d4cbff-lxkbn']])?.run).toBe(
    'kubectl scale deployment web --replicas=2',
  );
});
