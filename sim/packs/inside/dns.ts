import { DOMAIN } from '../../api/dns.ts';
import { hasSynced } from '../../client/client.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import type { TraceRecord } from '../../kernel/trace.ts';
import { type CoreDnsState, type DnsServer, zoneOf } from '../../net/dns/coredns.ts';
import { recordsOf } from '../../net/dns/records.ts';
import { clockText } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { cell, count, type Inside, type Section, table } from './section.ts';

/** CoreDNS on a node, opened: for each container the names that it answers, and the questions that came last. */
export function insideDns({ world, past, simulation }: Timeline, part: string): Inside {
  const { servers, node } = world.states.get(part) as unknown as CoreDnsState;
  const all = [...servers.values()];
  const [first] = all;
  return {
    part,
    title: `Inside ${part}`,
    summary:
      all.length === 0
        ? `No container of CoreDNS runs on ${node}, so nobody answers for names here. Questions go to those of other nodes.`
        : `${all.map(serverText).join(' ')} It keeps no list of names: each answer is read from its two caches.`,
    sections: [
      ...(first === undefined ? [] : [namesOf(first)]),
      questionsTo(part, past),
      ...all.map(({ client, pod }) => cachesOf(client, simulation, `Caches of ${pod} against the ledger`)),
    ],
  };
}

function serverText({ pod, asked, client }: DnsServer): string {
  if (!hasSynced(client)) return `${pod} has not heard of all Services yet: it is not ready, and says SERVFAIL.`;
  return `${pod} has answered ${count(asked, 'question')} since it started.`;
}

function namesOf({ client }: DnsServer): Section {
  const { services, slices } = zoneOf(client);
  const known = { services, slices: [...slices] };
  const rows = [...services.keys()].sort().map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const full = `${name}.${namespace}.svc.${DOMAIN}`;
    const records = recordsOf(full, known);
    const none = cell('none', 'wait', 'no endpoint of it is ready');
    return [cell(full), records.length === 0 ? none : cell(records.join(', '), 'ok')];
  });
  const note = 'What it would answer now. A headless Service has the addresses of its ready endpoints.';
  return table('Names of Services', note, ['Name', 'Records'], rows, 'It knows no Service.');
}

/** Questions are looked for among so many of the latest records. */
const LOOKED_AT = 6000;
const MOST = 12;

function questionsTo(part: string, past: readonly TraceRecord[]): Section {
  const rows = past
    .slice(-LOOKED_AT)
    .flatMap((record) => {
      if (record.type !== 'noted' || record.by !== part || record.note.what !== 'dns/answered') return [];
      const { name, from, code, records } = record.note as unknown as Answered;
      const none = cell(code, code === 'NXDOMAIN' ? 'none' : 'wait', WORDS[code] ?? '');
      const answer = records.length === 0 ? none : cell(records.join(', '), 'ok');
      return [[cell(clockText(record.at)), cell(from), cell(name), answer]];
    })
    .slice(-MOST)
    .reverse();
  return table(
    'The last questions',
    'The newest first. A program asks for each name of its search path in turn, so some answers are no.',
    ['At', 'Asked by', 'Name', 'Answer'],
    rows,
    'Nobody has asked yet.',
  );
}

const WORDS: Readonly<Record<string, string>> = { NXDOMAIN: 'no such name', SERVFAIL: 'its caches are not filled yet' };

/** What it notes of an answer. */
interface Answered {
  readonly name: string;
  readonly from: string;
  readonly code: string;
  readonly records: readonly string[];
}
