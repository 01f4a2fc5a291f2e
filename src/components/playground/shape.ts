/** What the form of the playground asks for. */
export interface Shape {
  readonly nodes: number;
  readonly cpu: number;
  readonly memoryGi: number;
  /** 1, 3 or 5. */
  readonly members: number;
  /** API servers behind one address, 1 to 3, with as many schedulers and controller managers. */
  readonly apiServers: number;
  readonly proxyMode: string;
  readonly addons: readonly string[];
  readonly seed: number;
  /** Silence after which a node is NotReady, in seconds. */
  readonly graceS: number;
  readonly fsyncMs: number;
  readonly latencyMs: number;
  readonly jitterMs: number;
  readonly lossPerMille: number;
}

/** The cluster that the playground opens with. */
export const USUAL: Shape = {
  nodes: 3,
  cpu: 2,
  memoryGi: 4,
  members: 3,
  apiServers: 1,
  proxyMode: 'iptables',
  addons: ['dns', 'cloud', 'provisioner'],
  seed: 1,
  graceS: 50,
  fsyncMs: 2,
  latencyMs: 2,
  jitterMs: 1,
  lossPerMille: 0,
};

/** So many still boot in a few seconds of a page. */
export const MOST_NODES = 100;
/** More than these have numbers for letters, and lie in three zones: they are shown as a fleet. */
const LETTERED = 24;

/** Images that every node has, so that the first pod does not wait. */
const IMAGES = ['nginx:1.27', 'harbour/web:1', 'harbour/client:1'];

/** The scenario file of an empty cluster of this shape, as a lesson would have it. */
export function scenarioOf(shape: Shape): string {
  const { nodes, cpu, memoryGi, members, apiServers, proxyMode, addons, seed, graceS, fsyncMs, latencyMs, jitterMs } =
    shape;
  const isFleet = nodes > LETTERED;
  const letter = (index: number) => String.fromCharCode(97 + index);
  const zone = (index: number) => ['    labels:', `      topology.kubernetes.io/zone: zone-${letter(index % 3)}`];
  const each = Array.from({ length: nodes }, (_, index) => [
    `  - name: node-${isFleet ? index + 1 : letter(index)}`,
    ...(isFleet ? zone(index) : []),
    `    cpu: ${cpu}`,
    `    memory: ${memoryGi}Gi`,
  ]);
  return [
    `# An empty cluster, made in the playground.`,
    `title: ${nodes === 1 ? 'One empty node' : `${nodes} empty nodes`}`,
    `seed: ${seed}`,
    'etcd:',
    `  members: ${members}`,
    ...(apiServers === 1 ? [] : [`apiServers: ${apiServers}`]),
    'nodes:',
    ...each.flat(),
    'images:',
    ...IMAGES.map((image) => `  - ${image}`),
    `proxyMode: ${proxyMode}`,
    ...(addons.length === 0 ? [] : ['addons:', ...addons.map((addon) => `  - ${addon}`)]),
    'timings:',
    `  nodeMonitorGracePeriod: ${graceS}s`,
    `  etcdFsync: ${fsyncMs}ms`,
    'network:',
    `  latencyMs: ${latencyMs}`,
    `  jitterMs: ${jitterMs}`,
    `  lossPerMille: ${shape.lossPerMille}`,
    '',
  ].join('\n');
}

/** The title that a scenario file gives its cluster. */
export function titleOf(scenario: string): string {
  const written = /^title:[ \t]*(.+)$/m.exec(scenario)?.[1]?.trim() ?? '';
  return written.replace(/^(["'])(.*)\1$/, '$2') || 'A cluster without a title';
}
