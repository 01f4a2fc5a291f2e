import { describe, expect, it } from 'vitest';
import { cluster, deploymentBody, PODS, podBody, withDefault } from '../../test/apiserver/cluster.ts';

const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments';
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
const STRICT = { fieldValidation: 'Strict' };

describe('create', () => {
  it('defaults, admits, identifies and stores an object', () => {
    const { call } = withDefault();
    const { status, body } = call('POST', PODS, { body: podBody('web') });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: 'web',
        namespace: 'default',
        resourceVersion: '4',
        generation: 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
      },
      spec: {
        restartPolicy: 'Always',
        priority: 0,
        serviceAccountName: 'default',
        tolerations: [
          { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
          { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
        ],
      },
      status: { phase: 'Pending', qosClass: 'BestEffort' },
    });
    expect(body.metadata.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(call('GET', `${PODS}/web`).body).toEqual(body);
  });

  it('taints a new node and generates names from the alphabet of suffixes', () => {
    const { call } = withDefault();
    const node = call('POST', '/api/v1/nodes', { body: { kind: 'Node', metadata: { name: 'node-1' } } });
    expect(node.body.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }]);
    const body = { metadata: { generateName: 'web-' }, spec: { containers: [{ name: 'c', image: 'nginx' }] } };
    const names = [1, 2].map(() => call('POST', PODS, { body }).body.metadata.name);
    expect(names[0]).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  it('writes nothing in a dry run, but still refuses a taken name', () => {
    const { call } = withDefault();
    const query = { dryRun: 'All' };
    const tried = call('POST', PODS, { body: podBody('web'), query });
    expect([tried.status, tried.body.metadata.resourceVersion]).toEqual([201, undefined]);
    expect(call('GET', `${PODS}/web`).status).toBe(404);
    call('POST', PODS, { body: podBody('web') });
    expect(call('POST', PODS, { body: podBody('web'), query }).status).toBe(409);
  });

  it('gives a Service its addresses', () => {
    const { call } = withDefault();
    const services = '/api/v1/namespaces/default/services';
    const spec = { type: 'NodePort', selector: { app: 'web' }, ports: [{ port: 80 }] };
    const made = call('POST', services, { body: { metadata: { name: 'web' }, spec } }).body.spec;
    expect(made.clusterIP).toMatch(/^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/);
    expect(made.ports[0].nodePort).toBeGreaterThanOrEqual(30000);
    const same = { ...spec, type: 'ClusterIP', clusterIP: made.clusterIP };
    expect(call('POST', services, { body: { metadata: { name: 'b' }, spec: same } }).body.message).toBe(
      `Service "b" is invalid: spec.clusterIPs: Invalid value: ["${made.clusterIP}"]: failed to allocate IP ${made.clusterIP}: provided IP is already allocated`,
    );
  });
});

describe('refusals', () => {
  const strict = { query: STRICT };
  const unknown = podBody('web', { replica: 3 });
  const cases: readonly (readonly [string, string, string, object, number, string])[] = [
    ['a missing object', 'GET', `${PODS}/nope`, {}, 404, 'pods "nope" not found'],
    ['a missing object of a group', 'DELETE', `${DEPLOYMENTS}/nope`, {}, 404, 'deployments.apps "nope" not found'],
    ['a taken name', 'POST', PODS, { body: podBody('taken') }, 409, 'pods "taken" already exists'],
    [
      'a missing namespace',
      'POST',
      '/api/v1/namespaces/nope/pods',
      { body: podBody('web') },
      404,
      'namespaces "nope" not found',
    ],
    ['an unknown path', 'GET', '/apis/nope/v1/things', {}, 404, 'the server could not find the requested resource'],
    [
      'a wrong method',
      'POST',
      '/api/v1/pods',
      { body: podBody('web') },
      405,
      'the server does not allow this method on the requested resource',
    ],
    [
      'an unknown field under strict validation',
      'POST',
      PODS,
      { body: unknown, ...strict },
      400,
      'Pod in version "v1" cannot be handled as a Pod: strict decoding error: unknown field "spec.replica"',
    ],
    [
      'another API version',
      'POST',
      PODS,
      { body: deploymentBody('web', 1) },
      400,
      'the API version in the data (apps/v1) does not match the expected API version (v1)',
    ],
    [
      'an invalid object',
      'POST',
      PODS,
      { body: podBody('web', { containers: [] }) },
      422,
      'Pod "web" is invalid: spec.containers: Required value',
    ],
    [
      'a resourceVersion on create',
      'POST',
      PODS,
      { body: { ...podBody('web'), metadata: { name: 'web', resourceVersion: '1' } } },
      500,
      'resourceVersion should not be set on objects to be created',
    ],
    [
      'another name than the path says',
      'PUT',
      `${PODS}/taken`,
      { body: podBody('web') },
      400,
      'the name of the object (web) does not match the name on the URL (taken)',
    ],
    [
      'a stale version',
      'PUT',
      `${PODS}/taken`,
      { body: { ...podBody('taken'), metadata: { name: 'taken', resourceVersion: '1' } } },
      409,
      'Operation cannot be fulfilled on pods "taken": the object has been modified; please apply your changes to the latest version and try again',
    ],
    [
      'an unknown media type',
      'PATCH',
      `${PODS}/taken`,
      { headers: { 'content-type': 'text/plain' }, body: {} },
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml, application/strategic-merge-patch+json',
    ],
    [
      'an unknown field in a strict patch',
      'PATCH',
      `${PODS}/taken`,
      {
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { spec: { foo: 'x' } },
        ...strict,
      },
      422,
      ' "" is invalid: patch: Invalid value: "map[spec:map[foo:x]]": strict decoding error: unknown field "spec.foo"',
    ],
    [
      'an unknown field selector',
      'GET',
      PODS,
      { query: { fieldSelector: 'spec.color=red' } },
      400,
      'field label not supported: spec.color',
    ],
    [
      'a DELETE of another uid',
      'DELETE',
      `${PODS}/taken`,
      { body: { preconditions: { uid: 'other' } } },
      409,
      'Operation cannot be fulfilled on pods "taken": the UID in the precondition (other) does not match the UID in record (UID). The object might have been deleted and then recreated',
    ],
    [
      'deleting a namespace everybody needs',
      'DELETE',
      '/api/v1/namespaces/default',
      {},
      403,
      'namespaces "default" is forbidden: this namespace may not be deleted',
    ],
    [
      'a command for a pod without a node',
      'POST',
      `${PODS}/taken/exec`,
      { body: {}, query: { command: 'date' } },
      400,
      'pod taken does not have a host assigned',
    ],
  ];

  it.each(cases)('%s', (_what, method, path, rest, status, message) => {
    const { call } = withDefault();
    const { uid } = call('POST', PODS, { body: podBody('taken') }).body.metadata;
    const answer = call(method as 'GET', path, rest);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ kind: 'Status', status: 'Failure', code: status });
    expect(answer.body.message).toBe(message.replace('UID)', `${uid})`));
  });

  it('warns of unknown fields by default, and drops them', () => {
    const { call } = withDefault();
    const { status, headers, body } = call('POST', PODS, { body: podBody('web', { replica: 3 }) });
    expect([status, body.spec.replica]).toEqual([201, undefined]);
    expect(headers.warning).toBe('299 - "unknown field \\"spec.replica\\""');
  });

  it('nothing is created in a namespace that is going away', () => {
    const { call } = withDefault();
    const metadata = { name: 'going', finalizers: ['example.com/hold'] };
    call('POST', '/api/v1/namespaces', { body: { metadata } });
    call('PATCH', '/api/v1/namespaces/going/status', {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { status: { phase: 'Terminating' } },
    });
    expect(call('POST', '/api/v1/namespaces/going/pods', { body: podBody('web') })).toMatchObject({
      status: 403,
      body: {
        message:
          'pods "web" is forbidden: unable to create new content in namespace going because it is being terminated',
        details: { causes: [{ reason: 'NamespaceTerminating' }] },
      },
    });
  });
});

describe('update', () => {
  it('writes with the version that was read, and refuses the next one with it', () => {
    const { call } = withDefault();
    const { body } = call('POST', DEPLOYMENTS, { body: deploymentBody('web', 1) });
    const more = { ...body, spec: { ...body.spec, replicas: 2 }, status: { replicas: 9 } };
    const written = call('PUT', `${DEPLOYMENTS}/web`, { body: more });
    expect(written).toMatchObject({ status: 200, body: { metadata: { generation: 2 }, spec: { replicas: 2 } } });
    expect(written.body.status.replicas).toBeUndefined();
    expect(call('PUT', `${DEPLOYMENTS}/web`, { body: more })).toMatchObject({
      status: 409,
      body: { reason: 'Conflict' },
    });
  });

  it('of nothing writes nothing', () => {
    const { call } = withDefault();
    const { body } = call('POST', DEPLOYMENTS, { body: deploymentBody('web', 1) });
    const { resourceVersion } = body.metadata;
    expect(call('PUT', `${DEPLOYMENTS}/web`, { body }).body.metadata.resourceVersion).toBe(resourceVersion);
    const headers = { 'content-type': 'application/merge-patch+json' };
    const patched = call('PATCH', `${DEPLOYMENTS}/web`, { headers, body: { spec: { replicas: 1 } } });
    expect(patched.body.metadata.resourceVersion).toBe(resourceVersion);
  });

  it('of the status leaves the spec, and the other way round', () => {
    const { call } = withDefault();
    call('POST', PODS, { body: podBody('web') });
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const body = { spec: { nodeName: 'x' }, status: { phase: 'Running' } };
    const patched = call('PATCH', `${PODS}/web/status`, { headers, body });
    expect(patched.body.status.phase).toBe('Running');
    expect(patched.body.spec.nodeName).toBeUndefined();
  });

  it('of a Lease must say which version it replaces', () => {
    const { call } = withDefault();
    call('POST', LEASES, { body: { metadata: { name: 'l' }, spec: { holderIdentity: 'a' } } });
    expect(call('PUT', `${LEASES}/l`, { body: { metadata: { name: 'l' } } })).toMatchObject({
      status: 422,
      body: {
        message:
          'Lease.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
      },
    });
  });

  it('looks at etcd before it refuses because of an old cache', () => {
    const { send, run, answerTo, call } = withDefault();
    const { metadata, spec } = call('POST', DEPLOYMENTS, { body: deploymentBody('web', 1) }).body;
    const next = { ...metadata, resourceVersion: String(Number(metadata.resourceVersion) + 1) };
    const headers = { 'content-type': 'application/merge-patch+json' };
    send('PATCH', `${DEPLOYMENTS}/web`, { headers, body: { spec: { replicas: 2 } } });
    run(3);
    const id = send('PUT', `${DEPLOYMENTS}/web`, { body: { metadata: next, spec: { ...spec, replicas: 3 } } });
    run();
    expect(answerTo(id)).toMatchObject({ status: 200, body: { spec: { replicas: 3 } } });
  });

  it('by two patches at once keeps both', () => {
    const { send, run, answerTo, call } = withDefault();
    call('POST', PODS, { body: podBody('web') });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const ids = ['a', 'b'].map((label) =>
      send('PATCH', `${PODS}/web`, { headers, body: { metadata: { labels: { [label]: 'yes' } } } }),
    );
    run(100);
    expect(ids.map((id) => answerTo(id)?.status)).toEqual([200, 200]);
    expect(call('GET', `${PODS}/web`).body.metadata.labels).toEqual({ app: 'web', a: 'yes', b: 'yes' });
  });

  it.each([
    ['application/json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 5 }]],
    ['application/merge-patch+json', { spec: { replicas: 5 } }],
    ['application/strategic-merge-patch+json', { spec: { replicas: 5 } }],
  ])('by %s', (type, body) => {
    const { call } = withDefault();
    call('POST', DEPLOYMENTS, { body: deploymentBody('web', 1) });
    const patched = call('PATCH', `${DEPLOYMENTS}/web`, { headers: { 'content-type': type }, body });
    expect(patched).toMatchObject({ status: 200, body: { spec: { replicas: 5 }, metadata: { generation: 2 } } });
  });
});

describe('scale', () => {
  it('is a view of the replicas that can be read and written', () => {
    const { call } = withDefault();
    call('POST', DEPLOYMENTS, { body: deploymentBody('web', 1) });
    const { body } = call('GET', `${DEPLOYMENTS}/web/scale`);
    expect(body).toMatchObject({ kind: 'Scale', spec: { replicas: 1 }, status: { replicas: 0, selector: 'app=web' } });
    const headers = { 'content-type': 'application/merge-patch+json' };
    const patched = call('PATCH', `${DEPLOYMENTS}/web/scale`, { headers, body: { spec: { replicas: 5 } } });
    expect(patched).toMatchObject({ status: 200, body: { kind: 'Scale', spec: { replicas: 5 } } });
    expect(call('GET', `${DEPLOYMENTS}/web`).body).toMatchObject({
      spec: { replicas: 5 },
      metadata: { generation: 2 },
    });
    expect(call('PUT', `${DEPLOYMENTS}/web/scale`, { body }).status).toBe(409);
    const wrong = call('PATCH', `${DEPLOYMENTS}/web/scale`, { headers, body: { spec: { replicas: 'x' } } });
    expect([wrong.status, wrong.body.message]).toEqual([422, expect.stringContaining('of type int32')]);
    const put = call('PUT', `${DEPLOYMENTS}/web/scale`, { body: { spec: { size: 3 } }, query: STRICT });
    expect(put.body.message).toContain('strict decoding error: unknown field "spec.size"');
    const negative = call('PATCH', `${DEPLOYMENTS}/web/scale`, { headers, body: { spec: { replicas: -1 } } });
    expect(negative.body.message).toBe(
      'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
    );
  });
});

describe('lists', () => {
  it('select, come in pages of one revision, and as tables', () => {
    const { call } = withDefault();
    for (const name of ['c', 'a', 'b']) call('POST', PODS, { body: podBody(name) });
    const names = (query: Record<string, string>) =>
      call('GET', PODS, { query }).body.items.map(({ metadata }) => metadata.name);
    expect(names({})).toEqual(['a', 'b', 'c']);
    expect(names({ resourceVersion: '0' })).toEqual(['a', 'b', 'c']);
    expect(names({ labelSelector: 'app in (a,c)' })).toEqual(['a', 'c']);
    expect(names({ fieldSelector: 'metadata.name=b' })).toEqual(['b']);
    const first = call('GET', PODS, { query: { limit: '2' } }).body;
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    call('DELETE', `${PODS}/c`);
    const rest = call('GET', PODS, { query: { limit: '2', continue: first.metadata.continue } }).body;
    expect(rest.items.map(({ metadata }) => metadata.name)).toEqual(['c']);
    expect(rest.metadata).toEqual({ resourceVersion: first.metadata.resourceVersion });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const table = call('GET', PODS, { headers: { accept } }).body;
    expect(table).toMatchObject({
      kind: 'Table',
      rows: [{ cells: ['a', '0/1', 'Pending', '0', '1s', '<none>', '<none>', '<none>', '<none>'] }, {}],
    });
  });
});

describe('a process that ends', () => {
  it('the API server keeps nothing and loses nothing', () => {
    const { call, send, run, answerTo, simulation, heard } = withDefault();
    const { body } = call('POST', PODS, { body: podBody('web') });
    send('GET', PODS, { query: { watch: 'true' } });
    run();
    simulation.crash('kube-apiserver');
    run();
    expect(heard().at(-1)?.kind).toBe('disconnected');
    const refused = send('GET', `${PODS}/web`);
    run();
    expect(heard().at(-1)).toMatchObject({ kind: 'refused', replyTo: refused });
    simulation.restart('kube-apiserver');
    const early = [send('GET', '/readyz'), send('GET', `${PODS}/web`)];
    run(100);
    expect(answerTo(early[0] ?? '')?.status).toBe(500);
    expect(answerTo(early[1] ?? '')?.body).toEqual(body);
    expect(call('GET', '/readyz').body).toBe('ok');
  });

  it('etcd: requests wait for it, for a minute at most', () => {
    const { simulation, send, run, answerTo, call, frames } = withDefault();
    const watch = send('GET', PODS, { query: { watch: 'true' } });
    run();
    simulation.crash('etcd');
    run();
    const ids = [send('GET', PODS), send('POST', PODS, { body: podBody('web') })];
    run(30_000);
    expect(ids.map((id) => answerTo(id))).toEqual([undefined, undefined]);
    simulation.restart('etcd');
    run(2000);
    expect(ids.map((id) => answerTo(id)?.status)).toEqual([200, 201]);
    expect(frames(watch).map(({ type }) => type)).toEqual(['ADDED']);
    simulation.crash('etcd');
    const late = send('GET', `${PODS}/web`);
    run(61_000);
    expect(answerTo(late)).toMatchObject({
      status: 504,
      body: { message: 'Timeout: request did not complete within requested timeout - context deadline exceeded' },
    });
    expect(call('GET', PODS, { query: { resourceVersion: '0' } }).body.items).toHaveLength(1);
  });

  it('etcd, under a write: nobody knows whether it happened', () => {
    const { simulation, send, run, answerTo } = withDefault();
    const id = send('POST', PODS, { body: podBody('web') });
    run(2);
    simulation.crash('etcd');
    run();
    expect(answerTo(id)).toMatchObject({
      status: 500,
      body: { message: 'rpc error: code = Unavailable desc = error reading from server: EOF' },
    });
  });
});

describe('what is about the API itself', () => {
  it.each([
    ['/version', { gitVersion: 'v1.36.2' }],
    ['/api', { kind: 'APIVersions', versions: ['v1'] }],
    ['/apis', { kind: 'APIGroupList' }],
    ['/api/v1', { kind: 'APIResourceList', groupVersion: 'v1' }],
    ['/apis/apps/v1', { kind: 'APIResourceList', groupVersion: 'apps/v1' }],
  ])('%s', (path, body) => {
    expect(cluster().call('GET', path)).toMatchObject({ status: 200, body });
  });

  it('discovery names every kind with its scope, short names and subresources', () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { body } = cluster().call('GET', '/apis', { headers: { accept } });
    const deployments = {
      resource: 'deployments',
      scope: 'Namespaced',
      shortNames: ['deploy'],
      subresources: [{ subresource: 'status' }, { subresource: 'scale', responseKind: { kind: 'Scale' } }],
    };
    const others = ['replicasets', 'statefulsets'].map((resource) => ({ resource }));
    const sets = ['controllerrevisions', 'daemonsets'].map((resource) => ({ resource }));
    const apps = body.items.find(({ metadata }: { metadata: { name?: string } }) => metadata.name === 'apps');
    expect(apps).toMatchObject({ versions: [{ resources: [...sets, deployments, ...others] }] });
  });
});
