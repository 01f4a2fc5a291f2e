import type { EndpointSlice } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import { cacheOf } from '../../client/calls.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import type { CoreDnsState } from '../../net/dns/coredns.ts';
import { recordsOf } from '../../net/dns/records.ts';
import { DOMAIN } from '../../net/netfilter/names.ts';
import type { Resolved } from '../../protocol/dns.ts';
import { clockText, plainName } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { cell, count, type Inside, type Section, table } from './section.ts';
import { latestTalks } from './talks.ts';

/** CoreDNS, opened: the names that it answers, and the questions that came last. */
export function insideDns({ world, past, simulation }: Timeline, part: string): Inside {
  const state = world.states.get(part) as unknown as CoreDnsState;
  const { asked, client } = state;
  const names = namesOf(state);
  return {
    part,
    title: `Inside ${part}`,
    summary: `It has answered ${count(asked, 'question')} since it started. It keeps no list of names: each answer is read from its two caches.`,
    sections: [
      names,
      table(
        'The last questions',
        'The newest first. A program asks for each name of its search path in turn, so some answers are no.',
        ['At', 'Asked by', 'Name', 'Answer'],
        latestTalks(past, part, 'query', 12).map(({ question, answer }) => {
          const { records = [] } = (answer?.body ?? {}) as Partial<Resolved>;
          const none = answer === undefined ? cell('no answer yet', 'wait') : cell('NXDOMAIN', 'none', 'no such name');
          return [
            cell(clockText(question.at)),
            cell(plainName(question.from)),
            cell((question.body as { readonly name: string }).name),
            records.length === 0 ? none : cell(records.join(', '), 'ok'),
          ];
        }),
        'Nobody has asked yet.',
      ),
      cachesOf(client, simulation),
    ],
  };
}

function namesOf({ client }: CoreDnsState): Section {
  const services = cacheOf<Service>(client, 'services');
  const slices = [...cacheOf<EndpointSlice>(client, 'endpointslices').values()];
  const rows = [...services.keys()].sort().map((key) => {
    const [namespace = '', name = ''] = key.split('/');
    const full = `${name}.${namespace}.svc.${DOMAIN}`;
    const records = recordsOf(full, { services, slices });
    const none = cell('none', 'wait', 'no endpoint of it is ready');
    return [cell(full), records.length === 0 ? none : cell(records.join(', '), 'ok')];
  });
  const note = 'What it would answer now. A headless Service has the addresses of its ready endpoints.';
  return table('Names of Services', note, ['Name', 'Records'], rows, 'It knows no Service.');
}
