import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBinary } from './binaries.ts';

// `npm run cluster` as a newcomer meets it: a process, a kubeconfig, and real kubectls of three versions.

const folder = mkdtempSync(join(tmpdir(), 'served-'));
const kubeconfig = join(folder, 'kubeconfig');
const editor = join(folder, 'editor');
writeFileSync(editor, '#!/bin/sh\nsed -i "s/a: old/a: new/" "$1"\n', { mode: 0o755 });
const versions = ['1.31', '1.32', '1.33'].map((version) => [version, findBinary(`kubectl.${version}`)] as const);
const isComplete = versions.every(([, binary]) => binary !== undefined);
if (!isComplete)
  console.warn('SKIPPED: kubectl 1.31, 1.32 and 1.33 are not all here; the server is tried by HTTP only.');

let server: ChildProcess;
let url = '';

beforeAll(async () => {
  const words = ['cli/cluster.ts', '--port', '0', '--kubeconfig', kubeconfig, '--speed', '5'];
  server = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'inherit'] });
  url = await new Promise<string>((resolve, reject) => {
    let text = '';
    server.stdout?.on('data', (data) => {
      text += data;
      const found = /^listening on (\S+)$/m.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    });
    server.on('exit', () => reject(new Error('the server ended before it listened')));
  });
}, 60_000);

afterAll(() => {
  server.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const pod = (name: string, image: string) => `apiVersion: v1
kind: Pod
metadata: {name: ${name}, labels: {app: ${name}}}
spec: {containers: [{name: c, image: "${image}"}]}
`;

writeFileSync(join(folder, 'pod.yaml'), pod('web', 'nginx:1.27'));
writeFileSync(join(folder, 'pod-next.yaml'), pod('web', 'nginx:1.28'));
writeFileSync(join(folder, 'other.yaml'), pod('other', 'nginx:1.27'));
writeFileSync(
  join(folder, 'settings.yaml'),
  'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: old}\n',
);

const namespaceOf = (version: string) => `v${version.replace('.', '-')}`;
const sets = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: queue}
spec:
  serviceName: queue
  selector: {matchLabels: {app: queue}}
  template: {metadata: {labels: {app: queue}}, spec: {containers: [{name: c, image: "nginx:1.27"}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template: {metadata: {labels: {app: agent}}, spec: {containers: [{name: c, image: "nginx:1.27"}]}}
`;
writeFileSync(join(folder, 'sets.yaml'), sets);
const networks = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: rules}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]}
`;
writeFileSync(join(folder, 'networks.yaml'), networks);
writeFileSync(
  join(folder, 'scaler.yaml'),
  `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: rules}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: sized}
  maxReplicas: 6
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
`,
);
for (const name of versions.map(([version]) => namespaceOf(version))) {
  const text = `apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  terminationGracePeriodSeconds: 1
  containers: [{name: c, image: "nginx:1.27"}]
  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], storageClassName: ${name}, resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk-${name}}
spec: {storageClassName: ${name}, capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /mnt}}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: ${name}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
---
apiVersion: v1
kind: LimitRange
metadata: {name: bounds}
spec: {limits: [{type: PersistentVolumeClaim, max: {storage: 2Gi}}]}
`;
  writeFileSync(join(folder, `storage-${name}.yaml`), text);
  const kind = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ferries.${name}.example}
spec:
  group: ${name}.example
  scope: Namespaced
  names: {plural: ferries, kind: Ferry, singular: ferry}
  versions:
    - name: v1
      served: true
      storage: true
      additionalPrinterColumns: [{name: Seats, type: integer, jsonPath: .spec.seats}]
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {pier: {type: string}, seats: {type: integer, default: 20}}}}
`;
  writeFileSync(join(folder, `kind-${name}.yaml`), kind);
  const ferry = `apiVersion: ${name}.example/v1\nkind: Ferry\nmetadata: {name: blue}\nspec: {pier: north}\n`;
  writeFileSync(join(folder, `ferry-${name}.yaml`), ferry);
}

/** Lines of kubectl in their order, and what their output must show; each version has a namespace of its own. */
const rows: readonly (readonly [line: string, shows: RegExp])[] = [
  ['get nodes', /node-1 +Ready/],
  ['get nodes -o wide', /containerd:/],
  ['apply -f FOLDER/pod.yaml', /pod\/web created/],
  ['wait --for=condition=Ready pod/web --timeout=60s', /condition met/],
  ['get pods -A', /NAMESPACE/],
  ['get pods -l app=web --show-labels -o wide', /Running.*app=web/],
  ['get pod web -o yaml', /hostIP/],
  ['get pods --sort-by=.metadata.name --no-headers', /^web/m],
  ['get pods --chunk-size=1', /web/],
  ['get all', /pod\/web|^web/m],
  ['describe pod web', /Successfully assigned/],
  ['describe node node-1', /Non-terminated Pods/],
  ['apply -f FOLDER/pod.yaml', /pod\/web unchanged/],
  ['apply -f FOLDER/pod-next.yaml', /pod\/web configured/],
  ['apply -f FOLDER/pod-next.yaml --dry-run=server', /server dry run/],
  ['diff -f FOLDER/pod-next.yaml', /^$/],
  ['apply --server-side -f FOLDER/pod-next.yaml', /serverside-applied/],
  ['create -f FOLDER/other.yaml', /pod\/other created/],
  ['create configmap settings --from-literal=a=b', /configmap\/settings created/],
  ['create serviceaccount robot', /serviceaccount\/robot created/],
  ['create deployment shop --image=nginx --replicas=2', /deployment.apps\/shop created/],
  ['rollout status deployment/shop --timeout=60s', /successfully rolled out/],
  ['run box --image=busybox --command -- sleep 1000', /pod\/box created/],
  ['expose deployment shop --port=80', /service\/shop exposed/],
  ['describe service shop', /Endpoints:/],
  ['scale deployment shop --replicas=3', /scaled/],
  ['scale deployment shop --replicas=2 --current-replicas=3', /scaled/],
  ['set image deployment/shop nginx=nginx:1.27', /image updated/],
  ['set env deployment/shop COLOUR=red', /env updated/],
  ['set resources deployment/shop --limits=cpu=100m', /resource requirements updated/],
  ['rollout history deployment/shop', /REVISION/],
  ['rollout undo deployment/shop', /rolled back/],
  ['rollout restart deployment/shop', /restarted/],
  ['rollout pause deployment/shop', /paused/],
  ['rollout resume deployment/shop', /resumed/],
  ['describe deployment shop', /NewReplicaSet/],
  ['label pod web colour=red', /labeled/],
  ['annotate pod web note=this', /annotated/],
  ['patch deployment shop -p {"spec":{"replicas":1}}', /patched/],
  ['patch deployment shop --type=merge -p {"spec":{"replicas":2}}', /patched/],
  ['patch deployment shop --type=json -p [{"op":"replace","path":"/spec/replicas","value":1}]', /patched/],
  ['logs web', /start worker/],
  ['logs deployment/shop', /start worker/],
  ['events', /Scheduled/],
  ['get events', /Scheduled/],
  ['cluster-info', /control plane/],
  ['get --raw /readyz', /ok/],
  ['api-resources', /deployments +deploy/],
  ['api-versions', /apps\/v1/],
  ['explain deployment.spec.replicas', /FIELD: replicas <integer>/],
  ['version', /Server Version: v1.36.2/],
  ['replace -f FOLDER/settings.yaml', /replaced/],
  ['edit configmap settings', /edited/],
  ['delete pod box --force --grace-period=0', /force deleted|deleted/],
  ['create quota team --hard=pods=20', /resourcequota\/team created/],
  ['get quota', /pods: \d+\/20/],
  ['describe quota team', /Resource +Used +Hard/],
  ['create pdb shop --selector=app=shop --min-available=1', /poddisruptionbudget.policy\/shop created/],
  ['get pdb', /shop +1 +N\/A/],
  ['describe pdb shop', /Min available: +1/],
  ['get priorityclasses', /system-node-critical +2000001000/],
  ['create token robot', /^\S{20,}/],
  ['auth can-i create pods', /yes/],
  ['auth whoami', /kubernetes-admin|admin/],
  ['create priorityclass high-NAMESPACE --value=1000', /priorityclass.scheduling.k8s.io\/high-v1-\d+ created/],
  ['describe priorityclass high-NAMESPACE', /Value: +1000/],
  ['label pod other own=NAMESPACE', /labeled/],
  ['drain node-1 node-2 node-3 --pod-selector=own=NAMESPACE --force --timeout=60s', /pod\/other evicted/],
  ['uncordon node-1 node-2 node-3', /uncordoned/],
  ['apply -f FOLDER/storage-NAMESPACE.yaml', /persistentvolumeclaim\/data created/],
  ['wait --for=condition=Ready pod/db --timeout=60s', /condition met/],
  [
    'get pv,pvc,sc,limits -o wide',
    /disk-v1-\d+ +1Gi +RWO +Retain +Bound +v1-\d+\/data +v1-\d+ +<unset> +\d+s +Filesystem/,
  ],
  ['describe pvc data', /Used By: +db/],
  ['describe pv disk-NAMESPACE', /Status: +Bound/],
  ['describe namespace NAMESPACE', /Resource Quotas[\s\S]*PersistentVolumeClaim +storage +- +2Gi/],
  ['explain pvc.spec.storageClassName', /FIELD: storageClassName <string>/],
  ['create ingress site --rule=foo.com/a*=shop:80,tls=cert --class=outer', /ingress.networking.k8s.io\/site created/],
  ['apply -f FOLDER/networks.yaml', /networkpolicy.networking.k8s.io\/rules created/],
  ['get ing,netpol', /site +outer +foo.com +80, 443 [\s\S]*rules +<none>/],
  ['describe ing,netpol', /\/a +shop:80[\s\S]*To Port: 80\/TCP/],
  ['create deployment sized --image=nginx', /deployment.apps\/sized created/],
  ['apply -f FOLDER/scaler.yaml', /horizontalpodautoscaler.autoscaling\/rules created/],
  ['get hpa', /rules +Deployment\/sized +cpu: <unknown>\/60% +1 +6 +0/],
  ['autoscale deployment sized --name=older --max=4 --cpu-percent=70', /older autoscaled/],
  [
    'get horizontalpodautoscalers.v1.autoscaling older -o yaml',
    /autoscaling\/v1\n[\s\S]*targetCPUUtilizationPercentage: 70/,
  ],
  ['describe hpa rules', /Metrics: +\( current \/ target \)/],
  ['create job once --image=busybox -- sh -c exit', /job.batch\/once created/],
  ['wait --for=condition=complete job/once --timeout=60s', /condition met/],
  ['create cronjob night --image=busybox --schedule=@daily', /cronjob.batch\/night created/],
  ['create job by-hand --from=cronjob/night', /job.batch\/by-hand created/],
  ['get jobs,cronjobs', /once +Complete +1\/1[\s\S]*night +@daily +<none> +False/],
  ['describe job once', /Pods Statuses: +0 Active \(0 Ready\) \/ 1 Succeeded \/ 0 Failed[\s\S]*Job completed/],
  ['describe cronjob night', /Concurrency Policy: +Allow/],
  ['delete -f FOLDER/storage-NAMESPACE.yaml --timeout=60s', /persistentvolume "disk-v1-\d+" deleted/],
  ['create -f FOLDER/sets.yaml', /daemonset.apps\/agent created/],
  ['rollout status sts/queue --timeout=60s', /roll out complete/],
  ['rollout status ds/agent --timeout=60s', /successfully rolled out/],
  ['set env sts/queue ds/agent COLOUR=red', /daemonset.apps\/agent env updated/],
  ['set resources ds/agent --limits=cpu=100m', /resource requirements updated/],
  ['scale sts queue --replicas=2', /scaled/],
  ['rollout status ds/agent --timeout=120s', /successfully rolled out/],
  ['rollout undo ds/agent', /rolled back/],
  ['get sts,ds,controllerrevisions', /queue +\d\/2[\s\S]*daemonset.apps\/agent +\d/],
  ['delete -f FOLDER/sets.yaml --wait=false', /"agent" deleted/],
  [
    'apply -f FOLDER/kind-NAMESPACE.yaml',
    /customresourcedefinition.apiextensions.k8s.io\/ferries.v1-\d+.example created/,
  ],
  ['wait --for=condition=Established crd/ferries.NAMESPACE.example --timeout=60s', /condition met/],
  ['apply -f FOLDER/ferry-NAMESPACE.yaml', /ferry.v1-\d+.example\/blue created/],
  ['apply -f FOLDER/ferry-NAMESPACE.yaml', /ferry.v1-\d+.example\/blue unchanged/],
  ['get ferries.NAMESPACE.example', /NAME +SEATS\nblue +20/],
  ['explain crd.spec.names', /plural\t<string>/],
  ['delete crd ferries.NAMESPACE.example --timeout=60s', /deleted/],
  ['delete deployment shop --cascade=foreground', /deleted/],
  ['delete pod web --now', /deleted/],
  ['wait --for=delete pod/web --timeout=60s', /^$/],
];

describe.skipIf(!isComplete)('the request table of the real kubectl', () => {
  it.concurrent.each(versions)('%s', { timeout: 300_000 }, async (version, binary) => {
    const namespace = namespaceOf(version);
    const cache = join(folder, `cache-${version}`);
    const kubectl = (words: readonly string[]) => run(binary ?? '', ['--cache-dir', cache, ...words]);
    expect(await kubectl(['create', 'namespace', namespace])).toMatchObject({ code: 0 });
    for (const [line, shows] of rows) {
      const words = line.split(' ').map((word) => word.replace('FOLDER', folder).replace('NAMESPACE', namespace));
      const at = words.indexOf('--');
      const scoped =
        at < 0 ? [...words, '-n', namespace] : [...words.slice(0, at), '-n', namespace, ...words.slice(at)];
      const { code, out, err } = await kubectl(words.includes('-A') ? words : scoped);
      expect({ line, code, err: code === 0 ? '' : err }).toEqual({ line, code: 0, err: '' });
      expect(out, `kubectl ${line}`).toMatch(shows);
    }
  });
});

describe('the door', () => {
  const token = () => /token: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))?.[1] ?? '';
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { ...init, headers: { authorization: `Bearer ${token()}`, ...init.headers } });

  it('lets nobody in without a token', async () => {
    const answer = await fetch(`${url}/api/v1/pods`);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ kind: 'Status', reason: 'Unauthorized', code: 401 });
    expect((await ask('/api/v1/pods', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    expect((await ask('/api/v1/pods')).status).toBe(200);
  });

  it('keeps the kubeconfig to its owner', () => {
    expect(statSync(kubeconfig).mode & 0o077).toBe(0);
  });

  it('answers garbage with a Status', async () => {
    const post = (body: BodyInit, type: string) =>
      ask('/api/v1/namespaces/default/pods', { method: 'POST', body, headers: { 'content-type': type } });
    for (const [body, type] of [
      ['{', 'application/json'],
      ['k8s\0garbage', 'application/vnd.kubernetes.protobuf'],
      ['plain', 'application/vnd.kubernetes.protobuf'],
    ] as const) {
      const answer = await post(body, type);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ kind: 'Status', status: 'Failure', reason: 'BadRequest' });
    }
    const large = await post(`"${'x'.repeat(3 * 1024 * 1024)}"`, 'application/json');
    expect(large.status).toBe(413);
  });

  it('compresses, and lets clients keep documents by their hash', async () => {
    const index = (await (await ask('/openapi/v3')).json()) as { paths: Record<string, { serverRelativeURL: string }> };
    const document = await ask(index.paths['apis/apps/v1']?.serverRelativeURL ?? '');
    expect(document.headers.get('cache-control')).toBe('public, immutable');
    expect(document.headers.get('content-encoding')).toBe('gzip');
    expect(JSON.stringify(await document.json())).toContain('x-kubernetes-patch-merge-key');
  });

  it('breaks what is typed on its standard input', async () => {
    server.stdin?.write('kill node/node-3\n');
    const isLost = async () => {
      const node = (await (await ask('/api/v1/nodes/node-3')).json()) as {
        status: { conditions: { type: string; status: string }[] };
      };
      return node.status.conditions.find(({ type }) => type === 'Ready')?.status === 'Unknown';
    };
    await expect.poll(isLost, { timeout: 60_000, interval: 500 }).toBe(true);
  }, 70_000);

  it('ends cleanly on SIGINT', async () => {
    const ended = new Promise<number | null>((resolve) => server.on('exit', resolve));
    server.kill('SIGINT');
    expect(await ended).toBe(0);
  });
});

interface Run {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(binary: string, words: readonly string[]): Promise<Run> {
  const env = { ...process.env, KUBECONFIG: kubeconfig, KUBE_EDITOR: editor, TZ: 'UTC' };
  return new Promise((resolve) => {
    const child = spawn(binary, words, { env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}
