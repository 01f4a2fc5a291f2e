/** Files that the stories about rarer changes read. */
export const changeManifests: Readonly<Record<string, string>> = {
  'shop.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec:
      initContainers: [{name: fill, image: "busybox:1.36", command: [sh, -c, "exit 0"]}]
      containers:
      - name: till
        image: nginx:1.27
        env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
      - name: side
        image: nginx:1.27
        ports: [{containerPort: 81}]
        env: [{name: CPU, valueFrom: {resourceFieldRef: {containerName: till, resource: limits.cpu}}}]
---
apiVersion: v1
kind: Service
metadata: {name: shop}
spec: {selector: {app: shop, tier: front}, ports: [{port: 80}]}
`,
  'conf.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {MODE: fast, some.key: x}\n',
  'conf2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {MODE: slow}\n',
  'keys.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: keys}\nstringData: {token: abc}\n',
  'fresh.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fresh}\ndata: {a: b}\n',
  'stale.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf, resourceVersion: "1"}\ndata: {a: b}\n',
  'hull.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: hull}\nspec: {containers: [{name: c, image: "nginx:1.27"}]}\n',
  'hull2.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: hull}\nspec: {containers: [{name: d, image: "nginx:1.26"}]}\n',
};

/** Lines that change what is there in rarer ways, one story after another on a cluster of its own. */
export const changeStories: Readonly<Record<string, readonly string[]>> = {
  'set env': [
    'kubectl apply -f shop.yaml',
    'kubectl apply -f conf.yaml',
    'kubectl apply -f keys.yaml',
    'kubectl set env deploy/shop A=1 B=2',
    'kubectl set env deploy/shop A=1',
    'kubectl set env deploy/shop --list',
    'kubectl set env deploy/shop A- -c till',
    'kubectl set env deploy/shop A- C=3 --list',
    'kubectl set env deploy shop B=9 --overwrite=false',
    'kubectl set env deploy/shop --from=configmap/conf --keys=MODE,some.key',
    'kubectl set env deploy/shop --from=secret/keys --prefix=P_ -c s*',
    'kubectl set env deploy/shop --list -c side',
    'kubectl set env deploy/shop --from=cm/nope',
    'kubectl set env deploy/shop --from=deploy/shop',
    'kubectl set env deploy/shop --keys=a',
    'kubectl set env deploy/shop E=1 -c nope',
    'kubectl set env deploy --all F=1',
    'kubectl set env deploy --all -l a=b F=1',
    'kubectl set env deploy/shop 1A=b',
    'kubectl set env deploy/shop A=b A-',
    'kubectl set env deploy/shop A=b nope',
    'kubectl set env deploy/shop A',
    'kubectl set env deploy/shop',
    'kubectl set env',
    'kubectl set env svc/shop A=1',
    'kubectl set env deploy/nope A=1',
    'kubectl set env nope/x A=1',
    'kubectl set env deploy/shop G=1 --dry-run=server',
    'kubectl set env deploy/shop G=1 --dry-run=client -o name',
    'kubectl set env deploy/shop --list -o yaml',
    'kubectl set env deploy/shop --env=H=1',
    'kubectl get deploy shop -o yaml',
  ],
  'set resources, serviceaccount, selector': [
    'kubectl apply -f shop.yaml',
    'kubectl set resources deploy/shop --limits=cpu=0.5,memory=512Mi --requests=cpu=100m',
    'kubectl set resources deploy/shop --limits=cpu=500m',
    'kubectl set resources deploy/shop -c side --requests=memory=64Mi',
    'kubectl set resources deploy/shop --limits=cpu=50m',
    'kubectl set resources deploy/shop --limits=bananas=3',
    'kubectl set resources deploy/shop --limits=cpu',
    'kubectl set resources deploy/shop --limits=cpu=x',
    'kubectl set resources deploy/shop --limits=cpu=1 -c nope',
    'kubectl set resources deploy/shop',
    'kubectl set resources deploy --limits=cpu=1',
    'kubectl set resources deploy --all --limits=cpu=1',
    'kubectl set resources deploy --all -l a=b --limits=cpu=1',
    'kubectl set resources svc/shop --limits=cpu=1',
    'kubectl set resources',
    'kubectl set serviceaccount deploy/shop default',
    'kubectl set sa deploy shop robot',
    'kubectl set sa deploy shop robot',
    'kubectl set sa deploy/shop x --dry-run=client',
    'kubectl set sa svc/shop x',
    'kubectl set sa deploy/nope x',
    'kubectl apply -f hull.yaml',
    'advance 5',
    'kubectl set sa pod/hull robot',
    'kubectl set env pod/hull A=1',
    'kubectl set resources pod/hull --limits=cpu=1',
    'kubectl set sa robot',
    'kubectl set sa',
    'kubectl set selector svc/shop app=shop',
    'kubectl set selector svc shop app=shop,tier=x',
    'kubectl set selector svc shop app=shop,tier=x',
    'kubectl set selector svc/shop "app in (a)"',
    'kubectl set selector svc/shop app',
    'kubectl set selector svc/shop "a!=b"',
    'kubectl set selector svc/shop "a b"',
    'kubectl set selector svc/shop "a,,b"',
    'kubectl set selector svc/shop "=b"',
    'kubectl set selector svc/shop "!"',
    'kubectl set selector svc/shop "a in b"',
    'kubectl set selector svc/shop "a in (b c)"',
    'kubectl set selector svc/shop "a=-b"',
    'kubectl get pods -l "a b"',
    'kubectl get pods -l "a)"',
    'kubectl set selector deploy/shop a=b',
    'kubectl set selector svc/nope a=b',
    'kubectl set selector svc/shop a=b --resource-version=1',
    'kubectl set selector svc/shop a=b --dry-run=client',
    'kubectl set selector --all svc a=b',
    'kubectl set selector svc',
    'kubectl set selector',
    'kubectl get svc shop -o yaml',
    'kubectl get deploy shop -o yaml',
  ],
  replace: [
    'kubectl apply -f conf.yaml',
    'kubectl replace -f conf2.yaml',
    'kubectl get cm conf -o yaml',
    'kubectl replace -f fresh.yaml',
    'kubectl replace -f stale.yaml',
    'kubectl replace',
    'kubectl replace cm conf',
    'kubectl replace -f conf.yaml --dry-run=client',
    'kubectl replace -f conf.yaml --dry-run=server',
    'kubectl replace -f conf.yaml --save-config',
    'kubectl get cm conf -o yaml',
    'kubectl replace -f field.yaml',
    'kubectl replace --force -f conf.yaml --dry-run=server',
    'kubectl replace -f conf.yaml --grace-period=1',
    'kubectl replace --force -f conf.yaml',
    'kubectl replace --force -f fresh.yaml',
    'kubectl replace -f conf.yaml -o name',
    'kubectl apply -f hull.yaml',
    'advance 5',
    'kubectl replace -f hull2.yaml',
    'kubectl replace --force -f hull2.yaml --grace-period=0',
    'kubectl get pods',
  ],
  'raw answers and versions': [
    'kubectl api-versions',
    'kubectl api-versions foo',
    'kubectl apply -f conf.yaml',
    'kubectl get --raw /version',
    'kubectl get --raw /livez',
    'kubectl get --raw /api/v1/namespaces/default/configmaps/conf',
    'kubectl get --raw "/api/v1/nodes?limit=1&labelSelector=a"',
    'kubectl get --raw /api/v1/namespaces/default/configmaps/nope',
    'kubectl get --raw /nope',
    'kubectl get --raw nope',
    'kubectl get pods --raw /version',
    'kubectl get --raw /version -o yaml',
    'kubectl get --raw /version -w',
  ],
};
