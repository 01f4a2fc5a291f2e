import { besideOf } from '../lab/labfile.ts';
import type { HintModel, LabModel, Place, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';
import { lineOf, type SourceNode } from './source.ts';

/** A test says its id and its sentence first, as plain text: so they are known without running it. */
const TEST = /\bid: '([^']+)',\s*says: '([^']+)'/g;

interface Where {
  readonly problems: Problem[];
  readonly readBeside: (name: string) => string | undefined;
}

/** Reads what stands between `<Lab>` and `</Lab>`, and the files beside the lesson. */
export function readLab(
  node: SourceNode,
  id: string,
  place: Place,
  hints: readonly HintModel[],
  { problems, readBeside }: Where,
): LabModel {
  const file = readBeside('start.yaml') === undefined ? 'program.ts' : 'program.yaml';
  const beside = [besideOf('start', file), besideOf('solution', file), 'lab.test.ts'];
  const [start, solution, cases] = beside.map((name) => {
    const text = readBeside(name);
    if (text === undefined) problems.push({ place, title: `Lab "${id}" has no ${name} beside the lesson` });
    return text ?? '';
  }) as [string, string, string];
  const tests = [...cases.matchAll(TEST)].map(([, name = '', says = '']) => ({ id: name, says }));
  if (cases !== '' && tests.length === 0) {
    const reason = `A test begins with id: '…', says: '…'.`;
    problems.push({ place, title: `No test is found in lab.test.ts of the Lab "${id}"`, reason });
  }
  const known = tests.map((test) => test.id);
  for (const { when = '', place: at } of hints) {
    if (known.includes(when)) continue;
    const title = `This Hint is for the test "${when}", which lab.test.ts does not have.${didYouMean(when, known)}`;
    problems.push({ place: at, title });
  }
  const children = (node.children ?? []).filter(({ name }) => name !== 'Hint');
  const text = children
    .map(lineOf)
    .filter((line) => line !== '')
    .join(' ');
  return { id, file, text, hints, start, solution, tests, place };
}
