import type { KubeObject } from '../api/meta.ts';
import type { AnyMessage } from '../kernel/message.ts';
import type { TxnRequest } from '../protocol/etcd.ts';
import type { HttpRequest, HttpResponse, WatchFrame } from '../protocol/http.ts';
import { isEtcd } from './names.ts';

/** What a message is about, read from its body. */
export interface Subject {
  /** `request`: to the API server; `answer`: from it; `watch`: a frame; `store`: to etcd; `stored`: from etcd; `call`: the rest. */
  readonly type: 'request' | 'answer' | 'watch' | 'store' | 'stored' | 'call';
  /** `POST`, `LIST`, `WATCH`, `201`, `ADDED`, `txn`, `pullImage` */
  readonly verb: string;
  /** Lower case, singular: `pod`. '' when it is about no object. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly subresource: string;
  /** The object itself, when the message carries it. */
  readonly object: KubeObject | undefined;
}

const NOTHING = { kind: '', namespace: '', name: '', subresource: '', object: undefined };

/** What a message is about; undefined for timers. */
export function subjectOf(message: AnyMessage): Subject | undefined {
  if (message.from === message.to) return undefined;
  const { kind, body } = message;
  if (kind === 'request') return ofRequest(body as HttpRequest);
  if (kind === 'response') return ofResponse(body as HttpResponse);
  if (kind === 'event') {
    const { type, object } = body as WatchFrame;
    return { ...ofObject(object), type: 'watch', verb: type };
  }
  const isBetweenMembers = isEtcd(message.from) && isEtcd(message.to);
  if (isBetweenMembers) return { ...NOTHING, type: 'call', verb: kind };
  if (isEtcd(message.to)) return ofStore(kind, body);
  if (isEtcd(message.from)) return { ...NOTHING, type: 'stored', verb: kind };
  return { ...NOTHING, ...ofCall(body), type: 'call', verb: kind };
}

/** `pod/web` or `pod/web/status`; with `namespaced`, `pod/default/web`. '' when it is about no object. */
export function objectOf(subject: Subject, namespaced = false): string {
  if (subject.kind === '') return '';
  const namespace = namespaced && subject.namespace !== '' ? `${subject.namespace}/` : '';
  const subresource = subject.subresource === '' ? '' : `/${subject.subresource}`;
  return `${subject.kind}/${namespace}${subject.name}${subresource}`;
}

/** Takes the path of a request apart. A list has no name. */
export function splitPath(path: string): Pick<Subject, 'kind' | 'namespace' | 'name' | 'subresource'> {
  const words = path.split('/').filter((word) => word !== '');
  let at = words[0] === 'apis' ? 3 : 2;
  let namespace = '';
  if (words[at] === 'namespaces' && words.length > at + 2 && !SUBRESOURCES.includes(words[at + 2] ?? '')) {
    namespace = words[at + 1] ?? '';
    at += 2;
  }
  const [plural = '', name = '', subresource = ''] = words.slice(at);
  return { kind: singular(plural), namespace, name, subresource };
}

/** `pods` as `pod`, `ingresses` as `ingress`, `networkpolicies` as `networkpolicy`. */
export function singular(plural: string): string {
  if (plural.endsWith('ies')) return `${plural.slice(0, -3)}y`;
  if (plural.endsWith('sses')) return plural.slice(0, -2);
  return plural.endsWith('s') ? plural.slice(0, -1) : plural;
}

const SUBRESOURCES = ['status', 'finalize'];

function ofRequest(request: HttpRequest): Subject {
  const path = splitPath(request.path);
  const isMany = request.method === 'GET' && path.name === '';
  const verb = request.query?.['watch'] === 'true' ? 'WATCH' : isMany ? 'LIST' : request.method;
  const object = asObject(request.body);
  if (path.name !== '' || isMany || object === undefined) return { ...path, type: 'request', verb, object };
  const own = ofObject(object);
  return { ...path, name: own.name, namespace: path.namespace || own.namespace, type: 'request', verb, object };
}

function ofResponse(response: HttpResponse): Subject {
  const verb = String(response.status);
  const object = asObject(response.body);
  if (object?.kind === 'Status') {
    const { details } = object as { readonly details?: { readonly kind?: string; readonly name?: string } };
    return {
      ...NOTHING,
      kind: singular((details?.kind ?? '').toLowerCase()),
      name: details?.name ?? '',
      type: 'answer',
      verb,
      object,
    };
  }
  return { ...ofObject(object), type: 'answer', verb };
}

function ofStore(kind: string, body: AnyMessage['body']): Subject {
  if (kind === 'txn') {
    const { success } = body as TxnRequest;
    const found = success.find((operation) => operation.type !== 'range') ?? success[0];
    const write = found?.type === 'txn' ? undefined : found;
    const object = write?.type === 'put' ? asObject(write.value) : undefined;
    const subject = object === undefined ? ofKey(write?.key ?? '') : ofObject(object);
    return { ...subject, type: 'store', verb: write?.type ?? 'txn' };
  }
  const { key } = (body ?? {}) as { readonly key?: string };
  return { ...ofKey(key ?? ''), type: 'store', verb: kind };
}

/** A key of the registry: `/registry/pods/default/web`, `/registry/minions/node-1`, `/registry/services/specs/default/web`. */
function ofKey(key: string): Omit<Subject, 'type' | 'verb'> {
  const words = key
    .split('/')
    .filter((word) => word !== '')
    .slice(1);
  const plural = words[0] === 'minions' ? 'nodes' : (words[0] ?? '');
  const rest = words[0] === 'services' ? words.slice(2) : words.slice(1);
  const name = rest.at(-1) ?? '';
  return { ...NOTHING, kind: singular(plural), namespace: rest.length > 1 ? (rest[0] ?? '') : '', name };
}

function ofObject(object: unknown): Omit<Subject, 'type' | 'verb'> {
  const known = asObject(object);
  if (known === undefined) return NOTHING;
  const { name, generateName = '', namespace = '' } = known.metadata ?? { name: '' };
  const kind = known.kind.toLowerCase();
  return { kind, namespace, name: name || generateName, subresource: '', object: known };
}

/** CRI and CNI calls name a pod where they can; containers are `container/NAME`, images `image/NAME`. */
function ofCall(body: AnyMessage['body']): Partial<Subject> {
  const call = (body ?? {}) as { readonly [field: string]: unknown };
  const { name, namespace, image, uid, container, sandbox } = call;
  if (typeof uid === 'string' && typeof name === 'string')
    return { kind: 'pod', name, namespace: String(namespace ?? '') };
  if (typeof sandbox === 'string' && typeof name === 'string') return { kind: 'container', name };
  if (typeof image === 'string') return { kind: 'image', name: image };
  if (typeof container === 'string') return { kind: 'container', name: container };
  if (typeof sandbox === 'string') return { kind: 'sandbox', name: sandbox };
  return {};
}

function asObject(value: unknown): KubeObject | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind } = value as { readonly kind?: unknown };
  return typeof kind === 'string' ? (value as KubeObject) : undefined;
}
