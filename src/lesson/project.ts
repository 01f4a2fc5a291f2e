import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { type ProjectFiles, projectOf } from '../lab/project/project.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';

/** The lessons that have a lab. */
export function labLessons(): readonly string[] {
  return lessonFiles(CHAPTERS).filter((file) => existsSync(join(dirname(file), 'lab.test.ts')));
}

let simulator: Promise<string> | undefined;

/** The project of the lab in a lesson's file. Runs at build, from the root of the repository. */
export async function projectAt(file: string): Promise<ProjectFiles> {
  simulator ??= bundle();
  const beside = (name: string) => readFileSync(join(dirname(file), name), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return projectOf({
    name: addressOf(file).split('/').at(-1) ?? '',
    title: readLessonFile(file).lesson.title,
    start: beside('start.ts'),
    cases: beside('lab.test.ts'),
    scenario: beside('scenario.lab.yaml'),
    api: readFileSync('src/lab/api.ts', 'utf8'),
    simulator: await simulator,
    vitest: devDependencies['vitest'] ?? '',
  });
}

/** The simulator, kubectl, and what runs a program in them, as one script for Node. */
async function bundle(): Promise<string> {
  const options = { bundle: true, minify: true, write: false, format: 'esm', platform: 'node' } as const;
  const { outputFiles } = await build({
    ...options,
    entryPoints: ['src/lab/project/opening.ts'],
    target: 'node22',
    legalComments: 'eof',
  });
  return outputFiles[0]?.text ?? '';
}
