import { client } from './client.ts';
import { crasher } from './crasher.ts';
import { daemon, daemonNames } from './daemon.ts';
import type { Program } from './program.ts';
import { isShellCommand, shell } from './shell.ts';
import { sleeper } from './sleeper.ts';
import { web, webNames } from './web.ts';

/** Every program, by the name of its executable: adding one is a file and a line here. */
const programs = new Map<string, Program>([
  ['client', client],
  ['crasher', crasher],
  ['sleeper', sleeper],
  ['pause', sleeper],
  ...webNames.map((name) => [name, web] as const),
  ...daemonNames.map((name) => [name, daemon] as const),
]);

/** More programs, from a chunk of their own, before the first cluster boots. */
export function addContainerPrograms(more: Readonly<Record<string, Program>>): void {
  for (const [name, program] of Object.entries(more)) programs.set(name, program);
}

/** The program of an executable, with or without its directory; undefined when no image here has it. */
export function programFor(executable: string): Program | undefined {
  const name = executable.split('/').at(-1) ?? '';
  return programs.get(name) ?? (isShellCommand(name) ? shell : undefined);
}
