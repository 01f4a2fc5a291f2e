import type { ScenarioFile } from '../../../sim/index.ts';
import { parseManifests } from '../../../sim/packs/yaml.ts';
import type { OpenLab } from '../api.ts';
import { programOf } from '../host.ts';
import { NodeHost } from '../node/nodehost.ts';
import { runCase } from '../trial.ts';

/**
 * The package `cluster-lab` of a downloaded project: loads the text of a program for the cluster that the text of a
 * scenario describes. Throws a sentence with the line when the program cannot be loaded.
 */
export function openLab(program: string, scenario: string): OpenLab {
  const host = new NodeHost();
  const loaded = host.loadNow(program);
  if (!loaded.ok) throw new Error(`program.ts:${loaded.failure.line ?? 1}: ${loaded.failure.message}`);
  const cluster = (parseManifests(scenario, 'scenario.yaml').documents[0]?.object ?? {}) as ScenarioFile;
  return {
    async run(test) {
      const { problem, failure } = await runCase(test, cluster, programOf(program), (call) => host.callNow(call));
      return problem === '' || failure?.line === undefined ? problem : `${problem} (program.ts:${failure.line})`;
    },
  };
}
