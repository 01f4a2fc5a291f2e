import type { Printed, ProgramDesk } from '../protocol/terminal.ts';
import { BAD_ARGS, type EtcdCommand, err, out } from './command.ts';
import { cluster } from './commands/cluster.ts';
import { keys } from './commands/keys.ts';
import { leases } from './commands/leases.ts';
import { members } from './commands/members.ts';
import { snapshots } from './commands/snapshots.ts';

/** A line that can be carried out, or what to print instead. */
export type Read =
  | {
      readonly command: string;
      readonly words: readonly string[];
      readonly flags: Readonly<Record<string, string>>;
      readonly endpoints: readonly string[];
      readonly timeoutMs: number;
      readonly machine: string;
    }
  | { readonly print: readonly Printed[]; readonly exit: number };

/** The version that these tools follow. */
const VERSION = '3.6.8';
const COMMANDS: readonly EtcdCommand[] = [...keys, ...cluster, ...members, ...leases, ...snapshots];
const EVERYWHERE = 'endpoints* write-out/w command-timeout@ help/h!';
const OTHERS_EVERYWHERE =
  'debug! hex! dial-timeout@ keepalive-time@ keepalive-timeout@ max-request-bytes# max-recv-bytes# insecure-transport! ' +
  'insecure-discovery! insecure-skip-tls-verify! cert key cacert auth-jwt-token user password discovery-srv/d ' +
  'discovery-srv-name';
/** Commands of the real tools that are not here. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  etcdctl: 'auth check completion downgrade elect lock make-mirror role txn user watch'.split(' '),
  etcdutl: 'completion defrag hashkv migrate'.split(' '),
};

/** The command of that full name, `etcdctl get`. */
export function commandNamed(name: string): EtcdCommand | undefined {
  return COMMANDS.find((command) => command.name === name);
}

/** Reads `etcdctl …`, `etcdutl …` or `ssh MACHINE etcdutl …`. */
export function readLine(desk: ProgramDesk, words: readonly string[]): Read {
  if (words[0] !== 'ssh') return readTool(desk, words, '');
  const machine = (words[1] ?? '').replace(/^[^@]*@/, '');
  const line = words
    .slice(2)
    .flatMap((word) => word.split(/\s+/))
    .filter((word) => word !== 'sudo');
  if (!desk.etcd.some((member) => member.machine === machine)) {
    const machines = desk.etcd.map((member) => member.machine).join(', ');
    return failed(`No member of etcd has its machine there: ${machine}. Machines of members: ${machines}.`, 255);
  }
  if (line[0] === 'etcdctl') return failed('etcdctl is on this terminal: type the line without ssh.', BAD_ARGS);
  return readTool(desk, line, machine);
}

function readTool(desk: ProgramDesk, [tool = '', ...words]: readonly string[], machine: string): Read {
  const isFlag = (word: string) => word.startsWith('-');
  const at = firstWord(words);
  const [first = '', second = ''] = [words[at], words[at + 1]];
  const own = COMMANDS.filter(({ name }) => name.startsWith(`${tool} `));
  if (first === '' || first === 'help') return help(tool, own);
  if (first === 'version') return { print: out(`${tool} version: ${VERSION}`, 'API version: 3.6'), exit: 0 };
  const found = own.find(({ name }) => name === `${tool} ${first} ${second}`) ?? ofOneWord(own, tool, first);
  if (found === undefined) return unknown(tool, first, isFlag(second) ? '' : second, own);
  const rest = [...words.slice(0, at), ...words.slice(at + found.name.split(' ').length - 1)];
  return readFlags(desk, found, rest, machine);
}

/** Flags may stand before the command; some have a value of their own. */
function firstWord(words: readonly string[]): number {
  let at = 0;
  while ((words[at] ?? '').startsWith('-'))
    at += /^(--endpoints|--write-out|-w|--command-timeout)$/.test(words[at] ?? '') ? 2 : 1;
  return at;
}

/** As cobra does, the beginning of a name is enough when no other begins so: `compact`. */
function ofOneWord(own: readonly EtcdCommand[], tool: string, word: string): EtcdCommand | undefined {
  const single = own.filter(({ name }) => name.split(' ').length === 2);
  const near = single.filter(({ name }) => name.startsWith(`${tool} ${word}`));
  return single.find(({ name }) => name === `${tool} ${word}`) ?? (near.length === 1 ? near[0] : undefined);
}

function readFlags(desk: ProgramDesk, command: EtcdCommand, rest: readonly string[], machine: string): Read {
  const parsed = desk.parse(
    rest,
    `${command.flags ?? ''} ${EVERYWHERE}`,
    `${command.others ?? ''} ${OTHERS_EVERYWHERE}`,
  );
  if ('error' in parsed) return failed(`Error: ${parsed.error}`);
  if ('unsupported' in parsed)
    return failed(`${command.name} can do this; this harbour cannot yet: ${parsed.unsupported}`);
  const { words, flags, lists } = parsed;
  if (flags['help'] === 'true') return { print: out(command.summary, '', 'Usage:', `  ${command.usage}`), exit: 0 };
  const format = flags['write-out'] ?? 'simple';
  if (['json', 'protobuf'].includes(format)) {
    return failed(`${command.name} can do this; this harbour cannot yet: --write-out=${format}`);
  }
  if (!['simple', 'table', 'fields'].includes(format)) return failed('Error: unsupported output format', 4);
  const endpoints = lists['endpoints'] ?? desk.etcd.map(({ process }) => `https://${process}:2379`);
  const timeoutMs = milliseconds(flags['command-timeout']);
  return { command: command.name, words, flags: { ...flags, 'write-out': format }, endpoints, timeoutMs, machine };
}

/** A duration that the parser has accepted; 0 when none was given. */
function milliseconds(text = ''): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  let total = 0;
  for (const [, count, unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    total += Number(count) * (units[unit] ?? 0);
  return Math.round(total);
}

function unknown(tool: string, first: string, second: string, own: readonly EtcdCommand[]): Read {
  const family = own.filter(({ name }) => name.startsWith(`${tool} ${first} `));
  if (family.length > 0 && second === '') return help(tool, family);
  const word = family.length > 0 ? `${first} ${second}` : first;
  if (ELSEWHERE[tool]?.includes(first) || family.length > 0) {
    return failed(`${tool} can do more; this harbour has no ${tool} ${word}. See: ${tool} help`);
  }
  return failed(`Error: unknown command "${first}" for "${tool}"`, 1, `Run '${tool} --help' for usage.`);
}

function help(tool: string, own: readonly EtcdCommand[]): Read {
  const width = Math.max(...own.map(({ usage }) => usage.length)) + 3;
  const rows = own.map(({ usage, summary }) => `  ${usage.padEnd(width)}${summary}`);
  const where =
    tool === 'etcdctl'
      ? 'Here ETCDCTL_ENDPOINTS names every member; --endpoints chooses.'
      : 'snapshot restore writes the disk of a stopped member: type it on its machine, ssh MACHINE etcdutl …';
  return { print: out(`This ${tool} follows version 3.6. It knows these commands:`, '', ...rows, '', where), exit: 0 };
}

function failed(text: string, exit = 1, ...more: readonly string[]): Read {
  return { print: err(text, ...more), exit };
}
