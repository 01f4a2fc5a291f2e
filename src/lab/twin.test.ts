import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hashTexts, hashTrace, type LabCall, type ScenarioFile, Session, serializeWorld } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { addLab } from '../../sim/packs/lab.ts';
import { parseManifests } from '../../sim/packs/yaml.ts';
import { programOf } from './host.ts';
import { NodeHost } from './node/nodehost.ts';

addKinds();
addKubectl();
addLab();

const FOLDER = 'src/content/chapters/08-beyond/05-replicaset-controller';
const code = readFileSync(`${FOLDER}/solution.ts`, 'utf8');
const yaml = readFileSync(`${FOLDER}/scenario.lab.yaml`, 'utf8');
const scenario = parseManifests(yaml, 'scenario.lab.yaml').documents[0]?.object as ScenarioFile;
const host = new NodeHost();
expect(host.loadNow(code).ok).toBe(true);

/** Deploys, plays, kills and starts the process; each verb is given until it no longer stands at a question. */
function played(session: Session, give: (verb: () => void) => void): Session {
  session.do(`deploy ${programOf(code)}`, {});
  for (let moves = 0; moves < 12; moves++) give(() => session.move());
  session.do('stop my-replicaset-controller', {});
  give(() => session.move());
  session.do('start my-replicaset-controller', {});
  give(() => session.seek(8000));
  return session;
}

const told = ({ past, timeline }: Session) => [hashTrace(past), hashTexts([timeline.world], serializeWorld)];

it('answered at once or after a stop, scrubbed, or played again from its commands, the history is the same', () => {
  const spec = { scenario, plan: [], goals: [] };
  const answer = (question: { readonly asks: unknown }) => host.callNow(question.asks as LabCall);
  const atOnce = played(new Session(spec, { freeze: true, answer }), (verb) => verb());
  let asked = 0;
  const page = new Session(spec, { freeze: true });
  played(page, (verb) => {
    for (;;) {
      page.answers.begin();
      verb();
      if (page.answers.waiting === undefined) return;
      asked++;
      page.answers.give(answer(page.answers.waiting));
    }
  });
  expect(told(page)).toEqual(told(atOnce));
  expect(asked).toBeGreaterThan(5);
  const before = asked;
  page.seek(40);
  page.seek(8000);
  expect(told(page)).toEqual(told(atOnce));
  const again = new Session(spec, { freeze: true });
  again.replay(page.commands, 8000);
  expect(told(again)).toEqual(told(atOnce));
  expect(asked).toBe(before);
});
