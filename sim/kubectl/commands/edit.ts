import { pathOf, resourceOfKind } from '../../api/index.ts';
import { goJson } from '../../api/json.ts';
import type { JsonObject, JsonValue } from '../../api/meta.ts';
import { createTwoWayPatch } from '../../api/patch.ts';
import type { Value } from '../../kernel/value.ts';
import type { ParsedFile, Printed } from '../../protocol/terminal.ts';
import {
  answerOf,
  type Command,
  err,
  fail,
  failureOf,
  type Item,
  type Job,
  out,
  type Reply,
  type Step,
} from '../command.ts';
import { validation } from '../creating.ts';
import { message } from '../errors.ts';
import { flag, isOn } from '../flags.ts';
import { dig, plant, quoted } from '../json.ts';
import { nameOf, unprintable } from '../output.ts';
import { resourceOf } from '../resources.ts';
import { select } from '../targets.ts';
import { writeYaml } from '../yamlwriter.ts';

/** What is kept while the editor is open, and while patches are sent. */
interface Kept {
  /** What the editor was opened with. */
  readonly shown: string;
  /** The file as it was saved last. */
  readonly edited: ParsedFile | null;
  /** Why it is open again, as comments of its head; none when nothing was wrong. */
  readonly reasons: readonly string[];
  /** Objects that are still to be sent. */
  readonly left: readonly JsonObject[];
  readonly lost: { readonly retryable: number; readonly notFound: number };
}

/**
 * The work of `kubectl edit`: the live objects in an editor, then a patch for each that was changed. Follows
 * pkg/cmd/util/editor/editoptions.go. Leaves out editors that are programs: the page is one, and `cp FILE` another.
 */
export const edit: Pick<Command<Kept>, 'start' | 'stages'> = {
  start(job) {
    const selection = select(job, { allowsAll: true });
    if ('error' in selection) return fail(selection.error);
    const { targets, failures } = selection;
    return { failure: failures, visit: { targets, fetch: 'get', stopOnFailure: true } };
  },
  stages: {
    end(job) {
      if (job.failures.length > 0) return { exit: 1 };
      if (job.items.length === 0) return fail('edit cancelled, no objects found');
      return open(job, { shown: '', edited: null, reasons: [], left: [], lost: { retryable: 0, notFound: 0 } });
    },
    saved,
    patched,
  },
};

const HEAD = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

/** Opens the editor, on the live objects or on what was saved with an error; a program is done at once. */
function open(job: Job, kept: Kept, print: readonly Printed[] = []): Step {
  const { edited, reasons } = kept;
  const format = formatOf(job);
  if (!['json', 'yaml'].includes(format)) return fail(unprintable(format));
  const live = () => (format === 'json' ? `${goJson(whole(job), '    ')}\n` : writeYaml(whole(job)));
  const text = edited === null ? live() : withoutComments(edited.text);
  const shown = format === 'json' ? text : `${HEAD}${reasons.join('')}${text}`;
  const data = { ...kept, shown } as unknown as Value;
  const editor = flag(job.args, 'KUBE_EDITOR');
  if (editor === '') return { print, data, edits: shown, stay: true, then: 'saved' };
  const [program = '', name = ''] = editor.split(/\s+/);
  const file = program === 'cp' ? job.files[name] : undefined;
  const wrong = program === 'cp' && file === undefined ? [`cp: cannot stat '${name}': No such file or directory`] : [];
  const problem = `error: there was a problem with the editor ${quoted(editor)}`;
  if (file === undefined) return { print: [...print, ...err(...wrong, problem)], exit: 1 };
  const next = saved({ ...job, data: { ...kept, shown } } as Job<Kept>, { type: 'saved', file });
  return { ...next, print: [...print, ...(next.print ?? [])] };
}

/** What is edited: YAML under a head of comments, or JSON, which has none. */
function formatOf({ args }: Pick<Job, 'args'>): string {
  return flag(args, 'output') || 'yaml';
}

/** The editor is closed. */
function saved(job: Job<Kept>, reply: Reply): Step {
  const { reasons, edited: last } = job.data;
  const file = reply.type === 'saved' ? reply.file : ({ text: '' } as ParsedFile);
  const edited: ParsedFile = { ...file, text: withoutComments(file.text) };
  const kept: Kept = { ...job.data, edited, reasons: [] };
  if (reasons.length > 0 && last !== null && same(last) === same(edited)) {
    return preserved(job, 'Edit cancelled, no valid changes were saved.');
  }
  if (same(edited) === goJson(whole(job))) return { print: err('Edit cancelled, no changes made.'), exit: 0 };
  if (edited.text.trim() === '') return { print: err('Edit cancelled, saved file was empty.'), exit: 0 };
  const invalid = checkFile(edited, file);
  const [first] = job.items;
  if (invalid !== undefined && first !== undefined) {
    const reason = `<nil>: Invalid value: "The edited file failed validation": ${invalid}`;
    const print = err(`error: ${typeOf(first)} ${quoted(first.name)} is invalid`);
    return open(job as unknown as Job, { ...kept, reasons: [because(first, [reason])] }, print);
  }
  const objects = objectsIn(edited);
  const unknown = objects.find(
    ({ apiVersion, kind }) => resourceOfKind(String(apiVersion), String(kind)) === undefined,
  );
  if (unknown !== undefined) {
    const head = `The edited file had a syntax error: ${unmapped(unknown)}`;
    return open(job as unknown as Job, { ...kept, reasons: [`# ${commented(head)}\n#\n`] });
  }
  return sendNext(job, { ...kept, left: objects, lost: { retryable: 0, notFound: 0 } }, []);
}

/** Sends the next object's patch, or looks at what came of all of them. */
function sendNext(job: Job<Kept>, kept: Kept, print: readonly Printed[]): Step {
  const [object, ...left] = kept.left;
  if (object === undefined) return concluded(job, kept, print);
  const given = String(dig(object, 'metadata', 'namespace') ?? '');
  if (given !== '' && job.isNamespaceGiven && given !== job.namespace)
    return preserved(job, otherNamespace(job, given), print);
  const uid = dig(object, 'metadata', 'uid');
  const item = job.items.find((known) => known.object.metadata.uid === uid);
  if (item === undefined) {
    return preserved(job, `no original object found for &unstructured.Unstructured{Object:${goSyntax(object)}}`, print);
  }
  if (given !== item.namespace) return preserved(job, otherNamespace(job, given), print);
  const original = editable(item);
  if (goJson(original) === goJson(object)) {
    return sendNext(job, { ...kept, left }, [...print, ...out(`${nameOf(object)} skipped`)]);
  }
  const isMoved = ['apiVersion', 'kind'].some((key) => original[key] !== object[key]);
  if (isMoved || dig(object, 'metadata', 'name') !== item.name) {
    return preserved(job, 'At least one of apiVersion, kind and name was changed', print);
  }
  const made = createTwoWayPatch(original, object, resourceOf(item.target.plural).schema);
  if (!made.ok) return preserved(job, made.error, print);
  const shown = isOn(job.args, 'output-patch') ? out(`Patch: ${goJson(made.value)}`) : [];
  const subresource = flag(job.args, 'subresource');
  return {
    print: [...print, ...shown],
    data: kept as unknown as Value,
    request: {
      method: 'PATCH',
      path: pathOf(
        resourceOf(item.target.plural),
        item.namespace,
        item.name,
        subresource === '' ? undefined : subresource,
      ),
      query: {
        fieldManager: flag(job.args, 'field-manager') || 'kubectl-edit',
        fieldValidation: validation(job as unknown as Job),
      },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: made.value,
    },
    then: 'patched',
  };
}

function patched(job: Job<Kept>, reply: Reply): Step {
  const [object = {}, ...left] = job.data.left;
  const response = answerOf(reply);
  const failure = failureOf(response);
  const kept: Kept = { ...job.data, left };
  if (failure === undefined) {
    const { apiVersion, kind } = object;
    const now = { ...(response.body as JsonObject), apiVersion, kind } as JsonObject;
    return sendNext(job, kept, out(`${nameOf(now)} edited`));
  }
  const uid = dig(object, 'metadata', 'uid');
  const item = job.items.find((known) => known.object.metadata.uid === uid) as Item;
  const what = `${typeOf(item)} ${quoted(item.name)}`;
  const { retryable, notFound } = kept.lost;
  if (response.status === 422 && failure.type === 'status') {
    const causes = (failure.status.details?.causes ?? []).map(
      (cause) => `${cause.field ?? ''}: ${cause.message ?? ''}`,
    );
    const reasons = [...kept.reasons, because(item, causes)];
    return sendNext(job, { ...kept, reasons }, err(`error: ${what} is invalid`));
  }
  if (response.status === 404) {
    const lost = { retryable, notFound: notFound + 1 };
    return sendNext(job, { ...kept, lost }, err(`error: ${what} could not be found on the server`));
  }
  const said = failure.type === 'status' ? (failure.status.message ?? '') : message(failure, job.server);
  const lost = { retryable: retryable + 1, notFound };
  return sendNext(job, { ...kept, lost }, err(`error: ${what} could not be patched: ${said}`));
}

function concluded(job: Job<Kept>, kept: Kept, print: readonly Printed[]): Step {
  const { retryable, notFound } = kept.lost;
  if (retryable > 0) {
    const advice = `You can run \`kubectl replace -f ${pathFor(job)}\` to try this update again.`;
    return { print: [...print, ...err(advice)], exit: 1 };
  }
  if (notFound > 0) {
    const where = `The edits you made on deleted resources have been saved to ${quoted(pathFor(job))}`;
    return { print: [...print, ...err(where)], exit: 1 };
  }
  return kept.reasons.length === 0 ? { print, exit: 0 } : open(job as unknown as Job, kept, print);
}

/** Ends with an error; what was typed is not lost. */
function preserved(job: Job<Kept>, why: string, print: readonly Printed[] = []): Step {
  const kept = `A copy of your changes has been stored to ${quoted(pathFor(job))}`;
  return { print: [...print, ...err(kept, `error: ${why}`)], exit: 1 };
}

function pathFor(job: Pick<Job<Kept>, 'random' | 'args'>): string {
  return `/tmp/kubectl-edit-${job.random(2 ** 32)}.${formatOf(job)}`;
}

function otherNamespace(job: Job<Kept>, given: string): string {
  return (
    `the namespace from the provided object ${quoted(given)} does not match the namespace ${quoted(job.namespace)}. ` +
    `You must pass '--namespace=${given}' to perform this operation.`
  );
}

/** `deployments.apps` */
function typeOf({ target }: Item): string {
  const { plural, group } = resourceOf(target.plural);
  return group === '' ? plural : `${plural}.${group}`;
}

function because(item: Item, causes: readonly string[]): string {
  const head = `${typeOf(item)} ${quoted(item.name)} was not valid`;
  if (causes.length === 0) return `# ${head}\n#\n`;
  return `# ${head}:\n${causes.map((cause) => `# * ${commented(cause)}\n`).join('')}#\n`;
}

function commented(text: string): string {
  return text.replace(/\n/g, '\n# ');
}

function unmapped(object: JsonObject): string {
  const [name, namespace] = ['name', 'namespace'].map((key) => quoted(String(dig(object, 'metadata', key) ?? '')));
  const why = `no matches for kind ${quoted(String(object.kind))} in version ${quoted(String(object.apiVersion))}`;
  return `resource mapping not found for name: ${name} namespace: ${namespace} from "edited-file": ${why}\nensure CRDs are installed first`;
}

/** What the file holds, however it is written; a file that cannot be read is its text. */
function same({ documents = [], error, text }: ParsedFile): string {
  return error === undefined && documents.length > 0 ? goJson(documents[0] as JsonValue) : text.trim();
}

/** Why the edited file cannot be a Kubernetes object. Lines count without comments, as kubectl has taken them out. */
function checkFile(edited: ParsedFile, saved: ParsedFile): string | undefined {
  if (edited.error !== undefined) {
    const bare = edited.error.replace(/^error converting YAML to JSON: /, '');
    return bare.replace(
      /line (\d+)/,
      (_, line: string) => `line ${Number(line) - commentsBefore(saved.text, Number(line))}`,
    );
  }
  const object = (edited.documents ?? [])[0] as JsonObject | undefined;
  if (typeof object !== 'object' || object === null || Array.isArray(object)) return 'invalid object to validate';
  const missing = ['apiVersion', 'kind'].filter((key) => (object[key] ?? '') === '').map((key) => `${key} not set`);
  if (missing.length === 0) return undefined;
  return missing.length > 1 ? `[${missing.join(', ')}]` : missing[0];
}

function commentsBefore(text: string, line: number): number {
  return text.split('\n').slice(0, line).filter(isComment).length;
}

function isComment(line: string): boolean {
  return line.trim().startsWith('#');
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !isComment(line))
    .join('\n');
}

function objectsIn({ documents = [] }: ParsedFile): readonly JsonObject[] {
  const object = documents[0] as JsonObject;
  return object.kind === 'List' && Array.isArray(object.items) ? (object.items as readonly JsonObject[]) : [object];
}

/** The object of an item as it stands in the editor. */
function editable({ object }: Item): JsonObject {
  return plant(object as unknown as JsonObject, ['metadata', 'managedFields'], undefined);
}

/** All that is edited: an object, or a List of them. */
function whole(job: { readonly items: readonly Item[] }): JsonObject {
  const items = job.items.map(editable);
  return items.length === 1 ? (items[0] as JsonObject) : { apiVersion: 'v1', items, kind: 'List', metadata: {} };
}

/** A value as Go's `%#v` prints it. */
function goSyntax(value: JsonValue): string {
  if (Array.isArray(value)) return `[]interface {}{${value.map((item: JsonValue) => goSyntax(item)).join(', ')}}`;
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value !== 'object') return typeof value === 'string' ? quoted(value) : String(value);
  const fields = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[string]interface {}{${fields.map(([key, item]) => `${quoted(key)}:${goSyntax(item)}`).join(', ')}}`;
}
