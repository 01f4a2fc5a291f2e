import { type ComponentName, componentSchemas } from '../schemas/components.ts';
import type { Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { placeOf, type SourceAttribute, type SourceNode } from './source.ts';

/** Props of an element: text, or true for one without a value. Absent ones are absent. */
export type Props = Readonly<Record<string, string | true>>;

/** The props of a component as written, and what is wrong with them. */
export function readProps(file: string, name: ComponentName, node: SourceNode): { props: Props; problems: Problem[] } {
  const props: Record<string, string | true> = {};
  const problems: Problem[] = [];
  const places = new Map<string, SourceAttribute>();
  const inBraces = new Set<string>();
  for (const attribute of node.attributes ?? []) {
    const { name: prop = '', value } = attribute;
    if (attribute.type !== 'mdxJsxAttribute' || (typeof value === 'object' && value !== null)) {
      const title = `${name} takes its props in quotes, without braces`;
      problems.push({ place: placeOf(file, attribute), title, fix: `${prop}="…"` });
      inBraces.add(prop);
      continue;
    }
    places.set(prop, attribute);
    props[prop] = value ?? true;
  }
  const schema = componentSchemas[name];
  const known = Object.keys(schema.shape);
  const parsed = schema.safeParse(props);
  if (parsed.success) return { props, problems };
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const title = `Unknown prop "${key}" on ${name}.${didYouMean(key, known)}`;
        problems.push({ place: placeOf(file, places.get(key) ?? node), title });
      }
      continue;
    }
    const key = String(issue.path[0] ?? '');
    if (inBraces.has(key)) continue;
    const description = (schema.shape as Record<string, { description?: string }>)[key]?.description ?? '';
    const place = placeOf(file, places.get(key) ?? node);
    if (!(key in props)) problems.push({ place, title: `${name} needs ${key}`, reason: description });
    else problems.push({ place, title: `${name}: ${key} cannot be "${props[key]}"`, reason: issue.message });
  }
  return { props, problems };
}
