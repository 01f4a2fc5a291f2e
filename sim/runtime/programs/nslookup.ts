import { readAnswer, wholeNames } from '../../api/dns.ts';
import { DNS_PORT, QUESTION } from '../../protocol/dns.ts';
import type { Answered, Outgoing } from './program.ts';

/** A name that is asked for, those that follow in the search path, and how often nobody has answered. */
export interface Lookup {
  readonly asked: string;
  readonly names: readonly string[];
  readonly server: string;
  readonly attempt: number;
  readonly lines: readonly string[];
}

/** What comes next: another question, or what is printed and the exit status. */
export interface Next {
  readonly send?: Outgoing;
  readonly lookup?: Lookup;
  readonly text?: string;
  readonly status?: number;
}

const TIMEOUT_MS = 5000;
const TRIES = 3;

/**
 * `nslookup NAME` as BIND's: asks the name server of resolv.conf by UDP, one name of the search path after the other.
 * Leaves out: AAAA, other types, a server of one's own; busybox' way of asking for the whole path at once.
 */
export function nslookup(name: string, resolvConf: string | undefined, tag: string): Next {
  const server = /^nameserver (\S+)/m.exec(resolvConf ?? '')?.[1];
  if (name === '' || name.startsWith('-')) return { status: 1, text: 'usage: nslookup NAME' };
  if (server === undefined)
    return { status: 1, text: unreachable('127.0.0.1', Array(TRIES).fill('connection refused')) };
  return ask({ asked: name, names: pathOf(name, resolvConf ?? ''), server, attempt: 1, lines: [] }, tag);
}

/** Goes on with what has come back. */
export function lookUpFurther(lookup: Lookup, { outcome, payload }: Answered, tag: string): Next {
  const { names, server, attempt } = lookup;
  if (outcome !== 'ok') {
    const lines = [...lookup.lines, outcome === 'timeout' ? 'timed out' : 'connection refused'];
    if (attempt < TRIES) return ask({ ...lookup, attempt: attempt + 1, lines }, tag);
    return { status: 1, text: unreachable(server, lines) };
  }
  const { code, records } = readAnswer(payload);
  const head = `Server:\t\t${server}\nAddress:\t${server}#53\n\n`;
  if (code === 'NOERROR') return { status: 0, text: `${head}${found(names[0] ?? '', records)}\n` };
  const left = names.slice(1);
  if (code === 'NXDOMAIN' && left.length > 0) return ask({ ...lookup, names: left, attempt: 1, lines: [] }, tag);
  return { status: 1, text: `${head}** server can't find ${lookup.asked}: ${code}\n\n` };
}

function ask(lookup: Lookup, tag: string): Next {
  const payload = `${QUESTION}${lookup.names[0]}`;
  const send = { tag, host: lookup.server, port: DNS_PORT, payload, timeoutMs: TIMEOUT_MS, protocol: 'udp' as const };
  return { send, lookup };
}

/** A name with fewer dots than `ndots` is looked for in the search domains first. */
function pathOf(name: string, resolvConf: string): readonly string[] {
  const domains = /^search (.*)$/m.exec(resolvConf)?.[1]?.split(/\s+/) ?? [];
  const ndots = Number(/\bndots:(\d+)/.exec(resolvConf)?.[1] ?? 1);
  return wholeNames(name, domains, ndots);
}

function found(name: string, records: readonly string[]): string {
  let owner = name;
  const lines = records.map((record) => {
    const [type, value = ''] = record.split(' ');
    if (type !== 'CNAME') return `Name:\t${owner}\nAddress: ${value}\n`;
    const line = `${owner}\tcanonical name = ${value}.\n`;
    owner = value;
    return line;
  });
  return lines.join('');
}

function unreachable(server: string, whys: readonly string[]): string {
  const errors = whys.map((why) => `;; communications error to ${server}#53: ${why}\n`).join('');
  return `${errors};; no servers could be reached\n\n`;
}
