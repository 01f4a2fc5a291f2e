/** What people wrongly believe, by the id an Option's `misses` names, and the sentence that says how it is. */
export const MISCONCEPTIONS: Readonly<Record<string, string>> = {
  'apply-waits': 'kubectl apply waits for the answer to its own request, and for nothing that follows from it.',
  'scheduler-starts-pods': 'The scheduler writes a node’s name into the pod. The kubelet of that node starts it.',
  'apiserver-orders-kubelets': 'The API server gives no orders: a kubelet watches for pods that name its node.',
  'controllers-read-etcd':
    'Of the cluster’s parts, only the API server talks to etcd. Controllers watch the API server.',
  'kubelet-polls': 'A kubelet does not ask again and again: its watch stays open, and news comes over it.',
  'proxy-carries-traffic': 'kube-proxy writes rules. The node’s kernel carries the traffic.',
  'delete-scales-down': 'A deleted pod is replaced as long as its owner wants as many. Change the number, not the pod.',
  'pods-move': 'A pod never moves. The old record is deleted, and its owner, if it has one, makes a new pod.',
  'etcd-down-stops-apps': 'Containers that run go on running; only changes to the record wait.',
  'leader-decides': 'A leader of etcd proposes. A write counts when a majority of the members has it on disk.',
  'pending-means-starting': 'Pending can mean that no node has been found. Nothing is starting then.',
  'labels-are-decoration': 'Selectors read labels: a Service or a ReplicaSet finds its pods by nothing else.',
  'requests-are-limits': 'A request reserves room when a node is chosen. A limit is what a container may use.',
};
