import type { Timeline } from '../../kernel/timeline.ts';
import type { LoadBalancerState } from '../../net/balancer/loadbalancer.ts';
import { plainName } from '../../view/names.ts';
import { cell, count, type Inside, table } from './section.ts';

/** The address before several API servers, opened: how it finds them, and which connection goes where. */
export function insideBalancer({ world }: Timeline, part: string): Inside {
  const { servers, health, next, connections, passed, watches } = world.states.get(
    part,
  ) as unknown as LoadBalancerState;
  const well = servers.filter((server) => health.get(server)?.isUp);
  const open = [...connections];
  const rows = servers.map((server, index) => {
    const { isUp = false, against = 0, asked = '' } = health.get(server) ?? {};
    const checks = against === 0 ? '' : `${count(against, 'check')} in a row say${against === 1 ? 's' : ''} otherwise`;
    return [
      cell(server, undefined, index === next % servers.length ? 'where the round goes on' : ''),
      cell(isUp ? 'up' : 'down', isUp ? 'ok' : 'bad', checks),
      cell(asked === '' ? 'answered' : 'under way', asked === '' ? 'none' : 'wait'),
      cell(open.filter(([, one]) => one.server === server).length),
    ];
  });
  const busy = [...passed.values()];
  const connected = open.map(([name, { server, isOpen }]) => {
    const [client = ''] = name.split(' ');
    const own = busy.filter(({ connection }) => connection === name);
    const streams = own.filter(({ isStreaming }) => isStreaming).length;
    return [
      cell(plainName(client), undefined, name.slice(client.length + 1)),
      cell(server, isOpen ? 'ok' : 'wait', isOpen ? '' : 'it is only being made'),
      cell(streams),
      cell(own.length - streams),
    ];
  });
  return {
    part,
    title: `Inside ${part}`,
    summary: `${well.length} of ${count(servers.length, 'API server')} are well. ${count(open.length, 'connection')} go through it, with ${count(watches.size, 'open watch').replace(/watchs$/, 'watches')}. It does not look inside.`,
    sections: [
      table(
        'Servers',
        'It asks each for /readyz every 2 s: three bad answers in a row make it down, two good ones up again.',
        ['Server', 'Health', 'Last check', 'Connections'],
        rows,
        'It has none.',
      ),
      table(
        'Connections',
        'A new one goes to the next server of the round. It stays there until the server or the client ends.',
        ['Client', 'Server', 'Watches', 'Requests under way'],
        connected,
        'Nobody is connected.',
        60,
      ),
    ],
  };
}
