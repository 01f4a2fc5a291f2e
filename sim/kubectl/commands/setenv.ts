import { pathOf } from '../../api/index.ts';
import type { Container, EnvVar } from '../../api/kinds/pod.ts';
import type { JsonObject, KubeObject } from '../../api/meta.ts';
import type { Printed } from '../../protocol/terminal.ts';
import { carryOutPlan, changed, dataOf, type Plan, wrapped } from '../changing.ts';
import {
  answerOf,
  type Command,
  err,
  fail,
  failureOf,
  type Job,
  out,
  type Reply,
  type Step,
  textFailure,
} from '../command.ts';
import { flag, isOn, isSet, listed } from '../flags.ts';
import { dig, quoted } from '../json.ts';
import { checkDryRun, checkFormat } from '../output.ts';
import { containersOf, meantBy, nameOf, patchTo, patternOf, withContainers, withoutPod } from '../podtemplate.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';

/** What the line asks for: variables to set, and names to take away. */
interface Wanted {
  readonly set: readonly EnvVar[];
  readonly remove: readonly string[];
}

/** The work of `kubectl set env`. Follows pkg/cmd/set/set_env.go. Leaves out `-`, variables from standard input. */
export const setEnv: Pick<Command<Wanted>, 'start' | 'stages'> = {
  start(job) {
    const problem = check(job);
    if (problem !== undefined) return problem;
    const from = flag(job.args, 'from');
    if (from === '') return visit(job, wantedOf(job) as Wanted);
    const source = select(job, { allowsAll: false, words: [from] });
    if ('error' in source) return fail(source.error);
    const [target] = source.targets;
    const path = target === undefined ? '' : pathOf(resourceOf(target.plural), target.namespace, target.name);
    return { request: { method: 'GET', path }, then: 'source' };
  },
  stages: {
    source,
    item: (job) => carryOutPlan(job, plan(job)),
    changed: (job, reply) =>
      changed(job, reply, (failure) => wrapped(failure, 'failed to patch env update to pod template')),
  },
};

const NAME_RULE =
  "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not " +
  "start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is " +
  "'[-._a-zA-Z][-._a-zA-Z0-9]*')";

function check(job: Job): Step | undefined {
  const { args } = job;
  const { resources, changes, isMixed } = split(job);
  if (isMixed) {
    return fail(`all resources must be specified before environment changes: ${args.words.join(' ')}`);
  }
  if (resources.length === 0 && listed(args, 'filename').length === 0) {
    return fail('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
  if (isOn(args, 'all') && flag(args, 'selector') !== '') {
    return fail('cannot set --all and --selector at the same time');
  }
  if (isOn(args, 'list') && flag(args, 'output') !== '') {
    return fail('--list and --output may not be specified together');
  }
  if (listed(args, 'keys').length > 0 && flag(args, 'from') === '') {
    return fail('when specifying --keys, a configmap or secret must be provided with --from');
  }
  const format = checkDryRun(job) ?? checkFormat(job);
  if (format !== undefined) return fail(format);
  const wanted = wantedOf(job, changes);
  return 'error' in wanted ? fail(wanted.error) : undefined;
}

/** Resources come first; `KEY=VALUE` and `KEY-` after them. */
function split({ args }: Job) {
  const isChange = (word: string) => (word.includes('=') && word[0] !== '=') || (word.endsWith('-') && word !== '-');
  const at = args.words.findIndex(isChange);
  const resources = at < 0 ? args.words : args.words.slice(0, at);
  const changes = at < 0 ? [] : args.words.slice(at);
  return { resources, changes, isMixed: !changes.every(isChange) };
}

function wantedOf(job: Job, changes = split(job).changes): Wanted | { readonly error: string } {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const change of [...changes, ...listed(job.args, 'env')]) {
    const at = change.indexOf('=');
    const name = at < 0 ? change.slice(0, -1) : change.slice(0, at);
    if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
      return { error: `${quoted(name)} is not a valid key name: ${NAME_RULE}` };
    }
    if (at < 0) remove.push(name);
    else set.push({ name, value: change.slice(at + 1) });
  }
  if (set.some(({ name }) => remove.includes(name))) {
    return { error: 'can not both modify and remove the same environment variable in the same command' };
  }
  return { set, remove };
}

/** The object that `--from` names has come: each of its keys becomes a variable. */
function source(job: Job<Wanted>, reply: Reply): Step {
  const response = answerOf(reply);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const { kind, metadata, data = {} } = response.body as KubeObject & { data?: Readonly<Record<string, string>> };
  const reference = { ConfigMap: 'configMapKeyRef', Secret: 'secretKeyRef' }[kind];
  if (reference === undefined) return fail('unsupported resource specified in --from');
  const keys = listed(job.args, 'keys');
  const prefix = flag(job.args, 'prefix');
  const print: Printed[] = [];
  const found = Object.keys(data).filter((key) => keys.length === 0 || keys.includes(key));
  const set = found.sort().map((key): EnvVar => {
    const name = key.replace(/[^a-zA-Z0-9_]/g, '_').toUpperCase();
    if (name !== key) print.push(...err(`Warning: key ${key} transferred to ${name}`));
    const valueFrom: JsonObject = { [reference]: { name: metadata.name, key } };
    return { name: name.startsWith(prefix) ? name : `${prefix}${name}`, valueFrom };
  });
  const own = wantedOf(job as unknown as Job) as Wanted;
  return { ...visit(job as unknown as Job, { ...own, set: [...own.set, ...set] }), print };
}

function visit(job: Job, wanted: Wanted): Step {
  const selection = select(job, { allowsAll: isOn(job.args, 'all'), words: split(job).resources });
  if ('error' in selection) return fail(selection.error);
  const data = wanted as unknown as JsonObject;
  return { data, failure: selection.failures, visit: { targets: selection.targets, fetch: 'get', collect: true } };
}

function plan(job: Job<Wanted>): Plan {
  const any = job as unknown as Job;
  const refused = withoutPod(any);
  if (refused !== undefined) return refused;
  const containers = containersOf(dataOf(any), meantBy(job));
  const { kind } = job.item.object;
  if (containers.length === 0) {
    return {
      print: err(`Warning: ${kind}/${job.item.name} does not have any containers matching ${quoted(patternOf(job))}`),
    };
  }
  const taken = isSet(job.args, 'overwrite') && !isOn(job.args, 'overwrite') ? firstTaken(job, containers) : undefined;
  if (taken !== undefined) {
    const text = `'${taken.name}' already has a value (${taken.value ?? ''}), and --overwrite is false`;
    return { failure: textFailure(`error: ${nameOf(any)} ${text}`) };
  }
  const update = (container: Container) => {
    const env = updated(container.env ?? [], job.data);
    return env.length === 0 && container.env === undefined ? container : { ...container, env };
  };
  if (isOn(job.args, 'list')) {
    return { print: containers.flatMap((container) => list(job, update(container))) };
  }
  const patch = patchTo(any, withContainers(dataOf(any), meantBy(job), update));
  return patch.patch === undefined ? patch : { ...patch, manager: 'kubectl-set', operation: 'env updated' };
}

function firstTaken({ data }: Job<Wanted>, containers: readonly Container[]): EnvVar | undefined {
  const names = data.set.map(({ name }) => name);
  return containers.flatMap(({ env = [] }) => env).find(({ name }) => names.includes(name));
}

/** What is there keeps its place; what is new comes last. */
function updated(existing: readonly EnvVar[], { set, remove }: Wanted): readonly EnvVar[] {
  const newer = new Map(set.map((one) => [one.name, one]));
  const kept = existing.filter(({ name }) => !remove.includes(name)).map((one) => newer.get(one.name) ?? one);
  const names = new Set(kept.map(({ name }) => name));
  return [...kept, ...[...newer.values()].filter(({ name }) => !names.has(name))];
}

function list({ item }: Job<Wanted>, { name, env = [] }: Container): readonly Printed[] {
  return out(`# ${item.object.kind} ${item.name}, container ${name}`, ...env.map(textOf));
}

function textOf({ name, value = '', valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return `${name}=${value}`;
  const at = (...path: readonly string[]) => dig(valueFrom, ...path) ?? '';
  const { configMapKeyRef, secretKeyRef, fieldRef } = valueFrom;
  const keyOf = (kind: string, field: string) => `${kind} ${at(field, 'name')}, key ${at(field, 'key')}`;
  if (configMapKeyRef !== undefined) return `# ${name} from ${keyOf('configmap', 'configMapKeyRef')}`;
  if (secretKeyRef !== undefined) return `# ${name} from ${keyOf('secret', 'secretKeyRef')}`;
  if (fieldRef !== undefined) return `# ${name} from field path ${at('fieldRef', 'fieldPath')}`;
  const container = at('resourceFieldRef', 'containerName');
  const prefix = container === '' ? '' : `${container}/`;
  return `# ${name} from resource field ${prefix}${at('resourceFieldRef', 'resource')}`;
}
