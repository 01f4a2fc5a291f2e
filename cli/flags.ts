/** A flag of a command-line tool: with `value` it takes one. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help text; '' for a flag without one. */
  readonly value: string;
  readonly does: string;
}

/** A flag as it was given, in order. */
export interface Given {
  readonly name: string;
  readonly value: string;
}

/** Reads `--name value`, `--name=value` and `--name`; gives a sentence when something is wrong. */
export function readFlags(words: readonly string[], flags: readonly Flag[]): readonly Given[] | string {
  const given: Given[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    const [head = '', ...rest] = word.split('=');
    const flag = flags.find(({ name }) => head === `--${name}`);
    if (flag === undefined) return `unknown flag: ${word}. Known: ${flags.map(({ name }) => `--${name}`).join(', ')}.`;
    if (flag.value === '' && rest.length > 0) return `${head} takes no value.`;
    let value = rest.join('=');
    if (flag.value !== '' && rest.length === 0) {
      const next = words[++index];
      if (next === undefined) return `${head} needs a value: ${head} ${flag.value}.`;
      value = next;
    }
    given.push({ name: flag.name, value });
  }
  return given;
}

/** The help text of a tool. */
export function helpText(usage: string, flags: readonly Flag[]): string {
  const rows = flags.map(({ name, value, does }) => `  ${`--${name} ${value}`.padEnd(26)}${does}`);
  return [`Usage: ${usage}`, '', ...rows].join('\n');
}

/** Ends the process with a sentence on stderr. Exit code 2: the caller asked for something that does not exist. */
export function refuse(tool: string, sentence: string): never {
  console.error(`${tool}: ${sentence}`);
  process.exit(2);
}

/** How many members etcd has, as `--members` says it; anything else ends the process. */
export function membersOf(tool: string, text: string): 1 | 3 | 5 {
  const members = ([1, 3, 5] as const).find((count) => String(count) === text);
  return members ?? refuse(tool, `--members ${text}: etcd has 1, 3 or 5 members.`);
}
