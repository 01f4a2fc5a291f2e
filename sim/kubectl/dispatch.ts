import type { ParsedFile } from '../protocol/terminal.ts';
import type { Command } from './command.ts';
import { commands } from './commands/index.ts';
import { type Arguments, type FlagSpec, parseFlags, readFlags } from './flags.ts';
import { quoted } from './json.ts';
import { refusalOf, refused } from './refused.ts';

/** A command line that can start, or what to print instead of starting. */
export type Read =
  | { readonly command: string; readonly args: Arguments }
  | { readonly lines: readonly string[]; readonly exit: number };

const EVERYWHERE = readFlags('namespace/n help/h! as as-group+ as-uid cluster context token user');
const OTHERS_EVERYWHERE = readFlags(
  'cache-dir certificate-authority client-certificate client-key ' +
    'disable-compression! insecure-skip-tls-verify! kubeconfig log-flush-frequency@ match-server-version! password ' +
    'profile profile-output request-timeout server/s tls-server-name username v/v# vmodule warnings-as-errors!',
);

/** Finds the command of a line, and takes its flags apart. `words` come after `kubectl`. */
export function readCommand(words: readonly string[]): Read {
  const { verb, rest } = splitVerb(words);
  if (verb === '' || verb === 'help') return help(rest.filter((word) => !word.startsWith('-')));
  const command = match([verb, ...rest]);
  const refusal = refusalOf([verb, ...rest]);
  if (refusal !== undefined) return failed(...refusal);
  if (command === undefined) return unknown(verb, rest);
  const line = rest.slice(command.name.split(' ').length - 1);
  const specs = [...readFlags(command.flags), ...EVERYWHERE];
  const others = [...readFlags(command.others ?? ''), ...OTHERS_EVERYWHERE];
  const parsed = parseFlags(line, specs, others);
  if ('error' in parsed) {
    return failed(`error: ${parsed.error}`, `See 'kubectl ${command.name} --help' for usage.`);
  }
  if ('unsupported' in parsed) {
    return failed(`kubectl ${command.name} can do this; this harbour cannot yet: ${parsed.unsupported}`);
  }
  if (parsed.flags.help === 'true') return { lines: usageOf(command, specs), exit: 0 };
  const missing = (command.required ?? []).filter((name) => parsed.flags[name] === undefined && !parsed.lists[name]);
  if (missing.length > 0) return failed(`error: required flag(s) ${missing.map(quoted).join(', ')} not set`);
  return { command: command.name, args: parsed };
}

/** Flags with a value that people put before the verb. */
const BEFORE_VERB = [
  '-n',
  '--namespace',
  '--as',
  '--as-group',
  '--as-uid',
  '--context',
  '--user',
  '--token',
  '--cluster',
];

/** Flags may stand before the verb: `kubectl -n prod get pods`. */
function splitVerb(words: readonly string[]): { readonly verb: string; readonly rest: readonly string[] } {
  let at = 0;
  while (at < words.length && (words[at] ?? '').startsWith('-')) {
    at += BEFORE_VERB.includes(words[at] ?? '') ? 2 : 1;
  }
  const verb = words[at] ?? '';
  return { verb, rest: [...words.slice(at + 1), ...words.slice(0, at)] };
}

/** The command with the longest name that begins the line. */
function match(line: readonly string[]): Command | undefined {
  const names = (command: Command) => [command.name, ...(command.aliases ?? [])];
  const fits = (name: string) => name.split(' ').every((word, index) => line[index] === word);
  return [...commands]
    .sort((a, b) => b.name.length - a.name.length || (a.name < b.name ? -1 : 1))
    .find((command) => names(command).some(fits));
}

function unknown(verb: string, rest: readonly string[]): Read {
  const [sub = ''] = rest;
  const family = commands.filter((command) => command.name.startsWith(`${verb} `));
  if (family.length > 0) {
    if (sub === '' || sub.startsWith('-')) return help([verb]);
    return failed(`error: unknown command ${quoted(sub)}`, `See 'kubectl ${verb} -h' for help and examples`);
  }
  const names = [
    ...new Set([...commands.map(({ name }) => name), ...refused].map((name) => name.split(' ')[0] ?? '')),
  ].sort();
  const guesses = names.filter((name) => distance(verb, name) <= 2 || name.startsWith(verb.toLowerCase()));
  const hint = guesses.length === 0 ? [] : ['', 'Did you mean this?', ...guesses.map((name) => `\t${name}`)];
  return failed(`error: unknown command ${quoted(verb)} for "kubectl"`, ...hint);
}

function failed(...lines: readonly string[]): Read {
  return { lines, exit: 1 };
}

function help(words: readonly string[]): Read {
  const command = match(words);
  if (command !== undefined && words.length > 0) {
    return { lines: usageOf(command, [...readFlags(command.flags), ...EVERYWHERE]), exit: 0 };
  }
  const family = commands.filter(({ name }) => words.length === 0 || name.startsWith(`${words[0]} `));
  const width = Math.max(...family.map(({ name }) => name.length)) + 3;
  const rows = family.map(({ name, summary }) => `  ${name.padEnd(width)}${summary}`);
  return {
    lines: ['This kubectl follows version 1.33. It knows these commands:', '', ...rows, '', HELP_HINT],
    exit: 0,
  };
}

const HELP_HINT = 'Use "kubectl COMMAND --help" for the flags of a command, and "kubectl api-resources" for the kinds.';

function usageOf(command: Command, specs: readonly FlagSpec[]): readonly string[] {
  const flags = specs.map(({ name, short, type }) => {
    const value = type === '!' ? '' : '=...';
    return `  ${short === '' ? '    ' : `-${short}, `}--${name}${value}`;
  });
  return [`${command.summary}.`, '', 'Usage:', `  kubectl ${command.usage}`, '', 'Flags known here:', ...flags];
}

/** Edits between two words (Levenshtein). */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const REPLIES: Readonly<Record<string, string>> = {
  docker: 'There is no docker here: nodes run containers with containerd. Try: kubectl get pods -o wide',
  podman: 'There is no podman here: nodes run containers with containerd. Try: kubectl get pods -o wide',
  crictl: 'crictl runs on a node; this terminal is your own machine. Try: ssh NODE crictl ps',
  'iptables-save': 'The rules are in the kernel of each node. Try: ssh NODE iptables-save -t nat',
  ipvsadm: 'The rules are in the kernel of each node. Try: ssh NODE ipvsadm -Ln',
  nft: 'The rules are in the kernel of each node. Try: ssh NODE nft list table ip kube-proxy',
  helm: 'helm is a program of its own and not part of this course. Try: kubectl apply -f FILE',
  vi: 'The editor is beside this terminal. Try: kubectl apply -f FILE',
  vim: 'The editor is beside this terminal. Try: kubectl apply -f FILE',
  nano: 'The editor is beside this terminal. Try: kubectl apply -f FILE',
  cd: 'There is only one folder here. Try: ls',
  sudo: 'You need no special rights here: type the command without sudo.',
};

/** The answer to a line that does not begin with kubectl. */
export function answerWord(
  program: string,
  words: readonly string[],
  files: Readonly<Record<string, ParsedFile>>,
  saved: readonly string[],
): { readonly lines: readonly string[]; readonly exit: number } {
  const names = [...Object.keys(files), ...saved].sort();
  if (program === '' || program === 'clear') return { lines: [], exit: 0 };
  if (program === 'ls') return { lines: names, exit: 0 };
  if (program === 'pwd') return { lines: ['/'], exit: 0 };
  if (program === 'cat') {
    const data = words.find((name) => saved.includes(name));
    if (data !== undefined)
      return { lines: [`cat: ${data} is a database, not text. Try: etcdutl snapshot status ${data}`], exit: 1 };
    const missing = words.find((name) => files[name] === undefined);
    if (missing !== undefined) return { lines: [`cat: ${missing}: No such file or directory`], exit: 1 };
    return { lines: words.flatMap((name) => (files[name]?.text ?? '').replace(/\n$/, '').split('\n')), exit: 0 };
  }
  if (program === 'help') {
    const lines = [
      'This terminal runs kubectl, one command at a time. Also: ls, cat FILE, clear.',
      'On a node: ssh NODE crictl ps (or pods, images), ssh NODE iptables-save -t nat.',
      'Static pods: scp FILE NODE:/etc/kubernetes/manifests/, ssh NODE ls (or rm) there.',
      'For etcd: etcdctl, and etcdutl on the machine of a member.',
      '',
    ];
    return {
      lines: [...lines, ...('lines' in help([]) ? (help([]) as { lines: readonly string[] }).lines : [])],
      exit: 0,
    };
  }
  const reply = REPLIES[program];
  if (reply !== undefined) return { lines: [reply], exit: 127 };
  return {
    lines: [`${program}: command not found. This terminal runs kubectl; type help for what it knows.`],
    exit: 127,
  };
}
