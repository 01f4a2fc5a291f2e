import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { addressOf, CHAPTERS, lessonFiles } from './folder.ts';
import { parseScenario } from './scenarios.ts';

/** A scenario that the playground offers, as its file says it. */
export interface LibraryScenario {
  /** `dead-node`, or with its lesson before it: `control-plane/etcd/shop`. */
  readonly name: string;
  readonly title: string;
  /** The comment above the file: what it is about. */
  readonly about: string;
  readonly text: string;
  /** The lesson it comes from, as an address without slashes at the ends; '' for one of the playground's own. */
  readonly lesson: string;
}

const FOLDER = 'src/content/playground';
/** The cluster that the playground opens with. */
export const FIRST = 'empty';
/** The playground's own, in the order in which they are offered. */
const OWN = [
  FIRST,
  'three-tiers',
  'no-room',
  'dead-node',
  'no-quorum',
  'stuck-rollout',
  'noisy-neighbour',
  'budget',
  'three-rulebooks',
  'zones',
];

/** All scenarios of the playground: its own, then those of the lessons, as far as they stand for themselves. */
export function readLibrary(): readonly LibraryScenario[] {
  const lessons = lessonFiles(CHAPTERS).flatMap((file) => {
    const folder = dirname(file);
    const names = readdirSync(folder).filter((name) => /^scenario\..*\.yaml$/.test(name));
    return names.sort().map((name) => {
      const lesson = addressOf(file);
      return readOne(`${lesson}/${name.split('.')[1]}`, join(folder, name), lesson);
    });
  });
  return [...OWN.map((name) => readOne(name, join(FOLDER, `${name}.yaml`), '')), ...lessons].filter(isWhole);
}

/** Files of the folder that nobody offers: none, or somebody forgot a line above. */
export function forgotten(): readonly string[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER).filter((file) => !OWN.includes(file.replace(/\.yaml$/, '')));
}

function readOne(name: string, path: string, lesson: string): LibraryScenario {
  const text = readFileSync(path, 'utf8');
  const comment = /^(?:#.*\n)*/.exec(text)?.[0] ?? '';
  const about = comment.replaceAll(/^# ?/gm, '').replaceAll('\n', ' ').trim();
  const { scenario } = parseScenario(path, text);
  return { name, title: scenario?.title ?? name, about, text, lesson };
}

/** One that inherits from another, waits for the reader's program, or says nothing, means nothing without its lesson. */
function isWhole({ text, about }: LibraryScenario): boolean {
  return about !== '' && !/^(extends|from|lab):/m.test(text);
}
