import { describe, expect, it } from 'vitest';
import { cluster, PODS, podBody, withDefault } from '../../../test/apiserver/cluster.ts';
import { certificateOf, type HttpRequest } from '../../protocol/http.ts';

const RBAC = '/apis/rbac.authorization.k8s.io/v1';
const ROLES = `${RBAC}/namespaces/default/roles`;
const BINDINGS = `${RBAC}/namespaces/default/rolebindings`;

const OWNER = { apiVersion: 'v1', kind: 'Node', name: 'node-1', uid: '1', controller: true };

/** A pod as a kubelet would make it for a file of its node. */
function mirror(metadata: object, spec: object = {}) {
  const { metadata: own, ...rest } = podBody('x', { nodeName: 'node-1', ...spec }) as { readonly metadata: object };
  const annotations = { 'kubernetes.io/config.mirror': 'hash' };
  return { body: { ...rest, metadata: { ...own, annotations, ownerReferences: [OWNER], ...metadata } } };
}

type Made = ReturnType<typeof withDefault>;

function as(user: string, ...groups: readonly string[]) {
  return { certificate: certificateOf(user, ...groups) };
}

/** A role and its binding to a user, in the namespace default. */
function allow({ call, run }: Made, user: string, rule: object) {
  call('POST', ROLES, { body: { metadata: { name: user }, rules: [rule] } });
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: user };
  call('POST', BINDINGS, { body: { metadata: { name: user }, roleRef, subjects: [{ kind: 'User', name: user }] } });
  run(20);
}

const PODS_RULE = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'create'] };

describe('authentication', () => {
  it('knows nobody by a strange certificate or token: 401', () => {
    const { call } = withDefault();
    const strange = { certificate: { user: 'admin', groups: ['system:masters'], issuer: 'somebody' } };
    const unauthorized = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: 'Unauthorized' };
    const expected = { status: 401, body: { ...unauthorized, reason: 'Unauthorized', code: 401 } };
    expect(call('GET', PODS, strange)).toMatchObject(expected);
    const headers = { authorization: 'Bearer aaa.bbb.ccc' };
    expect(call('GET', PODS, { certificate: undefined, headers })).toMatchObject(expected);
  });

  it('takes whoever shows nothing for system:anonymous, who may ask for the version', () => {
    const { call } = withDefault();
    expect(call('GET', PODS, { certificate: undefined }).body.message).toBe(
      'pods is forbidden: User "system:anonymous" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    expect(call('GET', '/version', { certificate: undefined }).status).toBe(200);
    expect(call('GET', '/api', { certificate: undefined })).toMatchObject({
      status: 403,
      body: { message: 'forbidden: User "system:anonymous" cannot get path "/api"', reason: 'Forbidden' },
    });
  });

  it('issues tokens that end with their time, their account, and with a changed letter', () => {
    const made = withDefault();
    const { call, run } = made;
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    call('POST', accounts, { body: { metadata: { name: 'bot' } } });
    run(20);
    const short = call('POST', `${accounts}/bot/token`, { body: { spec: { audiences: [], expirationSeconds: 60 } } });
    expect(short).toMatchObject({ status: 422 });
    expect(short.body.message).toContain('spec.expirationSeconds: Invalid value: 60: may not specify a duration less');
    const answer = call('POST', `${accounts}/bot/token`, { body: { spec: { audiences: [], expirationSeconds: 600 } } });
    const { token } = (answer.body as unknown as { status: { token: string } }).status;
    const ask = (text: string) => {
      const rest = { certificate: undefined, headers: { authorization: `Bearer ${text}` } };
      return call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { ...rest, body: {} });
    };
    expect(ask(token).body).toMatchObject({
      status: {
        userInfo: {
          username: 'system:serviceaccount:default:bot',
          groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
        },
      },
    });
    expect(ask(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`).status).toBe(401);
    run(600_000);
    expect(ask(token).status).toBe(401);
    const second = call('POST', `${accounts}/bot/token`, { body: { spec: { audiences: [] } } });
    const next = (second.body as unknown as { status: { token: string } }).status.token;
    expect(ask(next).status).toBe(201);
    call('DELETE', `${accounts}/bot`);
    run(20);
    expect(ask(next).status).toBe(401);
  });
});

describe('RBAC', () => {
  it.each([
    ['dev', 'GET', PODS, 200, ''],
    ['dev', 'GET', `${PODS}/web`, 404, 'pods "web" not found'],
    ['dev', 'DELETE', `${PODS}/web`, 403, 'pods "web" is forbidden: User "dev" cannot delete resource "pods"'],
    ['dev', 'GET', `${PODS}/web/log`, 403, 'cannot get resource "pods/log" in API group "" in the namespace "default"'],
    ['dev', 'GET', '/api/v1/pods', 403, 'cannot list resource "pods" in API group "" at the cluster scope'],
    ['dev', 'GET', '/api/v1/namespaces/kube-system/pods', 403, 'in the namespace "kube-system"'],
    ['dev', 'GET', '/apis/apps/v1/namespaces/default/deployments', 403, 'deployments.apps is forbidden: User "dev"'],
    ['dev', 'GET', '/api/v1/namespaces/default/frobs', 403, 'frobs is forbidden: User "dev" cannot list resource'],
    ['dev', 'GET', '/metrics', 403, 'forbidden: User "dev" cannot get path "/metrics"'],
    ['eve', 'GET', PODS, 403, 'pods is forbidden: User "eve" cannot list resource "pods" in API group ""'],
  ] as const)('%s: %s %s is %i', (user, method, path, status, message) => {
    const made = withDefault();
    allow(made, 'dev', PODS_RULE);
    const answer = made.call(method, path, as(user));
    expect(answer.status).toBe(status);
    expect(answer.body.message ?? '').toContain(message);
  });

  it('limits a rule to a name, also in a list of that one', () => {
    const made = withDefault();
    allow(made, 'dev', { ...PODS_RULE, resourceNames: ['web'] });
    const list = (fieldSelector: string) => made.call('GET', PODS, { ...as('dev'), query: { fieldSelector } }).status;
    expect([list('metadata.name=web'), list('metadata.name=other'), list('')]).toEqual([200, 403, 403]);
  });

  it('says which role a binding looks for in vain', () => {
    const made = withDefault();
    const roleRef = { kind: 'Role', name: 'gone' };
    const subjects = [{ kind: 'User', name: 'dev' }];
    expect(made.call('POST', BINDINGS, { body: { metadata: { name: 'b' }, roleRef, subjects } }).status).toBe(201);
    made.run(20);
    expect(made.call('GET', PODS, as('dev')).body.message).toMatch(
      /in the namespace "default": RBAC: role\.rbac\.authorization\.k8s\.io "gone" not found$/,
    );
  });

  it('lets nobody give what they do not have, unless they may escalate or bind', () => {
    const made = withDefault();
    const { call } = made;
    const writer = {
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['roles', 'rolebindings'],
      verbs: ['create'],
    };
    allow(made, 'dev', writer);
    const body = {
      metadata: { name: 'more' },
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
    };
    const refused = call('POST', ROLES, { ...as('dev'), body });
    expect(refused.status).toBe(403);
    expect(refused.body.message).toBe(
      'roles.rbac.authorization.k8s.io "more" is forbidden: user "dev" (groups=["system:authenticated"]) is attempting ' +
        'to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["pods"], Verbs:["get" "list"]}',
    );
    const roleRef = { kind: 'ClusterRole', name: 'view' };
    const binding = { metadata: { name: 'b' }, roleRef, subjects: [{ kind: 'User', name: 'dev' }] };
    expect(call('POST', BINDINGS, { ...as('dev'), body: binding }).status).toBe(403);
    allow(made, 'binder', writer);
    allow(made, 'boss', { ...writer, verbs: ['create', 'bind'], resources: ['rolebindings', 'clusterroles'] });
    expect(call('POST', BINDINGS, { ...as('binder'), body: binding }).status).toBe(403);
    expect(call('POST', BINDINGS, { ...as('boss'), body: binding }).status).toBe(201);
  });

  it.each([
    ['a role without verbs', ROLES, { rules: [{ resources: ['pods'], apiGroups: [''] }] }, 'verbs: Required value'],
    [
      'no group',
      ROLES,
      { rules: [{ resources: ['pods'], verbs: ['get'] }] },
      'rules[0].apiGroups: Required value: resource',
    ],
    [
      'URLs in a Role',
      ROLES,
      { rules: [{ nonResourceURLs: ['/x'], verbs: ['get'] }] },
      'namespaced rules cannot apply to',
    ],
    [
      'a strange role kind',
      BINDINGS,
      { roleRef: { kind: 'X', name: 'r' } },
      'roleRef.kind: Unsupported value: "X": supp',
    ],
    [
      'a strange subject',
      BINDINGS,
      { roleRef: { kind: 'Role', name: 'r' }, subjects: [{ kind: 'X', name: 'y' }] },
      'subjects[0].kind',
    ],
    ['a wrong name', ROLES, { metadata: { name: 'a%b' } }, `metadata.name: Invalid value: "a%b": may not contain '%'`],
  ] as const)('refuses %s: 422', (_, path, body, message) => {
    const { call } = withDefault();
    const answer = call('POST', path, { body: { metadata: { name: 'x' }, ...body } });
    expect([answer.status, answer.body.message]).toEqual([422, expect.stringContaining(message)]);
  });

  it('keeps the role of a binding for ever', () => {
    const { call } = withDefault();
    const binding = { metadata: { name: 'b' }, roleRef: { kind: 'Role', name: 'one' } };
    call('POST', BINDINGS, { body: binding });
    const answer = call('PUT', `${BINDINGS}/b`, { body: { ...binding, roleRef: { kind: 'Role', name: 'two' } } });
    expect(answer.body.message).toMatch(/roleRef: Invalid value: .*: cannot change roleRef$/);
  });
});

describe('impersonation', () => {
  const headers = { 'impersonate-user': 'dev', 'impersonate-group': 'system:masters' };

  it('is for those who may, and then the other is judged', () => {
    const made = withDefault();
    const refused = made.call('GET', PODS, { ...as('eve'), headers });
    expect(refused.body.message).toBe(
      'users "dev" is forbidden: User "eve" cannot impersonate resource "users" in API group "" at the cluster scope',
    );
    expect(made.call('GET', PODS, { headers: { 'impersonate-user': 'dev' } }).body.message).toContain(
      'User "dev" cannot',
    );
    expect(made.call('GET', PODS, { headers }).status).toBe(200);
    const account = { 'impersonate-user': 'system:serviceaccount:default:bot' };
    const review = { headers: account, body: {} };
    const { body } = made.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', review);
    expect((body as unknown as { status: object }).status).toMatchObject({
      userInfo: { groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'] },
    });
  });

  it('needs a user for its groups', () => {
    const answer = withDefault().call('GET', PODS, { headers: { 'impersonate-group': 'x' } });
    expect([answer.status, answer.body.message]).toEqual([
      500,
      expect.stringContaining('without impersonating a user'),
    ]);
  });
});

describe('a kubelet', () => {
  const kubelet = as('system:node:node-1', 'system:nodes');
  const node = (name: string, labels = {}) => ({ body: { metadata: { name, labels } } });

  it.each([
    ['GET', '/api/v1/nodes/node-2', {}, "node 'node-1' cannot read 'node-2', only its own Node object"],
    ['GET', '/api/v1/nodes', {}, "node 'node-1' cannot read all nodes, only its own Node object"],
    ['GET', '/api/v1/pods', {}, 'can only list/watch pods with spec.nodeName field selector'],
    ['GET', `${PODS}/other`, {}, "no relationship found between node 'node-1' and this object"],
    ['GET', '/api/v1/namespaces/default/secrets/s', {}, "no relationship found between node 'node-1' and this object"],
    ['GET', '/api/v1/namespaces/default/secrets', {}, 'No Object name found'],
    ['GET', '/api/v1/persistentvolumes', {}, 'can only get individual resources of this type'],
    ['GET', '/api/v1/persistentvolumes/p', {}, "no relationship found between node 'node-1' and this object"],
    [
      'GET',
      '/api/v1/namespaces/default/persistentvolumeclaims/c',
      {},
      "no relationship found between node 'node-1' and this object",
    ],
    ['POST', '/api/v1/nodes', node('node-2'), 'node "node-1" is not allowed to modify node "node-2"'],
    [
      'POST',
      '/api/v1/nodes',
      node('node-1', { 'node-role.kubernetes.io/x': '' }),
      'is not allowed to set the following labels',
    ],
    ['PATCH', '/api/v1/nodes/node-2/status', { body: {} }, 'node "node-1" is not allowed to modify node "node-2"'],
    ['DELETE', `${PODS}/other`, {}, 'node "node-1" can only delete pods with spec.nodeName set to itself'],
    [
      'PATCH',
      `${PODS}/other/status`,
      { body: {} },
      'node "node-1" can only update pod status for pods with spec.nodeName',
    ],
    ['POST', PODS, { body: podBody('x') }, 'pod does not have "kubernetes.io/config.mirror" annotation'],
    ['POST', PODS, mirror({}, { nodeName: 'node-2' }), 'can only create pods with spec.nodeName set to itself'],
    ['POST', PODS, mirror({ ownerReferences: [] }), 'can only create pods with an owner reference set to itself'],
    ['POST', PODS, mirror({ ownerReferences: [OWNER, OWNER] }), 'with a single owner reference set to itself'],
    ['POST', PODS, mirror({ ownerReferences: [{ ...OWNER, controller: false }] }), 'a controller owner reference'],
    ['POST', PODS, mirror({}), 'node node-1 UID mismatch: expected 1 got '],
    ['POST', PODS, mirror({}, { serviceAccountName: 'default' }), 'a mirror pod may not reference service accounts'],
  ] as const)('may not: %s %s', (method, path, rest, message) => {
    const { call, run } = withDefault();
    call('POST', '/api/v1/nodes', node('node-2'));
    call('POST', PODS, { body: podBody('other', { nodeName: 'node-2' }) });
    run(20);
    const headers = { 'content-type': 'application/merge-patch+json' };
    const answer = call(method, path, { headers, ...kubelet, ...rest } as Partial<HttpRequest>);
    expect([answer.status, answer.body.message]).toEqual([403, expect.stringContaining(message)]);
  });

  it('reads a secret that a pod of its own refers to', () => {
    const { call, run } = withDefault();
    const secrets = '/api/v1/namespaces/default/secrets';
    call('POST', secrets, { body: { metadata: { name: 's' }, stringData: { k: 'v' } } });
    expect(call('GET', `${secrets}/s`, kubelet).status).toBe(403);
    const body = podBody('own', { nodeName: 'node-1', imagePullSecrets: [{ name: 's' }] });
    expect(call('POST', PODS, { body }).status).toBe(201);
    run(20);
    expect(call('GET', `${secrets}/s`, kubelet).status).toBe(200);
  });

  it('reads the claim of a pod of its own, and the volume that is bound to it', () => {
    const { call, run } = withDefault();
    const spec = { accessModes: ['ReadWriteOnce'] };
    const claimRef = { namespace: 'default', name: 'c' };
    const volume = { ...spec, capacity: { storage: '1Gi' }, nfs: { server: 'a', path: '/b' }, claimRef };
    call('POST', '/api/v1/persistentvolumes', { body: { metadata: { name: 'p' }, spec: volume } });
    const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
    const claim = { ...spec, resources: { requests: { storage: '1Gi' } } };
    call('POST', claims, { body: { metadata: { name: 'c' }, spec: claim } });
    const paths = [`${claims}/c`, '/api/v1/persistentvolumes/p'];
    expect(paths.map((path) => call('GET', path, kubelet).status)).toEqual([403, 403]);
    const volumes = [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }];
    expect(call('POST', PODS, { body: podBody('own', { nodeName: 'node-1', volumes }) }).status).toBe(201);
    run(20);
    expect(paths.map((path) => call('GET', path, kubelet).status)).toEqual([200, 200]);
  });
});

describe('priority and fairness', () => {
  it('gives so many seats, a line, and then 429 with Retry-After', () => {
    const made = withDefault({ maxInflight: 12, maxWaiting: 1 });
    allow(made, 'dev', PODS_RULE);
    const ids = ['a', 'b', 'c'].map((name) => made.send('POST', PODS, { ...as('dev'), body: podBody(name) }));
    made.run(100);
    const answers = ids.map((id) => made.answerTo(id));
    expect(answers.map((answer) => answer?.status)).toEqual([201, 201, 429]);
    expect(answers[2]).toMatchObject({
      headers: { 'retry-after': '1' },
      body: { message: 'Too many requests, please try again later.', reason: 'TooManyRequests' },
    });
    expect(made.call('GET', PODS, as('dev')).status).toBe(200);
  });
});

describe('the policy of a new cluster', () => {
  it('is there before anybody is served, and comes back with the server', () => {
    const { call, simulation, run } = cluster();
    const scheduler = `${RBAC}/clusterrolebindings/system:kube-scheduler`;
    expect(call('GET', scheduler).status).toBe(200);
    call('DELETE', scheduler);
    expect(call('GET', scheduler).status).toBe(404);
    simulation.crash('kube-apiserver', []);
    simulation.restart('kube-apiserver', []);
    run(100);
    expect(call('GET', scheduler).status).toBe(200);
  });

  it('fills the roles that collect from others', () => {
    const { call } = cluster();
    const rules = (name: string) => {
      const { body } = call('GET', `${RBAC}/clusterroles/${name}`);
      return (body as unknown as { rules: readonly object[] }).rules.length;
    };
    expect(rules('edit')).toBeGreaterThan(rules('view'));
    expect(rules('admin')).toBeGreaterThan(rules('edit'));
  });
});

it('writes an audit log: who asked what, as whom, and how it ended', () => {
  const made = withDefault();
  made.call('GET', PODS, { headers: { 'impersonate-user': 'dev' } });
  const { audit } = made.simulation.inspect('kube-apiserver') as { audit: readonly object[] };
  expect(audit.at(-2)).toMatchObject({ stage: 'RequestReceived', user: 'admin', verb: 'list', requestURI: PODS });
  expect(audit.at(-1)).toMatchObject({
    stage: 'ResponseComplete',
    user: 'admin',
    impersonatedUser: 'dev',
    code: 403,
    decision: 'forbid',
  });
});
