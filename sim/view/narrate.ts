import type { Address, AnyMessage } from '../kernel/message.ts';
import type { DropReason } from '../kernel/trace.ts';
import type { HttpRequest } from '../protocol/http.ts';
import { listOf, plainName, whoDoes } from './names.ts';
import type { Part } from './step.ts';
import { objectOf, type Subject } from './subject.ts';

/** A sentence as plain text. */
export function plainOf(sentence: readonly Part[]): string {
  return sentence.map((part) => ('text' in part ? part.text : part.port)).join('');
}

/** A sentence with its subject: the actor's name, its name in the port, then the rest. */
export function says(actor: Address, rest: string): readonly Part[] {
  return [...whoDoes(actor), { text: `${rest}.` }];
}

/** A request to the API server. `object` is the object's reference, once known with its final name. */
export function narrateRequest(message: AnyMessage, subject: Subject, object: string): readonly Part[] {
  return says(message.from, requestText(message.body as HttpRequest, subject, object));
}

function requestText(request: HttpRequest, subject: Subject, object: string): string {
  const body = (request.body ?? {}) as Json;
  if (subject.kind === 'event' && subject.verb !== 'GET' && subject.verb !== 'LIST') return eventText(body);
  switch (subject.verb) {
    case 'LIST':
      return `asks the API server for the list of ${request.path.split('/').at(-1)}`;
    case 'GET':
      return `asks the API server for ${object}`;
    case 'DELETE':
      return `asks the API server to delete ${object}${isAtOnce(request) ? ' at once' : ''}`;
    case 'POST':
      if (subject.subresource === 'binding') {
        return `asks the API server to write ${field(body, 'target', 'name')} into spec.nodeName of ${bare(object)}`;
      }
      return subject.subresource === ''
        ? `asks the API server to create ${object}`
        : `asks the API server for ${subject.subresource} of ${bare(object)}`;
    default:
      return subject.subresource === 'status'
        ? `reports ${bare(object)} to the API server: ${statusText(body) || 'a new status'}`
        : `asks the API server to change ${object}${changedFields(request, body)}`;
  }
}

/** An answer of the API server. */
export function narrateAnswer(message: AnyMessage, subject: Subject): readonly Part[] {
  const status = subject.object as { readonly reason?: string; readonly message?: string } | undefined;
  const text =
    subject.object?.kind === 'Status' && status?.reason !== undefined
      ? ` ${status.reason}: ${status.message ?? ''}`.trimEnd()
      : subject.kind === ''
        ? ''
        : `${REASONS[subject.verb] ?? ''}: ${objectOf(subject)}`;
  return says(message.from, `answers ${plainName(message.to)} with ${subject.verb}${text.replace(/\.$/, '')}`);
}

const REASONS: Readonly<Record<string, string>> = { '200': ' OK', '201': ' Created', '202': ' Accepted' };

/** A watch frame on its way; `others` hear of the same change. */
export function narrateWatch(message: AnyMessage, subject: Subject, others: readonly Address[]): readonly Part[] {
  const names = listOf([message.to, ...others].map(plainName));
  const channel = others.length === 0 ? 'on the channel it keeps open' : 'on the channels they keep open';
  return says(message.from, `tells ${names}, ${channel}: ${objectOf(subject)} ${newsText(subject)}`);
}

function newsText(subject: Subject): string {
  if (subject.verb === 'DELETED') return 'is gone (DELETED)';
  const verb = subject.verb === 'ADDED' ? 'is here (ADDED)' : 'has changed (MODIFIED)';
  const { spec, metadata } = (subject.object ?? {}) as Json;
  const node = subject.kind === 'pod' ? field(spec, 'nodeName') : '';
  const state = subject.kind === 'pod' || subject.kind === 'node' ? statusText(subject.object as Json) : '';
  if (field(metadata, 'deletionTimestamp') !== '') return `${verb}, marked for deletion`;
  const details = [node === '' ? '' : `names ${node}`, state].filter((detail) => detail !== '');
  return details.length === 0 ? verb : `${verb}: ${details.join(', ')}`;
}

/** A write to etcd; `revision` is undefined until it is committed, `isRefused` when the comparison failed. */
export function narrateStore(
  message: AnyMessage,
  subject: Subject,
  revision: number | undefined,
  isRefused: boolean,
): readonly Part[] {
  const object = objectOf(subject);
  const what = subject.verb === 'delete' ? `removes ${object} from etcd` : `writes ${object} into etcd`;
  if (isRefused) return says(message.from, `${what}, but it has changed meanwhile: nothing is written`);
  return says(message.from, revision === undefined ? what : `${what}: revision ${revision}`);
}

/** A message that never arrived. */
export function narrateLost(message: AnyMessage, subject: Subject | undefined, reason: DropReason): readonly Part[] {
  const what = subject === undefined || subject.kind === '' ? message.kind : `${subject.verb} ${objectOf(subject)}`;
  const text = `${what} from ${plainName(message.from)} never reaches ${plainName(message.to)}: ${WHY_LOST[reason]}.`;
  return [{ text }];
}

const WHY_LOST: Readonly<Record<DropReason, string>> = {
  partition: 'the network between them is cut',
  loss: 'the network lost it',
  'receiver-down': 'nobody is running there',
  fault: 'a fault swallowed it',
};

/** A call that does not go through the API server: CRI, CNI, netfilter, logs. */
export function narrateCall(message: AnyMessage, subject: Subject): readonly Part[] {
  const call = CALLS[message.kind];
  const object =
    subject.kind === 'image' || subject.kind === 'container'
      ? `the ${subject.kind} ${subject.name}`
      : objectOf(subject);
  const to = plainName(message.to);
  if (call === undefined) return says(message.from, `sends ${message.kind} to ${to}`);
  return says(message.from, call.replace('TO', to).replace('WHAT', object || 'it'));
}

const CALLS: Readonly<Record<string, string>> = {
  runPodSandbox: 'asks TO for a sandbox for WHAT (RunPodSandbox)',
  stopPodSandbox: 'asks TO to stop a sandbox (StopPodSandbox)',
  removePodSandbox: 'asks TO to remove a sandbox (RemovePodSandbox)',
  imageStatus: 'asks TO whether WHAT is there (ImageStatus)',
  pullImage: 'asks TO to fetch WHAT (PullImage)',
  createContainer: 'asks TO to make WHAT (CreateContainer)',
  startContainer: 'asks TO to start WHAT (StartContainer)',
  stopContainer: 'asks TO to stop WHAT (StopContainer)',
  removeContainer: 'asks TO to remove WHAT (RemoveContainer)',
  containerLog: 'asks TO for the log of a container',
  attach: 'asks TO to plumb a sandbox and give it an address (CNI ADD)',
  detach: 'asks TO to take a sandbox off the network (CNI DEL)',
  restore: 'writes its rules into TO',
  refused: 'refuses TO the connection: nobody listens there',
  disconnected: 'breaks its connection with TO',
  failed: 'tells TO that it failed',
  crash: 'makes a container of TO exit',
};

type Json = { readonly [field: string]: unknown };

/** `no phase` is never said: only what a status carries. */
function statusText(body: Json): string {
  const status = (body['status'] ?? {}) as Json;
  const phase = typeof status['phase'] === 'string' ? `phase ${status['phase']}` : '';
  const waiting = listAt(status, 'containerStatuses').map((container) => {
    const state = (container['state'] ?? {}) as Json;
    return field(state, 'waiting', 'reason') || field(state, 'terminated', 'reason');
  });
  const conditions = listAt(status, 'conditions')
    .filter(({ type }) => type === 'Ready' || type === 'Available' || type === 'PodScheduled')
    .map((condition) => `${condition['type']}=${condition['status']}`);
  const counts = ['replicas', 'readyReplicas', 'availableReplicas']
    .filter((name) => typeof status[name] === 'number')
    .map((name) => `${name} ${status[name]}`);
  return [...new Set([phase, ...waiting, ...counts, ...conditions])].filter((text) => text !== '').join(', ');
}

function eventText(body: Json): string {
  const reason = field(body, 'reason');
  if (reason === '') return 'counts an Event that repeats';
  const about = `${field(body, 'involvedObject', 'kind').toLowerCase()}/${field(body, 'involvedObject', 'name')}`;
  return `records an Event about ${about}: ${reason}, “${field(body, 'message')}”`;
}

/** `: spec.replicas, metadata.labels`, the fields a patch names, at most three. */
function changedFields(request: HttpRequest, body: Json): string {
  if (request.method !== 'PATCH') return '';
  const paths = Object.entries(body).flatMap(([name, value]) => {
    if (name === 'apiVersion' || name === 'kind') return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name];
    return Object.keys(value).map((inner) => `${name}.${inner}`);
  });
  return paths.length === 0 ? '' : `: ${paths.slice(0, 3).join(', ')}`;
}

function isAtOnce(request: HttpRequest): boolean {
  const seconds = (request.body as Json | undefined)?.['gracePeriodSeconds'] ?? request.query?.['gracePeriodSeconds'];
  return seconds === 0 || seconds === '0';
}

function bare(object: string): string {
  return object.split('/').slice(0, 2).join('/');
}

function listAt(json: Json, name: string): readonly Json[] {
  const list = json[name];
  return Array.isArray(list) ? (list as readonly Json[]) : [];
}

/** The text at a path; '' when there is none. */
function field(json: unknown, ...path: readonly string[]): string {
  let value = json;
  for (const name of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Json)[name];
  }
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
