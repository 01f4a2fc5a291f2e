import { resourceOfKind } from '../api/index.ts';
import { goJson } from '../api/json.ts';
import { applyJsonPath, findJsonPath, parseJsonPath, relaxedJsonPath } from '../api/jsonpath.ts';
import type { JsonObject, JsonValue, KubeObject } from '../api/meta.ts';
import type { Printed } from '../protocol/terminal.ts';
import { type Job, out } from './command.ts';
import { flag, isOn } from './flags.ts';
import { dig, plant, quoted } from './json.ts';
import { kindName } from './resources.ts';
import { alignRows } from './tabwriter.ts';
import { goTemplates } from './template/run.ts';
import { writeYaml } from './yamlwriter.ts';

/** Printed text, or the error text after `error: `. */
export type Output =
  | { readonly print: readonly Printed[] }
  /** `told` is printed before it. */
  | { readonly error: string; readonly told?: readonly Printed[] };

const TEMPLATES =
  'go-template,go-template-file,json,jsonpath,jsonpath-as-json,jsonpath-file,name,template,templatefile';

/** What `-o` may be for commands that change things. */
const CHANGE_FORMATS = `${TEMPLATES},yaml`;
/** What `-o` may be for get. */
export const GET_FORMATS = `custom-columns,custom-columns-file,${TEMPLATES},wide,yaml`;

/** `-o` taken apart: `jsonpath={.a}` is the format `jsonpath` with the argument `{.a}`. */
export function formatOf(job: Job): { readonly format: string; readonly argument: string } {
  const template = flag(job.args, 'template');
  const text = flag(job.args, 'output') || (template === '' ? '' : 'go-template');
  const at = text.indexOf('=');
  return at < 0 ? { format: text, argument: template } : { format: text.slice(0, at), argument: text.slice(at + 1) };
}

/** Why this `-o` cannot be printed, or undefined when it can. Call it before the first request, as kubectl does. */
export function checkFormat(job: Job, allowed = CHANGE_FORMATS): string | undefined {
  const { format, argument } = formatOf(job);
  if (/file$/.test(format)) {
    return `kubectl can print with ${format}; this harbour cannot yet. Put the text after -o ${format.split('-file')[0]}=`;
  }
  if (format !== '' && !allowed.split(',').includes(format)) {
    return unprintable(format, allowed);
  }
  if (format === 'custom-columns') return checkColumns(argument);
  const isTemplate = isGoTemplate(format);
  if (!isTemplate && !format.startsWith('jsonpath')) return undefined;
  if (argument === '') return 'template format specified but no template given';
  if (isTemplate) return goTemplates.problem(argument);
  const path = parseJsonPath(argument);
  return 'error' in path ? `error parsing jsonpath ${argument}, ${path.error}` : undefined;
}

function isGoTemplate(format: string): boolean {
  return format === 'go-template' || format === 'template';
}

/** The refusal of a format that a command does not print. */
export function unprintable(format: string, allowed = 'json,yaml'): string {
  return `unable to match a printer suitable for the output format ${quoted(format)}, allowed formats are: ${allowed}`;
}

/** An object, or a List of them, in the format of `-o` (not wide, not empty). */
export function printObject(job: Job, object: KubeObject | JsonObject): Output {
  const { format, argument } = formatOf(job);
  const whole = object as JsonObject;
  const shown = isOn(job.args, 'show-managed-fields') ? whole : withoutManagedFields(whole);
  if (format === 'json') return text(`${goJson(shown, '    ')}\n`);
  if (format === 'yaml') return text(writeYaml(shown));
  if (format === 'name') return { print: out(...itemsOf(shown).map(nameOf)) };
  if (format === 'custom-columns') return printColumns(job, argument, shown);
  if (isGoTemplate(format)) return withTemplate(argument, whole);
  const path = parseJsonPath(argument);
  if (format === 'jsonpath-as-json') return text(`${goJson(findJsonPath(path, shown), '    ')}\n`);
  const applied = applyJsonPath(path, shown);
  if ('text' in applied) return text(applied.text);
  return {
    error:
      `error executing jsonpath ${quoted(argument)}: Error executing template: ${applied.error}. ` +
      `Printing more information for debugging the template:\n\ttemplate was:\n\t\t${argument}`,
  };
}

function withTemplate(template: string, object: JsonObject): Output {
  const { text: printed, error } = goTemplates.run(template, object);
  const lines = printed === '' ? [] : out(...printed.replace(/\n$/, '').split('\n'));
  return error === undefined ? { print: lines } : { error, told: lines };
}

/** `pod/web created`, or the object in the format of `-o`; dry runs say so. Follows NamePrinter. */
export function printChange(job: Job, object: KubeObject, operation: string): readonly Printed[] {
  const { format } = formatOf(job);
  if (format !== '' && format !== 'name') {
    const output = printObject(job, object);
    return 'print' in output ? output.print : out(output.error);
  }
  const name = nameOf(object as unknown as JsonObject);
  return out(format === 'name' || operation === '' ? name : `${name} ${operation}${dryRunMark(job)}`);
}

/** ` (dry run)`, ` (server dry run)` or nothing. */
export function dryRunMark(job: Job): string {
  const mode = flag(job.args, 'dry-run');
  if (mode === 'server') return ' (server dry run)';
  return isClientDryRun(job) ? ' (dry run)' : '';
}

/** Whether nothing may be sent that changes anything. */
export function isClientDryRun(job: Job): boolean {
  return ['client', 'unchanged', 'true'].includes(flag(job.args, 'dry-run'));
}

/** Why this `--dry-run` is refused, or undefined. */
export function checkDryRun(job: Job): string | undefined {
  const mode = flag(job.args, 'dry-run');
  if (['', 'none', 'client', 'server', 'unchanged', 'true', 'false'].includes(mode)) return undefined;
  return `Invalid dry-run value (${mode}). Must be "none", "server", or "client".`;
}

/** `pod/web`, `deployment.apps/web` */
export function nameOf(object: JsonObject): string {
  const [apiVersion, kind] = [String(object.apiVersion), String(object.kind)];
  const resource = resourceOfKind(apiVersion, kind);
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  const type = resource === undefined ? `${kind.toLowerCase()}${group}` : kindName(resource);
  return `${type}/${String(dig(object, 'metadata', 'name') || '<unknown>')}`;
}

function itemsOf(object: JsonObject): readonly JsonObject[] {
  return Array.isArray(object.items) ? (object.items as readonly JsonObject[]) : [object];
}

function withoutManagedFields(object: JsonObject): JsonObject {
  if (Array.isArray(object.items)) return { ...object, items: itemsOf(object).map(withoutManagedFields) };
  if (dig(object, 'metadata', 'managedFields') === undefined) return object;
  return plant(object, ['metadata', 'managedFields'], undefined);
}

function text(whole: string): Output {
  const lines = whole.split('\n');
  if (lines[lines.length - 1] === '') lines.pop();
  return { print: out(...lines) };
}

function checkColumns(spec: string): string | undefined {
  if (spec === '') return 'custom-columns format specified but no custom columns given';
  for (const part of spec.split(',')) {
    const at = part.indexOf(':');
    if (at < 0) return `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`;
    const path = relaxedJsonPath(part.slice(at + 1));
    if ('error' in path) return path.error;
  }
  return undefined;
}

function printColumns(job: Job, spec: string, object: JsonObject): Output {
  const columns = spec.split(',').map((part) => {
    const at = part.indexOf(':');
    return { header: part.slice(0, at), path: relaxedJsonPath(part.slice(at + 1)) };
  });
  const rows = itemsOf(object).map((item) =>
    columns.map(({ path }) => {
      const found = findJsonPath(path, item).filter((value) => value !== null);
      return found.length === 0 ? '<none>' : found.map(goValue).join(',');
    }),
  );
  const headers = flag(job.args, 'no-headers') === 'true' ? [] : [columns.map(({ header }) => header)];
  return { print: out(...alignRows([...headers, ...rows]).lines) };
}

/** A value as Go's `%v` prints it. */
function goValue(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map((item: JsonValue) => goValue(item)).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const fields = Object.keys(value).sort();
  return `map[${fields.map((name) => `${name}:${goValue((value as JsonObject)[name])}`).join(' ')}]`;
}
