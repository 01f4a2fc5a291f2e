import { expect, it } from 'vitest';
import type { ScenarioFile } from '../../sim/index.ts';
import type { LabCase } from './caseapi.ts';
import { checkFile } from './checkfile.ts';
import { testsOf } from './labs.ts';
import { runCase } from './trial.ts';

const scenario: ScenarioFile = { seed: 7, etcd: { members: 1 }, nodes: 1, addons: ['extensions'] };

const POLICY = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: { name: small }
spec:
  matchConstraints:
    resourceRules:
      - { apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [configmaps] }
  validations:
    - expression: size(object.data) < 2
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: { name: small }
spec: { policyName: small, validationActions: [Deny] }
`;

const refuses: LabCase = {
  id: 'refuses',
  says: 'What is large is refused.',
  async run(cluster) {
    const large = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'large' }, data: { a: '1', b: '2' } };
    const said = await cluster.kubectl('kubectl create -f large.yaml', { 'large.yaml': large });
    cluster.expect(said.includes(`'small' denied request`), `It said: ${said}`);
  },
};

const nobody = () => {
  throw new Error('Nobody answers here.');
};
const problemOf = async (text: string) => (await runCase(refuses, scenario, text, nobody)).problem;

it('without a lab in its scenario, a test begins with the file applied, again and again', async () => {
  expect(await problemOf(POLICY)).toBe('');
  expect(await problemOf(POLICY)).toBe('');
  expect(await problemOf(POLICY.replace('Deny', 'Warn'))).toMatch(/^It said: Warning: .*\nconfigmap\/large created$/);
});

it('the tests of a lab share one scenario, by which they find what the file came to', async () => {
  const [one, other] = [await testsOf('beyond/admission-policy'), await testsOf('beyond/admission-policy')];
  expect(other.scenario).toBe(one.scenario);
});

it('what the cluster does not take is the reason why each test fails', async () => {
  const text = POLICY.replace('policyName: small, ', '');
  expect(await problemOf(text)).toMatch(/^The cluster does not take your file: .*spec\.policyName: Required value/);
});

it.each([
  ['a file in order', POLICY, undefined],
  ['broken YAML', POLICY.replace('spec: { policyName', 'spec: { : policyName'), { line: 14, column: 11 }],
  ['a field that is none', POLICY.replace('validations', 'validation'), { line: 8, column: 3, class: 'shape' }],
  ['an expression that is none', POLICY.replace('< 2', '<'), { line: 9, column: 7, class: 'sense' }],
])('%s is told with its place', async (_name, text, place) => {
  const [problem] = await checkFile(text, scenario);
  if (place === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatchObject(place);
});

it('a mistake of a file says where it is once', async () => {
  const [problem] = await checkFile(`${POLICY}\n\tx: 1`, scenario);
  expect(problem).toMatchObject({ column: 1, message: 'this line is indented with a tab. YAML allows only spaces.' });
  expect(problem?.line).toBe(POLICY.split('\n').length + 1);
});
