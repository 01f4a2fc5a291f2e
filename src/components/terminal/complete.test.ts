import { expect, test } from 'vitest';
import { complete } from './complete.ts';

const known = {
  names: { pods: ['web', 'shop-6f9c-x7p'], nodes: ['node-a'], namespaces: ['default', 'kube-system'] },
  files: ['pod.yaml'],
};

test.each([
  ['kub', ['kubectl']],
  ['kubectl des', ['describe']],
  ['kubectl describe po', ['pod', 'pods']],
  ['kubectl describe pod ', ['web', 'shop-6f9c-x7p']],
  ['kubectl describe pod sh', ['shop-6f9c-x7p']],
  ['kubectl get pod/w', ['pod/web']],
  ['kubectl get pods -n k', ['kube-system']],
  ['kubectl apply -f ', ['pod.yaml']],
  ['kubectl get pods -o w', ['wide']],
  ['kubectl logs w', ['web']],
  ['kubectl cordon n', ['node-a']],
  ['kubectl rollout st', ['status']],
  ['docker p', []],
  ['', []],
])('%s', (line, options) => {
  expect(complete(line, known).options).toEqual(options);
});

test('the last word is replaced', () => {
  expect(complete('kubectl describe pod sh', known).from).toBe('kubectl describe pod '.length);
});
