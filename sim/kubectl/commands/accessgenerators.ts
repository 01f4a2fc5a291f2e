import { encodeText } from '../../api/encodetext.ts';
import { resourceOfWord } from '../../api/index.ts';
import type { JsonObject } from '../../api/meta.ts';
import { type PolicyRule, RBAC } from '../../api/rbac/rules.ts';
import type { Command, Job } from '../command.ts';
import { metadataOf } from '../creating.ts';
import { flag, listed } from '../flags.ts';
import { quoted } from '../json.ts';
import { generator } from './generators.ts';
import { literalData } from './literaldata.ts';

/** kubectl create role. Follows pkg/cmd/create/create_role.go. */
const createRole = generator({
  name: 'create role',
  usage: 'create role NAME --verb=verb --resource=resource.group/subresource [--resource-name=resourcename]',
  summary: 'Create a role with single rule',
  flags: 'verb* resource* resource-name+',
  object(job, name) {
    const rules = resourceRules(job, false);
    return typeof rules === 'string' ? rules : { ...headOf(job, 'Role', name, true), rules };
  },
  failure: 'failed to create role',
});

/** kubectl create clusterrole. Follows pkg/cmd/create/create_clusterrole.go. */
const createClusterRole = generator({
  name: 'create clusterrole',
  usage: 'create clusterrole NAME --verb=verb --resource=resource.group [--resource-name=resourcename]',
  summary: 'Create a cluster role',
  flags: 'verb* resource* resource-name+ non-resource-url* aggregation-rule*',
  object(job, name) {
    const head = headOf(job, 'ClusterRole', name, false);
    const labels = listed(job.args, 'aggregation-rule');
    if (labels.length > 0) return aggregated(job, head, labels);
    const rules = resourceRules(job, true);
    return typeof rules === 'string' ? rules : { ...head, rules };
  },
  failure: 'failed to create clusterrole',
});

function aggregated(job: Job, head: JsonObject, labels: readonly string[]): JsonObject | string {
  const others = ['verb', 'resource', 'resource-name', 'non-resource-url'];
  if (others.some((name) => listed(job.args, name).length > 0)) {
    return 'aggregation rule must be specified without nonResourceURLs, verbs, resources or resourceNames';
  }
  const matchLabels = Object.fromEntries(labels.map((label) => label.split('=') as [string, string]));
  return { ...head, rules: null, aggregationRule: { clusterRoleSelectors: [{ matchLabels }] } };
}

/** Special verbs, and the only resources that they are about. */
const SPECIAL: Readonly<Record<string, readonly string[]>> = {
  use: ['podsecuritypolicies.policy', 'podsecuritypolicies.extensions'],
  bind: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  escalate: [`roles.${RBAC}`, `clusterroles.${RBAC}`],
  impersonate: ['users', 'serviceaccounts', 'groups', 'userextras.authentication.k8s.io'],
};
const VERBS = 'get delete list create update patch watch proxy deletecollection use bind escalate impersonate'.split(
  ' ',
);
const URL_VERBS = 'get put post head options delete patch'.split(' ');

function resourceRules(job: Job, isCluster: boolean): readonly PolicyRule[] | string {
  const verbs = uniqueOrAll(listed(job.args, 'verb').map((verb) => verb.trim()));
  const names = listed(job.args, 'resource-name');
  const urls = isCluster ? listed(job.args, 'non-resource-url').map((url) => url.trim()) : [];
  const wanted = listed(job.args, 'resource');
  if (verbs.length === 0) return 'at least one verb must be specified';
  if (wanted.length === 0 && urls.length === 0) {
    return isCluster
      ? 'one of resource or nonResourceURL must be specified'
      : 'at least one resource must be specified';
  }
  const resources = wanted.map(parseResource);
  const malformed = resources.find((resource) => typeof resource === 'string');
  if (typeof malformed === 'string') return malformed;
  const problem = resources.length > 0 ? resourceProblem(verbs, resources as readonly Asked[], names) : undefined;
  if (problem !== undefined) return problem;
  const wrongUrl = urls.length > 0 ? urlProblem(verbs, urls, names, wanted) : undefined;
  if (wrongUrl !== undefined) return wrongUrl;
  const rules = rulesOf(verbs, resources as readonly Asked[], names);
  return urls.length === 0 ? rules : [...rules, { verbs, nonResourceURLs: urls }];
}

interface Asked {
  readonly resource: string;
  readonly group: string;
  readonly sub: string;
}

/** `deployments.apps/scale`; the resource must be one that the server knows. */
function parseResource(text: string): Asked | string {
  const [type = '', sub = '', extra] = text.split('/');
  if (extra !== undefined) return `resource ${quoted(text)} is invalid, should be resource[/subresource]`;
  if (type === '*') return { resource: '*', group: '', sub };
  const found = resourceOfWord(type);
  const [plain = '', ...group] = type.split('.');
  if (found === undefined && group.length > 0)
    return `the server doesn't have a resource type ${quoted(plain)} in group ${quoted(group.join('.'))}`;
  if (found === undefined) return `the server doesn't have a resource type ${quoted(plain)}`;
  return { resource: found.plural, group: found.group, sub };
}

function resourceProblem(
  verbs: readonly string[],
  resources: readonly Asked[],
  names: readonly string[],
): string | undefined {
  for (const verb of verbs) {
    if (verb !== '*' && !VERBS.includes(verb)) return `invalid verb: '${verb}'`;
    const special = SPECIAL[verb];
    for (const { resource, group } of resources) {
      const whole = group === '' ? resource : `${resource}.${group}`;
      if (special !== undefined && resource !== '*' && !special.includes(whole)) {
        return `can not perform '${verb}' on '${resource}' in group '${group}'`;
      }
    }
  }
  const isMany = resources.length > 1 && names.length > 0;
  return isMany ? 'resourceName(s) can not be applied to multiple resources' : undefined;
}

function urlProblem(
  verbs: readonly string[],
  urls: readonly string[],
  names: readonly string[],
  wanted: readonly string[],
): string | undefined {
  if (wanted.length === 0 && names.length > 0) return 'nonResourceURL can not be used with resourceName';
  const wrongVerb = verbs.find((verb) => verb !== '*' && !URL_VERBS.includes(verb));
  if (wrongVerb !== undefined) return `invalid verb: '${wrongVerb}' for nonResourceURL`;
  for (const url of urls) {
    if (url === '') return 'nonResourceURL should start with /';
    if (url !== '*' && !url.startsWith('/')) return 'nonResourceURL should start with /';
    if (url !== '*' && url.slice(0, -1).includes('*'))
      return `nonResourceURL only supports wildcard matches when '*' is at the end`;
  }
  return undefined;
}

/** One rule for each API group, in the order in which they come up. */
function rulesOf(
  verbs: readonly string[],
  resources: readonly Asked[],
  names: readonly string[],
): readonly PolicyRule[] {
  const groups = [...new Set(resources.map(({ group }) => group))].sort();
  return groups.map((group) => {
    const own = resources.filter((resource) => resource.group === group);
    const plurals = own.map(({ resource, sub }) => (sub === '' ? resource : `${resource}/${sub}`));
    const named = names.length === 0 ? {} : { resourceNames: names };
    return { apiGroups: [group], ...named, resources: [...new Set(plurals)], verbs };
  });
}

function uniqueOrAll(verbs: readonly string[]): readonly string[] {
  return verbs.includes('*') ? ['*'] : [...new Set(verbs)];
}

/** kubectl create rolebinding. Follows pkg/cmd/create/create_rolebinding.go. */
const createRoleBinding = generator({
  name: 'create rolebinding',
  usage: 'create rolebinding NAME --clusterrole=NAME|--role=NAME [--user=username] [--group=groupname]',
  summary: 'Create a role binding for a particular role or cluster role',
  flags: 'clusterrole role user* group* serviceaccount*',
  object(job, name) {
    const [role, clusterRole] = [flag(job.args, 'role'), flag(job.args, 'clusterrole')];
    if ((role === '') === (clusterRole === '')) return 'exactly one of clusterrole or role must be specified';
    const roleRef = { apiGroup: RBAC, kind: role === '' ? 'ClusterRole' : 'Role', name: role || clusterRole };
    return bindingOf(job, headOf(job, 'RoleBinding', name, true), roleRef);
  },
  failure: 'failed to create rolebinding',
});

/** kubectl create clusterrolebinding. Follows pkg/cmd/create/create_clusterrolebinding.go. */
const createClusterRoleBinding = generator({
  name: 'create clusterrolebinding',
  usage: 'create clusterrolebinding NAME --clusterrole=NAME [--user=username] [--group=groupname]',
  summary: 'Create a cluster role binding for a particular cluster role',
  flags: 'clusterrole user* group* serviceaccount*',
  required: ['clusterrole'],
  object(job, name) {
    const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: flag(job.args, 'clusterrole') };
    return bindingOf(job, headOf(job, 'ClusterRoleBinding', name, false), roleRef);
  },
  failure: 'failed to create clusterrolebinding',
});

function bindingOf(job: Job, head: JsonObject, roleRef: JsonObject): JsonObject | string {
  const people = (['User', 'Group'] as const).flatMap((kind) =>
    listed(job.args, kind.toLowerCase()).map((name) => ({ kind, apiGroup: RBAC, name })),
  );
  const accounts = listed(job.args, 'serviceaccount').map((text) => text.split(':'));
  if (accounts.some(([namespace, name, extra]) => !namespace || !name || extra !== undefined)) {
    return 'serviceaccount must be <namespace>:<name>';
  }
  const bots = accounts.map(([namespace = '', name = '']) => ({ kind: 'ServiceAccount', name, namespace }));
  const subjects = [...people, ...bots];
  return { ...head, ...(subjects.length === 0 ? {} : { subjects }), roleRef };
}

function headOf(job: Job, kind: string, name: string, isNamespaced: boolean): JsonObject {
  const metadata = isNamespaced ? metadataOf(job, name) : { creationTimestamp: null, name };
  return { apiVersion: `${RBAC}/v1`, kind, metadata };
}

/** kubectl create serviceaccount */
const createServiceAccount = generator({
  name: 'create serviceaccount',
  aliases: ['create sa'],
  usage: 'create serviceaccount NAME',
  summary: 'Create a service account with the specified name',
  flags: '',
  object: (job, name) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: metadataOf(job, name) }),
  failure: 'failed to create serviceaccount',
});

/** kubectl create secret generic. Follows pkg/cmd/create/create_secret.go. */
const createSecret = generator({
  name: 'create secret generic',
  usage: 'create secret generic NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]',
  summary: 'Create a secret from a local file, directory, or literal value',
  flags: 'from-file+ from-literal+ type',
  others: 'append-hash! from-env-file+',
  object(job, name) {
    const read = literalData(job, name, 'Secret');
    if (typeof read === 'string') return read;
    const encoded = Object.fromEntries(Object.entries(read).map(([key, value]) => [key, encodeText(value)]));
    const type = flag(job.args, 'type');
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadataOf(job, name),
      ...(Object.keys(encoded).length === 0 ? {} : { data: encoded }),
      ...(type === '' ? {} : { type }),
    };
  },
  failure: 'failed to create secret',
});

const DOCKER_HUB = 'https://index.docker.io/v1/';

/** kubectl create secret docker-registry. Follows pkg/cmd/create/create_secret_docker.go. */
const createRegistrySecret = generator({
  name: 'create secret docker-registry',
  usage:
    'create secret docker-registry NAME --docker-username=user --docker-password=password [--docker-server=string]',
  summary: 'Create a secret for use with a Docker registry',
  flags: 'docker-email docker-password docker-server docker-username',
  others: 'append-hash! from-file+',
  object(job, name) {
    const [username, password] = [flag(job.args, 'docker-username'), flag(job.args, 'docker-password')];
    if (username === '' || password === '') {
      const wanted = '--docker-username, --docker-password and --docker-server';
      return `either --from-file or the combination of ${wanted} is required`;
    }
    const email = flag(job.args, 'docker-email');
    const auth = encodeText(`${username}:${password}`);
    const entry = { username, password, ...(email === '' ? {} : { email }), auth };
    const file = JSON.stringify({ auths: { [flag(job.args, 'docker-server') || DOCKER_HUB]: entry } });
    return {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: metadataOf(job, name),
      data: { '.dockerconfigjson': encodeText(file) },
      type: 'kubernetes.io/dockerconfigjson',
    };
  },
  failure: 'failed to create secret',
});

/** The commands that make accounts, secrets, roles and bindings from their flags. */
export const accessGenerators: readonly Command[] = [
  createClusterRole,
  createClusterRoleBinding,
  createRole,
  createRegistrySecret,
  createRoleBinding,
  createSecret,
  createServiceAccount,
];
