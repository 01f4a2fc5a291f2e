import { apiVersionOf, resourceOfWord } from '../../api/index.ts';
import type { Schema, SchemaField, SchemaType } from '../../api/resource.ts';
import { defineCommand, fail, type Job, out, type Step } from '../command.ts';
import { isOn } from '../flags.ts';
import { quoted } from '../json.ts';

import { unknownType } from '../targets.ts';

/** kubectl explain: the fields and their types, in the layout of the real one; its prose is not part of this project. */
export const explain = defineCommand({
  name: 'explain',
  usage: 'explain TYPE[.FIELD...]',
  summary: 'Get documentation for a resource',
  flags: 'recursive!',
  others: 'api-version output',
  start,
});

function start(job: Job): Step {
  const [word = '', more] = job.args.words;
  if (word === '') {
    const hint =
      'You must specify the type of resource to explain. Use "kubectl api-resources" for a complete list of supported resources.';
    return fail(hint);
  }
  if (more !== undefined) return fail('We accept only this format: explain RESOURCE');
  const [type = '', ...path] = word.split('.').filter((part) => part !== '');
  const resource = resourceOfWord(type);
  if (resource === undefined) return fail(unknownType(type));
  let schema: Schema | undefined = resource.schema;
  let last: SchemaField | undefined;
  for (const name of path) {
    last = schema?.fields.get(name);
    if (last === undefined) return fail(`field ${quoted(name)} does not exist`);
    schema = structOf(last.type);
  }
  const group = resource.group === '' ? [] : [`GROUP:      ${resource.group}`];
  const head = [...group, `KIND:       ${resource.kind}`, `VERSION:    ${apiVersionOf(resource).split('/').pop()}`, ''];
  const field = last === undefined ? [] : [`FIELD: ${last.name} <${typeText(last.type)}>${mark(last)}`, ''];
  const fields = schema === undefined ? [] : ['', 'FIELDS:', ...rows(schema, '  ', isOn(job.args, 'recursive'), 0)];
  return { print: out(...head, ...field, ...DESCRIPTION, ...fields, ''), exit: 0 };
}

const DESCRIPTION = [
  'DESCRIPTION:',
  '    The texts of the API reference are not kept here: https://kubernetes.io/docs/reference/',
];
/** Schemas may contain themselves. */
const MAX_DEPTH = 12;

function rows(schema: Schema, margin: string, isRecursive: boolean, depth: number): readonly string[] {
  return [...schema.fields.values()]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((field) => {
      const inner = structOf(field.type);
      const below =
        isRecursive && inner !== undefined && depth < MAX_DEPTH ? rows(inner, `${margin}  `, true, depth + 1) : [];
      return [`${margin}${field.name}\t<${typeText(field.type)}>${mark(field)}`, ...below];
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
  time: 'Time',
  microTime: 'MicroTime',
  bytes: 'string',
  any: 'Object',
};

function typeText(type: SchemaType): string {
  if (type.type === 'struct') return type.struct.name;
  if (type.type === 'list') return `[]${typeText(type.of)}`;
  if (type.type === 'map') return `map[string]${typeText(type.of)}`;
  return NAMES[type.type] ?? type.type;
}
