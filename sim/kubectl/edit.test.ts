import { expect, test } from 'vitest';
import { Session } from '../index.ts';
import { addEditing } from '../packs/editing.ts';
import { addKinds } from '../packs/kinds.ts';
import { addKubectl } from '../packs/kubectl.ts';
import { toParsedFile } from '../packs/yaml.ts';

addKinds();
addKubectl();
addEditing();

const scenario = { nodes: 1, etcd: { members: 1 as const }, images: ['nginx:1.27'] };

/** A cluster with a Deployment that has settled. */
function settled(): Session {
  const session = new Session({ scenario, plan: [], goals: [] });
  play(session, 'kubectl create deployment web --image=nginx:1.27');
  session.seek(20_000);
  return session;
}

function play(session: Session, line: string, files: Readonly<Record<string, string>> = {}): string {
  session.type(line, Object.fromEntries(Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)])));
  return finish(session);
}

/** What the last line has printed once it is answered, and its exit code, or `editing`. */
function finish(session: Session): string {
  while (!session.move().isEnd);
  const { lines, exitCode, editing } = last(session);
  return [...lines.map(({ text }) => text), editing === undefined ? `(${exitCode})` : '(editing)'].join('\n');
}

function last(session: Session) {
  return session.terminals.at(-1) as Session['terminals'][number];
}

function save(session: Session, change: (text: string) => string): string {
  const { id, editing = '' } = last(session);
  session.save(id, toParsedFile(change(editing), 'edited-file'));
  return finish(session);
}

const HEAD = `# Please edit the object below. Lines beginning with a '#' will be ignored,
# and an empty file will abort the edit. If an error occurs while saving this file will be
# reopened with the relevant failures.
#
`;

test('the live object in the editor, and a patch of what was changed; the story is done again from its record', () => {
  const session = settled();
  expect(play(session, 'kubectl edit deployment web')).toBe('(editing)');
  const { editing = '' } = last(session);
  expect(editing.startsWith(`${HEAD}apiVersion: apps/v1\nkind: Deployment\n`)).toBe(true);
  expect(editing).not.toContain('managedFields');
  expect(save(session, (text) => text.replace('  replicas: 1', '  replicas: 3'))).toBe(
    'deployment.apps/web edited\n(0)',
  );
  session.seek(session.now + 5000);
  expect(play(session, 'kubectl get deployment web -o jsonpath={.spec.replicas}')).toBe('3\n(0)');
  const again = new Session(session.spec);
  again.replay(JSON.parse(JSON.stringify(session.commands)), session.now);
  expect(again.terminals.map(({ lines }) => lines)).toEqual(session.terminals.map(({ lines }) => lines));
  session.undo();
  session.undo();
  expect(last(session).editing).toBe(editing);
});

test('an edit that is cancelled, empty, or only written otherwise changes nothing', () => {
  const session = settled();
  const cases: readonly (readonly [(text: string) => string, string])[] = [
    [(text) => text, 'Edit cancelled, no changes made.\n(0)'],
    [
      (text) => `# more\n${text.replace('kind: Deployment', "kind: 'Deployment'")}`,
      'Edit cancelled, no changes made.\n(0)',
    ],
    [() => '# nothing\n\n', 'Edit cancelled, saved file was empty.\n(0)'],
  ];
  for (const [change, printed] of cases) {
    play(session, 'kubectl edit deployment/web');
    expect(save(session, change)).toBe(printed);
  }
});

test('what the server refuses comes back into the editor, with the reasons as comments', () => {
  const session = settled();
  play(session, 'kubectl edit deployment web');
  const invalid = 'error: deployments.apps "web" is invalid\n(editing)';
  expect(save(session, (text) => text.replace('  replicas: 1', '  replicas: -1'))).toBe(invalid);
  const reason =
    '# deployments.apps "web" was not valid:\n# * spec.replicas: Invalid value: -1: must be greater than or equal to 0\n#\n';
  const { editing = '' } = last(session);
  expect(editing.startsWith(`${HEAD}${reason}apiVersion`)).toBe(true);
  expect(editing).toContain('  replicas: -1');
  expect(save(session, (text) => text.replace('replicas: -1', 'replicas: 2'))).toContain(
    'deployment.apps/web edited\n(0)',
  );
  play(session, 'kubectl edit deployment web');
  save(session, (text) => text.replace('  replicas: 2', '   replicas: 2'));
  expect(last(session).editing).toContain('# * <nil>: Invalid value: "The edited file failed validation": yaml: line');
  const kept =
    /A copy of your changes has been stored to "\/tmp\/kubectl-edit-\d+\.yaml"\nerror: Edit cancelled, no valid/;
  expect(save(session, (text) => text)).toMatch(kept);
  play(session, 'kubectl edit deployment web');
  const moved = 'error: At least one of apiVersion, kind and name was changed\n(1)';
  expect(save(session, (text) => text.replace(/^ {2}name: web$/m, '  name: other'))).toContain(moved);
});

test('JSON in the editor has no head, and its reasons are not said', () => {
  const session = settled();
  play(session, 'kubectl edit deployment web -o json');
  expect(last(session).editing?.startsWith('{\n    "apiVersion": "apps/v1",\n    "kind": "Deployment"')).toBe(true);
  expect(save(session, (text) => text.replace('"replicas": 1', '"replicas": -1'))).toContain('is invalid\n(editing)');
  expect(last(session).editing?.startsWith('{\n')).toBe(true);
  expect(save(session, (text) => text.replace('"replicas": -1', '"replicas": 2'))).toContain('edited\n(0)');
  expect(play(session, 'kubectl edit deployment web -o name')).toBe(
    'error: unable to match a printer suitable for the output format "name", allowed formats are: json,yaml\n(1)',
  );
});

test('a program may be the editor: cp puts a file in its place', () => {
  const session = settled();
  const text = play(session, 'kubectl get deployment web -o yaml')
    .replace('\n(0)', '\n')
    .replace('  replicas: 1', '  replicas: 4');
  const line = "KUBE_EDITOR='cp more.yaml' kubectl edit deployment web";
  expect(play(session, line, { 'more.yaml': text })).toBe('deployment.apps/web edited\n(0)');
  expect(play(session, line)).toContain('error: there was a problem with the editor "cp more.yaml"\n(1)');
});
