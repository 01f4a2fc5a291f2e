import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LabFailure, LabKind, ScenarioFile } from '../../../sim/index.ts';
import type { LabCase } from '../caseapi.ts';
import { checkFile } from '../checkfile.ts';
import { type LoadResult, programOf } from '../host.ts';
import { scenarioIn } from '../scenario.ts';
import { type CaseResult, runCase } from '../trial.ts';
import { NodeHost } from './nodehost.ts';

/** How the programs of a lab fare, for the lesson check. */
export interface LabVerdicts {
  readonly tests: readonly { readonly id: string; readonly says: string }[];
  /** By file. A program that cannot be loaded has a failure instead of results. */
  readonly programs: Readonly<Record<string, ProgramVerdict>>;
  /** What is reported of a program that never ends, and of one that throws: each in line 3. A file can do neither. */
  readonly endless: LabFailure | undefined;
  readonly throwing: LabFailure | undefined;
}

/** One program's results: of all tests for the solution, else up to the first that fails. */
export interface ProgramVerdict {
  readonly failure?: LabFailure;
  readonly results: readonly CaseResult[];
}

/** What a program of each lab exports. */
const METHODS: Readonly<Record<LabKind, string>> = {
  'replicaset-controller': 'reconcile',
  'score-plugin': 'score',
  operator: 'reconcile',
  vote: 'vote',
  'kube-proxy': 'choose',
};

const PROGRAM = /^(start|solution|wrong-[a-z0-9-]+)\.(ts|yaml)$/;

/** Runs every program in the folder of a lab. */
export async function verdictsOf(folder: string): Promise<LabVerdicts> {
  const { cases } = (await import(pathToFileURL(resolve(folder, 'lab.test.ts')).href)) as {
    readonly cases: readonly LabCase[];
  };
  const scenario = scenarioIn(readFileSync(join(folder, 'scenario.lab.yaml'), 'utf8'));
  const programs: Record<string, ProgramVerdict> = {};
  for (const file of readdirSync(folder).filter((name) => PROGRAM.test(name))) {
    const code = readFileSync(join(folder, file), 'utf8');
    programs[file] = await tried(code, cases, scenario, file.startsWith('solution.'));
  }
  const tests = cases.map(({ id, says }) => ({ id, says }));
  if (scenario.lab === undefined) return { tests, programs, endless: undefined, throwing: undefined };
  const name = METHODS[scenario.lab];
  const third = async (statement: string) => {
    const code = `// Line 3 is the one.\nexport function ${name}(): void {\n  ${statement}\n}\n`;
    return (await tried(code, cases, scenario, false)).results.find(({ failure }) => failure !== undefined)?.failure;
  };
  const throwing = await third(`throw new Error('on purpose');`);
  return { tests, programs, endless: await third('for (;;);'), throwing };
}

async function tried(
  code: string,
  cases: readonly LabCase[],
  scenario: ScenarioFile,
  isWhole: boolean,
): Promise<ProgramVerdict> {
  const host = new NodeHost();
  const isFile = scenario.lab === undefined;
  const loaded = isFile ? await readFile(code, scenario) : host.loadNow(code);
  if (!loaded.ok) return { failure: loaded.failure, results: [] };
  const results: CaseResult[] = [];
  for (const test of cases) {
    const result = await runCase(test, scenario, isFile ? code : programOf(code), (call) => host.callNow(call));
    results.push(result);
    if (!result.isPassed && !isWhole) break;
  }
  return { results };
}

/** The first mistake of a file of objects, if it has one. */
async function readFile(text: string, scenario: ScenarioFile): Promise<LoadResult> {
  const [problem] = await checkFile(text, scenario);
  if (problem === undefined) return { ok: true, exports: [] };
  const { line, column, message } = problem;
  return { ok: false, failure: { kind: 'syntax', message, line, column, stack: [] } };
}
