import { expect, test } from 'vitest';
import { type Answer, printed, type Script, Terminal } from '../../test/kubectl/terminal.ts';
import { notFound } from '../api/status.ts';
import type { Value } from '../kernel/value.ts';
import { API_SERVER } from '../protocol/http.ts';
import { KUBECTL } from '../protocol/terminal.ts';

const PODS = '/api/v1/namespaces/default/pods';
const about = { group: '', plural: 'pods', kind: 'Pod' };

function pod(name: string, more: object = {}) {
  const metadata = { name, namespace: 'default', uid: `uid-${name}`, resourceVersion: '5', ...more };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
}

function ok(body: object): Answer {
  return { status: 200, body };
}

function missing(name: string): Answer {
  return { status: 404, body: notFound(about, name) as Value };
}

const columns = ['Name', 'Status', 'IP'].map((name, index) => {
  return { name, type: 'string', format: index === 0 ? 'name' : '', description: '', priority: index === 2 ? 1 : 0 };
});

function table(rows: readonly (readonly string[])[], isFirst = true) {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: '9' },
    columnDefinitions: isFirst ? columns : null,
    rows: rows.map((cells) => ({ cells, object: { metadata: { name: cells[0], namespace: 'default' } } })),
  };
}

const listed = ok(
  table([
    ['web', 'Running', '10.0.0.7'],
    ['database', 'Pending', '<none>'],
  ]),
);

/** Name of the case, the line, the server's script, what is printed, the exit code. */
const cases: readonly (readonly [string, string, Script, string, number])[] = [
  [
    'a table',
    'kubectl get pods',
    [[`GET ${PODS}?limit=500`, listed]],
    'NAME       STATUS\nweb        Running\ndatabase   Pending',
    0,
  ],
  [
    'wide',
    'kubectl get po -o wide',
    [['GET', listed]],
    'NAME       STATUS    IP\nweb        Running   10.0.0.7\ndatabase   Pending   <none>',
    0,
  ],
  [
    'flags before the verb',
    'kubectl -n kube-system get pods',
    [['GET /api/v1/namespaces/kube-system/pods', ok(table([]))]],
    '! No resources found in kube-system namespace.',
    0,
  ],
  [
    'not found',
    'kubectl get pod x',
    [[`GET ${PODS}/x`, missing('x')]],
    '! Error from server (NotFound): pods "x" not found',
    1,
  ],
  [
    'one of two',
    'kubectl get pods web x',
    [
      [`GET ${PODS}/web`, ok(table([['web', 'Running', '']]))],
      [`GET ${PODS}/x`, missing('x')],
    ],
    'NAME   STATUS\nweb    Running\n! Error from server (NotFound): pods "x" not found',
    1,
  ],
  ['unknown type', 'kubectl get pdos', [], '! error: the server doesn\'t have a resource type "pdos"', 1],
  [
    'unknown flag',
    'kubectl get pods --foo',
    [],
    "! error: unknown flag: --foo\n! See 'kubectl get --help' for usage.",
    1,
  ],
  [
    'flag of the real one',
    'kubectl logs -f web',
    [],
    '! kubectl logs can do this; this harbour cannot yet: --follow',
    1,
  ],
  [
    'verb of the real one',
    'kubectl attach web',
    [],
    '! kubectl attach is not in this simulator: programs here read no input.\n! The nearest thing here: kubectl logs POD',
    1,
  ],
  [
    'misspelt verb',
    'kubectl gte pods',
    [],
    '! error: unknown command "gte" for "kubectl"\n! \n! Did you mean this?\n! \tget',
    1,
  ],
  ['no such file', 'kubectl apply -f web.yml', [], '! error: the path "web.yml" does not exist', 1],
  [
    'a pipe',
    'kubectl get pods | grep web',
    [],
    '! This terminal runs one kubectl command at a time; it has no pipes (|).',
    2,
  ],
  [
    'another program',
    'foo bar',
    [],
    '! foo: command not found. This terminal runs kubectl; type help for what it knows.',
    127,
  ],
  ['json path', "kubectl get pod web -o jsonpath='{.metadata.uid}'", [['GET', ok(pod('web'))]], 'uid-web', 0],
  [
    'a warning',
    'kubectl run web --image=nginx',
    [['POST', { status: 201, body: pod('web'), warning: '299 - "no \\"x\\" here"' }]],
    '! Warning: no "x" here\npod/web created',
    0,
  ],
];

test.each(cases)('%s', (_name, line, script, wanted, exitCode) => {
  const run = new Terminal(script).type(line);
  expect(printed(run)).toBe(wanted);
  expect(run.exitCode).toBe(exitCode);
});

const MANIFEST = 'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: nginx}]}\n';

test('apply creates with the file in an annotation, in the requests of the real one', () => {
  const terminal = new Terminal([
    [`GET ${PODS}/web`, missing('web')],
    ['POST', { status: 201, body: pod('web') }],
  ]);
  expect(printed(terminal.type('kubectl apply -f web.yaml', { 'web.yaml': MANIFEST }))).toBe('pod/web created');
  const query = 'fieldManager=kubectl-client-side-apply&fieldValidation=Strict';
  expect(terminal.requests()).toEqual([`GET ${PODS}/web`, `POST ${PODS}?${query}`]);
  const [body] = terminal.bodies() as [{ metadata: { annotations: Record<string, string> } }];
  expect(body.metadata.annotations['kubectl.kubernetes.io/last-applied-configuration']).toBe(
    '{"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{},"name":"web","namespace":"default"},' +
      '"spec":{"containers":[{"image":"nginx","name":"c"}]}}\n',
  );
});

test('apply sends nothing when nothing changed, and a strategic patch when something did', () => {
  const first = new Terminal([
    ['GET', missing('web')],
    ['POST', { status: 201, body: pod('web') }],
  ]);
  first.type('kubectl apply -f web.yaml', { 'web.yaml': MANIFEST });
  const live = { ...(first.bodies()[0] as object), status: { phase: 'Running' } };
  const same = new Terminal([['GET', ok(live)]]);
  expect(printed(same.type('kubectl apply -f web.yaml', { 'web.yaml': MANIFEST }))).toBe('pod/web unchanged');
  const other = new Terminal([
    ['GET', ok(live)],
    ['PATCH', ok(live)],
  ]);
  const changed = MANIFEST.replace('image: nginx', 'image: nginx:2');
  expect(printed(other.type('kubectl apply -f web.yaml', { 'web.yaml': changed }))).toBe('pod/web configured');
  expect(other.bodies()[0]).toMatchObject({ spec: { containers: [{ name: 'c', image: 'nginx:2' }] } });
});

test('delete waits until the object is gone, and only for that object', () => {
  const gone = { afterMs: 3000, type: 'DELETED' as const, object: pod('web') };
  const list = { kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '7' }, items: [pod('web')] };
  const terminal = new Terminal([
    [`DELETE ${PODS}/web`, ok(pod('web'))],
    [`GET ${PODS}/web`, ok(pod('web'))],
    [`GET ${PODS}?fieldSelector=metadata.name=web&limit=500&resourceVersion=0`, ok(list)],
    [
      `GET ${PODS}?fieldSelector=metadata.name=web&allowWatchBookmarks=true&resourceVersion=7&watch=true`,
      { status: 200, frames: [gone] },
    ],
  ]);
  const run = terminal.type('kubectl delete pod web', {}, 2500);
  expect(printed(run)).toBe('pod "web" deleted');
  expect(run.exitCode).toBeUndefined();
  terminal.simulation.runUntil(5000);
  expect(terminal.run(run.id).exitCode).toBe(0);
});

test('a watch prints rows as they come, its columns only grow, and Ctrl+C ends it', () => {
  const frames = [
    { afterMs: 100, type: 'MODIFIED' as const, object: table([['web', 'ContainerCreating', '']], false) },
    { afterMs: 200, type: 'ADDED' as const, object: table([['a-much-longer-name', 'Pending', '']], false) },
    { afterMs: 300, type: 'DELETED' as const, object: table([['web', 'Running', '']], false) },
  ];
  const terminal = new Terminal([
    [`GET ${PODS}?limit=500`, ok(table([['web', 'Pending', '']]))],
    [`GET ${PODS}?resourceVersion=9&watch=true`, { status: 200, frames }],
  ]);
  const run = terminal.type('kubectl get pods -w');
  expect(printed(run)).toBe(
    'NAME   STATUS\nweb    Pending\nweb    ContainerCreating\na-much-longer-name   Pending\nweb                  Running',
  );
  terminal.simulation.inject(KUBECTL, 'interrupt', { id: run.id }, []);
  terminal.simulation.runUntil(4000);
  expect(terminal.run(run.id).exitCode).toBe(1);
});

test('--watch-only leaves out what is there, also the first event of a watch of one object', () => {
  const frames = [
    { afterMs: 100, type: 'ADDED' as const, object: table([['web', 'Pending', '']]) },
    { afterMs: 200, type: 'MODIFIED' as const, object: table([['web', 'Running', '']], false) },
  ];
  const terminal = new Terminal([
    [`GET ${PODS}/web`, ok(table([['web', 'Pending', '']]))],
    [`GET ${PODS}?fieldSelector=metadata.name=web&resourceVersion=0&watch=true`, { status: 200, frames }],
  ]);
  expect(printed(terminal.type('kubectl get pod web --watch-only'))).toBe('NAME   STATUS\nweb    Running');
});

test('the kubeconfig: contexts are renamed, changed and deleted', () => {
  const terminal = new Terminal([]);
  const lines = [
    ['config set contexts.extra.namespace shop', 'Property "contexts.extra.namespace" set.'],
    ['config set-context --current --namespace=prod', 'Context "kubernetes-admin@kubernetes" modified.'],
    [
      'config rename-context kubernetes-admin@kubernetes home',
      'Context "kubernetes-admin@kubernetes" renamed to "home".',
    ],
    [
      'config rename-context home extra',
      '! error: cannot rename the context "home", the context "extra" already exists',
    ],
    ['config current-context', 'home'],
    [
      'config get-contexts',
      'CURRENT   NAME    CLUSTER      AUTHINFO           NAMESPACE\n' +
        '          extra                                   shop\n' +
        '*         home    kubernetes   kubernetes-admin   prod',
    ],
    ['config unset contexts.home.namespace', 'Property "contexts.home.namespace" unset.'],
    ['config delete-context home', '! warning: this removed your active context, use "kubectl config use-context" to'],
    ['config delete-context home', '! error: cannot delete context home, not in /root/.kube/config'],
    ['config set nope foo', '! error: unable to parse nope after [] at api.Config'],
    ['config delete-user kubernetes-admin', 'deleted user kubernetes-admin from /root/.kube/config'],
    ['config get-users', 'NAME'],
    ['config set-cluster x', '! kubectl config set-cluster is not in this simulator: there is only this cluster.'],
  ] as const;
  for (const [line, text] of lines) expect(printed(terminal.type(`kubectl ${line}`)), line).toContain(text);
});

test('an API server killed in the middle of a command gives a clear message, and the next one too', () => {
  const terminal = new Terminal([['GET', { status: 200, isSilent: true }]]);
  const run = terminal.type('kubectl get pods', {}, 100);
  expect(run.exitCode).toBeUndefined();
  terminal.simulation.crash(API_SERVER);
  terminal.simulation.runUntil(200);
  expect(printed(terminal.run(run.id))).toBe('! Unable to connect to the server: EOF');
  const next = terminal.type('kubectl get pods');
  expect(printed(next)).toContain('The connection to the server control-plane:6443 was refused - did you specify');
  expect(next.exitCode).toBe(1);
  expect(next.advice?.sentence).toContain('Nobody answers');
});

test('a server that never answers is given up', () => {
  const terminal = new Terminal([['GET', { status: 200, isSilent: true }]]);
  const run = terminal.type('kubectl get pods', {}, 120_000);
  expect(printed(run)).toMatch(/^! Unable to connect to the server: .*i\/o timeout/);
});

test('each line and the end are noted, so that pages replay the terminal', () => {
  const terminal = new Terminal([['GET', listed]]);
  const run = terminal.type('kubectl get pods');
  const notes = terminal.records.flatMap((record) => (record.type === 'noted' ? [record.note] : []));
  expect(notes.map((note) => note.what)).toEqual([
    'kubectl/started',
    'kubectl/printed',
    'kubectl/printed',
    'kubectl/printed',
    'kubectl/exited',
  ]);
  expect(notes.every((note) => note.run === run.id)).toBe(true);
});

test('a world written down and read back after each message goes on the same', () => {
  const node = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'n', uid: 'u' }, spec: {}, status: {} };
  const empty = { metadata: {}, items: [] };
  const script: Script = [
    ['GET /api/v1/nodes/n', ok(node)],
    ['GET /api/v1/pods', ok(empty)],
    ['GET /api/v1/events', ok(empty)],
    ['GET /apis/coordination.k8s.io', missing('n')],
  ];
  const wanted = printed(new Terminal(script).type('kubectl describe node n'));
  expect(wanted).toContain('Failed to get lease');
  const terminal = new Terminal(script);
  const run = terminal.type('kubectl describe node n', {}, 1);
  while (terminal.simulation.step(5000)) terminal.reload();
  expect(printed(terminal.run(run.id))).toBe(wanted);
});
