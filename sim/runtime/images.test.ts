import { describe, expect, it } from 'vitest';
import { canonicalReference, findImage } from './images.ts';

describe('references', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest'],
    ['harbour/web:1.0', 'docker.io/harbour/web:1.0'],
    ['docker.io/library/bash:5', 'docker.io/library/bash:5'],
    ['docker.io/redis:6.0.5', 'docker.io/library/redis:6.0.5'],
    ['registry.k8s.io/e2e-test-images/agnhost:2.40', 'registry.k8s.io/e2e-test-images/agnhost:2.40'],
    ['localhost:5000/web', 'localhost:5000/web:latest'],
  ])('%s is %s', (image, reference) => {
    expect(canonicalReference(image)).toBe(reference);
  });
});

describe('the registry', () => {
  it.each([
    'nginx',
    'nginx:1.14.2',
    'nginx:1.27-alpine',
    'busybox:1.28',
    'redis:7',
    'docker.io/redis:6.0.5',
    'httpd:2.4',
    'gcr.io/google-samples/hello-app:2.0',
    'registry.k8s.io/pause:3.8',
    'harbour/crasher:1',
  ])('has %s', (image) => {
    expect(findImage(image)).toMatchObject({
      reference: canonicalReference(image),
      digest: expect.stringContaining('@sha256:'),
    });
  });

  it.each([
    [
      'nginx:1.161',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1.161": ',
    ],
    ['nginx:9', 'docker.io/library/nginx:9: not found'],
    ['ngnix', 'failed to pull and unpack image "docker.io/library/ngnix:latest"'],
    ['ngnix', 'pull access denied, repository does not exist or may require authorization'],
    ['registry.k8s.io/nothing:1', 'registry.k8s.io/nothing:1: not found'],
  ])('has no %s', (image, text) => {
    expect(findImage(image)).toContain(text);
  });
});
