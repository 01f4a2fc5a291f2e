import type { ScenarioFile } from '../sim/index.ts';
import { parseManifests } from '../sim/packs/yaml.ts';
import { readScenario as check } from '../src/schemas/scenario.ts';
import { read } from './files.ts';

/** Reads a scenario from disk; gives a sentence with file and line when it cannot be used. */
export function readScenario(path: string): ScenarioFile | string {
  const text = read(path);
  if (text === undefined) return `--scenario ${path}: there is no such file.`;
  const { documents, error } = parseManifests(text, path);
  if (error !== undefined) return `${path}:${error.line}: ${error.sentence}`;
  if (documents.length > 1) return `${path}: a scenario is one YAML document, not ${documents.length}.`;
  const checked = check(documents[0]?.object);
  const heir = (['extends', 'from'] as const).find((key) => key in Object(documents[0]?.object));
  if (heir !== undefined) {
    return `${path}:${documents[0]?.placeOf(heir).line ?? 1}: ${heir}: only lessons inherit; play it with npm run lesson -- check.`;
  }
  if ('scenario' in checked) return checked.scenario;
  const [issue] = checked.issues;
  const field = pathText(issue?.path ?? []);
  return `${path}:${documents[0]?.placeOf(field).line ?? 1}: ${field || 'the scenario'}: ${issue?.message}.`;
}

/** `nodes[0].cpu` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}
