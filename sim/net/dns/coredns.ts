// coredns: the cluster's DNS server, with its plugin kubernetes.
// Watches: Services and EndpointSlices of all namespaces.
// Writes: nothing in the API; answers to resolvers.
// Follows: CoreDNS plugin/kubernetes and the DNS-based service discovery specification; kubeadm's Corefile.
// Leaves out: that it runs in pods behind the Service kube-dns (a question goes straight to this process), UDP, the
// cache, SRV, PTR and AAAA records, names outside of the cluster.

import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { type ClientState, cacheOf } from '../../client/calls.ts';
import { type ClientConfig, createClient, hasSynced, receiveClient, startClient } from '../../client/client.ts';
import type { Component, IO } from '../../kernel/component.ts';
import type { AnyMessage } from '../../kernel/message.ts';
import { part } from '../../kernel/state.ts';
import type { DnsProtocol, Resolved } from '../../protocol/dns.ts';
import { recordsOf } from './records.ts';

/** What CoreDNS remembers. */
export interface CoreDnsState {
  client: ClientState;
  asked: number;
}

/** The component and the actor `coredns`. */
export const coredns: Component<CoreDnsState> = {
  name: 'coredns',
  init(_self, config) {
    const { token } = config as { readonly token?: string };
    const client = createClient(
      'coredns',
      token,
      [
        { name: 'services', path: '/api/v1/services' },
        { name: 'endpointslices', path: '/apis/discovery.k8s.io/v1/endpointslices' },
      ],
      config as ClientConfig,
    );
    return part<CoreDnsState>({ client, asked: 0 });
  },
  receive(state, message, io) {
    if (message.kind === 'start') startClient(state.client, io);
    else if (message.kind === 'query') answer(state, message as AnyMessage, io);
    else receiveClient(state.client, message as AnyMessage, io);
  },
  inspect: ({ client, asked }) => ({ asked, synced: hasSynced(client) }),
};

/** Several addresses are given in an order of chance, as the plugin loadbalance does. */
function answer(state: CoreDnsState, message: AnyMessage, io: IO): void {
  const { name } = message.body as DnsProtocol['query'];
  const { client } = state;
  const services = cacheOf<Service>(client, 'services');
  const slices = cacheOf<EndpointSlice>(client, 'endpointslices').values();
  const records = recordsOf(name, { services, slices });
  const addresses = records.filter((record) => record.startsWith('A '));
  const first = addresses.length > 1 ? io.random('loadbalance', addresses.length) : 0;
  const turned = [...addresses.slice(first), ...addresses.slice(0, first)];
  const body: Resolved = { name, records: [...records.filter((record) => !record.startsWith('A ')), ...turned] };
  state.asked++;
  io.reply(message, 'resolved', body, { routine: message.routine });
}
