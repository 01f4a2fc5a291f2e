import { addPack, type ClusterPack } from '../cluster/boot.ts';
import { kubeProxy } from '../net/kubeproxy/kubeproxy.ts';
import { netfilter } from '../net/netfilter/netfilter.ts';

/** How connections find their pods: kube-proxy, and what a node's kernel makes of its rules. */
export const networking: ClusterPack = { programs: [kubeProxy], datapath: netfilter };

/** The network alone, for tests of nodes. Again changes nothing. */
export function addNetworking(): void {
  addPack(networking);
}
