import { resourceOfWord } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import type { Millis } from '../../kernel/message.ts';

/** Something of an object that has a text at every moment: a field, or a cell computed from several. */
export interface Aspect {
  /** `spec.nodeName`, `STATUS` */
  readonly name: string;
  /** Its text; undefined where the object has no such thing. Texts are compared to find what changed it. */
  read(object: KubeObject): string | undefined;
}

/** One field of an object, for lists of what can be asked. */
export interface Field {
  readonly path: string;
  readonly text: string;
}

type Json = { readonly [name: string]: unknown };

/** One step of a path: a name, or the item of a list by its key or place. */
type Word = { readonly name: string } | { readonly key: string; readonly value: string } | { readonly at: number };

/** The field at a path such as `status.conditions[type=Ready].status` or `metadata.labels["app"]`. */
export function fieldAspect(path: string): Aspect | undefined {
  const words = parsePath(path);
  if (words === undefined) return undefined;
  return { name: path, read: (object) => textOf(words.reduce<unknown>(follow, object)) };
}

/** A column of the table that `kubectl get` prints. Ages are counted to `now`, so that they do not change by themselves. */
export function cellAspect(kind: string, column: string, now: Millis): Aspect | undefined {
  const found = resourceOfWord(kind)?.columns.find(({ name }) => name.toUpperCase() === column);
  return found && { name: column, read: (object) => String(found.cell(object, now)) };
}

/** That the object is there at all. */
export const EXISTENCE: Aspect = { name: 'NAME', read: ({ metadata }) => metadata.name };

/** Every revision of it. */
export const REVISION: Aspect = { name: 'MODREVISION', read: () => undefined };

/** The fields of an object that hold one value, in its own order, without what only machinery reads. */
export function fieldsOf(object: KubeObject): readonly Field[] {
  return walk(object, '').filter(({ path }) => !HIDDEN.test(path));
}

const HIDDEN = /^(apiVersion|kind)$|^metadata\.(managedFields|resourceVersion)/;
/** Items of a list are known by the first of these that all of them have. */
const ITEM_KEYS = ['type', 'name', 'key', 'containerPort', 'port', 'ip', 'uid'];

function walk(value: unknown, path: string): readonly Field[] {
  if (Array.isArray(value)) {
    const isPlain = value.every((item) => typeof item !== 'object');
    if (isPlain) return [{ path, text: value.join(', ') }];
    const key = ITEM_KEYS.find((candidate) => isKeyOf(value as readonly Json[], candidate));
    return value.flatMap((item, index) => {
      const place = key === undefined ? index : `${key}=${(item as Json)[key]}`;
      return walk(item, `${path}[${place}]`).filter((field) => field.path !== `${path}[${place}].${key}`);
    });
  }
  if (typeof value !== 'object' || value === null) return [{ path, text: String(value) }];
  return Object.entries(value).flatMap(([name, inner]) => {
    const step = /^[A-Za-z]\w*$/.test(name) ? `${path === '' ? '' : '.'}${name}` : `["${name}"]`;
    return inner === undefined ? [] : walk(inner, `${path}${step}`);
  });
}

function isKeyOf(items: readonly Json[], key: string): boolean {
  const values = items.map((item) => item[key]);
  return values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

const WORD = /\.?([A-Za-z]\w*)|\["([^"]*)"\]|\[(\w+)=([^\]]*)\]|\[(\d+)\]/y;

function parsePath(path: string): readonly Word[] | undefined {
  const words: Word[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < path.length) {
    const match = WORD.exec(path);
    if (match === null) return undefined;
    const [, name, quoted, key, value = '', at] = match;
    if (key !== undefined) words.push({ key, value });
    else words.push(at === undefined ? { name: name ?? quoted ?? '' } : { at: Number(at) });
  }
  return words.length === 0 ? undefined : words;
}

function follow(value: unknown, word: Word): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('name' in word) return Array.isArray(value) ? undefined : (value as Json)[word.name];
  if (!Array.isArray(value)) return undefined;
  if ('at' in word) return value[word.at];
  return (value as readonly Json[]).find((item) => String(item[word.key]) === word.value);
}

/** The same text for equal values, whatever the order of their fields. */
function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(sorted(value)) : String(value);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sorted(inner)]));
}
