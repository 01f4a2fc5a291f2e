import type { Timeline } from '../../kernel/timeline.ts';
import type { PolicyAgentState } from '../../net/policy/policyagent.ts';
import type { NetworkState } from '../../net/state.ts';
import type { PodPolicy, PolicyAllow } from '../../protocol/network.ts';
import { cachesOf } from './caches.ts';
import { type Cell, cell, count, type Inside, table } from './section.ts';

/** The network plugin’s agent on a node, opened: what the policies come to for each pod of its node. */
export function insidePolicies({ world, simulation }: Timeline, part: string): Inside {
  const { node, policies, client, isDue } = world.states.get(part) as unknown as PolicyAgentState;
  const kernel = (world.states.get(`network/${node}`) as unknown as NetworkState | undefined)?.policies;
  const written = Object.entries(policies ?? {});
  const rows = written.map(([ip, policy]) => [
    cell(policy.pod),
    cell(ip),
    wayOf(policy.ingress),
    wayOf(policy.egress),
    kernel?.has(ip) ? cell('in the kernel', 'ok') : cell('on its way', 'wait'),
  ]);
  const due = isDue ? ' Something has changed: it writes again in a moment.' : '';
  return {
    part,
    title: `Inside ${part}`,
    summary:
      policies === undefined
        ? 'It has written nothing since it started; until it has, the kernel keeps what an earlier life wrote.'
        : `It restricts ${count(written.length, 'pod')} of ${node}. The kernel drops what is not allowed; this process only writes the rules.${due}`,
    sections: [
      table(
        'What it has written',
        'One row for each pod of this node that a NetworkPolicy selects. A direction that no policy names is open.',
        ['Pod', 'Address', 'In', 'Out', 'Stands'],
        rows,
        'No policy selects a pod of this node.',
      ),
      cachesOf(client, simulation),
    ],
  };
}

function wayOf(allowed: PodPolicy['ingress']): Cell {
  if (allowed === undefined) return cell('everything passes');
  if (allowed.length === 0) return cell('nothing passes', 'bad');
  return cell('only this', 'wait', allowed.map(allowText).join('; or '));
}

function allowText({ blocks, ports }: PolicyAllow): string {
  const who = blocks === undefined ? 'anybody' : blocks.map(blockText).join(', ') || 'nobody';
  if (ports === undefined) return who;
  const numbers = ports.map(({ from, to, at }) => `${from === to ? from : `${from}–${to}`}${at ? ` at ${at}` : ''}`);
  return `${who}, on ${numbers.length === 1 ? 'port' : 'ports'} ${numbers.join(', ')}`;
}

function blockText({ cidr, except }: { readonly cidr: string; readonly except: readonly string[] }): string {
  return except.length === 0 ? cidr : `${cidr} but ${except.join(', ')}`;
}
