import { spawn } from 'node:child_process';
import { addressOf, lessonFiles, readLessonFile } from '../src/lesson/folder.ts';
import { didYouMean } from '../src/lesson/nearest.ts';
import { refuse } from './flags.ts';

/**
 * `open LESSON [--at BEAT] [--address]`: starts the preview, and says where it is. Gives the exit code when the preview
 * ends. With --address it only says where, for a preview that runs.
 */
export function openPreview(words: readonly string[], print: (line: string) => void): number | Promise<number> {
  const { path, problem } = addressToOpen(words.filter((word) => word !== '--address'));
  if (problem !== undefined) refuse('lesson', problem);
  if (words.includes('--address')) {
    print(`http://localhost:${process.env.PORT ?? '4321'}${path}`);
    return 0;
  }
  print(`The preview starts. It says when ${path} is there.`);
  const child = spawn(process.execPath, ['scripts/start.mjs', '--open', path], { stdio: 'inherit' });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 0)));
}

/** The address of a lesson folder, or of a beat in it: `/control-plane/etcd/#beat-read`. */
export function addressToOpen(words: readonly string[]): { readonly path: string; readonly problem?: string } {
  const flag = words.indexOf('--at');
  const beat = flag < 0 ? undefined : words[flag + 1];
  const [target = ''] = words.filter((_, index) => flag < 0 || (index !== flag && index !== flag + 1));
  const files = target === '' ? [] : lessonFiles(target);
  const [file] = files;
  if (file === undefined || files.length > 1)
    return { path: '', problem: `open takes the folder of one lesson, not "${target}".` };
  const path = `/${addressOf(file)}/`;
  if (beat === undefined) return { path };
  const ids = readLessonFile(file).lesson.beats.map(({ id }) => id);
  if (!ids.includes(beat))
    return { path: '', problem: `there is no beat "${beat}" in ${file}.${didYouMean(beat, ids)}` };
  return { path: `${path}#beat-${beat}` };
}
