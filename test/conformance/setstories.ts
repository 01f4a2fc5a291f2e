/** Files that the stories about sets apply. */
export const setManifests: Readonly<Record<string, string>> = {
  'sts.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, labels: {tier: back}, annotations: {note: this}}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "nginx:1.25"}]}
`,
  'claims.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: store}
spec:
  replicas: 1
  selector: {matchLabels: {app: store}}
  template:
    metadata: {labels: {app: store}}
    spec: {containers: [{name: c, image: "nginx:1.25", volumeMounts: [{name: www, mountPath: /www}]}]}
  volumeClaimTemplates:
  - metadata: {name: www, labels: {a: b}}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
  - metadata: {name: log}
    spec: {storageClassName: fast, accessModes: [ReadWriteMany, ReadOnlyMany], resources: {requests: {storage: 2Gi}}}
`,
  'ds.yaml': `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {terminationGracePeriodSeconds: 1, containers: [{name: c, image: "nginx:1.25"}]}
`,
  'rc.yaml': `apiVersion: v1
kind: ReplicationController
metadata: {name: old}
spec:
  replicas: 1
  template:
    metadata: {labels: {app: old}}
    spec: {containers: [{name: c, image: "nginx:1.25"}]}
`,
  'wrongsets.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: a.b}
spec:
  replicas: -1
  podManagementPolicy: Random
  updateStrategy: {type: OnDelete, rollingUpdate: {partition: 1}}
  selector: {matchLabels: {app: a}}
  template: {metadata: {labels: {app: b}}, spec: {containers: [{name: c, image: nginx}]}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: c}
spec:
  updateStrategy: {type: RollingUpdate, rollingUpdate: {maxUnavailable: 1, maxSurge: 1}}
  selector: {matchLabels: {app: c}}
  template: {metadata: {labels: {app: c}}, spec: {restartPolicy: Never, containers: [{name: c, image: nginx}]}}
---
apiVersion: v1
kind: ReplicationController
metadata: {name: d}
spec: {replicas: 1}
`,
  'oldscaler.yaml': `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: old, labels: {team: a}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  minReplicas: 2
  maxReplicas: 4
  targetCPUUtilizationPercentage: 60
`,
  'oldscaler2.yaml': `apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: old, labels: {team: b}}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 5
`,
  'newscaler.yaml': `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: both}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 6
  metrics:
  - {type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}
  - {type: Resource, resource: {name: memory, target: {type: AverageValue, averageValue: 0.5Gi}}}
  behavior: {scaleDown: {stabilizationWindowSeconds: 60, policies: [{type: Pods, value: 1, periodSeconds: 30}]}}
`,
};

/**
 * Lines about StatefulSets, DaemonSets, ReplicationControllers. Going back to the present revision is not among them:
 * kubectl 1.33 compares bytes, and writes a creationTimestamp into the template that a server of 1.36 does not.
 */
export const setStories: Readonly<Record<string, readonly string[]>> = {
  'a stateful set': [
    'kubectl apply -f sts.yaml',
    'advance 20',
    'kubectl get sts,controllerrevisions -o wide',
    'kubectl get all',
    'kubectl describe sts db',
    'kubectl describe pod db-0',
    'kubectl rollout status sts db',
    'kubectl set image sts/db c=nginx:1.27',
    'advance 20',
    'kubectl rollout status sts/db',
    'kubectl rollout history sts/db',
    'kubectl rollout history sts/db --revision=2',
    'kubectl rollout history sts/db --revision=9',
    'kubectl rollout undo sts/db --to-revision=9',
    'kubectl rollout undo sts/db --dry-run=client',
    'kubectl rollout undo sts/db',
    'advance 20',
    'kubectl rollout history sts/db',
    'kubectl rollout restart sts/db',
    'kubectl rollout pause sts/db',
    'advance 20',
    'kubectl scale sts db --replicas=1',
    'kubectl patch sts db -p \'{"spec":{"serviceName":"x"}}\'',
    'kubectl explain sts.spec.updateStrategy',
    'kubectl logs sts/db',
    'kubectl apply -f claims.yaml',
    'advance 3',
    'kubectl describe sts store',
    'kubectl apply -f wrongsets.yaml',
    'kubectl delete sts db store',
  ],
  'a daemon set': [
    'kubectl apply -f ds.yaml',
    'kubectl apply -f rc.yaml',
    'advance 20',
    'kubectl get ds,rc -o wide',
    'kubectl get all',
    'kubectl describe ds agent',
    'kubectl describe rc old',
    'kubectl rollout status ds agent',
    'kubectl set image ds/agent c=nginx:1.27',
    'advance 40',
    'kubectl rollout status ds/agent',
    'kubectl rollout history ds/agent',
    'kubectl rollout undo ds/agent',
    'advance 40',
    'kubectl rollout history ds/agent',
    'kubectl rollout restart ds agent',
    'kubectl rollout status rc/old',
    'kubectl rollout history rc/old',
    'kubectl rollout restart rc/old',
    'advance 40',
    'kubectl scale rc old --replicas=2',
    'kubectl scale ds agent --replicas=2',
    'kubectl expose rc old --port=80',
    'kubectl expose ds agent --port=80',
    'kubectl logs rc/old',
    'kubectl drain node-1',
    'kubectl drain node-1 --ignore-daemonsets',
    'kubectl uncordon node-1',
    'kubectl delete ds/agent rc/old',
  ],
  'two versions of an autoscaler': [
    'kubectl create deployment web --image=nginx --replicas=2',
    'kubectl apply -f oldscaler.yaml',
    'kubectl apply -f newscaler.yaml',
    'kubectl get hpa',
    'kubectl get horizontalpodautoscalers.v1.autoscaling',
    'kubectl get horizontalpodautoscalers.v1.autoscaling old -o yaml',
    'kubectl get horizontalpodautoscalers.v1.autoscaling both -o yaml',
    'kubectl get horizontalpodautoscalers.v1.autoscaling -l team=a -o name',
    'kubectl get hpa old -o yaml --show-managed-fields',
    'kubectl get hpa.v1.autoscaling old -o yaml',
    'kubectl apply -f oldscaler2.yaml',
    'kubectl apply -f oldscaler2.yaml',
    'kubectl get hpa old -o yaml',
    `kubectl patch horizontalpodautoscalers.v1.autoscaling both -p '{"spec":{"targetCPUUtilizationPercentage":70}}'`,
    'kubectl get hpa both -o yaml',
    'kubectl label horizontalpodautoscalers.v1.autoscaling old colour=red',
    'kubectl apply --server-side -f oldscaler.yaml',
    'kubectl apply --server-side --force-conflicts -f oldscaler.yaml',
    'kubectl get horizontalpodautoscalers.v1.autoscaling old -o yaml --show-managed-fields',
    'advance 40',
    'kubectl get horizontalpodautoscalers.v1.autoscaling old -o yaml',
    'kubectl describe horizontalpodautoscalers.v1.autoscaling old',
    'kubectl explain hpa --api-version=autoscaling/v1',
    'kubectl explain hpa.spec.targetCPUUtilizationPercentage --api-version=autoscaling/v1',
    'kubectl explain hpa.spec.metrics --api-version=autoscaling/v1',
    'kubectl explain hpa --api-version=autoscaling/v3',
    'kubectl api-resources --api-group=autoscaling',
    'kubectl delete horizontalpodautoscalers.v1.autoscaling old',
    'kubectl delete -f newscaler.yaml',
  ],
};
