import { begin, checkManifests, type ManifestProblem, type ScenarioFile, serving } from '../../sim/index.ts';
import { parseManifests } from '../../sim/packs/yaml.ts';
import { prepare } from './trial.ts';

/** What is wrong with a reader's file, at its lines, as the editor of a page marks it: before kubectl reads it. */
export async function checkFile(text: string, scenario: ScenarioFile): Promise<readonly ManifestProblem[]> {
  await prepare(scenario);
  const isExtended = scenario.addons?.includes('extensions') ?? false;
  const kinds = isExtended ? (await import('../../sim/packs/extensions.ts')).kindsNow(begin(scenario, {})) : [];
  return serving(kinds, () => checkManifests(parseManifests(text, 'program.yaml')));
}
