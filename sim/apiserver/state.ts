import type { JsonObject, KubeObject } from '../api/meta.ts';
import type { FieldRequirement, Selector } from '../api/selector.ts';
import type { IncludeObject } from '../api/table.ts';
import type { Address, MessageId, Millis } from '../kernel/message.ts';
import { address } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { EtcdProtocol } from '../protocol/etcd.ts';
import type { HttpClientProtocol } from '../protocol/http.ts';
import type { Charge } from './admission/plugin.ts';
import type { Proxied } from './aggregation.ts';
import type { Call, Entry, RequestMessage } from './call.ts';
import type { AuditEvent } from './guard/audit.ts';
import type { Identity } from './guard/authentication.ts';
import { type Grants, NO_GRANTS } from './guard/rbac.ts';
import type { Claims } from './guard/token.ts';
import type { Round } from './kubernetesservice.ts';
import type { Question } from './storage.ts';
import type { WatchCache } from './watchcache.ts';

/** What the server is configured with. */
export interface ApiServerConfig {
  /** The etcd members it may ask; it keeps to one until that one fails. */
  readonly etcd?: readonly string[];
  /** How long a request may take before it is answered 504. Upstream: --request-timeout, 60 s. */
  readonly requestTimeoutMs?: Millis;
  /** Upstream: --default-not-ready-toleration-seconds and --default-unreachable-toleration-seconds, 300 s. */
  readonly defaultTolerationMs?: Millis;
  /** How long Events live. Upstream: --event-ttl, 1 h. */
  readonly eventTtlSeconds?: number;
  /** The key that ServiceAccounts' tokens are signed with. */
  readonly serviceAccountKey?: string;
  /** Where others reach this server: --advertise-address. Without one it is no endpoint of the Service `kubernetes`. */
  readonly advertiseAddress?: string;
  /** Requests carried out at the same time. Upstream: --max-requests-inflight 400 and --max-mutating-requests-inflight 200. */
  readonly maxInflight?: number;
  /** Most requests that wait for a seat, a priority level. */
  readonly maxWaiting?: number;
  /** How often old revisions are compacted away. Upstream: --etcd-compaction-interval, 5 min. */
  readonly compactionMs?: Millis;
  /** Names of the processes beside the usual ones, which give some fields an effect. */
  readonly addons?: readonly string[];
}

/** What a request waits for: the continuation. The stages are handled in one switch in apiserver.ts. */
export type Stage =
  /** A create waits for a live look at its namespace. */
  | { readonly stage: 'namespace'; readonly object: KubeObject; readonly warnings: readonly string[] }
  /** A pod's create waits for a live look at its account. */
  | {
      readonly stage: 'account';
      readonly object: KubeObject;
      readonly warnings: readonly string[];
      readonly namespace: KubeObject | undefined;
      readonly attempt: number;
    }
  /** An eviction waits for the pod as it is in etcd, and then for its budget to be written. */
  | { readonly stage: 'evictee' }
  | { readonly stage: 'budget'; readonly pod: KubeObject; readonly attempt: number }
  /** A create waits until other objects are written, such as the quotas that count it. */
  | {
      readonly stage: 'charged';
      readonly object: KubeObject;
      readonly warnings: readonly string[];
      readonly charges: readonly Charge[];
      readonly live: ReadonlyMap<string, KubeObject>;
      readonly attempt: number;
    }
  /** A write of an Event waits for an EtcdLease. */
  | {
      readonly stage: 'lease';
      readonly object: KubeObject;
      readonly existing?: KubeObject;
      readonly warnings: readonly string[];
    }
  /** A dry-run create waits to learn whether the name is taken. */
  | { readonly stage: 'isFree'; readonly object: KubeObject; readonly warnings: readonly string[] }
  | {
      readonly stage: 'created';
      readonly object: KubeObject;
      readonly warnings: readonly string[];
      readonly attempt: number;
    }
  /** A change waits for the object as it is in etcd. */
  | { readonly stage: 'current'; readonly attempt: number }
  | {
      readonly stage: 'updated';
      readonly object: KubeObject;
      readonly existing: KubeObject;
      readonly warnings: readonly string[];
      readonly attempt: number;
      /** The update only marked the object: delete it next. */
      readonly thenRemove: boolean;
    }
  | { readonly stage: 'removed'; readonly object: KubeObject; readonly attempt: number }
  | { readonly stage: 'read' }
  | { readonly stage: 'listed'; readonly query: ListQuery }
  | { readonly stage: 'collected'; readonly selection: Selection }
  /** A kubelet was asked; `what` opens the text that says it cannot be reached. */
  | { readonly stage: 'kubelet'; readonly what: string };

/** A request that waits, and the question whose answer it waits for. */
export interface Pending {
  readonly call: Call;
  readonly next: Stage;
  /** Undefined when the question went to a kubelet. */
  readonly question: Question | undefined;
  /** Whom it was sent to, and when. */
  readonly to: Address;
  readonly askedAt: Millis;
  /** It was refused and will be asked again. */
  readonly isWaiting: boolean;
}

/** Which objects a list or watch wants. */
export interface Selection {
  readonly namespace: string;
  readonly labels: Selector;
  readonly fields: readonly FieldRequirement[];
}

/** What a list asks for, and where it goes on. */
export interface ListQuery {
  readonly selection: Selection;
  /** 0: no limit. */
  readonly limit: number;
  /** The key to continue after, '' to begin. */
  readonly start: string;
  /** The revision of the first page; 0: now. */
  readonly revision: number;
}

/** An open watch of a client. */
export interface Watcher {
  readonly client: Address<HttpClientProtocol>;
  readonly resource: string;
  readonly selection: Selection;
  readonly table: boolean;
  readonly includeObject: IncludeObject;
  readonly bookmarks: boolean;
  /** Changes up to this revision are not sent. */
  readonly since: number;
  /** The list of watchers it is in: `pods`, or `pods spec.nodeName=node-1`. */
  readonly bucket: string;
  /** The version that it speaks, where it is not the one in which objects are kept. */
  readonly version?: string;
}

/** The single deletions of a deletecollection. */
export interface Collection {
  readonly call: Call;
  readonly remaining: number;
  readonly items: readonly KubeObject[];
  readonly revision: number;
}

interface Handled {
  readonly verb: string;
  readonly path: string;
  readonly userAgent: string;
  readonly status: number;
  readonly ms: Millis;
}

/** All that the server holds in memory. Nothing of it survives a crash. */
export interface ApiServerState {
  config: Required<Omit<ApiServerConfig, 'etcd'>>;
  /** The members, and the one that is asked now. */
  members: Address<EtcdProtocol>[];
  etcd: Address<EtcdProtocol>;
  /** When each member was last heard. */
  heard: Map<Address, Millis>;
  pending: Map<MessageId, Pending>;
  /** Requests that came before the caches were filled. */
  held: RequestMessage[];
  caches: Map<string, WatchCache>;
  watchers: Map<MessageId, Watcher>;
  /** Frames sent, by watch. */
  sequences: Map<MessageId, number>;
  /** Watches by bucket. */
  buckets: Map<string, readonly MessageId[]>;
  collections: Map<MessageId, Collection>;
  /** The EtcdLease that new Events share. */
  eventLease: { readonly id: number; readonly grantedAt: Millis; readonly keys: number };
  /** The newest revision seen, and the one that the next compaction goes to. */
  revision: number;
  compactTo: number;
  isSweeping: boolean;
  /** Whom certificates name, by what stands in them. */
  holders: Map<string, Identity>;
  /** Claims of tokens whose signature was found true. */
  tokens: Map<string, Claims>;
  /** Bindings by subject, as last read. */
  grants: Grants;
  /** Seats taken, by priority level. */
  seats: Map<string, number>;
  /** Levels in which a seat was left during this message, and others may wait for it. */
  left: string[];
  /** Requests that wait for a seat, oldest first. */
  waiting: Entry[];
  /** Requests that other API servers answer; what those serve, by APIService; and whether they are looked at. */
  proxied: Map<MessageId, Proxied>;
  discovered: Map<string, JsonObject>;
  checksApis: boolean;
  /** What the controllers of CustomResourceDefinitions have done last, by name. */
  extended: Map<string, string>;
  /** Whether the roles that every cluster has are there. */
  hasPolicy: boolean;
  /** What it does now for the Service `kubernetes`. */
  round: Round | undefined;
  /** The last events of the audit log. */
  audit: AuditEvent[];
  counts: Map<string, number>;
  recent: Handled[];
}

const DEFAULTS: Required<Omit<ApiServerConfig, 'etcd'>> = {
  addons: [],
  requestTimeoutMs: 60_000,
  defaultTolerationMs: 300_000,
  eventTtlSeconds: 3600,
  compactionMs: 300_000,
  serviceAccountKey: 'kubernetes',
  advertiseAddress: '',
  maxInflight: 600,
  maxWaiting: 300,
};

/** A server that has just begun: it keeps nothing from an earlier life. */
export function createState(config: ApiServerConfig): ApiServerState {
  const { etcd = ['etcd'], ...rest } = config;
  return part<ApiServerState>({
    config: { ...DEFAULTS, ...rest },
    members: etcd.map((name) => address<EtcdProtocol>(name)),
    etcd: address<EtcdProtocol>(etcd[0] ?? 'etcd'),
    heard: new Map(),
    pending: new Map(),
    held: [],
    caches: new Map(),
    watchers: new Map(),
    sequences: new Map(),
    buckets: new Map(),
    collections: new Map(),
    eventLease: { id: 0, grantedAt: 0, keys: 0 },
    revision: 0,
    compactTo: 0,
    isSweeping: false,
    holders: new Map(),
    tokens: new Map(),
    grants: NO_GRANTS,
    seats: new Map(),
    left: [],
    waiting: [],
    proxied: new Map(),
    discovered: new Map(),
    checksApis: false,
    extended: new Map(),
    hasPolicy: false,
    round: undefined,
    audit: [],
    counts: new Map(),
    recent: [],
  });
}
