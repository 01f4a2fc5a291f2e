// policy-agent: the daemon of a network plugin that enforces NetworkPolicies, as Calico's Felix or kube-router's.
// Watches: NetworkPolicies, Pods and Namespaces of the whole cluster.
// Writes: into `network/<node>` what the policies mean for the pods of its node, when that has changed.
// Follows: the NetworkPolicy v1 specification; the plugins differ in how they write it, hardly in what it means.
// Leaves out: AdminNetworkPolicy, SCTP, hostNetwork pods.
// Until the agent has heard of a new pod nothing restricts it; when the agent is down its last rules stay.

import type { Namespace } from '../../api/kinds/namespace.ts';
import type { NetworkPolicy } from '../../api/kinds/networkpolicy.ts';
import type { Pod } from '../../api/kinds/pod.ts';
import { type ClientState, cacheOf } from '../../client/calls.ts';
import { type ClientConfig, createClient, hasSynced, receiveClient, startClient } from '../../client/client.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage, MessageId } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import { isEqual } from '../../kernel/value.ts';
import { networkOf, type PodPolicy } from '../../protocol/network.ts';
import { policiesFor } from './compile.ts';

/** What the agent of a node remembers. */
export interface PolicyAgentState {
  node: string;
  client: ClientState;
  /** What it last wrote; undefined: nothing yet, whatever an earlier life has written. */
  policies: Readonly<Record<string, PodPolicy>> | undefined;
  isDue: boolean;
  causes: readonly MessageId[];
}

/** Changes of one moment are written together. */
const BATCH_MS = 50;
const MAX_CAUSES = 8;

/** The component `policy-agent`: actor `policy-agent/<node>`. */
export const policyAgent: Component<PolicyAgentState> = {
  name: 'policy-agent',
  init(_self, config) {
    const { node, token } = config as { readonly node: string; readonly token?: string };
    const client = createClient(
      'policy-agent',
      token,
      [
        { name: 'networkpolicies', path: '/apis/networking.k8s.io/v1/networkpolicies' },
        { name: 'pods', path: '/api/v1/pods' },
        { name: 'namespaces', path: '/api/v1/namespaces' },
      ],
      config as ClientConfig,
    );
    return part<PolicyAgentState>({ node, client, policies: undefined, isDue: false, causes: [] });
  },
  receive(state, message, io) {
    if (message.kind === 'start') startClient(state.client, io);
    else if (message.kind === 'sync') sync(state, io);
    else {
      const outcome = receiveClient(state.client, message as AnyMessage, io);
      if (outcome === undefined || !hasSynced(state.client)) return;
      if (outcome.changes.length === 0 && state.policies !== undefined) return;
      state.causes = [...state.causes, ...outcome.changes.map(({ cause }) => cause)].slice(0, MAX_CAUSES);
      if (state.isDue) return;
      state.isDue = true;
      io.after(BATCH_MS, 'sync', null, { routine: true });
    }
  },
  inspect: ({ policies, client }) => ({ policies, synced: hasSynced(client) }),
};

function sync(state: PolicyAgentState, io: IO): void {
  const { client, causes } = state;
  state.isDue = false;
  state.causes = [];
  const policies = policiesFor(state.node, {
    policies: cacheOf<NetworkPolicy>(client, 'networkpolicies').values(),
    pods: cacheOf<Pod>(client, 'pods').values(),
    namespaces: cacheOf<Namespace>(client, 'namespaces'),
  });
  if (state.policies !== undefined && isEqual(policies, state.policies)) return;
  state.policies = policies;
  io.send(networkOf(state.node), 'restorePolicies', { policies }, causes.length > 0 ? { causes } : {});
}
