/** Files that the story about Endpoints applies. */
export const endpointManifests: Readonly<Record<string, string>> = {
  'behind.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: c
        image: nginx:1.27
        ports: [{containerPort: 80, name: http}]
        readinessProbe: {tcpSocket: {port: 80}, initialDelaySeconds: 2}
---
apiVersion: v1
kind: Service
metadata: {name: web, labels: {team: a}}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Service
metadata: {name: two}
spec: {selector: {app: web}, ports: [{name: a, port: 80}, {name: b, port: 81, targetPort: 82}]}
---
apiVersion: v1
kind: Service
metadata: {name: head}
spec: {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Service
metadata: {name: bare}
spec: {clusterIP: None, selector: {app: none}}
`,
  'ownlist.yaml': `apiVersion: v1
kind: Service
metadata: {name: own}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: own, labels: {x: z}, annotations: {q: r}}
subsets:
- addresses: [{ip: 10.9.9.9}, {ip: 10.9.9.8}]
  ports: [{port: 80}]
- notReadyAddresses: [{ip: 10.9.9.7}]
  ports: [{port: 80}]
`,
  'wronglist.yaml': `apiVersion: v1
kind: Endpoints
metadata: {name: bad}
subsets:
- addresses: [{ip: 127.0.0.1}, {ip: x}, {ip: 0.0.0.0}]
  ports: [{port: 0}, {port: 99999, name: A, protocol: X}]
- ports: [{port: 80}]
`,
};

/** Lines about the older list of what is behind a Service, and about the slices that are made of one's own. */
export const endpointStories: Readonly<Record<string, readonly string[]>> = {
  'endpoints and their mirrors': [
    'kubectl get endpoints',
    'kubectl get ep -A',
    'kubectl apply -f behind.yaml',
    'kubectl get ep',
    'advance 1',
    'kubectl get ep',
    'kubectl get ep web',
    'advance 8',
    'kubectl get ep -o wide',
    'kubectl get endpoints web -o yaml',
    'kubectl get ep web -o jsonpath={.subsets[*].ports}',
    'kubectl describe endpoints web',
    'kubectl describe ep',
    'kubectl describe service web',
    'kubectl get endpointslices',
    'kubectl scale deploy web --replicas=5',
    'advance 8',
    'kubectl get ep',
    'kubectl get ep two head bare',
    'kubectl describe ep two head',
    'kubectl get ep --show-labels',
    'kubectl label svc web tier=x',
    'kubectl annotate svc web tier=x',
    'advance 1',
    'kubectl get ep web --show-labels',
    'kubectl apply -f ownlist.yaml',
    'kubectl apply -f wronglist.yaml',
    'kubectl explain ep',
    'kubectl explain ep.subsets',
    'advance 1',
    'kubectl get ep own -o yaml',
    'kubectl get endpointslices -l kubernetes.io/service-name=own -o yaml',
    'kubectl describe svc own',
    `kubectl patch ep own --type=merge -p '{"subsets":[{"addresses":[{"ip":"10.9.9.10"}],"ports":[{"port":81}]}]}'`,
    'advance 1',
    'kubectl get endpointslices -l kubernetes.io/service-name=own',
    'kubectl delete ep own',
    'advance 1',
    'kubectl get endpointslices -l kubernetes.io/service-name=own',
    'kubectl delete ep web',
    'advance 1',
    'kubectl get ep web',
    'kubectl delete svc web',
    'advance 1',
    'kubectl get ep',
    'kubectl get ep,svc',
    'kubectl api-resources --api-group=',
    'kubectl auth can-i list endpoints --as=system:serviceaccount:kube-system:endpoint-controller',
    'kubectl get clusterrole system:controller:endpoint-controller system:controller:endpointslicemirroring-controller -o yaml',
    'kubectl get all',
    'kubectl get ep nope',
  ],
};
