import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ServiceRule } from '../../protocol/network.ts';
import { iptablesChain, nftablesChain } from './chainnames.ts';
import { iptablesRules } from './iptables.ts';
import { iptablesSave } from './iptablessave.ts';
import { ipvsadm, virtualServers } from './ipvs.ts';
import { nftablesRules } from './nftables.ts';
import { nftList } from './nftlist.ts';
import { sha256 } from './sha256.ts';

const backend = (node: number) => ({ ip: `10.244.${node}.2`, port: 8080 });

const web: ServiceRule = {
  service: 'default/web:http',
  protocol: 'TCP',
  clusterIp: '10.96.0.10',
  port: 80,
  nodePort: 0,
  endpoints: [1, 2, 3].map(backend),
};

/** One of each kind of Service that makes rules of its own. */
const all: readonly ServiceRule[] = [
  web,
  { ...web, service: 'default/empty', clusterIp: '10.96.0.11', nodePort: 30_011, endpoints: [] },
  { ...web, service: 'default/node', clusterIp: '10.96.0.12', nodePort: 30_012, externalIps: ['198.51.100.7'] },
  {
    ...web,
    service: 'default/near:http',
    clusterIp: '10.96.0.13',
    nodePort: 30_013,
    isExternalLocal: true,
    loadBalancerIps: ['192.0.2.1'],
    localEndpoints: [backend(1)],
    healthCheckNodePort: 30_999,
  },
  {
    ...web,
    service: 'default/far',
    clusterIp: '10.96.0.14',
    nodePort: 30_014,
    isInternalLocal: true,
    isExternalLocal: true,
    localEndpoints: [],
  },
  { ...web, service: 'default/sticky', clusterIp: '10.96.0.15', affinitySeconds: 10_800 },
  {
    ...web,
    service: 'default/fenced',
    clusterIp: '10.96.0.16',
    nodePort: 30_016,
    loadBalancerIps: ['192.0.2.2'],
    sourceRanges: ['203.0.113.0/25', '198.51.100.0/24'],
  },
  { ...web, service: 'kube-system/dns:dns', protocol: 'UDP', clusterIp: '10.96.0.17', port: 53 },
];

const save = (rules: readonly ServiceRule[], ...tables: readonly string[]) =>
  iptablesSave(iptablesRules(rules), tables);
const list = (rules: readonly ServiceRule[]) => nftList(nftablesRules(rules, '10.0.0.1'));

const dice = (endpoints: number) => {
  const many = Array.from({ length: endpoints }, (_, node) => backend(node));
  const lines = save([{ ...web, endpoints: many }], 'nat');
  return lines.filter((line) => line.includes(' -> ')).map((line) => /--probability (\S+)/.exec(line)?.[1] ?? 'rest');
};

describe('sha256', () => {
  it.each(['', 'abc', 'default/web:httptcp10.244.1.2:8080', 'x'.repeat(200)])('agrees with OpenSSL on "%s"', (text) => {
    expect(Buffer.from(sha256(text)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
  });
});

describe('names of chains', () => {
  it('are those of kube-proxy', () => {
    // KUBE-SVC-NPX46M4PTMTKRN6Y is the chain of default/kubernetes:https on every cluster.
    expect(iptablesChain('SVC', { ...web, service: 'default/kubernetes:https' })).toBe('KUBE-SVC-NPX46M4PTMTKRN6Y');
    // Seen in every cluster in nftables mode.
    expect(nftablesChain('service', { ...web, service: 'default/kubernetes:https' })).toBe(
      'service-2QRHZV4L-default/kubernetes/tcp/https',
    );
    const dns = { ...web, service: 'kube-system/kube-dns:dns', protocol: 'UDP' };
    expect(nftablesChain('endpoint', dns, { ip: '10.42.0.171', port: 53 })).toBe(
      'endpoint-S4FSIJI2-kube-system/kube-dns/udp/dns__10.42.0.171/53',
    );
  });
});

describe('iptables-save', () => {
  it('gives each endpoint the same share, in the digits the kernel keeps', () => {
    expect(dice(1)).toEqual(['rest']);
    expect(dice(3)).toEqual(['0.33333333349', '0.50000000000', 'rest']);
    expect(dice(5)).toEqual(['0.20000000019', '0.25000000000', '0.33333333349', '0.50000000000', 'rest']);
  });

  it('prints chains by name, and options in the order of iptables', () => {
    const lines = save([web], 'nat');
    const chain = iptablesChain('SVC', web);
    const match = `-d 10.96.0.10/32 -p tcp -m comment --comment "default/web:http cluster IP" -m tcp --dport 80`;
    expect(lines).toContain(`-A KUBE-SERVICES ${match} -j ${chain}`);
    expect(lines).toContain(`-A ${chain} ! -s 10.244.0.0/16 ${match} -j KUBE-MARK-MASQ`);
    const chains = lines.filter((line) => line.startsWith(':KUBE-'));
    expect(chains).toEqual([...chains].sort());
    const own = lines.filter((line) => line.startsWith('-A KUBE-SEP-') && line.includes('DNAT'));
    expect(own[0]).toMatch(
      /^-A KUBE-SEP-[A-Z2-7]{16} -p tcp -m comment --comment "default\/web:http" -m tcp -j DNAT --to-destination 10.244.\d.2:8080$/,
    );
  });

  it('has a golden text for every kind of Service', async () => {
    await expect(`${save(all, 'filter', 'nat').join('\n')}\n`).toMatchFileSnapshot('golden/iptables-save.txt');
    await expect(`${list(all).join('\n')}\n`).toMatchFileSnapshot('golden/nft-list.txt');
    const servers = virtualServers(all, '10.0.0.1');
    await expect(`${ipvsadm(servers).join('\n')}\n`).toMatchFileSnapshot('golden/ipvsadm.txt');
  });
});

/** A kernel of its own, where nothing of this machine changes; false where that is not allowed. */
const inNamespace = (script: string, input: string) =>
  spawnSync('unshare', ['-rn', 'sh', '-c', script], { input, encoding: 'utf8' });
const has = (program: string) => spawnSync(program, ['--version']).status === 0;
const isolated = spawnSync('unshare', ['-rn', 'true']).status === 0;
const hasIptables = isolated && has('iptables-restore');
const hasNft = isolated && has('nft');
if (!hasIptables) console.warn('SKIPPED: iptables-restore (or a network namespace) is not here: rules are not parsed.');
if (!hasNft) console.warn('SKIPPED: nft (or a network namespace) is not here: rules are not parsed.');

describe.skipIf(!hasIptables)('the real iptables', () => {
  it('takes the rules', () => {
    const { status, stderr } = inNamespace('iptables-restore --test', `${save(all, 'filter', 'nat').join('\n')}\n`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(inNamespace('iptables-restore --test', '*nat\n-A POSTROUTING --nonsense\nCOMMIT\n').status).not.toBe(0);
  });

  it('prints them as we do', () => {
    const ours = save(all, 'filter', 'nat');
    const { status, stdout } = inNamespace('iptables-restore && iptables-save', `${ours.join('\n')}\n`);
    if (status !== 0) return console.warn('SKIPPED: the kernel here lacks a match that the rules use.');
    const theirs = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const plain = (lines: readonly string[]) =>
      lines.map((line) => line.replace(/--comment ([^" ]+) /, '--comment "$1" '));
    expect(plain(theirs)).toEqual(plain(ours));
    return undefined;
  });
});

describe.skipIf(!hasNft)('the real nft', () => {
  it('takes the rules', () => {
    const { status, stderr } = inNamespace('nft -c -f -', `${list(all).join('\n')}\n`);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(inNamespace('nft -c -f -', 'table ip x { chain y { jump nowhere } }').status).not.toBe(0);
  });

  it('prints them as we do, but for the order', () => {
    const ours = list(all);
    const { status, stdout } = inNamespace('nft -f - && nft list table ip kube-proxy', `${ours.join('\n')}\n`);
    if (status !== 0) return console.warn('SKIPPED: the kernel here lacks an expression that the rules use.');
    const words = (text: string) => text.replace(/[,{}]/g, ' ').split(/\s+/).sort();
    expect(words(stdout)).toEqual(words(ours.join('\n')));
    return undefined;
  });
});
