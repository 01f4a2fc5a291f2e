import { expect, it } from 'vitest';
import { act, createCluster, defaultShape, fold, runToExit } from '../../sim/index.ts';
import { addKinds } from '../../sim/packs/kinds.ts';
import { addKubectl } from '../../sim/packs/kubectl.ts';
import { toParsedFile } from '../../sim/packs/yaml.ts';

const PODS = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers:
      - name: c
        image: nginx:1.27
        livenessProbe: { httpGet: { path: /nope, port: 80 } }
        readinessProbe: { httpGet: { path: /, port: 80 } }
        startupProbe: { httpGet: { path: /, port: 80 } }
---
apiVersion: v1
kind: Service
metadata: { name: web }
spec:
  selector: { app: web }
  ports: [{ port: 80 }]
---
apiVersion: v1
kind: Pod
metadata: { name: db }
spec:
  containers: [{ name: c, image: nginx }]
  volumes: [{ name: v, persistentVolumeClaim: { claimName: data } }]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { accessModes: [ReadWriteOnce], storageClassName: late, resources: { requests: { storage: 1Gi } } }
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: disk }
spec: { capacity: { storage: 1Gi }, accessModes: [ReadWriteOnce], storageClassName: late, nfs: { server: a, path: / } }
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: { name: late }
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: Pod
metadata: { name: crash }
spec:
  containers:
  - { name: c, image: busybox, command: [sh, -c, exit 1] }
---
apiVersion: v1
kind: Pod
metadata: { name: big }
spec:
  containers:
  - { name: c, image: nginx:nope, resources: { requests: { cpu: 64 } } }
`;

/** Lines, and seconds to wait. */
const STORY = [
  'kubectl apply -f pods.yaml',
  70,
  'crash pod/crash',
  'stop kube-scheduler',
  'stop containerd/node-1',
  40,
  'kubectl set image deployment/web c=nginx:1.28',
  'kubectl delete pod crash',
  'stop kubelet/node-2',
  'stop kube-controller-manager',
  'stop kube-proxy/node-3',
  'stop kube-apiserver',
  'kubectl get pods',
  20,
  'repair',
  60,
  'kubectl taint node node-3 a=b:NoExecute',
  'cut node/node-1',
  400,
  'heal node/node-1',
  'kill node/node-1',
  'kill node/node-2',
  'kill node/node-3',
  100,
  'repair',
  60,
  'kubectl delete deployment web',
  60,
];

it('has a sentence of its own for all that a reader sees', () => {
  addKinds();
  addKubectl();
  const timeline = createCluster({ ...defaultShape(3, 1), etcd: { members: 1 } }, { freeze: true });
  const files = { 'pods.yaml': toParsedFile(PODS, 'pods.yaml') };
  for (const [index, line] of STORY.entries()) {
    if (typeof line === 'number') timeline.advance(timeline.now + line * 1000);
    else {
      expect(act(timeline, line, `run-${index}`, files)).toBeUndefined();
      runToExit(timeline, `run-${index}`);
    }
  }
  const sentences = fold(timeline.past).map(({ plain }) => plain);
  expect(sentences.length).toBeGreaterThan(500);
  const odd = /notes: |undefined|\[object|NaN|status of \S+: unchanged|\{\w+\}|in 0 ms| \.$/;
  expect(sentences.filter((sentence) => odd.test(sentence))).toEqual([]);
});
