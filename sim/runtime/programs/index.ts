import { crasher } from './crasher.ts';
import type { Program } from './program.ts';
import { isShellCommand, shell } from './shell.ts';
import { sleeper } from './sleeper.ts';
import { web, webNames } from './web.ts';

/** Programs by the name of their executable; packs add theirs. */
const programs = new Map<string, Program>([
  ['crasher', crasher],
  ['sleeper', sleeper],
  ['pause', sleeper],
  ...webNames.map((name) => [name, web] as const),
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
