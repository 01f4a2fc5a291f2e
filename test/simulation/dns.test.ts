import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../sim/api/meta.ts';
import {
  act,
  type ClusterShape,
  createCluster,
  foldTerminals,
  nodeShape,
  runToExit,
  shapeOf,
  type Timeline,
} from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';
import type { Packet } from '../../sim/protocol/network.ts';
import { decisionText } from '../../sim/view/decisions.ts';

addKinds();
addKubectl();

const pod = (name: string, container: object, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { nodeName: 'node-a', containers: [{ name: 'c', ...container }], ...spec },
});

const objects = [
  pod('web', { image: 'harbour/web:1.0' }),
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' }, ports: [WEB()] } },
  pod('asks', { image: 'harbour/client:1.0', env: [{ name: 'TARGET', value: 'web' }] }),
  pod('still', { image: 'busybox:1.36', command: ['sleep', '1d'] }),
  pod('bare', { image: 'harbour/client:1.0', env: [{ name: 'TARGET', value: 'web' }] }, { dnsPolicy: 'Default' }),
] as unknown as readonly KubeObject[];

function WEB() {
  return { port: 80, targetPort: 8080 };
}

/** Two nodes with a pod of CoreDNS each; who asks and who is asked for are on the first. */
class Harbour {
  readonly timeline: Timeline;
  #runs = 0;

  constructor(more: Partial<ClusterShape> = {}) {
    const nodes = ['node-a', 'node-b'].map((name) => nodeShape(name));
    const shape = shapeOf({ etcd: { members: 1 }, nodes, objects, addons: ['dns', 'network-policy'], ...more });
    this.timeline = createCluster(shape, { freeze: true });
  }

  /** What a line prints; a fault prints nothing. */
  do(line: string, files: Readonly<Record<string, string>> = {}): string {
    const run = `run-${++this.#runs}`;
    const parsed = Object.entries(files).map(([name, text]) => [name, toParsedFile(text, name)] as const);
    expect(act(this.timeline, line, run, Object.fromEntries(parsed))).toBeUndefined();
    if (!line.startsWith('kubectl')) return '';
    runToExit(this.timeline, run);
    const found = foldTerminals(this.timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map(({ text }) => text).join('\n');
  }

  wait(seconds: number): this {
    this.timeline.advance(this.timeline.now + seconds * 1000);
    return this;
  }

  /** The last words of who asks for the page of web each second. */
  last(lines = 1): string {
    return this.do(`kubectl logs asks --tail=${lines}`);
  }

  /** UDP packets that a machine or a pod's runtime got since a moment, as `to < source > destination`. */
  datagrams(since: number): readonly string[] {
    return this.timeline.past.flatMap((record) => {
      if (record.type !== 'delivered' || record.at < since || record.message.kind !== 'packet') return [];
      const { protocol, sourceIp, destinationIp, destinationPort } = record.message.body as Packet;
      return protocol === 'udp' ? [`${record.message.to} ${sourceIp}>${destinationIp}:${destinationPort}`] : [];
    });
  }
}

const SCALE = 'kubectl scale deployment coredns -n kube-system --replicas';
const NOBODY = 'no name server answers (Temporary failure in name resolution)';
const WELL = 'hello from web';

it('comes as kubeadm makes it', () => {
  const harbour = new Harbour();
  expect(harbour.do('kubectl get deployment,service -n kube-system').split('\n')).toEqual([
    'NAME                      READY   UP-TO-DATE   AVAILABLE   AGE',
    'deployment.apps/coredns   2/2     2            2           60s',
    '',
    'NAME               TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)                  AGE',
    'service/kube-dns   ClusterIP   10.96.0.10   <none>        53/UDP,53/TCP,9153/TCP   60s',
  ]);
  const pods = harbour.do('kubectl get pods -n kube-system -o wide --no-headers').split('\n');
  expect(pods.map((line) => line.split(/\s+/)[6]).sort()).toEqual(['node-a', 'node-b']);
  expect(pods.every((line) => /^coredns-\S+ +1\/1 +Running +0 /.test(line))).toBe(true);
  expect(harbour.do('kubectl logs deployment/coredns -n kube-system')).toContain('.:53\nCoreDNS-1.14.2');
  expect(harbour.do('kubectl exec still -- cat /etc/resolv.conf')).toBe(
    'search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5',
  );
  expect(harbour.do('kubectl logs bare --tail=1'), 'its resolver is the node’s').toContain('no Service of that name');
});

describe.each(['iptables', 'ipvs', 'nftables'] as const)('with kube-proxy’s rules for %s', (proxyMode) => {
  it('a question goes to a pod of CoreDNS over the network, and fails with the Service or its pods', () => {
    const harbour = new Harbour({ proxyMode });
    const since = harbour.timeline.now;
    harbour.wait(10);
    expect(
      harbour
        .last(8)
        .split('\n')
        .every((line) => line.includes(WELL)),
    ).toBe(true);
    const datagrams = harbour.datagrams(since);
    const asker = /10\.244\.1\.\d+>10\.244\.2\.\d+:53$/;
    expect(datagrams).toContainEqual(expect.stringMatching(/^network\/node-b /));
    expect(datagrams).toContainEqual(expect.stringMatching(asker));

    harbour.do(`${SCALE}=0`);
    harbour.wait(10);
    expect(harbour.last(), 'a rule refuses').toContain(NOBODY);
    harbour.do(`${SCALE}=1`);
    harbour.wait(10);
    expect(harbour.last()).toContain(WELL);

    const removal = JSON.stringify([{ op: 'remove', path: '/spec/ports/0' }]);
    harbour.do(`kubectl patch service kube-dns -n kube-system --type=json -p '${removal}'`);
    harbour.wait(10);
    const unlisted = proxyMode === 'iptables' ? 'no answer within 1000 ms' : NOBODY;
    expect(harbour.last(), 'TCP port 53 is another port').toContain(unlisted);

    harbour.do('kubectl delete service kube-dns -n kube-system');
    harbour.wait(10);
    expect(harbour.last(), 'nobody has the address').toContain('no answer within 1000 ms');
  });
});

describe('NetworkPolicies', () => {
  const policy = (egress: string) =>
    `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: asks}
spec: {podSelector: {matchLabels: {app: asks}}, policyTypes: [Egress], egress: ${egress}}
`;
  const web = '{to: [{podSelector: {matchLabels: {app: web}}}]}';

  it.each([
    ['deny all', '[]', 'no answer within'],
    ['allow web alone', `[${web}]`, 'no answer within'],
    ['allow web, and TCP port 53', `[${web}, {ports: [{port: 53}]}]`, 'no answer within'],
    ['allow web, and UDP port 53', `[${web}, {ports: [{port: 53, protocol: UDP}]}]`, WELL],
    [
      'allow web, and the named port',
      `[${web}, {ports: [{port: dns, protocol: UDP}], to: [{namespaceSelector: {}}]}]`,
      WELL,
    ],
    ['allow UDP port 53 alone', '[{ports: [{port: 53, protocol: UDP}]}]', 'no answer within'],
  ])('that %s', (_, egress, outcome) => {
    const harbour = new Harbour();
    harbour.do('kubectl apply -f p.yaml', { 'p.yaml': policy(egress) });
    harbour.wait(8);
    expect(harbour.last()).toContain(outcome);
    harbour.do('kubectl delete networkpolicy asks');
    harbour.wait(8);
    expect(harbour.last()).toContain(WELL);
  });

  it('keep CoreDNS from being asked', () => {
    const harbour = new Harbour();
    const closed = policy('[]').replace('{name: asks}', '{name: closed, namespace: kube-system}');
    const ingress = closed.replace('{matchLabels: {app: asks}}', '{}').replace(/\[Egress\].*/, '[Ingress]}');
    harbour.do('kubectl apply -f p.yaml', { 'p.yaml': ingress });
    harbour.wait(8);
    expect(harbour.last()).toContain('no answer within');
  });
});

describe('what CoreDNS needs', () => {
  it('is not the API server, for the names that it knows', () => {
    const harbour = new Harbour();
    harbour.do('stop kube-apiserver');
    const since = harbour.timeline.now;
    harbour.wait(20);
    const texts = harbour.timeline.past.flatMap((record) =>
      record.type === 'noted' && record.at > since && record.note.what === 'dns/answered' ? [record.note['code']] : [],
    );
    expect(texts.length).toBeGreaterThan(15);
    expect(new Set(texts)).toEqual(new Set(['NOERROR']));
  });

  it('is the right to watch: a pod without it is not ready, and gets no question', () => {
    const harbour = new Harbour();
    harbour.do('kubectl delete clusterrolebinding system:coredns');
    harbour.do('kubectl delete pods -n kube-system -l k8s-app=kube-dns');
    harbour.wait(30);
    const pods = harbour.do('kubectl get pods -n kube-system --no-headers').split('\n');
    expect(pods.filter((line) => /^coredns-\S+ +0\/1 +Running/.test(line)).length).toBe(2);
    expect(harbour.last()).toContain(NOBODY);
  });

  it('is a container: when it crashes another begins, and learns all names anew', () => {
    const harbour = new Harbour();
    harbour.do(`${SCALE}=1`);
    harbour.wait(10);
    const [name = ''] = harbour.do('kubectl get pods -n kube-system --no-headers').split(/\s/);
    harbour.do(`crash pod/kube-system/${name}`);
    harbour.wait(1);
    expect(harbour.last()).not.toContain(WELL);
    harbour.wait(15);
    expect(harbour.last()).toContain(WELL);
    expect(harbour.do('kubectl get pods -n kube-system --no-headers')).toMatch(/ 1\/1 +Running +1 /);
  });

  it('is not stopped as a process', () => {
    const harbour = new Harbour();
    for (const line of ['stop coredns', 'start coredns/node-a']) {
      expect(act(harbour.timeline, line, line, {})).toMatch(/^CoreDNS runs in pods/);
    }
  });

  it('is the network: of a node that cannot be reached, half of the questions are for its pod', () => {
    const harbour = new Harbour();
    harbour.do('cut node/node-b');
    harbour.wait(30);
    const early = harbour.last(25).split('\n');
    const lost = early.filter((line) => line.includes('no answer within')).length;
    expect(lost, early.join('\n')).toBeGreaterThan(4);
    expect(lost).toBeLessThan(21);
    harbour.wait(60);
    expect(
      harbour
        .last(10)
        .split('\n')
        .every((line) => line.includes(WELL)),
      'its endpoint is gone',
    ).toBe(true);
  });

  it('is power: a node that starts again has it again', () => {
    const harbour = new Harbour();
    harbour.do('kill node/node-a');
    harbour.wait(5);
    harbour.do('start node/node-a');
    harbour.wait(60);
    expect(harbour.last()).toContain(WELL);
    expect(harbour.do('kubectl get pods -n kube-system --no-headers').match(/ 1\/1 +Running /g)?.length).toBe(2);
  });
});

it('its Service stands as a scenario writes it: one that selects nothing is refused, until it is mended', () => {
  const ports = [{ name: 'dns', port: 53, protocol: 'UDP' }];
  const spec = { clusterIP: '10.96.0.10', selector: { 'k8s-app': 'coredns' }, ports };
  const metadata = { name: 'kube-dns', namespace: 'kube-system' };
  const harbour = new Harbour({ objects: [{ apiVersion: 'v1', kind: 'Service', metadata, spec }, ...objects] });
  harbour.wait(3);
  expect(harbour.last()).toContain(NOBODY);
  const spoken = harbour.timeline.past.flatMap((one) => (one.type === 'noted' ? [decisionText(one.note)] : []));
  expect(spoken).toContain('has no answer to the question for web.default.svc.cluster.local (refused)');
  const selector = JSON.stringify({ spec: { selector: { 'k8s-app': 'kube-dns' } } });
  harbour.do(`kubectl patch service kube-dns -n kube-system -p '${selector}'`);
  harbour.wait(5);
  expect(harbour.last()).toContain(WELL);
});

describe('kubectl exec, with a command that asks', () => {
  const FOUND = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.';

  it('nslookup sends datagrams of its own, and says when nobody answers', () => {
    const harbour = new Harbour();
    const since = harbour.timeline.now;
    expect(harbour.do('kubectl exec still -- nslookup web')).toContain(FOUND);
    expect(harbour.datagrams(since)).toContainEqual(expect.stringMatching(/^containerd\/node-[ab] 10\.244\.1\.\d+>/));
    expect(harbour.do('kubectl exec still -- wget -qO- web')).toBe(WELL);
    const last = 'command terminated with exit code 1';
    expect(harbour.do('kubectl exec still -- nslookup nobody')).toMatch(/can't find nobody: NXDOMAIN\n\ncommand/);
    harbour.do(`${SCALE}=0`);
    harbour.wait(10);
    const error = ';; communications error to 10.96.0.10#53: connection refused';
    const refused = [error, error, error, ';; no servers could be reached', '', last];
    expect(harbour.do('kubectl exec still -- nslookup web').split('\n')).toEqual(refused);
    const before = harbour.timeline.now;
    harbour.do('kubectl delete service kube-dns -n kube-system');
    expect(harbour.do('kubectl exec still -- nslookup web')).toContain('10.96.0.10#53: timed out');
    expect(harbour.timeline.now - before).toBeGreaterThan(15_000);
  });

  it('ends with its container', () => {
    const harbour = new Harbour();
    harbour.do('kubectl delete service kube-dns -n kube-system');
    const [run, before] = ['asks-in-vain', harbour.timeline.now];
    expect(act(harbour.timeline, 'kubectl exec still -- nslookup web', run, {})).toBeUndefined();
    harbour.wait(1);
    harbour.do('crash pod/still');
    runToExit(harbour.timeline, run);
    const found = foldTerminals(harbour.timeline.past).find(({ id }) => id === run);
    expect(found?.lines.at(-1)?.text).toBe('command terminated with exit code 137');
    expect(harbour.timeline.now - before).toBeLessThan(6000);
  });
});

it('a container of the image is nothing special in a cluster without DNS', () => {
  const harbour = new Harbour({ addons: [] });
  harbour.do('kubectl run dns --image=registry.k8s.io/coredns/coredns:v1.14.2');
  harbour.wait(10);
  expect(harbour.do('kubectl logs dns')).toContain('open /etc/coredns/Corefile: no such file or directory');
  expect(harbour.last()).toContain(WELL);
  expect(harbour.do('kubectl exec still -- cat /etc/resolv.conf')).toContain('No such file');
});
