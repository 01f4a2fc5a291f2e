import { Environment, type ParseResult } from '@marcbachmann/cel-js';
import type { Evaluated, Expression, RuleLanguage } from '../api/extensions/rules.ts';
import type { JsonObject } from '../api/meta.ts';
import { withInts } from './celints.ts';

/**
 * The Common Expression Language as the API server uses it: in the rules of schemas and in admission policies. Texts of
 * what is wrong with an expression are this library's; upstream's are those of cel-go.
 */
export const celRules: RuleLanguage = {
  read(text, variables, gives) {
    const key = `${variables.join()} ${gives} ${text}`;
    const found = known.get(key) ?? compile(text, variables, gives);
    known.set(key, found);
    return found;
  },
};

/** Reading is pure: an expression that was read once is not read again. */
const known = new Map<string, Expression | string>();
const environments = new Map<string, Environment>();

function environmentOf(variables: readonly string[]): Environment {
  const key = variables.join();
  const made =
    environments.get(key) ??
    variables.reduce(
      (env, name) => env.registerVariable(name, 'dyn'),
      new Environment({ unlistedVariablesAreDyn: false, enableOptionalTypes: true }),
    );
  environments.set(key, made);
  return made;
}

function compile(text: string, variables: readonly string[], gives: 'bool' | 'string' | 'any'): Expression | string {
  const program = parse(text, variables);
  if (typeof program === 'string') return program;
  const checked = program.check();
  if (!checked.valid) return firstLine(checked.error);
  const { type = 'dyn' } = checked;
  if (gives !== 'any' && type !== gives && type !== 'dyn') return `must evaluate to ${gives}`;
  return {
    uses: (variable) => new RegExp(`\\b${variable}\\b`).test(text),
    evaluate: (values) => evaluate(program, values),
  };
}

function parse(text: string, variables: readonly string[]): ParseResult | string {
  try {
    return environmentOf(variables).parse(text);
  } catch (error) {
    return firstLine(error);
  }
}

function evaluate(program: ParseResult, values: JsonObject): Evaluated {
  try {
    return { value: program(withInts(values) as JsonObject) };
  } catch (error) {
    return { error: firstLine(error) };
  }
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? '';
}
