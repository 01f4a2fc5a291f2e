import { type Address, address, type MessageId } from '../kernel/message.ts';
import type { Value } from '../kernel/value.ts';

/**
 * The client certificate of a connection: whom it names (CN and O) and who signed it. That the client holds its key is
 * what TLS proves, so it is taken for granted here.
 */
export interface Certificate {
  readonly user: string;
  readonly groups: readonly string[];
  readonly issuer: string;
}

/** The certificate authority that kube-apiserver trusts, as kubeadm names it. */
export const CLUSTER_CA = 'kubernetes';

/** A certificate that the cluster's authority has signed: what kubeadm gives each part of the control plane. */
export function certificateOf(user: string, ...groups: readonly string[]): Certificate {
  return { user, groups, issuer: CLUSTER_CA };
}

/** The port of every API server. */
export const API_PORT = 6443;

/** HTTP as data. The body is the parsed JSON that the real kubectl would send; `cli/serve` translates bytes. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Without the query: `/api/v1/namespaces/default/pods/web`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names: `content-type`, `accept`, `user-agent`, `authorization`, `impersonate-user`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What the client showed when it connected; without one it may bring a token, or is nobody in particular. */
  readonly certificate?: Certificate | undefined;
  /** Which of its connections a client uses, where it has several. */
  readonly connection?: string;
  readonly body?: Value;
}

/** An answer. A watch is answered with `streaming: true`, and its events follow as `event` messages. */
export interface HttpResponse {
  readonly status: number;
  /** Lower-case names. Warnings stand in `warning`, joined by newlines. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Value;
  readonly streaming?: boolean;
}

/** One frame of a watch. Frames of one watch are numbered from 1, so that a lost one is noticed. */
export interface WatchFrame {
  /** The request that opened the watch. */
  readonly watch: MessageId;
  readonly sequence: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Value;
}

/** What a server of HTTP understands. A watch request must be sent with the mark `stream: true`. */
export interface HttpServerProtocol {
  request: HttpRequest;
  /** The client no longer wants a watch. */
  cancel: { readonly watch: MessageId };
  /** HTTP/2 ping: is the connection alive? Answered by `pong`. Routine. */
  ping: null;
}

/** What a client of HTTP understands: answers carry `replyTo`, watch frames name their watch. */
export interface HttpClientProtocol {
  response: HttpResponse;
  event: WatchFrame;
  /** The server ended this watch (its time was up). */
  closed: { readonly watch: MessageId };
  pong: null;
}

/** The only door, where there is one API server. */
export const API_SERVER: Address<HttpServerProtocol> = address('kube-apiserver');

/** The address before several API servers. */
export const LOAD_BALANCER: Address<HttpServerProtocol> = address('load-balancer');
