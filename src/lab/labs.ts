import type { ScenarioFile } from '../../sim/index.ts';
import type { LabCase } from './caseapi.ts';
import { scenarioIn } from './scenario.ts';

/** The tests of a lab, and the cluster they run in. */
export interface LabTests {
  readonly cases: readonly LabCase[];
  readonly scenario: ScenarioFile;
}

const tests = import.meta.glob<{ readonly cases: readonly LabCase[] }>('../content/chapters/*/*/lab.test.ts');
const scenarios = import.meta.glob<string>('../content/chapters/*/*/scenario.lab.yaml', {
  query: '?raw',
  import: 'default',
});

/** Loads the tests of the lab of a lesson, by the lesson's address: `beyond/replicaset-controller`. */
export async function testsOf(address: string): Promise<LabTests> {
  const [module, text] = await Promise.all([at(tests, address), at(scenarios, address)]);
  const scenario = known.get(address) ?? scenarioIn(text);
  known.set(address, scenario);
  return { cases: module.cases, scenario };
}

/** Scenarios are read once: by its scenario a test finds what the file of the test before it came to. */
const known = new Map<string, ScenarioFile>();

/** Numbers before the names of folders decide their order only. */
function at<T>(files: Readonly<Record<string, () => Promise<T>>>, address: string): Promise<T> {
  const path = Object.keys(files).find((name) => {
    const folder = name.replace(/^.*?chapters\//, '').replace(/\/[^/]*$/, '');
    return folder.replace(/(^|\/)\d+-/g, '$1') === address;
  });
  const load = path === undefined ? undefined : files[path];
  if (load === undefined) throw new Error(`There is no lab ${address}.`);
  return load();
}
