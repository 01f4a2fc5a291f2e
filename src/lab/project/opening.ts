import type { ScenarioFile } from '../../../sim/index.ts';
import type { LabCase, OpenLab } from '../caseapi.ts';
import { checkFile } from '../checkfile.ts';
import { programOf } from '../host.ts';
import { NodeHost } from '../node/nodehost.ts';
import { scenarioIn } from '../scenario.ts';
import { runCase } from '../trial.ts';

/**
 * The package `cluster-lab` of a downloaded project: loads the text of a program for the cluster that the text of a
 * scenario describes. Throws a sentence with the line when the program cannot be loaded.
 */
export function openLab(program: string, scenario: string): OpenLab {
  const cluster = scenarioIn(scenario);
  if (cluster.lab === undefined) return { run: (test) => runOverFile(test, cluster, program) };
  const host = new NodeHost();
  const loaded = host.loadNow(program);
  if (!loaded.ok) throw new Error(`program.ts:${loaded.failure.line ?? 1}: ${loaded.failure.message}`);
  return {
    async run(test) {
      const { problem, failure } = await runCase(test, cluster, programOf(program), (call) => host.callNow(call));
      return problem === '' || failure?.line === undefined ? problem : `${problem} (program.ts:${failure.line})`;
    },
  };
}

/** A file of objects is read as the editor of the page reads it, then applied. */
async function runOverFile(test: LabCase, cluster: ScenarioFile, text: string): Promise<string> {
  const [wrong] = await checkFile(text, cluster);
  if (wrong !== undefined) return `program.yaml:${wrong.line}:${wrong.column}: ${wrong.message}`;
  return (await runCase(test, cluster, text, nobody)).problem;
}

function nobody(): never {
  throw new Error('No process of this cluster runs a program.');
}
