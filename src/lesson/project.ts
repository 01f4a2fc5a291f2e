import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { besideOf } from '../lab/labfile.ts';
import { apiText } from '../lab/project/apitext.ts';
import { simulatorScript } from '../lab/project/bundle.ts';
import { type ProjectFiles, projectOf } from '../lab/project/project.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';

/** The lessons that have a lab. */
export function labLessons(): readonly string[] {
  return lessonFiles(CHAPTERS).filter((file) => existsSync(join(dirname(file), 'lab.test.ts')));
}

/** The project of the lab in a lesson's file. Runs at build, from the root of the repository. */
export async function projectAt(lesson: string): Promise<ProjectFiles> {
  const folder = dirname(lesson);
  const beside = (name: string) => readFileSync(join(folder, name), 'utf8');
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const file = existsSync(join(folder, 'start.yaml')) ? 'program.yaml' : 'program.ts';
  return projectOf({
    name: addressOf(lesson).split('/').at(-1) ?? '',
    title: readLessonFile(lesson).lesson.title,
    file,
    start: beside(besideOf('start', file)),
    cases: beside('lab.test.ts'),
    scenario: beside('scenario.lab.yaml'),
    api: apiText(),
    simulator: await simulatorScript(),
    vitest: devDependencies['vitest'] ?? '',
  });
}
