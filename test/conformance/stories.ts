/** Files that the stories apply. */
export const manifests: Readonly<Record<string, string>> = {
  'pod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: {app: web}
spec:
  containers:
  - name: c
    image: nginx:1.27
    ports: [{containerPort: 80}]
    env: [{name: A, value: "1"}]
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {memory: 128Mi}}
    readinessProbe: {httpGet: {path: /, port: 80}}
`,
  'web.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: site}}
  template:
    metadata: {labels: {app: site}}
    spec: {containers: [{name: nginx, image: "nginx:1.25"}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: site}, ports: [{port: 80}]}
`,
  'maps.yaml': `apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {a: "1"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
data: {b: "2"}
`,
  'maps2.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one, labels: {x: "y"}}\ndata: {c: "3"}\n',
  'field.yaml': `apiVersion: v1
kind: Pod
metadata: {name: bad}
spec: {replica: 3, containers: [{name: c, image: nginx}]}
`,
  'type.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: bad}
spec:
  replicas: three
  selector: {matchLabels: {a: b}}
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: nginx}]}}
`,
  'invalid.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: Bad_Name}\nspec: {containers: [{name: c}]}\n',
  'scaled.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  replicas: 3
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: nginx, image: "nginx:1.28"}]}
`,
  'unscaled.yaml': `apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  selector: {matchLabels: {app: shop}}
  template:
    metadata: {labels: {app: shop}}
    spec: {containers: [{name: nginx, image: "nginx:1.28"}]}
`,
  'storage.yaml': `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: late, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
parameters: {a: b}
mountOptions: [ro]
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk, labels: {type: local}}
spec:
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  storageClassName: late
  local: {path: /mnt/disk}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions:
        - {key: kubernetes.io/hostname, operator: In, values: [node-2, node-3]}
        - {key: gpu, operator: DoesNotExist}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: share}
spec: {capacity: {storage: 2048Mi}, accessModes: [ReadWriteMany], nfs: {server: files, path: /exports}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: files}
spec: {accessModes: [ReadWriteMany], storageClassName: "", resources: {requests: {storage: 1Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: db}
spec:
  containers: [{name: c, image: nginx}]
  volumes: [{name: d, persistentVolumeClaim: {claimName: data}}]
`,
  'networks.yaml': `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: outer}
spec: {controller: example.org/ingress, parameters: {apiGroup: example.org, kind: Settings, name: one}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: rules}
spec:
  podSelector: {matchLabels: {role: db}}
  ingress:
  - from:
    - ipBlock: {cidr: 172.17.0.0/16, except: [172.17.1.0/24, 172.17.2.0/24]}
    - namespaceSelector: {matchLabels: {a: b}}
      podSelector: {matchExpressions: [{key: c, operator: Exists}]}
    ports: [{port: 6379}, {protocol: UDP, port: 100, endPort: 200}]
  - {}
  egress:
  - to: [{podSelector: {}}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed}
spec: {podSelector: {}}
`,
  'wrong.yaml': `apiVersion: v1
kind: PersistentVolume
metadata: {name: wrong}
spec:
  capacity: {storage: 0}
  accessModes: [ReadWriteOncePod, ReadOnlyMany, Many]
  persistentVolumeReclaimPolicy: Keep
  hostPath: {path: /a/../b, type: Disk}
  local: {path: /x}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: wrong}
spec: {accessModes: [], storageClassName: A_B}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: wrong}
spec:
  rules:
  - host: 10.0.0.1
    http: {paths: [{path: a//b, pathType: Prefix, backend: {service: {name: A, port: {name: a, number: 1}}}}]}
  - {host: "a.*.b", http: {paths: [{backend: {}}]}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: wrong}
spec:
  policyTypes: [Ingress, Outgress]
  ingress:
  - from: [{}, {ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}, podSelector: {}}]
    ports: [{port: http, endPort: 9}]
`,
  'batch.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: numbers, labels: {team: a}}
spec:
  completions: 3
  parallelism: 2
  completionMode: Indexed
  backoffLimitPerIndex: 1
  ttlSecondsAfterFinished: 100
  activeDeadlineSeconds: 500
  template:
    metadata: {labels: {app: numbers}}
    spec: {restartPolicy: Never, containers: [{name: c, image: busybox, command: [sh, -c, "sleep 2; echo done"]}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: tick}
spec:
  schedule: "*/1 * * * *"
  timeZone: Etc/UTC
  startingDeadlineSeconds: 30
  concurrencyPolicy: Forbid
  jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: [{name: c, image: busybox}]}}}}
`,
  'wrongbatch.yaml': `apiVersion: batch/v1
kind: Job
metadata: {name: wrong}
spec:
  parallelism: -1
  completionMode: Odd
  maxFailedIndexes: 1
  podFailurePolicy:
    rules:
    - {action: FailIndex, onExitCodes: {containerName: x, operator: In, values: [2, 0]}}
    - {action: Stop}
  template: {spec: {containers: [{name: c, image: busybox}]}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: wrong}
spec:
  schedule: "61 * * * *"
  timeZone: Europe/Berlin
  concurrencyPolicy: Maybe
  jobTemplate: {spec: {template: {spec: {restartPolicy: Always, containers: [{name: c, image: busybox}]}}}}
`,
  'scaler.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 5}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: rules, labels: {team: a}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 6
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 0.5Gi}}}
  behavior:
    scaleDown: {stabilizationWindowSeconds: 60, policies: [{type: Pods, value: 1, periodSeconds: 30}]}
`,
  'wrongscaler.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: wrong}
spec:
  scaleTargetRef: {kind: "", name: a/b}
  minReplicas: 0
  maxReplicas: -1
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Odd}}}
  - {type: Resource}
  behavior: {scaleUp: {selectPolicy: Most, policies: [{type: Pods, value: 0, periodSeconds: 1801}]}}
`,
  'empty.yaml': '# nothing\n',
  'headless.yaml': 'metadata: {name: bad}\n',
  'scalar.yaml': 'hello\n',
  'indent.yaml': 'apiVersion: v1\nspec:\n  containers:\n  - name: c\n   image: nginx\n',
};

/** One story each: lines typed one after the other on a fresh cluster of three nodes. */
export const stories: Readonly<Record<string, readonly string[]>> = {
  'a pod from file to end': [
    'kubectl get nodes -o wide',
    'kubectl get pods',
    'kubectl apply -f pod.yaml',
    'kubectl describe pod web',
    'advance 6',
    'kubectl get pods -o wide --show-labels',
    'kubectl describe pod web',
    'kubectl get pod web -o yaml',
    'kubectl apply -f pod.yaml',
    'kubectl get pod web -o json',
    'kubectl get pods -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}\'',
    'kubectl get pods -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName,X:.spec.nope',
    'kubectl label pod web tier=front',
    'kubectl label pod web tier=back',
    'kubectl label pod web tier-',
    'kubectl annotate pod web note=hello',
    'kubectl logs web',
    'kubectl logs web -c nope',
    'kubectl wait pod/web --for=condition=Ready',
    'kubectl describe node node-1',
    'kubectl delete pod web',
    'kubectl delete pod web',
  ],
  'apply on the server': [
    'kubectl apply --server-side -f scaled.yaml',
    'kubectl apply --server-side -f scaled.yaml',
    'kubectl get deployment shop -o yaml',
    'kubectl scale deployment shop --replicas=2',
    'kubectl apply --server-side -f scaled.yaml',
    'kubectl set image deployment/shop nginx=nginx:1.29',
    'kubectl apply --server-side -f scaled.yaml',
    'kubectl apply --server-side -f scaled.yaml --dry-run=server --force-conflicts',
    'kubectl apply --server-side -f scaled.yaml --force-conflicts',
    'kubectl apply --server-side -f unscaled.yaml --field-manager=other --force-conflicts',
    'kubectl apply --server-side -f unscaled.yaml',
    'kubectl apply --server-side -f scaled.yaml --dry-run=client',
    'kubectl apply -f scaled.yaml --force-conflicts',
    'kubectl apply --server-side -f field.yaml',
    'kubectl apply --server-side -f invalid.yaml',
  ],
  explain: [
    'kubectl explain pod',
    'kubectl explain deployment.spec',
    'kubectl explain deployment.spec.strategy.rollingUpdate.maxSurge',
    'kubectl explain pods.spec.containers.livenessProbe',
    'kubectl explain pod.metadata',
    'kubectl explain pod.spec.volumes.gitRepo',
    'kubectl explain pod.spec.nope',
    'kubectl explain nope',
    'kubectl explain configmap --recursive',
    'kubectl explain service.spec.ports --recursive',
  ],
  'a deployment': [
    'kubectl apply -f web.yaml',
    'kubectl rollout status deployment/web',
    'kubectl get all',
    'kubectl get deploy,rs,pods -o wide',
    'kubectl describe deployment web',
    'kubectl describe rs',
    'kubectl describe svc web',
    'kubectl scale deployment web --replicas=2',
    'kubectl scale deployment nope --replicas=2',
    'kubectl set image deployment/web nginx=nginx:1.26',
    'kubectl rollout status deployment/web',
    'kubectl rollout history deployment/web',
    'kubectl rollout history deployment/web --revision=2',
    'kubectl rollout undo deployment/web',
    'kubectl rollout status deployment/web',
    'kubectl rollout restart deployment/web',
    'kubectl expose deployment web --port=80 --name=web2',
    'kubectl delete -f web.yaml',
  ],
  nodes: [
    'kubectl taint nodes node-2 dedicated=gpu:NoSchedule',
    'kubectl taint nodes node-2 dedicated=gpu:NoSchedule',
    'kubectl describe node node-2',
    'kubectl taint nodes node-2 dedicated-',
    'kubectl taint nodes node-2 dedicated-',
    'kubectl taint nodes --all k:NoSchedule',
    'kubectl cordon node-1',
    'kubectl cordon node-1',
    'kubectl get nodes',
    'kubectl uncordon node-1',
    'kubectl cordon node-9',
    'kubectl get nodes -L kubernetes.io/hostname,foo --sort-by=.metadata.name',
  ],
  limits: [
    'kubectl create quota team --hard=pods=2,requests.cpu=1',
    'kubectl create quota team --hard=pods=2',
    'kubectl create quota odd --hard=pods',
    'kubectl get quota',
    'kubectl describe quota team',
    'kubectl create pdb web --selector=app=web --min-available=1',
    'kubectl create pdb web --selector=app=web',
    'kubectl create pdb web --min-available=1',
    'kubectl get pdb',
    'kubectl describe pdb web',
    'kubectl create priorityclass vital --value=1000 --description=first',
    'kubectl create priorityclass system-odd --value=1',
    'kubectl get pc',
    'kubectl describe pc vital',
    'kubectl get pdb web -o yaml',
    'kubectl describe ns default',
    'kubectl run lone --image=nginx:1.27',
    'kubectl drain node-9',
    'kubectl delete ns kube-system',
    'kubectl delete quota team',
    'kubectl run lone --image=nginx:1.27',
    'kubectl wait --for=condition=Ready pod/lone',
    'kubectl drain node-1 node-2 node-3',
    'kubectl get nodes',
    'kubectl drain node-1 node-2 node-3 --force',
    'kubectl create ns short',
    'kubectl delete ns short --wait=false',
    'kubectl create configmap late -n short',
  ],
  'made from the command line': [
    'kubectl run web --image=nginx:1.27 --port=80 --dry-run=client -o yaml',
    'kubectl run web --image=nginx:1.27',
    'kubectl run web --image=nginx:1.27',
    'kubectl create deployment d1 --image=nginx:1.27 --replicas=2',
    'kubectl create deployment d1 --image=nginx:1.27',
    'kubectl create deployment d2 --image=nginx --port=80 --dry-run=client -o yaml -- sleep 3',
    'kubectl create namespace prod',
    'kubectl create configmap c1 --from-literal=a=b --dry-run=client -o yaml',
    'kubectl create -f maps.yaml',
    'kubectl create -f maps.yaml',
    'kubectl apply -f maps2.yaml',
    'kubectl get cm one -o yaml',
    'kubectl delete cm one two three',
    'kubectl get cm -n prod',
  ],
  mistakes: [
    'kubectl get pdos',
    'kubectl get',
    'kubectl get pods -o foo',
    'kubectl get pods -o jsonpath={.a',
    'kubectl get pods a svc/b --foo',
    'kubectl get pods -l a==',
    'kubectl get pods --field-selector=spec.foo=bar',
    'kubectl get pod/a/b',
    'kubectl describe node nope',
    'kubectl delete pods',
    'kubectl delete pods --all',
    'kubectl apply -f field.yaml',
    'kubectl apply -f type.yaml',
    'kubectl apply -f invalid.yaml',
    'kubectl apply -f empty.yaml',
    'kubectl apply -f headless.yaml',
    'kubectl apply -f scalar.yaml',
    'kubectl apply -f indent.yaml',
    'kubectl apply -f nofile.yaml',
    'kubectl apply',
    'kubectl create foo bar',
    'kubectl rollout foo',
    'kubectl scale deployment d1 --replicas=x',
    'kubectl taint nodes node-1 a=b:Foo',
    'kubectl logs nope',
    'kubectl wait pod/nope --for=condition=Ready',
    'kubectl gte pods',
    'kubectl version',
    'kubectl api-resources -o wide',
  ],
  'who may do what': [
    'kubectl create role pod-reader --verb=get --verb=list,watch --resource=pods',
    'kubectl create rolebinding read --role=pod-reader --user=dev --serviceaccount=default:bot',
    'kubectl create serviceaccount bot',
    'kubectl get pods --as dev',
    'kubectl get nodes --as dev',
    'kubectl auth can-i get pods --as dev',
    'kubectl auth can-i delete pods --as dev',
    'kubectl auth can-i get nodes',
    'kubectl auth can-i foo frobs',
    'kubectl auth can-i --list --as dev',
    'kubectl auth whoami --as dev --as-group x',
    'kubectl describe role pod-reader',
    'kubectl describe rolebinding read',
    'kubectl describe clusterrole admin',
    'kubectl get rolebindings -o wide',
    'kubectl get role pod-reader -o yaml',
    'kubectl create role nothing --resource=pods',
    'kubectl create secret generic pass --from-literal=word=hello',
    'kubectl describe secret pass',
    'kubectl get secret pass -o yaml',
    'kubectl delete role pod-reader',
    'kubectl get pods --as dev',
  ],
  'storage and networks': [
    'kubectl apply -f storage.yaml',
    'advance 20',
    'kubectl get pv,pvc,sc -o wide',
    'kubectl get storageclass',
    'kubectl describe pv',
    'kubectl describe pvc',
    'kubectl describe sc late',
    'kubectl describe pod db',
    'kubectl explain pv.spec.claimRef',
    'kubectl explain pvc.spec',
    'kubectl patch pvc data -p \'{"spec":{"resources":{"requests":{"storage":"9Gi"}}}}\'',
    'kubectl patch pvc data -p \'{"spec":{"storageClassName":"other"}}\'',
    'kubectl delete pvc data --wait=false',
    'kubectl get pvc',
    'kubectl apply -f networks.yaml',
    'kubectl create ingress one --rule=foo.com/bar*=web:80,tls=cert --rule=/=web:http --class=outer',
    'kubectl create ingress two --default-backend=db:1 --annotation a=b',
    'kubectl create ingress three --rule=x.com/a=b:1,tls --dry-run=client -o yaml',
    'kubectl create ingress bad --rule=x',
    'kubectl create ingress bad',
    'kubectl create deployment web --image=nginx',
    'kubectl expose deployment web --port=80',
    'advance 6',
    'kubectl get ing,netpol,ingressclass',
    'kubectl describe ing',
    'kubectl describe netpol',
    'kubectl describe ingressclass outer',
    'kubectl explain ingress.spec.rules',
    'kubectl apply -f wrong.yaml',
  ],
  'jobs that end': [
    'kubectl apply -f batch.yaml',
    'kubectl create job once --image=busybox -- sh -c exit',
    'kubectl create job once --image=busybox',
    'kubectl create job both --image=busybox --from=cronjob/tick',
    'kubectl create job none',
    'kubectl create job by-hand --from=cronjob/tick',
    'kubectl create job by-hand2 --from=cronjob/tock',
    'kubectl create job plain --image=busybox --dry-run=client -o yaml -- sleep 3',
    'kubectl create cronjob night --image=busybox --schedule="0 3 * * *" --dry-run=client -o yaml -- date',
    'kubectl create cronjob night --image=busybox --schedule="0 3 * * *"',
    'kubectl create cronjob never --image=busybox --schedule="0 3 * *"',
    'advance 5',
    'kubectl describe job numbers',
    'advance 75',
    'kubectl get jobs,cronjobs',
    'kubectl get job,cj -o wide',
    'kubectl describe job numbers',
    'kubectl describe job once',
    'kubectl describe cronjob tick',
    'kubectl get job once -o yaml',
    'kubectl get cj tick -o yaml',
    'kubectl wait --for=condition=complete job/once',
    'kubectl logs job/numbers',
    'kubectl patch job once -p \'{"spec":{"completions":2}}\'',
    'kubectl explain job.spec.backoffLimit',
    'kubectl apply -f wrongbatch.yaml',
    'kubectl delete job once',
    'kubectl delete -f batch.yaml',
  ],
  autoscaling: [
    'kubectl create deployment web --image=nginx --replicas=2',
    'kubectl autoscale deployment web --max=5 --min=2 --cpu-percent=50 --dry-run=client -o yaml',
    'kubectl autoscale deployment web --max=5 --dry-run=client -o yaml',
    'kubectl autoscale deployment web --max=0',
    'kubectl autoscale deployment web --max=2 --min=3',
    'kubectl autoscale deployment nope --max=2',
    'kubectl autoscale configmap kube-root-ca.crt --max=2',
    'kubectl apply -f scaler.yaml',
    'kubectl get hpa',
    'advance 40',
    'kubectl get hpa -o wide',
    'kubectl describe hpa web',
    'kubectl describe hpa rules',
    'kubectl get hpa rules -o yaml',
    'kubectl explain hpa.spec.behavior.scaleUp',
    'kubectl apply -f wrongscaler.yaml',
    'kubectl delete hpa web rules',
  ],
};
