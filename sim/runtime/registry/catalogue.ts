import { hashText } from '../../kernel/random.ts';
import { canonicalReference, hexId, type Image, type Layer, type Missing, parseReference } from '../images.ts';

/**
 * Repository, tags that exist (a pattern for the whole tag), size in kB (compressed, as the registry has it), words
 * it runs, and the layers that it shares with other images: all its tags have the same.
 */
type Row = readonly [
  repository: string,
  tags: RegExp,
  kilobytes: number,
  entrypoint: string,
  command: string,
  shared?: readonly Layer[],
];

const BASE = shared('base', 3_640);
const SERVER = shared('server', 6_000);
const RUNTIME = shared('runtime', 76_000);

const ANY = /.*/;
const SEMVER = /latest|v?\d{1,2}(\.\d{1,2}){0,2}/;
const NGINX = /(latest|stable|mainline|1\.([7-9]|[12]\d)(\.\d{1,2})?)(-perl)?/;
const NGINX_ALPINE = /((latest|stable|mainline|1\.([7-9]|[12]\d)(\.\d{1,2})?)(-perl)?-)?alpine/;
const NGINX_COMMAND = 'nginx -g "daemon off;"';
const BUSYBOX = /latest|stable|musl|glibc|1\.[23]\d(\.\d)?/;

/**
 * The registry: what can be pulled here; of a repository the first row that has the tag counts. Sizes are near the real
 * ones; contents are the programs of `programs/`. The harbour's own images are built on common layers. Of the others
 * each tag is one layer, since builds of different days rarely share any.
 */
const ROWS: readonly Row[] = [
  ['docker.io/library/nginx', NGINX, 72_100, '', NGINX_COMMAND],
  ['docker.io/library/nginx', NGINX_ALPINE, 20_500, '', NGINX_COMMAND],
  ['docker.io/library/httpd', /latest|2(\.4(\.\d\d)?)?/, 58_600, '', 'httpd-foreground'],
  ['docker.io/library/httpd', /(2(\.4(\.\d\d)?)?-)?alpine/, 20_100, '', 'httpd-foreground'],
  ['docker.io/library/redis', /latest|[5-8](\.\d){0,2}(\.\d\d)?/, 44_900, '', 'redis-server'],
  ['docker.io/library/redis', /([5-8](\.\d){0,2}(\.\d\d)?-)?alpine/, 17_200, '', 'redis-server'],
  ['docker.io/library/mysql', /latest|5\.[67](\.\d\d)?|8(\.\d(\.\d\d?)?)?|9(\.\d(\.\d)?)?/, 219_000, '', 'mysqld'],
  ['docker.io/library/busybox', BUSYBOX, 2_160, '', 'sh'],
  ['docker.io/library/alpine', /latest|edge|3(\.\d\d?(\.\d\d?)?)?/, 3_860, '', '/bin/sh'],
  ['docker.io/library/debian', /latest|stable|(bullseye|bookworm|trixie|1[123])(-slim)?/, 49_300, '', 'bash'],
  ['docker.io/library/ubuntu', /latest|2[0246]\.(04|10)|focal|jammy|noble/, 29_700, '', '/bin/bash'],
  ['docker.io/library/bash', /latest|[345](\.\d(\.\d\d?)?)?/, 6_800, '', 'bash'],
  ['docker.io/library/perl', /latest|5(\.\d\d(\.\d)?)?/, 361_000, '', 'perl'],
  ['docker.io/library/perl', /(5(\.\d\d(\.\d)?)?-)?slim/, 53_400, '', 'perl'],
  ['docker.io/polinux/stress', /latest|1\.0\.4/, 4_040, '', 'stress'],
  ['docker.io/curlimages/curl', SEMVER, 9_600, '', 'curl'],
  ['docker.io/corelab/gb-frontend', /latest|v5/, 340_000, '', 'apache2-foreground'],
  ['registry.k8s.io/pause', /2\.0|3\.\d(\.\d)?|3\.10(\.1)?/, 320, '', '/pause'],
  ['registry.k8s.io/coredns/coredns', /v1\.1\d\.\d{1,2}/, 23_500, '/coredns', ''],
  ['k8s.gcr.io/pause', /2\.0|3\.\d/, 320, '', '/pause'],
  ['registry.k8s.io/nginx-slim', /0\.\d\d?/, 55_000, '', 'nginx'],
  ['registry.k8s.io/busybox', BUSYBOX, 700, '', 'sh'],
  ['registry.k8s.io/hpa-example', /latest/, 163_000, '', 'apache2-foreground'],
  ['registry.k8s.io/e2e-test-images/agnhost', /2\.\d\d/, 52_000, '/agnhost', 'pause'],
  ['k8s.gcr.io/fluentd-elasticsearch', /1\.20|v\d.*/, 90_000, '', 'fluentd'],
  ['quay.io/fluentd_elasticsearch/fluentd', /v\d.*/, 88_000, '', 'fluentd'],
  ['gcr.io/google-samples/hello-app', /[12]\.0/, 11_500, '', './hello-app'],
  ['us-docker.pkg.dev/google-samples/containers/gke/hello-app', /[12]\.0/, 11_500, '', './hello-app'],
  ['us-docker.pkg.dev/google-samples/containers/gke/gb-frontend', /v\d/, 340_000, '', 'apache2-foreground'],
  ['us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower', /v2/, 40_000, '', 'redis-server'],
  ['gcr.io/google-samples/gb-frontend', /v\d/, 340_000, '', 'apache2-foreground'],
  ['gcr.io/google-samples/hello-frontend', /1\.0/, 54_000, '', 'nginx'],
  ['gcr.io/google-samples/hello-go-gke', /1\.0/, 260_000, '', './hello-app'],
  ['docker.io/harbour/web', SEMVER, 12_000, '', 'web', [BASE, SERVER]],
  ['docker.io/harbour/crasher', SEMVER, 1_900, 'crasher', ''],
  ['docker.io/harbour/sleeper', SEMVER, 1_800, 'sleeper', ''],
  ['docker.io/harbour/client', SEMVER, 4_200, 'client', '', [BASE]],
  ['docker.io/harbour/batchjob', SEMVER, 2_100, 'batchjob', ''],
  ['docker.io/harbour/leaker', SEMVER, 6_400, 'leaker', '', [BASE]],
  ['docker.io/harbour/hoarder', SEMVER, 5_900, 'hoarder', '', [BASE]],
  ['docker.io/harbour/slowstarter', SEMVER, 88_000, 'slowstarter', '', [BASE, RUNTIME]],
  ['docker.io/harbour/loadgenerator', SEMVER, 5_300, 'loadgenerator', '', [BASE]],
  ['docker.io/harbour/api', SEMVER, 31_000, 'api', '', [BASE, SERVER]],
  ['docker.io/harbour/database', SEMVER, 96_000, 'database', '', [BASE]],
  ['docker.io/harbour/queue', SEMVER, 22_000, 'queue', '', [BASE]],
  ['docker.io/harbour/worker', SEMVER, 27_000, 'worker', '', [BASE]],
  ['registry.port.example:5000/till', SEMVER, 12_000, '', 'web', [BASE, SERVER]],
  ['docker.io/harbour/probe', ANY, 4_200, '', 'sh', [BASE]],
];

/** Looks an image up. Docker Hub hides which repositories it does not have; other registries say so. */
export function findImage(image: string): Image | Missing {
  const reference = canonicalReference(image);
  const found = known.get(reference) ?? search(reference);
  if (typeof found !== 'string') known.set(reference, found);
  return found;
}

/** Images that were found before: each pod asks for one, and the catalogue has few. */
const known = new Map<string, Image>();

function search(reference: string): Image | Missing {
  const { repository, tag } = parseReference(reference);
  const rows = ROWS.filter(([name]) => name === repository);
  if (rows.length === 0) return repository.startsWith('docker.io/') ? 'hidden' : 'absent';
  const row = rows.find(([, tags]) => new RegExp(`^(?:${tags.source})$`).test(tag));
  if (row === undefined) return 'absent';
  const [, , kilobytes, entrypoint, command, common = []] = row;
  const sizeBytes = kilobytes * 1000 + (hashText(reference) % 1000);
  const own = sizeBytes - common.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  return {
    reference,
    digest: `${repository}@sha256:${hexId(reference)}`,
    id: hexId(`config ${reference}`),
    layers: [...common, { digest: `sha256:${hexId(`layer ${reference}`)}`, sizeBytes: own }],
    sizeBytes,
    entrypoint: words(entrypoint),
    command: words(command),
    env: /:2\.0$/.test(reference) ? { VERSION: '2.0.0' } : {},
  };
}

function shared(name: string, kilobytes: number): Layer {
  return { digest: `sha256:${hexId(`layer docker.io/harbour/${name}`)}`, sizeBytes: kilobytes * 1000 };
}

function words(text: string): readonly string[] {
  return (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replaceAll('"', ''));
}
