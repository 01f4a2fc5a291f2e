import type { Node } from '../../api/kinds/node.ts';
import { isConditionTrue } from '../../api/meta.ts';
import { peekAt } from '../../cluster/peek.ts';
import type { Timeline } from '../../kernel/timeline.ts';
import { isUp } from '../../kernel/world.ts';
import type { KubeletState } from '../../kubelet/state.ts';
import type { KubeProxyState } from '../../net/kubeproxy/kubeproxy.ts';
import { printRules } from '../../net/netfilter/print.ts';
import type { NetworkState } from '../../net/state.ts';
import type { RuntimeState } from '../../runtime/state.ts';
import { clockText, lengthText } from '../../view/names.ts';
import { cachesOf } from './caches.ts';
import { containersOf, imagesOf, sandboxesOf, useOf } from './containers.ts';
import { labProxyOf } from './labs.ts';
import { podsOf, probesOf } from './podworkers.ts';
import { type Cell, cell, count, type Inside, type Section, table } from './section.ts';

/** What a node has: the states of its four processes. */
export interface Opened {
  readonly name: string;
  readonly hasPower: boolean;
  readonly kubelet: KubeletState;
  readonly runtime: RuntimeState;
  readonly proxy: KubeProxyState;
  /** Its kube-proxy, or the reader's. */
  readonly proxyName: string;
  readonly network: NetworkState;
  readonly isUp: Readonly<Record<'kubelet' | 'runtime' | 'proxy', boolean>>;
}

/** A node, opened: kubelet's pod workers, the runtime's sandboxes and images, the rules and addresses of its network. */
export function insideNode(timeline: Timeline, name: string): Inside {
  const { now, simulation } = timeline;
  const node = open(timeline, name);
  const { kubelet, isUp: runs, hasPower, proxyName } = node;
  const isIdle = !hasPower || !runs.kubelet;
  const object = (peekAt(simulation).objects('nodes') as readonly Node[]).find(
    ({ metadata }) => metadata.name === name,
  );
  return {
    part: `node/${name}`,
    title: `Inside ${name}`,
    summary: summaryOf(node, object),
    sections: [
      processesOf(node, now),
      ...(isIdle ? [] : [podsOf(kubelet, now), probesOf(kubelet)]),
      ...(hasPower ? [sandboxesOf(node), containersOf(node, now)] : []),
      imagesOf(node),
      useOf(node),
      ...(hasPower ? [addressesOf(node), rulesOf(node)] : []),
      ...(proxyName.startsWith('my-') ? labProxyOf(timeline, proxyName) : []),
      ...(isIdle ? [] : [cachesOf(kubelet.client, simulation, 'kubelet’s cache against the ledger')]),
    ],
  };
}

function open({ world }: Timeline, name: string): Opened {
  const state = <S>(actor: string) => world.states.get(actor) as unknown as S;
  const network = state<NetworkState>(`network/${name}`);
  const own = `my-kube-proxy/${name}`;
  const proxyName = world.index.has(own) ? own : `kube-proxy/${name}`;
  return {
    name,
    hasPower: !world.machinesDown.has(name),
    kubelet: state(`kubelet/${name}`),
    runtime: state(network.engine),
    proxy: state(proxyName),
    proxyName,
    network,
    isUp: {
      kubelet: isUp(world, `kubelet/${name}`),
      runtime: isUp(world, network.engine),
      proxy: isUp(world, proxyName),
    },
  };
}

function summaryOf({ name, hasPower, kubelet, runtime }: Opened, node: Node | undefined): string {
  if (!hasPower) return `${name} has no power. What its disk has is left; the rest was in memory.`;
  const ready = isConditionTrue(node?.status?.conditions, 'Ready') ? 'Ready' : 'not Ready';
  const running = [...runtime.containers.values()].filter(({ phase }) => phase === 'running').length;
  const told = node === undefined ? 'The API has no Node object of it' : `The API says that it is ${ready}`;
  return `${told}. kubelet looks after ${count(kubelet.works.size, 'pod')}; ${count(running, 'container')} run${running === 1 ? 's' : ''}.`;
}

function processesOf(opened: Opened, now: number): Section {
  const { kubelet, runtime, proxy, proxyName, network, hasPower, isUp: runs } = opened;
  const { leaseRenewedAt, reportedAt, runtimeLostAt, asked } = kubelet;
  const ago = (at: number | undefined) => (at === undefined ? 'never' : `${lengthText(now - at)} ago`);
  const stopped = cell('stopped', 'bad');
  const heard =
    runtimeLostAt === undefined ? `${count(asked.size, 'call')} to the runtime open` : 'its runtime does not answer';
  const about: readonly string[] = [`lease renewed ${ago(leaseRenewedAt)}`, `status written ${ago(reportedAt)}`, heard];
  const pulls = runtime.pulls.map(({ image }) => image);
  const fetching =
    pulls.length === 0
      ? 'fetches nothing'
      : `fetches ${pulls[0]}${pulls.length > 1 ? `, ${pulls.length - 1} more wait` : ''}`;
  const sync = proxy.lastSyncAt === undefined ? 'never' : `at ${clockText(proxy.lastSyncAt)}`;
  const due = proxy.isDue ? ', another is due' : '';
  const facts: (readonly [string, Cell])[] = [
    ['kubelet', runs.kubelet ? cell('runs', 'ok', about.join('; ')) : stopped],
    [runtime.engine, runs.runtime ? cell('runs', 'ok', fetching) : stopped],
    [
      proxyName.slice(0, proxyName.indexOf('/')),
      runs.proxy ? cell('runs', 'ok', `mode ${proxy.mode}; rules written ${sync}${due}`) : stopped,
    ],
    [
      'Network',
      cell(
        `${network.nodeIp}, pods ${network.prefix}0/24`,
        undefined,
        `${count(network.flows.size, 'connection')} open`,
      ),
    ],
  ];
  return { type: 'facts', title: 'Processes', facts: hasPower ? facts : [['Power', cell('none', 'bad')]] };
}

/** What CNI has given out. */
function addressesOf({ network, kubelet, runtime }: Opened): Section {
  const rows = [...network.sandboxes].map(([sandbox, { ip, podUid }]) => {
    const known = runtime.sandboxes.get(sandbox);
    const pod = kubelet.works.get(podUid)?.pod.metadata;
    const name = known ? `${known.namespace}/${known.name}` : pod ? `${pod.namespace}/${pod.name}` : podUid;
    const policy = network.policies.get(ip);
    const directions = [policy?.ingress && 'in', policy?.egress && 'out'].filter(Boolean).join(' and ');
    return [
      cell(ip),
      cell(name),
      cell(sandbox.slice(0, 13)),
      cell(directions === '' ? 'everything passes' : `restricted ${directions}`),
    ];
  });
  const note = `The CNI plugin gives each sandbox an address of ${network.prefix}0/24 and a pair of interfaces.`;
  return table('Pod addresses', note, ['Address', 'Pod', 'Sandbox', 'Policies'], rows, 'None is given out.');
}

const COMMANDS = {
  iptables: 'iptables-save -t nat',
  ipvs: 'ipvsadm -Ln',
  nftables: 'nft list table ip kube-proxy',
} as const;

/** The kernel has them; kube-proxy only wrote them, and may be gone. */
function rulesOf({ network }: Opened): Section {
  const command = COMMANDS[network.mode];
  return {
    type: 'text',
    title: 'Rules of kube-proxy',
    note: `${count(network.rules.length, 'Service port')}, as the kernel of this node has them now. They hold on when kube-proxy stops.`,
    command,
    lines: printRules(network, command).lines,
  };
}
