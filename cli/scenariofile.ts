import type { ScenarioFile } from '../sim/index.ts';
import { parseManifests } from '../sim/packs/yaml.ts';
import { read } from './files.ts';

/** Reads a scenario from disk; gives a sentence with file and line when it cannot be used. */
export function readScenario(path: string): ScenarioFile | string {
  const text = read(path);
  if (text === undefined) return `--scenario ${path}: there is no such file.`;
  const { documents, error } = parseManifests(text, path);
  if (error !== undefined) return `${path}:${error.line}: ${error.sentence}`;
  const scenario = documents[0]?.object;
  if (documents.length !== 1 || typeof scenario !== 'object' || scenario === null || Array.isArray(scenario)) {
    return `${path}: a scenario is one YAML document with fields such as nodes, seed, timings and objects.`;
  }
  return scenario as ScenarioFile;
}
