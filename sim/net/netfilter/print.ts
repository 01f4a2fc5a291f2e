import type { NodeNetworkClientProtocol } from '../../protocol/network.ts';
import type { NetworkState } from '../state.ts';
import { iptablesRules } from './iptables.ts';
import { besideIpvs, iptablesSave } from './iptablessave.ts';
import { ipvsadm, virtualServers } from './ipvs.ts';
import { nftablesRules } from './nftables.ts';
import { nftList } from './nftlist.ts';

type Printed = NodeNetworkClientProtocol['rulesSaved'];

/** What a command that reads rules prints on this node. `command` has been checked by who sent it. */
export function printRules({ mode, rules, nodeIp }: NetworkState, command: string): Printed {
  if (command.startsWith('ipvsadm')) return printed(ipvsadm(mode === 'ipvs' ? virtualServers(rules, nodeIp) : []));
  if (command.startsWith('nft')) {
    if (mode === 'nftables') return printed(nftList(nftablesRules(rules, nodeIp)));
    const caret = ['list table ip kube-proxy', '              ^^^^^^^^^^'];
    return { lines: ['Error: No such file or directory', ...caret], exit: 1 };
  }
  const table = /-t ?(\w+)|--table=(\w+)/.exec(command)?.slice(1).find(Boolean);
  const names = table === undefined ? ['filter', 'nat'] : [table];
  if (mode === 'iptables') return printed(iptablesSave(iptablesRules(rules), names));
  return printed(mode === 'ipvs' && names.includes('nat') ? besideIpvs : []);
}

function printed(lines: readonly string[]): Printed {
  return { lines, exit: 0 };
}
