import { resourceOfKind, resourceOfWord, servedKinds } from '../api/index.ts';
import type { JsonObject, JsonValue, Labels } from '../api/meta.ts';
import type { Resource as AnyResource } from '../api/resource.ts';
import { matchesSelector, parseSelector } from '../api/selector.ts';
import type { Failure, Job, Target } from './command.ts';
import { textFailure } from './command.ts';
import { flag, isOn, listed } from './flags.ts';
import { dig, plant, quoted } from './json.ts';
import { wordFor } from './resources.ts';

/** What a command line points at; `error` is the text after `error: `. */
export type Selection =
  | { readonly targets: readonly Target[]; readonly failures: readonly Failure[] }
  | { readonly error: string };

/** How a command reads its words. */
export interface SelectionRules {
  /** A type alone means all its objects (get, describe); else it needs a name, a selector or --all. */
  readonly allowsAll: boolean;
  /** Words to read instead of the command line's. */
  readonly words?: readonly string[];
  readonly query?: Readonly<Record<string, string>>;
}

const NOTHING_GIVEN = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

/** Reads `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`, `-l`, `--all` and `-f`, with upstream's errors (cli-runtime builder.go). */
export function select(job: Job, rules: SelectionRules): Selection {
  const { args } = job;
  const words = rules.words ?? args.words;
  const files = listed(args, 'filename');
  if (files.length > 0) {
    if (words.length > 0) {
      return {
        error: 'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      };
    }
    return readFiles(job, files);
  }
  if (words.some((word) => word.includes('/'))) return readPairs(job, words, rules);
  return readTypes(job, words, rules);
}

/** Whether a label or field selector, or --all, was given. */
function hasSelector(job: Job): boolean {
  return flag(job.args, 'selector') !== '' || flag(job.args, 'field-selector') !== '' || isOn(job.args, 'all');
}

function readPairs(job: Job, words: readonly string[], rules: SelectionRules): Selection {
  const odd = words.find((word) => !word.includes('/'));
  if (odd !== undefined) {
    return {
      error:
        'there is no need to specify a resource type as a separate argument when passing arguments in resource/name' +
        " form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'",
    };
  }
  if (hasSelector(job)) {
    return { error: 'selectors and the all flag cannot be used when passing resource/name arguments' };
  }
  const targets: Target[] = [];
  for (const word of words.flatMap((text) => text.split(','))) {
    const [type = '', name = '', extra] = word.split('/');
    if (extra !== undefined) return { error: 'arguments in resource/name form may not have more than one slash' };
    if (type === '' || name === '') {
      return { error: 'arguments in resource/name form must have a single resource and name' };
    }
    const resource = resourceOfWord(type);
    if (resource === undefined) return { error: unknownType(type) };
    const target = named(job, resource, name, rules);
    if (typeof target === 'string') return { error: target };
    targets.push(target);
  }
  return { targets, failures: [] };
}

function readTypes(job: Job, words: readonly string[], rules: SelectionRules): Selection {
  const [types = '', ...names] = words;
  if (types === '') {
    if (hasSelector(job)) return { error: 'at least one resource must be specified to use a selector' };
    return { error: NOTHING_GIVEN };
  }
  const resources: AnyResource[] = [];
  for (const type of types.split(',')) {
    const group = servedKinds().filter((resource) => resource.categories.includes(type));
    const resource = resourceOfWord(type);
    if (group.length === 0 && resource === undefined) return { error: unknownType(type) };
    resources.push(...(group.length > 0 ? group : [resource as AnyResource]));
  }
  if (names.length > 0) {
    if (hasSelector(job)) return { error: 'name cannot be provided when a selector is specified' };
    const [only] = resources;
    if (resources.length > 1 || only === undefined) return { error: 'you must specify only one resource' };
    const targets = names.map((name) => named(job, only, name, rules));
    const wrong = targets.find((target) => typeof target === 'string');
    return typeof wrong === 'string' ? { error: wrong } : { targets: targets as readonly Target[], failures: [] };
  }
  if (!rules.allowsAll && !hasSelector(job)) return { error: 'resource(s) were provided, but no name was specified' };
  return { targets: resources.map((resource) => collection(job, resource, rules)), failures: [] };
}

function named(job: Job, resource: AnyResource, name: string, rules: SelectionRules): Target | string {
  if (resource.namespaced && isOn(job.args, 'all-namespaces')) {
    return 'a resource cannot be retrieved by name across all namespaces';
  }
  const target = { plural: wordFor(resource), namespace: resource.namespaced ? job.namespace : '', name };
  return rules.query === undefined ? target : { ...target, query: rules.query };
}

function collection(job: Job, resource: AnyResource, rules: SelectionRules): Target {
  const everywhere = isOn(job.args, 'all-namespaces') || !resource.namespaced;
  const [labels, fields] = [flag(job.args, 'selector'), flag(job.args, 'field-selector')];
  return {
    plural: wordFor(resource),
    namespace: everywhere ? '' : job.namespace,
    query: {
      ...(labels === '' ? {} : { labelSelector: labels }),
      ...(fields === '' ? {} : { fieldSelector: fields }),
      limit: '500',
      ...rules.query,
    },
  };
}

/** Upstream's text for a type that the server does not have. */
export function unknownType(type: string): string {
  return `the server doesn't have a resource type ${quoted(type.split('.')[0] ?? '')}`;
}

function readFiles(job: Job, names: readonly string[]): Selection {
  const targets: Target[] = [];
  const failures: Failure[] = [];
  for (const name of names.flatMap((text) => expand(job, text))) {
    const file = job.files[name];
    if (name === '-') return { error: 'this terminal has no standard input: write the manifest in the editor' };
    if (/^https?:/.test(name)) return { error: `this terminal has no way to the internet: it cannot read ${name}` };
    if (file === undefined) return { error: `the path ${quoted(name)} does not exist` };
    for (const document of file.documents ?? []) {
      const read = readDocument(job, name, document);
      targets.push(...read.targets);
      failures.push(...read.failures);
    }
    if (file.error !== undefined) failures.push(textFailure(`error parsing ${name}: ${file.error}`));
  }
  const wanted = parseSelector(flag(job.args, 'selector'));
  if (!wanted.ok) return { error: wanted.error };
  const isWanted = ({ manifest }: Target) =>
    matchesSelector(wanted.value, dig(manifest, 'metadata', 'labels') as Labels | undefined);
  return { targets: targets.filter(isWanted), failures };
}

/** A folder means all files of the editor, in order of name. */
function expand(job: Job, name: string): readonly string[] {
  if (name !== '.' && name !== './') return [name.replace(/^\.\//, '')];
  return Object.keys(job.files)
    .filter((file) => /\.(?:ya?ml|json)$/.test(file))
    .sort();
}

interface Read {
  readonly targets: readonly Target[];
  readonly failures: readonly Failure[];
}

function readDocument(job: Job, source: string, document: unknown): Read {
  const object = document as JsonObject;
  const wrong = checkHead(object, source);
  if (wrong !== undefined) return refuse(wrong);
  const kind = String(object.kind);
  if (kind.endsWith('List') && Array.isArray(object.items)) {
    const parts = (object.items as readonly JsonValue[]).map((item) => readDocument(job, source, item));
    return { targets: parts.flatMap((part) => part.targets), failures: parts.flatMap((part) => part.failures) };
  }
  const name = String(dig(object, 'metadata', 'name') ?? '');
  const given = String(dig(object, 'metadata', 'namespace') ?? '');
  const resource = resourceOfKind(String(object.apiVersion), kind);
  if (resource === undefined) {
    const where = `name: ${quoted(name)} namespace: ${quoted(given)} from ${quoted(source)}`;
    const why = `no matches for kind ${quoted(kind)} in version ${quoted(String(object.apiVersion))}`;
    return refuse(`resource mapping not found for ${where}: ${why}\nensure CRDs are installed first`);
  }
  if (!resource.namespaced) {
    return { targets: [{ plural: wordFor(resource), namespace: '', name, source, manifest: object }], failures: [] };
  }
  if (given !== '' && job.isNamespaceGiven && given !== job.namespace) {
    return refuse(
      `the namespace from the provided object ${quoted(given)} does not match the namespace ${quoted(job.namespace)}. ` +
        `You must pass '--namespace=${given}' to perform this operation.`,
    );
  }
  const namespace = given === '' ? job.namespace : given;
  const manifest = plant(object, ['metadata', 'namespace'], namespace);
  return { targets: [{ plural: wordFor(resource), namespace, name, source, manifest }], failures: [] };
}

function refuse(text: string): Read {
  return { targets: [], failures: [textFailure(text)] };
}

function checkHead(object: JsonObject, source: string): string | undefined {
  const hint = 'if you choose to ignore these errors, turn validation off with --validate=false';
  const invalid = (why: string) => `error validating ${quoted(source)}: error validating data: ${why}; ${hint}`;
  if (typeof object !== 'object' || Array.isArray(object)) return invalid('invalid object to validate');
  const missing = ['apiVersion', 'kind'].filter((name) => (object[name] ?? '') === '').map((name) => `${name} not set`);
  if (missing.length === 0) return undefined;
  return invalid(missing.length > 1 ? `[${missing.join(', ')}]` : `${missing[0]}`);
}
