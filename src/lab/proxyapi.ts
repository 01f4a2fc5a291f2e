import type { Api, Metadata, Service } from './api.ts';

/** Some of the pods behind a Service. A Service may have several slices, and an endpoint may be in two of them. */
export interface EndpointSlice {
  readonly apiVersion: 'discovery.k8s.io/v1';
  readonly kind: 'EndpointSlice';
  readonly metadata: Metadata;
  readonly endpoints?: readonly Endpoint[];
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[];
}

/** One pod behind a Service. */
export interface Endpoint {
  /** The first one counts. */
  readonly addresses: readonly string[];
  readonly conditions?: {
    /** It wants traffic. When nothing is said it does. */
    readonly ready?: boolean;
    /** It would answer, also while it ends. When nothing is said it would. */
    readonly serving?: boolean;
    /** It is on its way out. */
    readonly terminating?: boolean;
  };
  readonly nodeName?: string;
  readonly zone?: string;
  /** For which zones it is meant, where a Service asks for that. */
  readonly hints?: { readonly forZones?: readonly { readonly name: string }[] };
}

/** How connections from this node to one address have ended since the last call. */
export interface Connections {
  readonly address: string;
  readonly answered: number;
  /** Refused, or without an answer for a second. */
  readonly failed: number;
}

/**
 * What `choose(service, slices, api)` of a kube-proxy is given. Your process runs on each node. It calls you for every
 * Service in turn, when a Service or a slice has changed, when a connection has failed, and when you asked for it.
 */
export interface ProxyApi<State = unknown> extends Api<State> {
  /** The node that the rules are for. */
  readonly node: string;
  /** Its zone; '' when its labels name none. */
  readonly zone: string;
  /** Addresses that a connection to this Service went to since the last call. A real kube-proxy never sees these. */
  readonly connections: readonly Connections[];
  /**
   * Calls you again after so many ms, even if nothing has happened. When you wish it for several Services the earliest
   * counts. Each time that you are called for all of them the wish before is forgotten.
   */
  againAfter(ms: number): void;
}

/** The addresses that get rules. When there are none, the kernel rejects connections to the Service. */
export interface Chosen {
  /** For traffic that may go to any node. */
  readonly cluster: readonly string[];
  /** For traffic that must stay on this node, where a policy of the Service is Local. */
  readonly local: readonly string[];
}

/** A kube-proxy: which addresses of a Service get rules on this node. */
export type Choose<State = unknown> = (
  service: Service,
  slices: readonly EndpointSlice[],
  api: ProxyApi<State>,
) => Chosen;
