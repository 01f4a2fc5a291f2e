import { quoted } from './json.ts';

/**
 * The flags of a command, in a small notation: `name`, then `/x` for its short form, then its type: none is text, `!` a
 * switch, `#` a whole number, `@` a duration, `*` a list (repeated or with commas), `+` a list (repeated only),
 * `?value` text that may be left out, with the value that it then has.
 */
export interface FlagSpec {
  readonly name: string;
  readonly short: string;
  readonly type: '' | '!' | '#' | '@' | '*' | '+' | '?';
  readonly implied: string;
}

/** A command line taken apart. Switches are 'true' or 'false'. */
export interface Arguments {
  readonly words: readonly string[];
  /** How many of the words stand before `--`; undefined without it. */
  readonly dash: number | undefined;
  readonly flags: Readonly<Record<string, string>>;
  readonly lists: Readonly<Record<string, readonly string[]>>;
}

/** Why a command line cannot be parsed: pflag's text, or a flag of the real kubectl that is not modelled here. */
export type FlagProblem = { readonly error: string } | { readonly unsupported: string };

const FLAG = /^([\w-]+)(?:\/(\w))?([!#@*+]|\?(\w+))?$/;

/** Reads the notation. */
export function readFlags(notation: string): readonly FlagSpec[] {
  return notation
    .split(/\s+/)
    .filter((text) => text !== '')
    .map((text) => {
      const [, name = '', short = '', type = '', implied = ''] = FLAG.exec(text) ?? [];
      return { name, short, type: (type[0] ?? '') as FlagSpec['type'], implied };
    });
}

/** Takes a command line apart as pflag does. `others` are real flags that are refused by name. */
export function parseFlags(
  line: readonly string[],
  specs: readonly FlagSpec[],
  others: readonly FlagSpec[],
): Arguments | FlagProblem {
  const reader = new Reader(line, specs, others);
  return reader.read();
}

/** One pass over a line. Lives only within {@link parseFlags}. */
class Reader {
  readonly #line: readonly string[];
  readonly #specs: readonly FlagSpec[];
  readonly #others: readonly FlagSpec[];
  readonly #words: string[] = [];
  readonly #flags: Record<string, string> = {};
  readonly #lists: Record<string, readonly string[]> = {};
  #at = 0;
  #problem: FlagProblem | undefined;

  constructor(line: readonly string[], specs: readonly FlagSpec[], others: readonly FlagSpec[]) {
    this.#line = line;
    this.#specs = specs;
    this.#others = others;
  }

  read(): Arguments | FlagProblem {
    let dash: number | undefined;
    for (; this.#at < this.#line.length && this.#problem === undefined; this.#at += 1) {
      const word = this.#line[this.#at] ?? '';
      if (dash !== undefined || word === '-' || !word.startsWith('-')) this.#words.push(word);
      else if (word === '--') dash = this.#words.length;
      else if (word.startsWith('--')) this.#long(word.slice(2));
      else this.#short(word.slice(1));
    }
    return this.#problem ?? { words: this.#words, dash, flags: this.#flags, lists: this.#lists };
  }

  #long(text: string): void {
    const equals = text.indexOf('=');
    const name = equals < 0 ? text : text.slice(0, equals);
    const spec = this.#find((flag) => flag.name === name);
    if (spec === undefined) {
      if (this.#problem === undefined) this.#fail(`unknown flag: --${name}`);
    } else if (equals >= 0) this.#set(spec, text.slice(equals + 1));
    else if (spec.type === '!') this.#set(spec, 'true');
    else if (spec.type === '?') this.#set(spec, spec.implied);
    else this.#next(spec, `--${name}`);
  }

  #short(text: string): void {
    for (let at = 0; at < text.length && this.#problem === undefined; at += 1) {
      const letter = text[at] ?? '';
      const spec = this.#find((flag) => flag.short === letter);
      if (spec === undefined) {
        if (this.#problem === undefined) this.#fail(`unknown shorthand flag: ${quoteLetter(letter)} in -${text}`);
        return;
      }
      const rest = text.slice(at + 1);
      if (rest.startsWith('=')) this.#set(spec, rest.slice(1));
      else if (spec.type === '!') this.#set(spec, 'true');
      else if (rest !== '') this.#set(spec, rest);
      else this.#next(spec, `${quoteLetter(letter)} in -${text}`);
      if (rest.startsWith('=') || spec.type !== '!') return;
    }
  }

  #find(test: (flag: FlagSpec) => boolean): FlagSpec | undefined {
    const spec = this.#specs.find(test);
    const other = spec ?? this.#others.find(test);
    if (spec === undefined && other !== undefined) this.#problem = { unsupported: `--${other.name}` };
    return spec;
  }

  #next(spec: FlagSpec, name: string): void {
    this.#at += 1;
    const value = this.#line[this.#at];
    if (value === undefined) this.#fail(`flag needs an argument: ${name}`);
    else this.#set(spec, value);
  }

  #set(spec: FlagSpec, value: string): void {
    const wrong = invalid(spec, value);
    if (wrong !== undefined) {
      const name = spec.short === '' ? `--${spec.name}` : `-${spec.short}, --${spec.name}`;
      this.#fail(`invalid argument ${quoted(value)} for ${quoted(name)} flag: ${wrong}`);
    } else if (spec.type === '*' || spec.type === '+') {
      const items = spec.type === '*' ? value.split(',') : [value];
      this.#lists[spec.name] = [...(this.#lists[spec.name] ?? []), ...items];
    } else this.#flags[spec.name] = spec.type === '!' ? String(TRUE.includes(value)) : value;
  }

  #fail(error: string): void {
    this.#problem = { error };
  }
}

const TRUE: readonly string[] = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const FALSE: readonly string[] = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

function invalid(spec: FlagSpec, value: string): string | undefined {
  if (spec.type === '!' && !TRUE.includes(value) && !FALSE.includes(value)) {
    return `strconv.ParseBool: parsing ${quoted(value)}: invalid syntax`;
  }
  if (spec.type === '#' && !/^[-+]?\d+$/.test(value))
    return `strconv.ParseInt: parsing ${quoted(value)}: invalid syntax`;
  if (spec.type === '@' && parseDuration(value) === undefined) return `time: invalid duration ${quoted(value)}`;
  return undefined;
}

function quoteLetter(letter: string): string {
  return `'${letter}'`;
}

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** Milliseconds of a Go duration (`90s`, `1m30s`, `0`); undefined when it is not one. */
export function parseDuration(text: string): number | undefined {
  const match = /^(-?)((?:\d+(?:\.\d+)?(?:h|ms|m|s))+|0)$/.exec(text);
  if (match === null) return undefined;
  let total = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)) {
    total += Number(count) * (UNITS_MS[unit] ?? 0);
  }
  return match[1] === '-' ? -total : total;
}

/** The text of a flag, '' when it was not given. */
export function flag(from: Arguments, name: string): string {
  return from.flags[name] ?? '';
}

/** Whether a switch is on. */
export function isOn(from: Arguments, name: string): boolean {
  return from.flags[name] === 'true';
}

/** All values of a list flag. */
export function listed(from: Arguments, name: string): readonly string[] {
  return from.lists[name] ?? [];
}

/** Whether a flag was given at all. */
export function isSet(from: Arguments, name: string): boolean {
  return from.flags[name] !== undefined || from.lists[name] !== undefined;
}
