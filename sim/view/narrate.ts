import type { Address, AnyMessage } from '../kernel/message.ts';
import type { DropReason } from '../kernel/trace.ts';
import type { TxnResponse } from '../protocol/etcd.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { Heard } from './folding.ts';
import { listOf, plainName, plainNames, whoDoes } from './names.ts';
import type { Part } from './step.ts';
import { objectOf, type Subject } from './subject.ts';

/** A sentence as plain text. */
export function plainOf(sentence: readonly Part[]): string {
  return sentence.map((part) => ('text' in part ? part.text : part.port)).join('');
}

/** A sentence with its subject: the actor's name, its name in the port, then the rest. */
export function says(actor: Address, rest: string): readonly Part[] {
  return [...whoDoes(actor), { text: /[.!?]$/.test(rest) ? rest : `${rest}.` }];
}

/** A request to the API server. `object` is the object's reference, once known with its final name. */
export function narrateRequest(message: AnyMessage, subject: Subject, object: string): readonly Part[] {
  return says(message.from, requestText(message.from, message.body as HttpRequest, subject, object));
}

function requestText(by: Address, request: HttpRequest, subject: Subject, object: string): string {
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
        ? `${by.startsWith('kubelet/') ? 'reports' : 'asks to set'} the status of ${bare(object)}: ${statusText(body) || 'unchanged'}`
        : `asks the API server to change ${object}${changedFields(request, body)}`;
  }
}

/** An answer of the API server. */
export function narrateAnswer(message: AnyMessage, subject: Subject): readonly Part[] {
  const status = subject.object as { readonly reason?: string; readonly message?: string } | undefined;
  const isStatus = subject.object?.kind === 'Status' && status?.reason !== undefined;
  const isOne = subject.name !== '' && !isStatus;
  const reason = isStatus ? ` ${status.reason}: ${status.message ?? ''}` : (REASONS[subject.verb] ?? '');
  return says(
    message.from,
    `answers ${plainName(message.to)} with ${subject.verb}${reason}${isOne ? `: ${objectOf(subject)}` : ''}`,
  );
}

const REASONS: Readonly<Record<string, string>> = { '200': ' OK', '201': ' Created', '202': ' Accepted' };

/** News on its way to all who listen for it: what is new to one may be a change to another. */
export function narrateWatch(from: Address, subject: Subject, heard: readonly Heard[]): readonly Part[] {
  const verbs = [...new Set(heard.map(({ verb }) => verb))];
  const channels = heard.length === 1 ? 'on the channel it keeps open' : 'on the channels they keep open';
  const state = subject.verb === 'DELETED' ? '' : newsText(subject);
  const [first = '', ...rest] = verbs.map((verb) => {
    return plainNames(heard.filter((one) => one.verb === verb).map(({ to }) => to));
  });
  const news = NEWS[verbs[0] ?? ''] ?? '';
  if (rest.length === 0) return says(from, `tells ${first}, ${channels}: ${objectOf(subject)} ${news}${state}`);
  const others = rest.map((names, index) => `${names} that it ${NEWS[verbs[index + 1] ?? ''] ?? ''}`).join(', ');
  return says(from, `tells ${first} that ${objectOf(subject)} ${news}, and ${others}, ${channels}${state}`);
}

const NEWS: Readonly<Record<string, string>> = {
  ADDED: 'is here (ADDED)',
  MODIFIED: 'has changed (MODIFIED)',
  DELETED: 'is gone (DELETED)',
};

/** `. It names node-1 and is ContainerCreating` */
function newsText(subject: Subject): string {
  if (subject.kind !== 'pod' && subject.kind !== 'node') return '';
  const { spec, metadata, status } = (subject.object ?? {}) as Json;
  if (field(metadata, 'deletionTimestamp') !== '') return '. It is marked for deletion';
  if (subject.kind === 'node') return '';
  const node = field(spec, 'nodeName');
  const state = stateText((status ?? {}) as Json);
  const parts = [node === '' ? 'names no node' : `names ${node}`, state === '' ? '' : `is ${state}`];
  return `. It ${listOf(parts.filter((part) => part !== ''))}`;
}

/** Why a container of the pod waits or ended, else the phase. */
function stateText(status: Json): string {
  const reasons = listAt(status, 'containerStatuses').map((container) => {
    const state = (container['state'] ?? {}) as Json;
    return field(state, 'waiting', 'reason') || field(state, 'terminated', 'reason');
  });
  return reasons.find((reason) => reason !== '') ?? field(status, 'phase');
}

/** A write to etcd, and what etcd answered: undefined until it did. */
export function narrateStore(message: AnyMessage, subject: Subject, answer: TxnResponse | undefined): readonly Part[] {
  const object = objectOf(subject);
  const isRemoval = subject.verb === 'delete';
  if (answer?.error !== undefined) {
    const wish = isRemoval ? `remove ${object}` : `write ${object}`;
    return says(message.from, `asks etcd to ${wish}, and is not told that it is done: ${answer.error}`);
  }
  const what = isRemoval ? `removes ${object} from etcd` : `writes ${object} into etcd`;
  if (answer?.succeeded === false) {
    const why = isCreation(message) ? 'it is there already' : 'it has changed meanwhile';
    return says(message.from, `${what}, but ${why}: nothing is written`);
  }
  return says(message.from, answer === undefined ? what : `${what}: revision ${answer.revision}`);
}

/** Whether a write demands that there be nothing under its key: a revision of 0. */
function isCreation(message: AnyMessage): boolean {
  return listAt((message.body ?? {}) as Json, 'compare').some(({ value }) => value === 0);
}

/** A message that never arrived. */
export function narrateLost(message: AnyMessage, subject: Subject | undefined, reason: DropReason): readonly Part[] {
  const isOne = subject !== undefined && subject.name !== '';
  const about = isOne ? objectOf(subject) : subject?.kind ? `${subject.kind}s` : '';
  const what = about === '' ? message.kind : `${subject?.verb} ${about}`;
  const text = `${what} from ${plainName(message.from)} never reaches ${plainName(message.to)}: ${WHY_LOST[reason]}.`;
  return [{ text }];
}

const WHY_LOST: Readonly<Record<DropReason, string>> = {
  partition: 'the network between them is cut',
  loss: 'the network lost it',
  'receiver-down': 'nobody is running there',
  fault: 'a fault swallowed it',
};

/** A call that does not go through the API server: CRI, CNI, netfilter, logs. `owner` is the pod it is about, or ''. */
export function narrateCall(message: AnyMessage, subject: Subject, owner: string): readonly Part[] {
  const call = CALLS[message.kind];
  const to = plainName(message.to);
  if (call === undefined) return says(message.from, `sends ${message.kind} to ${to}`);
  return says(message.from, call.replace('TO', to).replace('WHAT', calledThing(subject, owner)));
}

/** `the container web of pod/web`, `the image nginx:1.27`, `the sandbox of pod/web` */
function calledThing(subject: Subject, owner: string): string {
  const { kind, name } = subject;
  if (kind === '') return owner || 'it';
  if (kind === 'pod') return objectOf(subject);
  if (kind === 'image') return `the image ${name}`;
  const id = LONG_ID.test(name) ? (owner === '' ? ` ${name.slice(0, 12)}` : '') : ` ${name}`;
  return `the ${kind}${id}${owner === '' ? '' : ` of ${owner}`}`;
}

/** Ids of containers and sandboxes are 64 hexadecimal digits. */
const LONG_ID = /^[0-9a-f]{24,}$/;

const CALLS: Readonly<Record<string, string>> = {
  runPodSandbox: 'asks TO for a sandbox for WHAT (RunPodSandbox)',
  stopPodSandbox: 'asks TO to stop WHAT (StopPodSandbox)',
  removePodSandbox: 'asks TO to remove WHAT (RemovePodSandbox)',
  imageStatus: 'asks TO whether WHAT is there (ImageStatus)',
  pullImage: 'asks TO to fetch WHAT (PullImage)',
  createContainer: 'asks TO to make WHAT (CreateContainer)',
  startContainer: 'asks TO to start WHAT (StartContainer)',
  stopContainer: 'asks TO to stop WHAT (StopContainer)',
  removeContainer: 'asks TO to remove WHAT (RemoveContainer)',
  containerLog: 'asks TO for the log of a container',
  exec: 'asks TO to run a command in a container',
  attach: 'asks TO to plumb WHAT and give it an address (CNI ADD)',
  joinHost: 'puts WHAT on the network of the node itself',
  leaveHost: 'takes WHAT off the network of the node',
  detach: 'asks TO to unplumb WHAT (CNI DEL)',
  restore: 'writes its rules into TO',
  restorePolicies: 'writes into TO what policies allow the pods there',
  saveRules: 'asks TO over ssh for its rules',
  listContainers: 'asks TO over ssh what it runs (crictl)',
  manifests: 'reads or changes the manifest directory of TO over ssh',
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
  const containers = listAt(status, 'containerStatuses').map(containerText);
  const conditions = listAt(status, 'conditions').flatMap((condition) => {
    return condition['status'] === undefined ? [] : [`${condition['type']}=${condition['status']}`];
  });
  const counts = ['replicas', 'readyReplicas', 'availableReplicas']
    .filter((name) => typeof status[name] === 'number')
    .map((name) => `${name} ${status[name]}`);
  const texts = [...new Set([phase, ...containers, ...counts, ...conditions.slice(0, 5)])].filter(
    (text) => text !== '',
  );
  const fields = Object.keys(status).filter((name) => !name.startsWith('$'));
  return (texts.length === 0 ? fields.slice(0, 3) : texts).join(', ');
}

/** Why a container does not run; else whether it is there again, or just there. */
function containerText(container: Json): string {
  const state = (container['state'] ?? {}) as Json;
  const reason = field(state, 'waiting', 'reason') || field(state, 'terminated', 'reason');
  if (reason !== '') return reason;
  const restarts = Number(container['restartCount'] ?? 0);
  if (restarts > 0) return `container ${container['name']} runs again, restart ${restarts}`;
  return container['started'] === true && container['ready'] === false ? `container ${container['name']} runs` : '';
}

function eventText(body: Json): string {
  const reason = field(body, 'reason');
  if (reason === '') return `counts an Event that repeats, ${field(body, 'count')} times so far`;
  const about = `${field(body, 'involvedObject', 'kind').toLowerCase()}/${field(body, 'involvedObject', 'name')}`;
  return `records an Event about ${about}: ${reason}, “${field(body, 'message')}”`;
}

/** `: spec.replicas, metadata.labels`, the fields a patch names, at most three. */
function changedFields(request: HttpRequest, body: Json): string {
  if (request.method !== 'PATCH') return '';
  const paths = Object.entries(body).flatMap(([name, value]) => {
    if (name === 'apiVersion' || name === 'kind') return [];
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [name];
    return Object.keys(value).flatMap((inner) => (inner === 'resourceVersion' ? [] : [`${name}.${inner}`]));
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
