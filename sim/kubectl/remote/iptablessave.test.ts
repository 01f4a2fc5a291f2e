import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ServiceRule } from '../../protocol/network.ts';
import { iptablesSave, serviceChain } from './iptablessave.ts';
import { sha256 } from './sha256.ts';

const rule: ServiceRule = {
  service: 'default/web:http',
  protocol: 'TCP',
  clusterIp: '10.96.0.10',
  port: 80,
  nodePort: 0,
  endpoints: [1, 2, 3].map((node) => ({ ip: `10.244.${node}.2`, port: 8080 })),
  otherwise: 'REJECT',
};

const dice = (endpoints: number) => {
  const many = Array.from({ length: endpoints }, (_, node) => ({ ip: `10.244.${node}.2`, port: 8080 }));
  const lines = iptablesSave([{ ...rule, endpoints: many }], ['nat']);
  return lines.filter((line) => line.includes(' -> ')).map((line) => /--probability (\S+)/.exec(line)?.[1] ?? 'rest');
};

describe('sha256', () => {
  it.each(['', 'abc', 'default/web:httptcp10.244.1.2:8080', 'x'.repeat(200)])('agrees with OpenSSL on "%s"', (text) => {
    expect(Buffer.from(sha256(text)).toString('hex')).toBe(createHash('sha256').update(text).digest('hex'));
  });
});

describe('iptables-save', () => {
  it('names chains as kube-proxy does', () => {
    // KUBE-SVC-NPX46M4PTMTKRN6Y is the chain of default/kubernetes:https on every cluster.
    expect(serviceChain({ ...rule, service: 'default/kubernetes:https' })).toBe('KUBE-SVC-NPX46M4PTMTKRN6Y');
  });

  it('gives each endpoint the same share, in the digits the kernel keeps', () => {
    expect(dice(1)).toEqual(['rest']);
    expect(dice(3)).toEqual(['0.33333333349', '0.50000000000', 'rest']);
    expect(dice(5)).toEqual(['0.20000000019', '0.25000000000', '0.33333333349', '0.50000000000', 'rest']);
  });

  it('prints chains by name, and options in the order of iptables', () => {
    const lines = iptablesSave([rule], ['nat']);
    const chain = serviceChain(rule);
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

  it('rejects what has no endpoints', () => {
    const match =
      '-d 10.96.0.10/32 -p tcp -m comment --comment "default/web:http has no endpoints" -m tcp --dport 80 -j REJECT';
    const lines = iptablesSave([{ ...rule, endpoints: [] }], ['nat', 'filter']);
    expect(lines).toContain(`-A KUBE-SERVICES ${match} --reject-with icmp-port-unreachable`);
    expect(lines.filter((line) => line.includes('KUBE-SVC-'))).toEqual([]);
  });
});
