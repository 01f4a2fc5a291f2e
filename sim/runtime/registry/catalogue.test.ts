import { describe, expect, it } from 'vitest';
import { canonicalReference, type Image } from '../images.ts';
import { findImage } from './catalogue.ts';

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
    ['nginx:1.161', 'absent'],
    ['nginx:9', 'absent'],
    ['ngnix', 'hidden'],
    ['registry.k8s.io/nothing:1', 'absent'],
  ])('has no %s, and that is %s', (image, why) => {
    expect(findImage(image)).toBe(why);
  });
});

describe('layers', () => {
  const layersOf = (image: string) => (findImage(image) as Image).layers;
  const digests = (image: string) => layersOf(image).map(({ digest }) => digest);

  it('two tags of one image differ in their last layer only', () => {
    expect(digests('harbour/web:1.0').slice(0, -1)).toEqual(digests('harbour/web:2.0').slice(0, -1));
    expect(digests('harbour/web:1.0').at(-1)).not.toBe(digests('harbour/web:2.0').at(-1));
    expect(digests('nginx:1.27')).not.toEqual(digests('nginx:1.28'));
  });

  it('add up to the size of the image', () => {
    for (const image of ['harbour/web:1.0', 'harbour/probe:1', 'nginx', 'redis:7-alpine']) {
      const { layers, sizeBytes } = findImage(image) as Image;
      expect(layers.reduce((sum, layer) => sum + layer.sizeBytes, 0)).toBe(sizeBytes);
      expect(Math.min(...layers.map((layer) => layer.sizeBytes))).toBeGreaterThan(0);
    }
  });

  it('an alpine variant is the smaller one', () => {
    const size = (image: string) => (findImage(image) as Image).sizeBytes;
    expect(size('nginx:1.27-alpine')).toBeLessThan(size('nginx:1.27') / 3);
    expect(size('nginx:alpine')).toBeLessThan(size('nginx') / 3);
  });
});
