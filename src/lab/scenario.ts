import type { ScenarioFile } from '../../sim/index.ts';
import { parseManifests } from '../../sim/packs/yaml.ts';

/** The cluster of a lab, from the text of its scenario file: the lesson check has read it by its schema. */
export function scenarioIn(text: string): ScenarioFile {
  return (parseManifests(text, 'scenario.yaml').documents[0]?.object ?? {}) as ScenarioFile;
}
