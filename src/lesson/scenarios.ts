import type { ScenarioFile } from '../../sim/index.ts';
import { parseManifests } from '../../sim/packs/yaml.ts';
import { readScenario } from '../schemas/scenario.ts';
import type { Place, Problem } from './model.ts';
import { didYouMean } from './nearest.ts';

/** A scenario as written: what it inherits is still to be read. */
export interface WrittenScenario extends ScenarioFile {
  readonly extends?: string;
  readonly from?: string;
}

/** Reads the YAML of a scenario, with everything that is wrong with it at its line. */
export function parseScenario(
  file: string,
  text: string,
): {
  readonly scenario: WrittenScenario | undefined;
  readonly problems: readonly Problem[];
  /** Where a key stands: `objects`. */
  readonly placeOf: (path: string) => Place;
} {
  const { documents, error } = parseManifests(text, file);
  if (error !== undefined) {
    const place = { file, line: error.line, column: error.column };
    const problem = { place, title: 'The scenario is not YAML', reason: error.sentence };
    return { scenario: undefined, problems: [problem], placeOf: () => place };
  }
  const document = documents[0];
  const placeOf = (path: string) => ({ file, ...(document?.placeOf(path) ?? { line: 1, column: 1 }) });
  const second = documents[1];
  if (second !== undefined) {
    const place = { file, ...second.place };
    const reason = `This one has ${documents.length}, with --- between them.`;
    return { scenario: undefined, problems: [{ place, title: 'A scenario is one document', reason }], placeOf };
  }
  const read = readScenario(document?.object ?? {});
  if ('scenario' in read) return { scenario: read.scenario, problems: [], placeOf };
  const problems = read.issues.map((issue): Problem => {
    const path = issue.path.map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const steps = [...path, ...keys.slice(0, 1)];
    const place = placeOf(steps.join('.'));
    if (keys.length > 0) {
      const where = path.length === 0 ? 'a scenario' : path.filter((step) => !/^\d+$/.test(step)).join('.');
      return { place, title: `Unknown key "${keys[0]}" in ${where}.${didYouMean(keys[0] ?? '', KNOWN)}` };
    }
    return {
      place,
      title: `${path
        .map((step) => (/^\d+$/.test(step) ? `[${step}]` : `.${step}`))
        .join('')
        .slice(1)}: ${issue.message}`,
    };
  });
  return { scenario: undefined, problems, placeOf };
}

/** Keys anywhere in a scenario, for suggestions. */
const KNOWN =
  'extends from title seed nodes timings network images lab users groups namespace role token objects faults name cpu memory pods labels taints nodeMonitorGracePeriod nodeMonitorPeriod defaultToleration etcdFsync etcdElectionTimeout podWatchLag etcd members snapshotCount quotaBytes localMs latencyMs jitterMs lossPerMille at fault'.split(
    ' ',
  );
