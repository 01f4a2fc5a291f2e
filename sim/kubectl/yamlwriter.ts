import { sortedKeys } from '../api/json.ts';
import type { JsonObject, JsonValue } from '../api/meta.ts';

/**
 * YAML as `kubectl get -o yaml` prints it (sigs.k8s.io/yaml over go-yaml v2): sorted keys, two spaces, lists not
 * indented under their key, quotes only where a plain scalar would be read as something else. Ends with a newline.
 */
export function writeYaml(value: JsonValue): string {
  return `${lines(value, '', 0).join('\n')}\n`;
}

/** A value as lines; the first stands where the caller puts it (at `column`), the others are indented by `margin`. */
function lines(value: JsonValue, margin: string, column: number): readonly string[] {
  if (Array.isArray(value)) return list(value, margin);
  if (typeof value === 'object' && value !== null) return map(value as JsonObject, margin);
  return typeof value === 'string' ? text(value, margin, column) : [scalar(value)];
}

function map(value: JsonObject, margin: string): readonly string[] {
  const keys = [...sortedKeys(value)].sort(compareKeys);
  if (keys.length === 0) return ['{}'];
  const output: string[] = [];
  for (const key of keys) {
    const item = value[key];
    const name = `${output.length === 0 ? '' : margin}${plainOrQuoted(key)}:`;
    if (isEmpty(item) || typeof item !== 'object' || item === null) {
      const [first = '', ...rest] = lines(item, `${margin}  `, margin.length + name.trimStart().length + 1);
      output.push(`${name} ${first}`, ...rest);
    } else if (Array.isArray(item)) {
      output.push(name, ...start(list(item, margin), margin));
    } else {
      output.push(name, ...start(map(item as JsonObject, `${margin}  `), `${margin}  `));
    }
  }
  return output;
}

/** go-yaml's order of keys: signs before letters, numbers by value. */
function compareKeys(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const [left = '', right = ''] = [a[at], b[at]];
  if (left === '' || right === '') return a.length - b.length;
  const [isLetter, isOther] = [LETTER.test(left), LETTER.test(right)];
  if (isLetter !== isOther) return isLetter ? 1 : -1;
  const [m, n] = [number(a, at), number(b, at)];
  return !isLetter && m !== n ? m - n : left < right ? -1 : 1;
}

const LETTER = /\p{L}/u;

function number(text: string, at: number): number {
  return Number(/^\d*/.exec(text.slice(at))?.[0] ?? 0);
}

function list(value: readonly JsonValue[], margin: string): readonly string[] {
  if (value.length === 0) return ['[]'];
  const output: string[] = [];
  for (const item of value) {
    const [first = '', ...rest] = lines(item, `${margin}  `, margin.length + 2);
    output.push(`${output.length === 0 ? '' : margin}- ${first}`, ...rest);
  }
  return output;
}

function start(block: readonly string[], margin: string): readonly string[] {
  const [first = '', ...rest] = block;
  return [margin + first, ...rest];
}

function isEmpty(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

function scalar(value: JsonValue): string {
  return value === null || value === undefined ? 'null' : String(value);
}

const WIDTH = 80;

function text(value: string, margin: string, column: number): readonly string[] {
  const isBlock = value.includes('\n') && isPrintable(value) && !/[^\S\n](?:\n|$)/.test(value);
  return isBlock ? literal(value, margin) : fold(plainOrQuoted(value), margin, column);
}

/** A block scalar: `|` keeps one final newline, `|-` none, `|+` all; `|2` says how far it is indented. */
function literal(value: string, margin: string): readonly string[] {
  const body = value.replace(/\n*$/, '');
  const tail = value.length - body.length;
  const keep = tail === 0 ? '-' : tail === 1 && body !== '' ? '' : '+';
  const rows = (body + '\n'.repeat(Math.max(tail - 1, 0))).split('\n');
  return [`|${/^\s/.test(value) ? '2' : ''}${keep}`, ...rows.map((row) => (row === '' ? '' : margin + row))];
}

/** go-yaml breaks long scalars at a single space once the line has passed column 80. */
function fold(written: string, margin: string, start: number): readonly string[] {
  const output: string[] = [];
  let row = '';
  let column = start;
  for (let at = 0; at < written.length; at += 1) {
    const sign = written[at] ?? '';
    const isSingle = sign === ' ' && written[at + 1] !== ' ' && written[at - 1] !== ' ';
    if (isSingle && column > WIDTH && at > 1 && at < written.length - 1) {
      output.push(row);
      row = margin;
      column = margin.length;
    } else {
      row += sign;
      column += 1;
    }
  }
  return [...output, row];
}

/** Words that YAML 1.1 reads as booleans, null or numbers. */
const WORDS = /^(?:y|n|yes|no|on|off|true|false|null|~|[-+]?\.inf|\.nan)$/i;
/** They are read so in lower case, in capitals and with one capital, but not as `tRue`. */
const CASES = /^[-+.]*(?:[a-z~]+|[A-Z][a-z]*|[A-Z]+)$|^\.NaN$/;
const NUMBER =
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|[\d][\d_]*(?:\.[\d_]*)?(?:e[-+]?\d+)?|\.[\d_]+(?:e[-+]?\d+)?)$/i;
const SEXAGESIMAL = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const DATE = /^\d{4}-\d\d?-\d\d?(?:$|[Tt]|\s+\d)/;

function plainOrQuoted(value: string): string {
  if (value === '') return '""';
  if (!isPrintable(value) || value.includes('\n')) return doubleQuoted(value);
  if (isOther(value)) return `"${value}"`;
  return isPlain(value) ? value : singleQuoted(value);
}

function isOther(value: string): boolean {
  if (WORDS.test(value) && CASES.test(value)) return true;
  return NUMBER.test(value) || SEXAGESIMAL.test(value) || DATE.test(value);
}

function isPlain(value: string): boolean {
  if (/^[\s,[\]{}#&*!|>'"%@`]/.test(value) || /^[-?:](?:\s|$)/.test(value) || /^(?:---|\.\.\.)/.test(value))
    return false;
  return !/:(?:\s|$)|\s#|\s$/.test(value);
}

function isPrintable(value: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what YAML must escape
  return !/[\u0000-\u0009\u000b-\u001f\u007f-\u0084\u0086-\u009f\ud800-\udfff\ufeff]/.test(value);
}

function singleQuoted(value: string): string {
  return `'${value.replace(/'/g, "''")}'`;
}

function doubleQuoted(value: string): string {
  const body = value.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t').replace(/\r/g, '\\r');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what YAML must escape
  return `"${body.replace(/[\u0000-\u001f\u007f]|[^\u0000-\uffff]/gu, escaped)}"`;
}

function escaped(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const digits = code.toString(16).toUpperCase();
  return code < 256 ? `\\x${digits.padStart(2, '0')}` : `\\U${digits.padStart(8, '0')}`;
}
