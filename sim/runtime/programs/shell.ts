import { rfc3339, weekday } from '../../api/meta.ts';
import type { Value } from '../../kernel/value.ts';
import { compileShell, type Operation } from './compileshell.ts';
import { type Lookup, lookUpFurther, nslookup } from './nslookup.ts';
import type { Answered, ExecResult, Files, Launch, Outgoing, Program, Step } from './program.ts';

/**
 * The part of a shell that the examples of the documentation use: sequences, `&&` `||`, `if`, `while`, `until`,
 * variables, arithmetic of two numbers, output into files, and the commands of {@link COMMANDS}. The rest is refused
 * in the log, exit 127. As process 1 it ignores SIGTERM, as the real ones do: it is killed when the grace period is
 * over.
 */
export const shell: Program = {
  start(launch) {
    const { argv } = launch;
    const name = (argv[0] ?? '').split('/').at(-1) ?? '';
    if (!SHELLS.includes(name)) return run(begin([{ op: 'run', words: argv.map(quote) }]), launch);
    const at = argv.findIndex((word, index) => index > 0 && /^-[a-z]*c$/.test(word));
    if (at < 0) return { state: null, exitCode: argv.length > 1 ? 127 : 0, ...refusal(argv) };
    const compiled = compileShell(argv[at + 1] ?? '');
    if (typeof compiled === 'string') return { state: null, lines: [`${name}: ${compiled}`], exitCode: 127 };
    return run(begin(compiled), launch);
  },
  wake: (state, launch) => run(state as Shell, launch),
  answered(value, answered, launch) {
    const state = value as Shell;
    if (state.lookup === undefined) return run(withAnswer(state, answered), launch);
    const { send, lookup, text = '', status = 0 } = lookUpFurther(state.lookup, answered, String(state.sent));
    if (send !== undefined) return { state: { ...state, sent: state.sent + 1, lookup }, send: [send] };
    return run({ ...state, lookup: undefined, status, answer: text }, launch);
  },
};

/**
 * Runs one command to its end, as hooks, probes and `kubectl exec` do, sleeps and all: what it writes is there at once,
 * and the result tells how long it took; or to where it waits for an answer, from which {@link resume} goes on. A
 * command that waits after a sleep, or for an hour, is refused.
 */
export function execute(argv: readonly string[], launch: Launch): ExecResult {
  const here: Launch = { ...launch, argv };
  return finish(shell.start(here), here);
}

/** The same from an answer on. */
export function resume(state: Value, answered: Answered, launch: Launch): ExecResult {
  return finish(shell.answered?.(state, answered, launch) ?? { state, exitCode: 1 }, launch);
}

function finish(first: Step, launch: Launch): ExecResult {
  let step = first;
  let here = { ...launch, files: step.files ?? launch.files };
  const lines = [...(step.lines ?? [])];
  let quits = step.quits === true;
  while (step.exitCode === undefined && step.wakeMs !== undefined) {
    if (here.now + step.wakeMs - launch.now > MAX_EXEC_MS) break;
    here = { ...here, now: here.now + step.wakeMs, files: step.files ?? here.files };
    step = shell.wake?.(step.state, here) ?? step;
    lines.push(...(step.lines ?? []));
    quits ||= step.quits === true;
  }
  const output = lines.map((line) => `${line}\n`).join('');
  const { exitCode, files, send } = step;
  if (exitCode !== undefined) return { exitCode, output, files, tookMs: here.now - launch.now, quits };
  if (send !== undefined && here.now === launch.now) {
    return { exitCode: 0, output, files, quits, asks: { state: step.state, send } };
  }
  return { exitCode: 127, output: `${output}${launch.argv[0]}: a command that waits is not modelled here\n` };
}

const MAX_EXEC_MS = 3_600_000;

/** Names that start a shell. */
const SHELLS: readonly string[] = ['sh', 'bash', 'ash', 'dash'];

interface Shell {
  /** What nslookup is about, while it waits. */
  readonly lookup?: Lookup | undefined;
  readonly code: readonly Operation[];
  readonly at: number;
  readonly status: number;
  readonly variables: readonly (readonly [string, string])[];
  /** Requests sent so far: the tag of the next. */
  readonly sent: number;
  readonly answer: string;
}

/** What one command did. */
interface Outcome {
  readonly status?: number;
  readonly text?: string;
  readonly files?: Files;
  readonly exit?: number;
  readonly sleepMs?: number;
  readonly send?: Outgoing;
  readonly lookup?: Lookup | undefined;
  readonly quits?: boolean;
}

type Command = (words: readonly string[], context: Context) => Outcome;

interface Context {
  readonly launch: Launch;
  readonly files: Files;
  readonly shell: Shell;
}

/** A loop that never waits is let breathe after so many operations. */
const MAX_OPERATIONS = 1000;
const BREATH_MS = 100;
const FOREVER_MS = 1_000_000_000;

function begin(code: readonly Operation[]): Shell {
  return { code, at: 0, status: 0, variables: [], sent: 0, answer: '' };
}

function withAnswer(state: Shell, { outcome, payload }: Answered): Shell {
  const isWell = outcome === 'ok' && /^[23]/.test(payload);
  return { ...state, status: isWell ? 0 : 1, answer: isWell ? payload.slice(4) : '' };
}

function run(start: Shell, launch: Launch): Step {
  const lines: string[] = start.answer === '' ? [] : start.answer.replace(/\n$/, '').split('\n');
  let files = launch.files;
  let quits = false;
  let state: Shell = { ...start, answer: '' };
  for (let count = 0; count < MAX_OPERATIONS; count++) {
    const operation = state.code[state.at];
    if (operation === undefined) return { state, lines, files, quits, exitCode: state.status };
    if (operation.op !== 'run') {
      state = jump(state, operation, launch);
      continue;
    }
    const outcome = perform(operation.words, { launch, files, shell: state });
    files = outcome.files ?? files;
    quits ||= outcome.quits === true;
    if (outcome.text !== undefined) files = print(outcome.text, operation, { launch, files, shell: state }, lines);
    state = { ...state, at: state.at + 1, status: outcome.status ?? 0 };
    if (outcome.exit !== undefined) return { state, lines, files, quits, exitCode: outcome.exit };
    if (outcome.sleepMs !== undefined) return { state, lines, files, quits, wakeMs: outcome.sleepMs };
    if (outcome.send !== undefined) {
      const waiting = { ...state, sent: state.sent + 1, lookup: outcome.lookup };
      return { state: waiting, lines, files, send: [outcome.send] };
    }
  }
  return { state, lines, files, workMs: BREATH_MS, wakeMs: BREATH_MS };
}

function jump(state: Shell, operation: Exclude<Operation, { op: 'run' }>, launch: Launch): Shell {
  const next = { ...state, at: state.at + 1 };
  switch (operation.op) {
    case 'set': {
      const value = expand(operation.word, { launch, files: launch.files, shell: state });
      const others = state.variables.filter(([name]) => name !== operation.name);
      return { ...next, status: 0, variables: [...others, [operation.name, value]] };
    }
    case 'not':
      return { ...next, status: state.status === 0 ? 1 : 0 };
    case 'jump':
      return { ...state, at: operation.to };
    case 'if':
      return state.status === 0 ? { ...state, at: operation.to } : next;
    case 'unless':
      return state.status === 0 ? next : { ...state, at: operation.to };
  }
}

function perform(words: readonly string[], context: Context): Outcome {
  const [name = '', ...rest] = words.map((word) => expand(word, context));
  const plain = name.split('/').at(-1) ?? '';
  const command = COMMANDS.get(plain);
  if (command !== undefined) return command(rest, context);
  return {
    status: 127,
    text: `sh: ${name}: not found (this cluster's programs know ${[...COMMANDS.keys()].join(' ')})`,
  };
}

/** Into the log, or into a file. */
function print(text: string, operation: Operation & { op: 'run' }, context: Context, lines: string[]): Files {
  const { output } = operation;
  const { files } = context;
  if (output === undefined) {
    lines.push(...text.split('\n'));
    return files;
  }
  const path = absolute(expand(output.path, context));
  if (path === '/dev/null') return files;
  if (path === '/dev/stdout' || path === '/dev/stderr') {
    lines.push(...text.split('\n'));
    return files;
  }
  if (isReadOnly(path, context)) {
    lines.push(`sh: can't create ${path}: Read-only file system`);
    return files;
  }
  const old = output.append ? (files[path] ?? '') : '';
  return { ...files, [path]: `${old}${text}\n`.slice(-2000) };
}

function isReadOnly(path: string, { launch: { mounts = [] } }: Context): boolean {
  const mount = mounts.findLast(({ containerPath }) => path === containerPath || path.startsWith(`${containerPath}/`));
  return mount?.readonly === true;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['echo', (words) => ({ text: (words[0] === '-n' || words[0] === '-e' ? words.slice(1) : words).join(' ') })],
  ['sleep', ([time = '']) => sleep(time)],
  ['exit', ([code], { shell: { status } }) => ({ exit: code === undefined ? status : Number(code) & 255 })],
  ['true', () => ({})],
  [':', () => ({})],
  ['false', () => ({ status: 1 })],
  ['date', (_words, { launch }) => ({ text: dateText(launch) })],
  ['hostname', (_words, { launch }) => ({ text: launch.hostname })],
  ['env', (_words, { launch }) => ({ text: environment(launch) })],
  ['printenv', ([name], { launch }) => (name ? printVariable(launch.env[name]) : { text: environment(launch) })],
  [
    'touch',
    (paths, { files }) => ({ files: { ...Object.fromEntries(paths.map((path) => [absolute(path), ''])), ...files } }),
  ],
  ['rm', (paths, { files }) => remove(paths, files)],
  ['mkdir', () => ({})],
  [
    'nginx',
    ([flag, signal]) => (flag === '-s' && /^(quit|stop)$/.test(signal ?? '') ? { quits: true } : { status: 1 }),
  ],
  ['killall', () => ({ status: 1 })],
  ['ls', (paths, context) => list(paths, context)],
  ['cat', (paths, { files }) => cat(paths, files)],
  ['tail', (words) => (words.some((word) => /^-.*[fF]/.test(word)) ? { sleepMs: FOREVER_MS } : { status: 1 })],
  ['test', (words, { files }) => ({ status: test(words, files) ? 0 : 1 })],
  ['[', (words, { files }) => ({ status: test(words.slice(0, -1), files) ? 0 : 1 })],
  ['wget', fetchUrl],
  ['curl', fetchUrl],
  ['nslookup', ([name = ''], { files, shell: { sent } }) => nslookup(name, files['/etc/resolv.conf'], String(sent))],
]);

/** Whether an executable of that name exists in the images that have a shell. */
export function isShellCommand(name: string): boolean {
  return SHELLS.includes(name) || COMMANDS.has(name);
}

function sleep(time: string): Outcome {
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(time);
  if (time === 'infinity' || time === 'inf') return { sleepMs: FOREVER_MS };
  if (match === null) return { status: 1, text: `sleep: invalid number '${time}'` };
  const unit = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] || 's'] ?? 1000;
  return { sleepMs: Math.min(Math.round(Number(match[1]) * unit), FOREVER_MS) };
}

function remove(words: readonly string[], files: Files): Outcome {
  const isForced = words.some((word) => /^-.*f/.test(word));
  const paths = words.filter((word) => !word.startsWith('-')).map(absolute);
  const missing = paths.find((path) => files[path] === undefined);
  const kept = Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));
  if (missing === undefined || isForced) return { files: kept };
  return { files: kept, status: 1, text: `rm: can't remove '${missing}': No such file or directory` };
}

/** Names in a directory, one a line; of a file its name. */
function list(words: readonly string[], { files, launch: { mounts = [] } }: Context): Outcome {
  const path = absolute(words.find((word) => !word.startsWith('-')) ?? '/').replace(/(.)\/$/, '$1');
  if (files[path] !== undefined) return { text: path };
  const prefix = path === '/' ? '/' : `${path}/`;
  const places = [...Object.keys(files), ...mounts.map(({ containerPath }) => containerPath)];
  const names = places.flatMap((place) =>
    place.startsWith(prefix) ? (place.slice(prefix.length).split('/')[0] ?? []) : [],
  );
  const isThere = names.length > 0 || path === '/' || mounts.some(({ containerPath }) => containerPath === path);
  if (!isThere) return { status: 1, text: `ls: ${path}: No such file or directory` };
  return names.length === 0 ? {} : { text: [...new Set(names)].sort().join('\n') };
}

function cat(paths: readonly string[], files: Files): Outcome {
  const missing = paths.find((path) => files[absolute(path)] === undefined);
  if (missing !== undefined) return { status: 1, text: `cat: can't open '${missing}': No such file or directory` };
  const text = paths.map((path) => files[absolute(path)] ?? '').join('');
  return text === '' ? {} : { text: text.replace(/\n$/, '') };
}

function test(words: readonly string[], files: Files): boolean {
  const [first = '', second = '', third = ''] = words;
  if (first === '!') return !test(words.slice(1), files);
  if (words.length === 1) return first !== '';
  if (/^-[efrs]$/.test(first)) return files[absolute(second)] !== undefined;
  if (first === '-z') return second === '';
  if (first === '-n') return second !== '';
  const [left, right] = [Number(first), Number(third)];
  const results = { '=': first === third, '==': first === third, '!=': first !== third, '-eq': left === right };
  const orders = { '-ne': left !== right, '-lt': left < right, '-le': left <= right, '-gt': left > right };
  return { ...results, ...orders, '-ge': left >= right }[second] ?? false;
}

function fetchUrl(words: readonly string[], { shell: { sent } }: Context): Outcome {
  const url = words.find((word) => !word.startsWith('-') && /[.:/]|^[a-z]/.test(word)) ?? '';
  const [, host = '', port = '80', path = '/'] = /^(?:http:\/\/)?([^:/]+)(?::(\d+))?(\/.*)?$/.exec(url) ?? [];
  if (host === '') return { status: 1, text: `bad address '${url}'` };
  return { send: { tag: String(sent), host, port: Number(port), payload: `GET ${path || '/'}`, timeoutMs: 5000 } };
}

function printVariable(value: string | undefined): Outcome {
  return value === undefined ? { status: 1 } : { text: value };
}

function environment({ env, hostname }: Launch): string {
  return [`HOSTNAME=${hostname}`, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)].join('\n');
}

const DAYS = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

function dateText({ now }: Launch): string {
  const text = rfc3339(now);
  const day = String(Number(text.slice(8, 10))).padStart(2, ' ');
  const month = MONTHS[Number(text.slice(5, 7)) - 1] ?? '';
  return `${DAYS[weekday(now)]} ${month} ${day} ${text.slice(11, 19)} UTC ${text.slice(0, 4)}`;
}

/**
 * Quotes off, variables, `$(date)`, `$(hostname)` and `$((a + b))` filled in. Spaces in values do not split words
 * here.
 */
function expand(word: string, context: Context): string {
  return word.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)|([^'"\\]+)/gs, (_all, single, double, escaped, bare) => {
    if (single !== undefined) return single;
    if (escaped !== undefined) return escaped;
    return substitute((double ?? bare ?? '').replace(/\\(["\\`])/g, '$1'), context);
  });
}

const SUBSTITUTION = /\$\(\(([^)]*)\)\)|\$\((\w+)\)|\$\{(\w+)\}|\$(\w+|\?)/g;

function substitute(text: string, context: Context): string {
  return text.replace(SUBSTITUTION, (_all, sum, command, braced, name) => {
    if (sum !== undefined) return String(arithmetic(sum, context));
    if (command !== undefined) return perform([command], context).text ?? '';
    return variable(braced ?? name ?? '', context);
  });
}

function variable(name: string, { shell: { variables, status }, launch }: Context): string {
  if (name === '?') return String(status);
  if (name === 'HOSTNAME') return launch.hostname;
  return variables.find(([key]) => key === name)?.[1] ?? launch.env[name] ?? '';
}

function arithmetic(text: string, context: Context): number {
  const [, left = '', operator = '', right = '0'] = /^\s*\$?(\w+)\s*(?:([-+*/%])\s*\$?(\w+))?\s*$/.exec(text) ?? [];
  const value = (term: string) => Number(/^\d+$/.test(term) ? term : variable(term, context)) || 0;
  const [a, b] = [value(left), value(right)];
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (operator === '/') return b === 0 ? 0 : Math.trunc(a / b);
  return operator === '%' && b !== 0 ? a % b : a + b;
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}

function refusal(argv: readonly string[]): { lines?: readonly string[] } {
  if (argv.length < 2) return {};
  return { lines: [`${argv[0]}: only "-c SCRIPT" is modelled here, not ${argv.slice(1).join(' ')}`] };
}
