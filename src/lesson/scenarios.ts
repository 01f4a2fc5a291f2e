import type { ScenarioFile } from '../../sim/index.ts';
import { parseManifests } from '../../sim/packs/yaml.ts';
import { readScenario } from '../schemas/scenario.ts';
import type { Problem } from './model.ts';
import { didYouMean } from './nearest.ts';

/** Reads the YAML of a scenario, with everything that is wrong with it at its line. */
export function parseScenario(
  file: string,
  text: string,
): { readonly scenario: ScenarioFile | undefined; readonly problems: readonly Problem[] } {
  const { documents, error } = parseManifests(text, file);
  if (error !== undefined) {
    const place = { file, line: error.line, column: error.column };
    return { scenario: undefined, problems: [{ place, title: 'The scenario is not YAML', reason: error.sentence }] };
  }
  const document = documents[0];
  const read = readScenario(document?.object ?? {});
  if ('scenario' in read) return { scenario: read.scenario, problems: [] };
  const problems = read.issues.map((issue): Problem => {
    const path = issue.path.map(String);
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [];
    const steps = [...path, ...keys.slice(0, 1)];
    const line = document?.lineOf(steps.join('.')) ?? 1;
    const place = { file, line, column: 1 };
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
  return { scenario: undefined, problems };
}

/** Keys anywhere in a scenario, for suggestions. */
const KNOWN =
  'title seed nodes timings network images objects faults name cpu memory pods labels taints nodeMonitorGracePeriod nodeMonitorPeriod etcdFsync localMs latencyMs jitterMs lossPerMille at fault'.split(
    ' ',
  );
