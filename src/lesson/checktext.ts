import { readCommand } from '../../sim/packs/kubectl.ts';
import { addressOf, CHAPTERS, lessonFiles, readLessonFile } from './folder.ts';
import { explains, figures, termIds, termNames } from './glossary.ts';
import type { LessonModel, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { minutesOf } from './reading.ts';

/** A lesson has so many words at most, and at least once it is finished. */
export const WORDS = { least: 600, most: 900 } as const;
/** So many minutes. Labs take their time. */
export const MINUTES = { least: 8, most: 12 } as const;

/** Pages that are no lessons, and do not change with the course. */
const PAGES: readonly string[] =
  '/ /course/ /glossary/ /cheat-sheet/ /what-if/ /not/ /paths/ /recall/ /ledger/ /logbook/ /teach/'.split(' ');

/** What the text says is there: commands, terms, links. And it is not too long. */
export function checkText(lesson: LessonModel): readonly Problem[] {
  const checks = [checkLength, checkFigures, checkTerms, checkNames, checkCommands, checkLinks];
  return checks.flatMap((check) => check(lesson));
}

function checkLength(lesson: LessonModel): readonly Problem[] {
  const { words, file, labs } = lesson;
  const place = { file, line: 1, column: 1 };
  const fix = 'take out what says a thing twice; of two ideas make two lessons.';
  const minutes = minutesOf(lesson);
  if (words > WORDS.most) return [{ place, title: `The lesson has ${words} words, of at most ${WORDS.most}`, fix }];
  if (minutes <= MINUTES.most || labs.length > 0) return [];
  return [{ place, title: `The lesson takes ${minutes} minutes, of at most ${MINUTES.most}`, fix }];
}

/** The figures of the port are those of the glossary. */
function checkFigures({ ports }: LessonModel): readonly Problem[] {
  const known = figures();
  return ports.flatMap(({ name, place }): readonly Problem[] => {
    if (known.includes(name)) return [];
    return [{ place, title: `The glossary knows no figure "${name}" of the port.${didYouMean(name, known)}` }];
  });
}

/** A term that is introduced can be looked up. */
function checkTerms({ terms }: LessonModel): readonly Problem[] {
  const known = termNames().map((term) => term.toLowerCase());
  return terms.flatMap(({ text, place }): readonly Problem[] => {
    const term = text.toLowerCase();
    if (known.includes(term) || known.includes(term.replace(/s$/, ''))) return [];
    const title = `This introduces the term "${text}", which the glossary does not have.${didYouMean(term, known)}`;
    return [{ place, title, fix: `add it to ${GLOSSARY}; what is no term is *stressed* and not **bold**.` }];
  });
}

/** So can the names of Kubernetes. Each is told of once. */
function checkNames({ names }: LessonModel): readonly Problem[] {
  const unknown = names.filter(({ text }) => !explains(text) && !OF_OTHERS.includes(text));
  const first = unknown.filter(({ text }, index) => unknown.findIndex((other) => other.text === text) === index);
  return first.map(({ text, place }) => {
    return { place, title: `The glossary does not explain ${text}`, fix: `say it there, in ${GLOSSARY}.` };
  });
}

const GLOSSARY = 'src/content/glossary/terms.yaml';
/** Names that are written alike, and are not of Kubernetes. */
const OF_OTHERS: readonly string[] = ['TypeScript', 'JavaScript'];

/** Whoever tries a command of the text at a real cluster must not be told that there is none. */
function checkCommands({ commands }: LessonModel): readonly Problem[] {
  return commands.flatMap(({ text, place }): readonly Problem[] => {
    const read = readCommand(
      text
        .replace(/^KUBE_EDITOR=('[^']*'|\S+)\s+/, '')
        .split(/\s+/)
        .slice(1),
    );
    const [said = '', , , ...guesses] = 'lines' in read ? read.lines : [];
    if (!said.startsWith('error: unknown command')) return [];
    const guess = guesses[0] === undefined ? '' : ` Did you mean "kubectl ${guesses[0].trim()}"?`;
    return [{ place, title: `There is no command \`${text}\`.${guess}` }];
  });
}

function checkLinks(lesson: LessonModel): readonly Problem[] {
  const files = new Map<string, string>(lessonFiles(CHAPTERS).map((file) => [`/${addressOf(file)}/`, file]));
  const known = [...PAGES, ...files.keys()];
  return lesson.links.flatMap(({ to, place }): readonly Problem[] => {
    if (/^https:\/\//.test(to)) return [];
    const title = `This link leads nowhere: ${to}`;
    const [path = '', anchor] = to.split('#');
    if (path !== '' && !known.includes(path) && !/^\/teach\/[a-z-]+\/$/.test(path)) {
      return [{ place, title: `${title}.${didYouMean(path, known)}` }];
    }
    const anchors = anchor === undefined ? undefined : anchorsOf(lesson, path, files.get(path));
    if (anchors === undefined || anchors.includes(anchor ?? '')) return [];
    return [{ place, title: `${title}.${didYouMean(anchor ?? '', anchors)}` }];
  });
}

/** The anchors of the page that a link names, and the file of its lesson; undefined where they are not known. */
function anchorsOf(lesson: LessonModel, path: string, file: string | undefined): readonly string[] | undefined {
  if (path === '') return lesson.anchors;
  if (path === '/glossary/') return termIds();
  return file === undefined ? undefined : readLessonFile(file).lesson.anchors;
}
