import { apiVersionOf, servedKinds, servedVersions } from '../../api/index.ts';
import { goJson } from '../../api/json.ts';
import type { JsonObject } from '../../api/meta.ts';
import type { Resource } from '../../api/resource.ts';
import {
  answerOf,
  defineCommand,
  err,
  fail,
  failUsage,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { flag, isOn, isSet, listed } from '../flags.ts';
import { dig } from '../json.ts';

import { alignRows } from '../tabwriter.ts';
import { writeYaml } from '../yamlwriter.ts';

const CLIENT = { major: '1', minor: '33', gitVersion: 'v1.33.1', platform: 'linux/amd64' };
const KUSTOMIZE = 'v5.6.0';

/** kubectl version. Follows pkg/cmd/version/version.go. */
export const version = defineCommand({
  name: 'version',
  usage: 'version [--client]',
  summary: 'Print the client and server version information',
  flags: 'client! output/o',
  start(job) {
    const { args } = job;
    if (args.words.length > 0) return fail(`extra arguments: [${args.words.join(' ')}]`);
    if (!['', 'yaml', 'json'].includes(flag(args, 'output'))) return fail("--output must be 'yaml' or 'json'");
    if (isOn(args, 'client')) return { ...printVersion(job, undefined), exit: 0 };
    return { request: { method: 'GET', path: '/version', query: { timeout: '32s' } }, then: 'server' };
  },
  stages: {
    server(job, reply) {
      const failure = failureOf(answerOf(reply));
      if (failure !== undefined) return { ...printVersion(job, undefined), failure, exit: 1 };
      return { ...printVersion(job, answerOf(reply).body as JsonObject), exit: 0 };
    },
  },
});

function printVersion(job: Job, server: JsonObject | undefined): Pick<Step, 'print'> {
  const format = flag(job.args, 'output');
  const all = {
    clientVersion: CLIENT,
    kustomizeVersion: KUSTOMIZE,
    ...(server === undefined ? {} : { serverVersion: server }),
  };
  const text =
    format === 'json'
      ? goJson(all, '  ')
      : format === 'yaml'
        ? writeYaml(all)
        : `Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}`;
  const lines = format === '' && server !== undefined ? [`Server Version: ${server.gitVersion}`] : [];
  const minor = Number(String(server?.minor ?? '').replace(/\D+$/, ''));
  const isFar = server !== undefined && Math.abs(minor - Number(CLIENT.minor)) > 1;
  const warning =
    `WARNING: version difference between client (${CLIENT.major}.${CLIENT.minor}) and server ` +
    `(${server?.major}.${minor}) exceeds the supported minor version skew of +/-1`;
  return { print: [...out(...text.split('\n'), ...lines), ...(isFar ? err(warning) : [])] };
}

/** kubectl cluster-info. Follows pkg/cmd/clusterinfo/clusterinfo.go. */
export const clusterInfo = defineCommand({
  name: 'cluster-info',
  usage: 'cluster-info',
  summary: 'Display addresses of the control plane',
  flags: '',
  start: () => ({
    request: {
      method: 'GET',
      path: '/api/v1/namespaces/kube-system/services',
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
    },
    then: 'services',
  }),
  stages: {
    services(job: Job, reply: Reply) {
      const failure = failureOf(answerOf(reply));
      const hint = ['', "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'."];
      if (failure !== undefined) return { print: out(...hint), failure, exit: 1 };
      const services = (dig(answerOf(reply).body as JsonObject, 'items') ?? []) as readonly JsonObject[];
      const rows = services.map((service) => {
        const name = String(dig(service, 'metadata', 'name'));
        return `${name} is running at https://${job.server}/api/v1/namespaces/kube-system/services/${name}/proxy`;
      });
      return { print: out(`Kubernetes control plane is running at https://${job.server}`, ...rows, ...hint), exit: 0 };
    },
  },
});

/** kubectl api-resources: what this server has. Discovery is known without a request. */
export const resourcesOfServer = defineCommand({
  name: 'api-resources',
  usage: 'api-resources [--namespaced=true|false] [--api-group=GROUP]',
  summary: 'Print the supported API resources on the server',
  flags: 'api-group cached! categories* namespaced! no-headers! output/o sort-by verbs*',
  start(job) {
    const format = flag(job.args, 'output');
    if (!['', 'wide', 'name'].includes(format)) return fail(`--output ${format} is not available`);
    const shown = servedKinds().filter((resource) => isShown(job, resource));
    const by = flag(job.args, 'sort-by');
    const key = ({ group, plural, kind }: Resource) =>
      by === 'name' ? plural : by === 'kind' ? kind : `${group} ${plural}`;
    const sorted = [...shown].sort((a, b) => (key(a) < key(b) ? -1 : 1));
    if (format === 'name') {
      return {
        print: out(...sorted.map(({ plural, group }) => (group === '' ? plural : `${plural}.${group}`))),
        exit: 0,
      };
    }
    const isWide = format === 'wide';
    const rows = sorted.map((resource) => [
      resource.plural,
      resource.shortNames.join(','),
      apiVersionOf(resource),
      String(resource.namespaced),
      resource.kind,
      ...(isWide ? [resource.verbs.join(','), resource.categories.join(',')] : []),
    ]);
    const titles = [
      'NAME',
      'SHORTNAMES',
      'APIVERSION',
      'NAMESPACED',
      'KIND',
      ...(isWide ? ['VERBS', 'CATEGORIES'] : []),
    ];
    return { print: out(...alignRows(isOn(job.args, 'no-headers') ? rows : [titles, ...rows]).lines), exit: 0 };
  },
});

/** kubectl api-versions. Follows pkg/cmd/apiresources/apiversions.go; discovery is known without a request. */
export const versionsOfServer = defineCommand({
  name: 'api-versions',
  usage: 'api-versions',
  summary: 'Print the supported API versions on the server, in the form of "group/version"',
  flags: '',
  start(job) {
    const { words } = job.args;
    if (words.length > 0) return failUsage('api-versions', `unexpected arguments: [${words.join(' ')}]`);
    return { print: out(...[...new Set(servedVersions().map(apiVersionOf))].sort()), exit: 0 };
  },
});

function isShown(job: Job, { group, namespaced, categories, verbs }: Resource): boolean {
  const { args } = job;
  if (isSet(args, 'api-group') && flag(args, 'api-group') !== group) return false;
  if (isSet(args, 'namespaced') && isOn(args, 'namespaced') !== namespaced) return false;
  if (!listed(args, 'verbs').every((verb) => verbs.includes(verb))) return false;
  return listed(args, 'categories').every((category) => categories.includes(category));
}
