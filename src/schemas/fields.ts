import { z } from 'zod';

/** A key that an author may write, as the reference lists it. */
export interface Field {
  /** With the keys around it: `nodes[].taints[].effect`. */
  readonly name: string;
  /** What may stand there, in words. */
  readonly type: string;
  readonly isRequired: boolean;
  /** '' when there is none. */
  readonly defaultText: string;
  readonly description: string;
}

interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What a refused text is told, from the schema itself. */
  readonly wants?: string;
}

/** Every key of an object's schema in its order, with those inside it: the reference pages are made from this. */
export function fieldsOf(schema: z.ZodType): readonly Field[] {
  const root = z.toJSONSchema(schema, { io: 'input', override: addWants }) as JsonSchema;
  return fieldsIn(root, '');
}

function fieldsIn(schema: JsonSchema, prefix: string): readonly Field[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, own]): readonly Field[] => {
    const name = `${prefix}${key}`;
    const field: Field = {
      name,
      type: typeOf(own),
      isRequired: schema.required?.includes(key) ?? false,
      defaultText: own.default === undefined || own.default === '' ? '' : String(own.default),
      description: own.description ?? '',
    };
    return [field, ...branchesOf(own).flatMap((branch) => inside(branch, name))];
  });
}

function inside(schema: JsonSchema, name: string): readonly Field[] {
  return schema.items === undefined ? fieldsIn(schema, `${name}.`) : fieldsIn(schema.items, `${name}[].`);
}

function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.anyOf ?? [schema];
}

function typeOf(schema: JsonSchema): string {
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeOf))].join(', or ');
  if (schema.enum !== undefined) return schema.enum.join(', ');
  if (schema.wants !== undefined) return schema.wants;
  if (schema.items !== undefined) return schema.items.properties ? 'a list' : `a list of ${typeOf(schema.items)}`;
  if (schema.type === 'integer') return `a whole number${rangeOf(schema)}`;
  if (schema.type === 'object' && schema.properties === undefined) return 'keys and texts';
  return { string: 'text', number: `a number${rangeOf(schema)}`, boolean: 'yes by its name alone', object: 'a map' }[
    schema.type ?? 'string'
  ] as string;
}

function rangeOf({ minimum, maximum }: JsonSchema): string {
  const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (minimum !== undefined && isBounded) return ` from ${minimum} to ${maximum}`;
  return isBounded ? ` up to ${maximum}` : '';
}

/** Texts with a form of their own say it in their error message; JSON schema keeps the expression only. */
function addWants({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: object }): void {
  for (const check of zodSchema._zod.def.checks ?? []) {
    const { check: kind, error } = check._zod.def;
    if (kind !== 'string_format' || error === undefined) continue;
    // zod types the issue by the kind of check, which is not known here.
    const issue = { code: 'invalid_format', format: 'regex', origin: 'string', input: '', path: [] };
    const said = error(issue as never);
    if (typeof said === 'string') Object.assign(jsonSchema, { wants: said });
  }
}
