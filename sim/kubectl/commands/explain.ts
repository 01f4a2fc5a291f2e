import { apiVersionOf, resourceOfKind, resourceOfWord } from '../../api/index.ts';
import type { JsonObject } from '../../api/meta.ts';
import type { Resource, Schema, SchemaField, SchemaType } from '../../api/resource.ts';
import { textOf } from '../../api/texts/index.ts';
import { answerOf, defineCommand, err, fail, failureOf, type Job, out, type Reply, type Step } from '../command.ts';
import { documentPath, schemaIn } from '../document.ts';
import { flag, isOn } from '../flags.ts';
import { quoted } from '../json.ts';

import { unknownType } from '../targets.ts';

/** kubectl explain: the fields, their types and what they mean, in the layout of the real one and our own words. */
export const explain = defineCommand({
  name: 'explain',
  usage: 'explain TYPE[.FIELD...] [--api-version=GROUP/VERSION]',
  summary: 'Get documentation for a resource',
  flags: 'api-version recursive!',
  others: 'output',
  start,
  stages: { described },
});

function start(job: Job): Step {
  const [word = '', more] = job.args.words;
  if (word === '') {
    const hint =
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.';
    return fail(hint);
  }
  if (more !== undefined) return fail('We accept only this format: explain RESOURCE');
  const { type, resource } = readWord(job);
  if (resource === undefined) return { print: err(unknownType(type)), exit: 1 };
  const told = inVersion(job, resource);
  if (told === undefined) return notFound(flag(job.args, 'api-version'), resource);
  if (told.custom === undefined) return tell(job, told, told.schema);
  return { request: { method: 'GET', path: documentPath(told) }, then: 'described' };
}

function readWord(job: Job) {
  const [type = '', ...path] = (job.args.words[0] ?? '').split('.').filter((part) => part !== '');
  return { type, path, resource: resourceOfWord(type) };
}

/** The version that `--api-version` asks for; undefined where the server does not have it. */
function inVersion(job: Job, resource: Resource): Resource | undefined {
  const wanted = flag(job.args, 'api-version');
  return wanted === '' ? resource : resourceOfKind(wanted, resource.kind);
}

function notFound(apiVersion: string, { plural }: Resource): Step {
  return fail(`couldn't find resource for ${quoted(`${apiVersion}, Resource=${plural}`)}`);
}

/** A kind that kubectl was not built with: the server's document tells of it. */
function described(job: Job, reply: Reply): Step {
  const response = answerOf(reply);
  const { type, resource } = readWord(job);
  if (response.status === 404 && resource !== undefined) return notFound(apiVersionOf(resource), resource);
  const failure = failureOf(response);
  if (failure !== undefined) return { failure, exit: 1 };
  const schema = resource === undefined ? undefined : schemaIn(response.body as JsonObject, resource);
  if (resource === undefined || schema === undefined) return { print: err(unknownType(type)), exit: 1 };
  return tell(job, resource, schema);
}

function tell(job: Job, resource: Resource, root: Schema): Step {
  const { path } = readWord(job);
  const group = resource.group === '' ? [] : [`GROUP:      ${resource.group}`];
  const head = [...group, `KIND:       ${resource.kind}`, `VERSION:    ${apiVersionOf(resource).split('/').pop()}`, ''];
  let schema: Schema | undefined = root;
  let last: SchemaField | undefined;
  let owner = root;
  for (const name of path) {
    owner = schema ?? root;
    last = schema?.fields.get(name);
    if (last === undefined) {
      return { print: [...out(...head), ...err(`error: field ${quoted(name)} does not exist`)], exit: 1 };
    }
    schema = structOf(last.type);
  }
  const field = last === undefined ? [] : [`FIELD: ${last.name} <${typeText(last.type)}>${mark(last)}`, '', ''];
  const text = meaningOf(owner, last?.name);
  const isRecursive = isOn(job.args, 'recursive');
  const fields = schema === undefined ? [] : ['FIELDS:', ...rows(schema, '  ', isRecursive, 0)];
  return { print: out(...head, ...field, 'DESCRIPTION:', ...description(text), ...fields, ''), exit: 0 };
}

/** What the document says, or our own words. */
function meaningOf(schema: Schema, field = ''): string {
  return schema.texts === undefined ? textOf(schema.name, field) : (schema.texts.get(field) ?? '');
}

/** A text wrapped as kubectl does it; it ends in a line of spaces. */
function description(text: string): readonly string[] {
  return text === '' ? ['    <empty>'] : [...wrapped(text), '    '];
}

/** Lines of at most 76 characters, moved in by four. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `    ${line}`);
}

const WIDTH = 76;

/** Schemas may contain themselves. */
const MAX_DEPTH = 12;

function rows(schema: Schema, margin: string, isRecursive: boolean, depth: number): readonly string[] {
  return [...schema.fields.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((field) => {
      const inner = structOf(field.type);
      const below =
        isRecursive && inner !== undefined && depth < MAX_DEPTH ? rows(inner, `${margin}  `, true, depth + 1) : [];
      const row = `${margin}${field.name}\t<${typeText(field.type)}>${mark(field)}`;
      if (isRecursive) return [row, ...below];
      return [row, ...wrapped(meaningOf(schema, field.name) || '<no description>'), ''];
    });
}

function mark(field: SchemaField): string {
  return field.required ? ' -required-' : '';
}

function structOf(type: SchemaType): Schema | undefined {
  if (type.type === 'struct') return type.struct;
  return type.type === 'list' || type.type === 'map' ? structOf(type.of) : undefined;
}

const NAMES: Readonly<Record<string, string>> = {
  int32: 'integer',
  int64: 'integer',
  quantity: 'Quantity',
  intOrString: 'IntOrString',
  time: 'string',
  microTime: 'string',
  bytes: 'string',
  any: 'Object',
};

function typeText(type: SchemaType): string {
  if (type.type === 'struct') return type.struct.name;
  if (type.type === 'list') return `[]${typeText(type.of)}`;
  if (type.type === 'map') return `map[string]${typeText(type.of)}`;
  return NAMES[type.type] ?? type.type;
}
