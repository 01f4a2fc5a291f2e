import { record, writeSolution } from '../src/lesson/record.ts';
import { refuse } from './flags.ts';

/** `record LINK`: what a link to a moment was made of, as text for a lesson. Gives the exit code. */
export async function playRecord(words: readonly string[], print: (line: string) => void): Promise<number> {
  const isWriting = words.includes('--write');
  const [link] = words.filter((word) => !word.startsWith('--'));
  if (link === undefined) refuse('lesson', 'record takes a link to a moment, in quotes.');
  const recording = await record(link);
  if (recording.kind === 'problem') {
    print(recording.problem);
    return 1;
  }
  if (recording.kind === 'solution' && isWriting) {
    writeSolution(recording);
    print(`The Solution of "${recording.exercise}" in ${recording.file} is what you did.`);
    return 0;
  }
  print(recording.text);
  if (recording.kind === 'lesson' && recording.scenario !== '') {
    print('Its cluster, scenario.recorded.yaml:');
    print(recording.scenario);
  }
  return 0;
}
