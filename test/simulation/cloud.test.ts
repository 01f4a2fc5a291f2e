import { describe, expect, it } from 'vitest';
import { act, createCluster, foldTerminals, nodeShape, runToExit, shapeOf, type Timeline } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

addKinds();
addKubectl();

const fresh = createCluster(
  shapeOf({
    etcd: { members: 1 },
    nodes: ['node-a', 'node-b'].map((name) => nodeShape(name)),
    addons: ['cloud', 'provisioner'],
  }),
  { freeze: true },
);

function desk() {
  const timeline: Timeline = fresh.fork();
  let count = 0;
  const type = (line: string, text?: string): string => {
    const run = `run ${count++}`;
    act(timeline, line, run, text === undefined ? {} : { 'f.yaml': toParsedFile(text, 'f.yaml') });
    if (/^(kubectl|ssh)/.test(line)) runToExit(timeline, run);
    const found = foldTerminals(timeline.past).find(({ id }) => id === run);
    return (found?.lines ?? []).map((one) => one.text).join('\n');
  };
  const wait = (ms: number) => timeline.advance(timeline.now + ms);
  /** `Reason: message` of the Events about an object, in the order in which they came. */
  const events = (name: string) => {
    const path = 'jsonpath={range .items[*]}{.reason}{": "}{.message}{"\\n"}{end}';
    const lines = type(`kubectl get events --field-selector involvedObject.name=${name} -o '${path}'`).split('\n');
    return lines.filter((line) => line !== '');
  };
  return { type, wait, events };
}

const LB = `
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: LoadBalancer, ports: [{port: 80}], selector: {app: web}}
`;

describe('cloud-controller-manager', () => {
  it('gives a load balancer its address, and takes it back before the Service goes', () => {
    const { type, wait, events } = desk();
    type('kubectl apply -f f.yaml', LB);
    expect(type('kubectl get service web')).toContain('<pending>');
    wait(5000);
    expect(type('kubectl get service web')).toMatch(/LoadBalancer +\S+ +203\.0\.113\.1 /);
    expect(type('kubectl get service web -o jsonpath={.metadata.finalizers}')).toBe(
      '["service.kubernetes.io/load-balancer-cleanup"]',
    );
    expect(type('ssh node-a "iptables-save -t nat | grep loadbalancer"')).toBe('');
    type('kubectl create deployment web --image=nginx:1.27');
    wait(40_000);
    expect(type('ssh node-a "iptables-save -t nat | grep loadbalancer"')).toContain('-d 203.0.113.1/32');
    expect(events('web').slice(0, 2)).toEqual([
      'EnsuringLoadBalancer: Ensuring load balancer',
      'EnsuredLoadBalancer: Ensured load balancer',
    ]);
    type('kubectl delete service web --wait=false');
    wait(500);
    expect(type('kubectl get service web')).toContain('203.0.113.1');
    wait(5000);
    expect(type('kubectl get service web')).toContain('not found');
    expect(events('web').filter((line) => line.startsWith('Delet'))).toEqual([
      'DeletingLoadBalancer: Deleting load balancer',
      'DeletedLoadBalancer: Deleted load balancer',
    ]);
  });

  it('lets the address go when the type changes, and leaves other classes alone', () => {
    const { type, wait } = desk();
    type('kubectl apply -f f.yaml', LB);
    wait(5000);
    type(`kubectl patch service web -p '{"spec":{"type":"ClusterIP"}}'`);
    wait(5000);
    expect(type('kubectl get service web -o jsonpath={.metadata.finalizers}{.status.loadBalancer}')).toBe('{}');
    type(
      'kubectl apply -f f.yaml',
      LB.replace('web}', 'other}').replace('LoadBalancer,', 'LoadBalancer, loadBalancerClass: example.com/lb,'),
    );
    wait(5000);
    expect(type('kubectl get service other')).toContain('<pending>');
  });

  it('does nothing while it is down, and knows its addresses when it is back', () => {
    const { type, wait } = desk();
    type('kubectl apply -f f.yaml', LB);
    wait(5000);
    type('stop cloud-controller-manager');
    type('kubectl apply -f f.yaml', LB.replace('web}', 'second}'));
    wait(8000);
    expect(type('kubectl get service second')).toContain('<pending>');
    type('start cloud-controller-manager');
    wait(25_000);
    expect(type('kubectl get service')).toMatch(/second .* 203\.0\.113\.2 [\s\S]*web .* 203\.0\.113\.1 /);
  });
});

const claim = (name: string, storageClass: string, mode = 'ReadWriteOnce') => `
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: ${name}}
spec: {storageClassName: ${storageClass}, accessModes: [${mode}], resources: {requests: {storage: 1Gi}}}
`;
const user = (name: string, node: string) => `
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  nodeSelector: {kubernetes.io/hostname: ${node}}
  containers: [{name: c, image: nginx:1.27, volumeMounts: [{name: v, mountPath: /data}]}]
  volumes: [{name: v, persistentVolumeClaim: {claimName: ${name}}}]
`;

describe('external provisioners', () => {
  it('make a volume at once, and delete it with its claim', () => {
    const { type, wait, events } = desk();
    type('kubectl apply -f f.yaml', claim('data', 'nfs-client'));
    wait(6000);
    expect(type('kubectl get pvc data')).toMatch(/data +Bound +pvc-[0-9a-f-]{36} +1Gi +RWO +nfs-client/);
    const uid = type('kubectl get pvc data -o jsonpath={.metadata.uid}');
    expect(events('data').sort()).toEqual([
      expect.stringMatching(
        /^ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'k8s-sigs\.io\/nfs-subdir-external-provisioner' or manually/,
      ),

      'Provisioning: External provisioner is provisioning volume for claim "default/data"',
      `ProvisioningSucceeded: Successfully provisioned volume pvc-${uid}`,
    ]);
    type('kubectl delete pvc data');
    wait(6000);
    expect(type('kubectl get pv')).toBe('No resources found');
  });

  it('wait for the node of the first pod where the class says so', () => {
    const { type, wait } = desk();
    type('kubectl apply -f f.yaml', claim('data', 'local-path'));
    wait(20_000);
    expect(type('kubectl get pvc data')).toMatch(/data +Pending/);
    type('kubectl apply -f f.yaml', user('data', 'node-b'));
    wait(20_000);
    expect(type('kubectl get pod user')).toMatch(/user +1\/1 +Running/);
    const values = '{.items[0].spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].values}';
    expect(type(`kubectl get pv -o jsonpath=${values}`)).toBe('["node-b"]');
  });

  it('say why they cannot, and try again later', () => {
    const { type, wait, events } = desk();
    type('kubectl apply -f f.yaml', claim('data', 'local-path', 'ReadWriteMany'));
    type('kubectl apply -f f.yaml', user('data', 'node-b'));
    wait(60_000);
    const why = 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes';
    expect(events('data')).toContain(
      `ProvisioningFailed: failed to provision volume with StorageClass "local-path": ${why}`,
    );
    expect(type('kubectl get pvc data')).toMatch(/data +Pending/);
  });

  it('are waited for while they are down', () => {
    const { type, wait } = desk();
    type('stop nfs-subdir-external-provisioner');
    type('kubectl apply -f f.yaml', claim('data', 'nfs-client'));
    wait(20_000);
    expect(type('kubectl get pvc data')).toMatch(/data +Pending/);
    type('start nfs-subdir-external-provisioner');
    wait(10_000);
    expect(type('kubectl get pvc data')).toMatch(/data +Bound/);
  });
});
