import type { Pod } from '../../api/kinds/pod.ts';
import type { AnyMessage, MessageId, Millis } from '../../kernel/message.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { CLUSTER_DNS } from '../../protocol/dns.ts';
import type { Packet, ProxyMode } from '../../protocol/network.ts';
import type { Peek } from '../../view/peek.ts';

/** One station on the way of a request, and when it came there, in ms since it was sent. */
export type Hop = { readonly ms: Millis } & (
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly address: string;
      readonly by: 'rules' | 'coredns';
      /** The pod of CoreDNS that says so. */
      readonly pod: string;
    }
  /** The pod's resolver asks; stations follow until `name` or `unanswered` are those of its question. */
  | { readonly kind: 'lookup'; readonly name: string; readonly server: string; readonly isAgain: boolean }
  | { readonly kind: 'unanswered'; readonly name: string; readonly why: string; readonly isLast: boolean }
  | {
      readonly kind: 'rules';
      readonly node: string;
      readonly mode: ProxyMode;
      /** As iptables-save, nft or ipvsadm print them, in the order in which they were met. */
      readonly lines: readonly string[];
      /** `DROP` or `REJECT`; '' when the packet goes on. */
      readonly end: string;
      /** The destination that was written into it; '' when it was left alone. */
      readonly to: string;
      /** Its pod, when there is one. */
      readonly pod: string;
      readonly isMasqueraded: boolean;
    }
  | { readonly kind: 'wire'; readonly from: string; readonly to: string }
  | { readonly kind: 'policy'; readonly node: string; readonly side: string; readonly pod: string }
  | { readonly kind: 'pod'; readonly pod: string; readonly node: string }
  | { readonly kind: 'lost'; readonly why: 'partition' | 'loss' | 'receiver-down' | 'fault'; readonly at: string }
  | { readonly kind: 'nobody'; readonly address: string }
  | { readonly kind: 'answer'; readonly outcome: 'ok' | 'refused' | 'unresolved'; readonly text: string }
);

/** What became of one request. */
export interface Way {
  readonly hops: readonly Hop[];
  /** `timeout` when nothing came back. */
  readonly outcome: 'ok' | 'refused' | 'unresolved' | 'timeout';
  /** The pod that it was brought to; '' for none. */
  readonly pod: string;
  /** From the sending to the answer; 0 without one. */
  readonly tookMs: Millis;
}

/** Reads the way of a flow out of a trace. `asked` is the name or address the program used. */
export function wayOf(trace: readonly TraceRecord[], flow: string, asked: string, peek: Peek): Way {
  const reader = new Reader(flow, asked, peek);
  for (const record of trace) reader.read(record);
  return reader.way();
}

/**
 * What is brought about by a message of the flow belongs to it: what kernels noted, and the datagrams that ask for its
 * name, whose flows are named after it.
 */
class Reader {
  readonly #ours = new Set<MessageId>();
  readonly #hops: Hop[] = [];
  readonly #flow: string;
  readonly #asked: string;
  readonly #peek: Peek;
  #sentAt = 0;
  #way: Pick<Way, 'outcome' | 'pod' | 'tookMs'> = { outcome: 'timeout', pod: '', tookMs: 0 };

  constructor(flow: string, asked: string, peek: Peek) {
    this.#flow = flow;
    this.#asked = asked;
    this.#peek = peek;
  }

  read(record: TraceRecord): void {
    if (record.type === 'noted') {
      if (record.causes.some((id) => this.#ours.has(id))) this.#noted(record.note, record.at - this.#sentAt);
      return;
    }
    if (record.type === 'commanded') return;
    const { message } = record;
    if (record.type === 'sent') {
      this.#sent(message);
      return;
    }
    if (message.kind !== 'packet' || !this.#ours.has(message.id) || this.#way.outcome !== 'timeout') return;
    const ms = record.at - this.#sentAt;
    if (record.type === 'delivered') this.#arrived(message, ms);
    else if (record.type === 'dropped') this.#hops.push({ kind: 'lost', ms, why: record.reason, at: message.to });
  }

  #sent(message: AnyMessage): void {
    const isFirst = this.#ours.size === 0;
    const isOwn = message.kind === 'packet' && (this.#isMain(message) || this.#isQuestion(message));
    // Its clock brings a question about again when nobody has answered.
    const isClock = message.kind === 'resolver/timeout' && this.#isQuestion(message);
    if (!isOwn && !isClock) return;
    if (isFirst) this.#sentAt = message.sentAt;
    this.#ours.add(message.id);
  }

  #isMain({ body }: AnyMessage): boolean {
    return (body as Packet).flow === this.#flow;
  }

  #isQuestion({ body }: AnyMessage): boolean {
    return (body as Packet).flow.startsWith(`${this.#flow}?`);
  }

  #arrived(message: AnyMessage, ms: Millis): void {
    const { from, to, body } = message;
    const packet = body as Packet;
    if (packet.isReply) {
      if (to.startsWith('network/')) return;
      const { outcome = 'ok', payload: text } = packet;
      this.#way = { ...this.#way, outcome, tookMs: ms };
      this.#hops.push({ kind: 'answer', ms, outcome, text });
    } else if (from.startsWith('network/') && to.startsWith('network/')) {
      this.#hops.push({ kind: 'wire', ms, from: nodeIn(from), to: nodeIn(to) });
    } else if (from.startsWith('network/')) {
      const pod = this.#podAt(packet.destinationIp);
      if (this.#isMain(message)) this.#way = { ...this.#way, pod };
      this.#hops.push({ kind: 'pod', ms, pod, node: nodeIn(from) });
    }
  }

  #noted(note: Noted, ms: Millis): void {
    if (note.what === 'netfilter/traced') {
      const { node = '', mode = 'iptables', lines = [], from = '', to = '', end = '', isMasqueraded = false } = note;
      const isNamed = this.#hops.some(({ kind }) => kind === 'name') || this.#asked === from;
      if (!isNamed && this.#hops.length === 0)
        this.#hops.push({ kind: 'name', ms, name: this.#asked, address: from, by: 'rules', pod: '' });
      const pod = to === '' ? '' : this.#podAt(to.replace(/:\d+$/, ''));
      this.#hops.push({ kind: 'rules', ms, node, mode, lines, end, to, pod, isMasqueraded });
    } else if (note.what === 'policy/dropped') {
      const { node = '', side = '', about = '' } = note;
      this.#hops.push({ kind: 'policy', ms, node, side, pod: about.replace(/^pod\//, '') });
    } else if (note.what === 'dns/answered') {
      const { name = '', records = [], code = '', pod = '' } = note;
      const address = records.find((text) => text.startsWith('A '))?.slice(2) ?? code;
      this.#hops.push({ kind: 'name', ms, name, address, by: 'coredns', pod });
    } else if (note.what === 'dns/asked') {
      const { name = '', attempt = 0 } = note;
      this.#hops.push({ kind: 'lookup', ms, name, server: CLUSTER_DNS, isAgain: attempt > 0 });
    } else if (note.what === 'dns/unanswered') {
      const { name = '', why = '', isLast = false } = note;
      this.#hops.push({ kind: 'unanswered', ms, name, why, isLast });
    }
  }

  #podAt(ip: string): string {
    const pods = this.#peek.objects('pods') as readonly Pod[];
    const found = pods.find(({ status }) => status?.podIP === ip && !/^(Succeeded|Failed)$/.test(status.phase ?? ''));
    return found === undefined ? '' : `${found.metadata.namespace}/${found.metadata.name}`;
  }

  way(): Way {
    const { outcome } = this.#way;
    const last = this.#hops.at(-1);
    const isOver = outcome !== 'timeout' || last?.kind === 'lost' || last?.kind === 'policy' || last?.kind === 'pod';
    const rules = this.#hops.findLast((hop) => hop.kind === 'rules' && hop.to !== '');
    const target = rules?.kind === 'rules' ? rules.to : this.#asked;
    const isDropped = last?.kind === 'rules' && last.end !== '';
    const hops =
      isOver || isDropped ? this.#hops : [...this.#hops, { kind: 'nobody', ms: 0, address: target } as const];
    return { ...this.#way, hops };
  }
}

/** The notes of kernels that tell of a packet. */
interface Noted {
  readonly what: string;
  readonly about?: string;
  readonly node?: string;
  readonly mode?: ProxyMode;
  readonly lines?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly end?: string;
  readonly isMasqueraded?: boolean;
  readonly side?: string;
  readonly name?: string;
  readonly code?: string;
  readonly pod?: string;
  readonly attempt?: number;
  readonly why?: string;
  readonly isLast?: boolean;
  readonly records?: readonly string[];
}

/** `network/node-a` is the kernel of node-a. */
function nodeIn(address: string): string {
  return address.slice(address.indexOf('/') + 1);
}
