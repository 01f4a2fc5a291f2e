import { goJson } from '../../api/json.ts';
import type { JsonObject, JsonValue } from '../../api/meta.ts';
import { isMap } from '../../api/patch/patchmeta.ts';
import { callFunction, functionNames, goText, goType, isTrue, keysOf } from './functions.ts';
import { type Operand, type Part, type Pipe, parseTemplate, TemplateError } from './parse.ts';

/** Go templates. An object, so that the pack with all of it can come when one is typed. */
export const goTemplates = {
  /** Why a template cannot be read, or undefined when it can. */
  problem: (template: string) => templateProblem(template),
  /** What a template prints of an object; an error comes with what kubectl tells for finding it. */
  run: (template: string, object: JsonObject) => runTemplate(template, object),
};

function templateProblem(template: string): string | undefined {
  const parts = read(template);
  return typeof parts === 'string' ? `error parsing template ${template}, ${parts}` : undefined;
}

/**
 * Follows text/template and cli-runtime printers/template.go; leaves out define, template and block, the functions call
 * and js, and in printf all but %s, %v, %d and %q.
 */
function runTemplate(template: string, object: JsonObject): { readonly text: string; readonly error?: string } {
  const parts = read(template);
  if (typeof parts === 'string') return { text: '', error: parts };
  const run = new Run(object);
  try {
    run.all(parts, object);
    return { text: run.text };
  } catch (problem) {
    if (!(problem instanceof TemplateError)) throw problem;
    const why = problem.message;
    const told =
      `Error executing template: ${why}. Printing more information for debugging the template:\n` +
      `\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${goJson(object)}\n` +
      `\tobject given to template engine was:\n\t\t${goText(object)}\n\n`;
    return { text: `${run.text}${told}`, error: `error executing template ${JSON.stringify(template)}: ${why}` };
  }
}

function read(template: string): readonly Part[] | string {
  try {
    return parseTemplate(template, functionNames());
  } catch (problem) {
    if (problem instanceof TemplateError) return problem.message;
    throw problem;
  }
}

/** What ends a round of a range. */
type Leave = 'break' | 'continue' | undefined;

type Block = Extract<Part, { readonly type: 'if' | 'with' | 'range' }>;

/** One run of a template. Lives only within {@link runTemplate}. */
class Run {
  text = '';
  /** The newest last: a block forgets its own when it ends. */
  readonly #variables: { readonly name: string; value: JsonValue }[];

  constructor(root: JsonObject) {
    this.#variables = [{ name: '$', value: root }];
  }

  all(parts: readonly Part[], dot: JsonValue): Leave {
    for (const part of parts) {
      const leave = this.#one(part, dot);
      if (leave !== undefined) return leave;
    }
    return undefined;
  }

  #one(part: Part, dot: JsonValue): Leave {
    if (part.type === 'text') this.text += part.text;
    else if (part.type === 'action') {
      const value = this.#pipe(part.pipe, dot);
      const isSilent = part.pipe.variables.length > 0;
      if (!isSilent) this.text += value === undefined || value === null ? '<no value>' : goText(value);
    } else if (part.type === 'break' || part.type === 'continue') return part.type;
    else return this.#block(part as Block, dot);
    return undefined;
  }

  #block(part: Block, dot: JsonValue): Leave {
    const known = this.#variables.length;
    const value = this.#pipe(part.type === 'range' ? { ...part.pipe, variables: [] } : part.pipe, dot);
    let leave: Leave;
    if (part.type === 'range') leave = this.#range(part, value, dot);
    else if (isTrue(value)) leave = this.all(part.body, part.type === 'with' ? value : dot);
    else leave = this.all(part.otherwise, dot);
    this.#variables.length = known;
    return leave;
  }

  #range(part: Block, value: JsonValue, dot: JsonValue): Leave {
    const entries = entriesOf(value, part.pipe);
    if (entries.length === 0) return this.all(part.otherwise, dot);
    const known = this.#variables.length;
    const [first, second] = part.pipe.variables;
    for (const [key, item] of entries) {
      if (second !== undefined) this.#bind(first ?? '', key, part.pipe);
      if (first !== undefined) this.#bind(second ?? first, item, part.pipe);
      const leave = this.all(part.body, item);
      this.#variables.length = known;
      if (leave === 'break') break;
    }
    return undefined;
  }

  #bind(name: string, value: JsonValue, { isDeclared }: Pipe): void {
    const old = this.#variables.findLast((variable) => variable.name === name);
    if (isDeclared || old === undefined) this.#variables.push({ name, value });
    else old.value = value;
  }

  #pipe(pipe: Pipe, dot: JsonValue): JsonValue {
    const first = pipe.commands[0] ?? [];
    let value = this.#command(first, dot, []);
    for (const command of pipe.commands.slice(1)) value = this.#command(command, dot, [value]);
    for (const name of pipe.variables) this.#bind(name, value, pipe);
    return value;
  }

  #command(operands: readonly Operand[], dot: JsonValue, piped: readonly JsonValue[]): JsonValue {
    const [head, ...rest] = operands as readonly [Operand, ...Operand[]];
    const text = operands.map((operand) => operand.text).join(' ');
    if (head.type === 'function') return this.#call(head, rest, text, dot, piped);
    if (head.type === 'nil') fail(head.at, head.text, 'nil is not a command');
    if (rest.length + piped.length > 0) fail(head.at, text, `can't give argument to non-function ${head.text}`);
    return this.#value(head, dot);
  }

  #call(head: Operand, rest: readonly Operand[], text: string, dot: JsonValue, piped: readonly JsonValue[]): JsonValue {
    const name = head.text;
    const values: JsonValue[] = [];
    for (const operand of rest) {
      const value = this.#value(operand, dot);
      values.push(value);
      if ((name === 'and' && !isTrue(value)) || (name === 'or' && isTrue(value))) return value;
    }
    try {
      return callFunction(name, [...values, ...piped]);
    } catch (problem) {
      if (!(problem instanceof TemplateError)) throw problem;
      return fail(head.at, text, `error calling ${name}: ${problem.message}`);
    }
  }

  #value(operand: Operand, dot: JsonValue): JsonValue {
    switch (operand.type) {
      case 'literal':
        return operand.value;
      case 'nil':
        return null;
      case 'function':
        return this.#call(operand, [], operand.text, dot, []);
      case 'field':
        return walk(operand, operand.path, dot);
      case 'variable':
        return walk(operand, operand.path, this.#variables.findLast(({ name }) => name === operand.name)?.value);
      case 'pipe':
        return walk(operand, operand.path, this.#pipe(operand.pipe, dot));
    }
  }
}

function walk(operand: Operand, path: readonly string[], from: JsonValue): JsonValue {
  return path.reduce<JsonValue>((value, name) => {
    if (value === undefined || value === null) return undefined;
    if (!isMap(value)) fail(operand.at, operand.text, `can't evaluate field ${name} in type interface {}`);
    return (value as JsonObject)[name];
  }, from);
}

function entriesOf(value: JsonValue, pipe: Pipe): readonly (readonly [string | number, JsonValue])[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value.map((item: JsonValue, index) => [index, item] as const);
  if (isMap(value)) return keysOf(value).map((key) => [key, (value as JsonObject)[key]] as const);
  const operand = pipe.commands[0]?.[0];
  return fail(operand?.at ?? 0, operand?.text ?? '', `range can't iterate over ${goText(value)} (${goType(value)})`);
}

function fail(at: number, text: string, why: string): never {
  throw new TemplateError(`template: output:1:${at}: executing "output" at <${text}>: ${why}`);
}
