import { existsSync, readFileSync } from 'node:fs';
import type { ScenarioFile, TraceRecord } from '../../sim/index.ts';

/** What a component's file says of itself in the comment that opens it. */
export interface Header {
  readonly file: string;
  /** `kubelet: makes the containers of its node be what the API says`. */
  readonly is: string;
  /** The upstream files it follows. */
  readonly follows: string;
  readonly leavesOut: string;
}

/** The file of each process, by the name of its actor without its node. */
export const FILES: Readonly<Record<string, string>> = {
  kubectl: 'sim/kubectl/kubectl.ts',
  'kube-apiserver': 'sim/apiserver/apiserver.ts',
  etcd: 'sim/etcd/etcd.ts',
  'kube-scheduler': 'sim/scheduler/scheduler.ts',
  'kube-controller-manager': 'sim/controllers/manager.ts',
  'cloud-controller-manager': 'sim/cloud/cloudcontrollermanager.ts',
  provisioner: 'sim/cloud/provisioner.ts',
  'metrics-server': 'sim/metrics/metricsserver.ts',
  coredns: 'sim/net/dns/coredns.ts',
  kubelet: 'sim/kubelet/kubelet.ts',
  containerd: 'sim/runtime/cri.ts',
  crio: 'sim/runtime/cri.ts',
  dockerd: 'sim/runtime/cri.ts',
  'cri-dockerd': 'sim/runtime/cridockerd.ts',
  'kube-proxy': 'sim/net/kubeproxy/kubeproxy.ts',
  'policy-agent': 'sim/net/policy/policyagent.ts',
  network: 'sim/net/cni.ts',
  'my-replicaset-controller': 'sim/controllers/lab/labcontroller.ts',
  'my-score-plugin': 'sim/scheduler/lab/labplugin.ts',
  'my-operator': 'sim/controllers/lab/laboperator.ts',
  'my-kube-proxy': 'sim/net/kubeproxy/labproxy.ts',
};

/** The headers of what took part in a history: processes first, then the control loops that had something to do. */
export function headersOf(past: readonly TraceRecord[]): readonly Header[] {
  const actors = new Set<string>();
  const loops = new Set<string>();
  for (const record of past) {
    if (record.type === 'delivered') actors.add(nameOf(record.message.to));
    if (record.type === 'noted' && record.by === 'kube-controller-manager')
      loops.add(record.note.what.replace(/\/.*/, ''));
  }
  const processes = Object.keys(FILES).filter((name) => actors.has(name));
  const files = [...processes.map((name) => FILES[name] ?? ''), ...[...loops].sort().flatMap(loopFile)];
  return [...new Set(files)].map(readHeader);
}

/** What a scenario has otherwise than a cluster of today would, in sentences. */
export function simplified({ etcd, timings = {}, images = [], nodes }: ScenarioFile): readonly string[] {
  const changed = Object.entries(timings).map(([name, value]) => `\`${name}\` is ${value} here.`);
  const count = typeof nodes === 'number' ? nodes : (nodes?.length ?? 3);
  return [
    ...(etcd?.members === 1
      ? ['One member of etcd, beside the API server; in production there are three or five.']
      : []),
    `One API server and ${count === 1 ? 'one node' : `${count} nodes`}.`,
    ...(images.length > 0
      ? [`On every node from the start: ${images.map((image) => `\`${image}\``).join(', ')}.`]
      : []),
    ...changed,
  ];
}

const known = new Map<string, Header>();

/** Reads the comment that opens a file. */
export function readHeader(file: string): Header {
  const header = known.get(file) ?? parseHeader(file, readFileSync(file, 'utf8'));
  known.set(file, header);
  return header;
}

/** The parts of a header comment; throws where one is missing, so that no page is silent about it. */
export function parseHeader(file: string, text: string): Header {
  const comment = /^(?:\/\*[\s\S]*?\*\/|(?:\/\/.*\n)+)/.exec(text)?.[0] ?? '';
  const plain = comment
    .split(/^(?:\/\/|\s*\*)$/m)[0]
    ?.replace(/^\s*(\/\*\*?|\*\/|\*|\/\/) ?/gm, '')
    .replace(/\s*\*\/$/, '')
    .replace(/\s+/g, ' ')
    .trim();
  const found = /^(?:What: )?(.*?) Watches\b.*?\b(?:Follows|Upstream):? (.*?) ?\bLeaves out:? (.*)$/.exec(plain ?? '');
  const [, is, follows, leavesOut] = found ?? [];
  if (is === undefined || follows === undefined || leavesOut === undefined) {
    throw new Error(`${file} does not open with what it is, what it follows and what it leaves out.`);
  }
  return { file, is, follows, leavesOut };
}

function nameOf(actor: string): string {
  return actor.replace(/\/.*/, '').replace(/^etcd-\d+$/, 'etcd');
}

function loopFile(name: string): readonly string[] {
  const files = [`sim/controllers/${name}/${name}.ts`, `sim/controllers/${name}.ts`];
  // `controller/retry` is noted by the frame that all loops share.
  return name === 'controller' ? [] : files.filter((file) => existsSync(file));
}
