import { certificateOf, type Simulation, type TraceRecord } from '../../../sim/index.ts';
import type { RangeResponse, TxnResponse } from '../../../sim/protocol/etcd.ts';
import type { Op } from './linear.ts';
import { agree, type Told, type Truth } from './watch.ts';

type Answered = Extract<TraceRecord, { readonly type: 'sent' | 'delivered' }>['message'];

/** A request that is not answered yet. */
interface Asked {
  readonly kind: 'write' | 'read' | 'create' | 'other';
  readonly key: string;
  readonly value: string;
  readonly start: number;
}

const READER = 'reader';
const OPEN = Number.POSITIVE_INFINITY;

/** The people of a run: they ask members and the API server, and remember what they were told, and when. */
export class Client {
  readonly history: Op[] = [];
  readonly watches = new Map<string, Told>();
  readonly truth: Truth = new Map();
  readonly created = new Set<string>();
  readonly revisions: { readonly start: number; readonly end: number; readonly revision: number }[] = [];
  readonly #simulation: Simulation;
  readonly #asked = new Map<string, Asked>();
  #problem = '';
  #count = 0;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  /** The first contradiction in what was told; '' if none. */
  get problem(): string {
    return this.#problem;
  }

  /** A new value under a key, at a member. */
  write(member: string, key: string): void {
    const value = `v${++this.#count}`;
    const success = [{ type: 'put', key, value }];
    this.#ask(member, 'txn', { compare: [], success, failure: [] }, { kind: 'write', key, value });
  }

  /** A read that must see every acknowledged write. */
  read(member: string, key: string): void {
    this.#ask(member, 'range', { key }, { kind: 'read', key, value: '' });
  }

  /** A ConfigMap through the API server. */
  create(): void {
    const name = `made-${++this.#count}`;
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } };
    this.#post('/api/v1/namespaces/default/configmaps', body, { kind: 'create', key: name, value: '' });
  }

  /** The namespace they are made in. */
  begin(): void {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } };
    this.#post('/api/v1/namespaces', body, { kind: 'other', key: '', value: '' });
  }

  #post(path: string, body: object, asked: Omit<Asked, 'start'>): void {
    const request = { method: 'POST', path, body, certificate: certificateOf('fuzz', 'system:masters') };
    this.#ask('kube-apiserver', 'request', request, asked);
  }

  /** Anything else; its answer does not matter. */
  say(to: string, kind: string, body: object): void {
    this.#ask(to, kind, body, { kind: 'other', key: '', value: '' });
  }

  /** Watches everything from a revision on. */
  watch(member: string, from: number): void {
    const body = { key: '/registry/', rangeEnd: '/registry0', fromRevision: from };
    const id = this.#send(member, 'watch', body, true);
    this.watches.set(id, { from, frames: [] });
  }

  #ask(to: string, kind: string, body: object, asked: Omit<Asked, 'start'>): void {
    this.#asked.set(this.#send(to, kind, body, false), { ...asked, start: this.#simulation.world.now });
  }

  #send(to: string, kind: string, body: object, stream: boolean): string {
    return this.#simulation.send(READER, to, kind, body, 0, '', { stream });
  }

  /** A message has come. */
  hear(message: Answered): void {
    if (message.kind === 'watched') this.#hearWatched(message);
    const asked = this.#asked.get(message.replyTo);
    if (asked === undefined) return;
    this.#asked.delete(message.replyTo);
    const end = this.#simulation.world.now;
    if (message.kind === 'refused') return;
    const body = (message.body ?? {}) as { readonly error?: string; readonly status?: number };
    if (asked.kind === 'create' && body.status === 201) this.created.add(asked.key);
    if (asked.kind !== 'write' && asked.kind !== 'read') return;
    const { kind, key, start } = asked;
    if (body.error !== undefined) {
      if (kind === 'write') this.history.push({ key, kind, value: asked.value, start, end: OPEN });
      return;
    }
    const value = kind === 'write' ? asked.value : valueIn(message.body as RangeResponse);
    this.history.push({ key, kind, value, start, end });
    if (kind === 'write') this.revisions.push({ start, end, revision: (message.body as TxnResponse).revision });
  }

  #hearWatched(message: Answered): void {
    const { watch, sequence, events, error } = message.body as Parameters<typeof sequenceOf>[0];
    const told = this.watches.get(watch);
    if (told === undefined || error !== undefined || sequence !== told.frames.length + 1) return;
    told.frames.push({ sequence, events });
    for (const event of events) this.#problem ||= agree(this.truth, event);
  }

  /** What was never answered may have happened, or not. */
  close(): readonly Op[] {
    const open = [...this.#asked.values()].filter(({ kind }) => kind === 'write');
    return [
      ...this.history,
      ...open.map(({ key, value, start }): Op => ({ key, kind: 'write', value, start, end: OPEN })),
    ];
  }

  /** Who was answered before another asked has the smaller revision. */
  revisionsOutOfOrder(): string {
    const sorted = [...this.revisions].sort((a, b) => a.end - b.end);
    for (const late of this.revisions) {
      const early = sorted.find(({ end, revision }) => end < late.start && revision >= late.revision);
      if (early !== undefined)
        return `a write at revision ${early.revision} was over before one at ${late.revision} began`;
    }
    return '';
  }
}

function sequenceOf(body: {
  readonly watch: string;
  readonly sequence: number;
  readonly events: Told['frames'][number]['events'];
  readonly error?: string;
}): number {
  return body.sequence;
}

function valueIn({ keyValues }: RangeResponse): string {
  return String(keyValues[0]?.value ?? '');
}
