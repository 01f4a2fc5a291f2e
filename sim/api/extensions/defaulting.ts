import type { JsonObject, JsonValue } from '../meta.ts';
import { isMap, type JsonSchema, valuesOf } from './jsonschema.ts';

/**
 * The value with the defaults of a structural schema. A null counts as absent where a default stands for it and null
 * is not allowed. Follows apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go.
 */
export function withDefaults(value: JsonValue, schema: JsonSchema): JsonValue {
  if (Array.isArray(value)) {
    const { items } = schema;
    return items === undefined ? value : value.map((item: JsonValue) => withDefaults(item, items));
  }
  if (!isMap(value)) return value;
  const { properties = {} } = schema;
  const values = valuesOf(schema);
  let filled: Record<string, JsonValue> | undefined;
  const set = (name: string, inner: JsonValue) => {
    filled ??= { ...value };
    filled[name] = inner;
  };
  for (const [name, property] of Object.entries(properties)) {
    const given = (value as JsonObject)[name];
    const isAbsent = given === undefined || (given === null && !property.nullable);
    if (isAbsent && property.default !== undefined) set(name, withDefaults(property.default, property));
    else if (given !== undefined) keep(name, given, property);
  }
  if (values !== undefined) {
    for (const [name, given] of Object.entries(value)) if (properties[name] === undefined) keep(name, given, values);
  }
  return filled ?? value;

  function keep(name: string, given: JsonValue, described: JsonSchema): void {
    const inner = withDefaults(given, described);
    if (inner !== given) set(name, inner);
  }
}
