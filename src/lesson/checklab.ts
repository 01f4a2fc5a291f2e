import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { LabFailure } from '../../sim/index.ts';
import { besideOf } from '../lab/labfile.ts';
import type { LabVerdicts } from '../lab/node/verdicts.ts';
import type { LabAnswer } from '../lab/node/verdictsthread.ts';
import type { LabModel, LessonModel, Problem } from './model.ts';

/**
 * Proves what a lab says: the start fails, the solution passes, each wrong program first fails the test that it names
 * and is given a hint for it, and a program that never ends, or throws, is reported with its line.
 */
export function checkLab(lesson: LessonModel, lab: LabModel, answer: LabAnswer): readonly Problem[] {
  const folder = dirname(lesson.file);
  const { place } = lab;
  if ('reason' in answer) {
    const reason = answer.reason.trim().split('\n').slice(0, 6).join('\n');
    return [{ place, title: `The tests of the Lab "${lab.id}" cannot be run`, reason }];
  }
  const { verdicts } = answer;
  const { programs, tests, endless, throwing } = verdicts;
  const problems: Problem[] = [];
  if (tests.map(({ id }) => id).join() !== lab.tests.map(({ id }) => id).join()) {
    const reason = `They are ${tests.map(({ id }) => id).join(', ')}; ${lab.tests.map(({ id }) => id).join(', ')} are read.`;
    problems.push({ place, title: `Write each test of the Lab as id: '…', says: '…', run(…)`, reason });
  }
  problems.push(...checkSolution(programs, lab), ...checkStart(programs, lab));
  for (const [file, verdict] of Object.entries(programs)) {
    if (file.startsWith('wrong-')) problems.push(...checkWrong(folder, file, verdict, lab));
  }
  if (lab.file === 'program.yaml') return problems;
  problems.push(...checkReport('never ends', 'timeout', endless, lab));
  problems.push(...checkReport('throws', 'thrown', throwing, lab));
  return problems;
}

type Verdicts = LabVerdicts['programs'];

function checkSolution(programs: Verdicts, { file, place }: LabModel): readonly Problem[] {
  const name = besideOf('solution', file);
  const verdict = programs[name];
  if (verdict?.failure !== undefined)
    return [{ place, title: `${name} does not load`, reason: sayOf(verdict.failure) }];
  return (verdict?.results ?? [])
    .filter(({ isPassed }) => !isPassed)
    .map(({ says, problem }) => ({ place, title: `${name} fails the test "${says}"`, reason: problem }));
}

function checkStart(programs: Verdicts, { file, place }: LabModel): readonly Problem[] {
  const name = besideOf('start', file);
  const verdict = programs[name];
  if (verdict?.failure !== undefined)
    return [{ place, title: `${name} does not load`, reason: sayOf(verdict.failure) }];
  const isSolved = verdict?.results.every(({ isPassed }) => isPassed) ?? false;
  return isSolved ? [{ place, title: `${name} passes all tests: nothing is left to build` }] : [];
}

function checkWrong(folder: string, file: string, verdict: Verdicts[string], lab: LabModel): readonly Problem[] {
  const place = { file: join(folder, file), line: 1, column: 1 };
  const named = /^(?:\/\/|#) fails: (\S+)/.exec(readFileSync(place.file, 'utf8'))?.[1];
  const mark = lab.file === 'program.yaml' ? '#' : '//';
  if (named === undefined) return [{ place, title: `${file} begins with ${mark} fails: and the id of a test` }];
  if (verdict?.failure !== undefined)
    return [{ place, title: `${file} does not load`, reason: sayOf(verdict.failure) }];
  const first = verdict?.results.find(({ isPassed }) => !isPassed);
  if (first === undefined) return [{ place, title: `${file} passes all tests, but should fail "${named}"` }];
  if (first.id !== named) {
    const title = `${file} should first fail "${named}", but fails "${first.id}"`;
    return [{ place, title, reason: first.problem }];
  }
  if (lab.hints.some(({ when }) => when === named)) return [];
  return [
    { place, title: `${file} fails "${named}", and there is no Hint for it`, fix: `add <Hint when="${named}">.` },
  ];
}

function checkReport(
  what: string,
  kind: LabFailure['kind'],
  failure: LabFailure | undefined,
  lab: LabModel,
): Problem[] {
  if (failure?.kind === kind && failure.line === 3) return [];
  const reason = failure === undefined ? 'Nothing is reported.' : `${failure.kind}: ${sayOf(failure)}`;
  return [{ place: lab.place, title: `A program that ${what} in line 3 is not reported as that`, reason }];
}

function sayOf({ message, line }: LabFailure): string {
  return line === undefined ? message : `Line ${line}: ${message}`;
}
