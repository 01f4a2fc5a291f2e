import type { Identity } from './authentication.ts';
import type { Attributes } from './requestinfo.ts';

/** Where a request waits its turn: the flow schema that it matched, and the priority level with its seats. */
export interface Place {
  readonly flow: string;
  /** `exempt` has no limit. */
  readonly level: string;
}

/** Shares of the levels, of which each gets its part of all seats (apiserver/pkg/apis/flowcontrol/bootstrap). */
const SHARES: Readonly<Record<string, number>> = {
  'leader-election': 10,
  'node-high': 40,
  system: 30,
  'workload-high': 40,
  'workload-low': 100,
  'global-default': 20,
  'catch-all': 5,
};
const ALL_SHARES = 245;

/** How many requests of a level are carried out at the same time: `ceil(total × share / all shares)`. */
export function seatsOf(level: string, total: number): number {
  return Math.ceil((total * (SHARES[level] ?? 0)) / ALL_SHARES);
}

const KUBE_SYSTEM = 'system:serviceaccounts:kube-system';

/** The flow schemas, those of the smallest matching precedence first; the first that fits counts. */
const FLOWS: readonly (readonly [
  flow: string,
  level: string,
  fits: (user: Identity, wanted: Attributes) => boolean,
])[] = [
  ['exempt', 'exempt', ({ groups }) => groups.includes('system:masters')],
  ['probes', 'exempt', (_, { path, isResource }) => !isResource && /^\/(?:healthz|livez|readyz)$/.test(path)],
  ['system-leader-election', 'leader-election', (user, wanted) => isManager(user) && isLease(wanted)],
  ['endpoint-controller', 'workload-high', ({ name }) => /:kube-system:endpoint(?:slice)?-controller$/.test(name)],
  [
    'workload-leader-election',
    'leader-election',
    ({ groups }, wanted) => groups.includes(KUBE_SYSTEM) && isLease(wanted),
  ],
  ['system-node-high', 'node-high', ({ groups }, wanted) => groups.includes('system:nodes') && isHeartbeat(wanted)],
  ['system-nodes', 'system', ({ groups }) => groups.includes('system:nodes')],
  ['kube-controller-manager', 'workload-high', ({ name }) => name === 'system:kube-controller-manager'],
  ['kube-scheduler', 'workload-high', ({ name }) => name === 'system:kube-scheduler'],
  ['kube-system-service-accounts', 'workload-high', ({ groups }) => groups.includes(KUBE_SYSTEM)],
  ['service-accounts', 'workload-low', ({ groups }) => groups.includes('system:serviceaccounts')],
  ['global-default', 'global-default', () => true],
];

/**
 * Fourth stage: whose turn is it? Each request is sorted into a priority level; a level has so many seats, and a line
 * of bounded length for those that find none. Follows apiserver/pkg/util/flowcontrol in a simple form: one line a
 * level where upstream shuffles flows over many, and no borrowing between levels.
 */
export function placeOf(user: Identity, wanted: Attributes): Place {
  for (const [flow, level, fits] of FLOWS) if (fits(user, wanted)) return { flow, level };
  return { flow: 'catch-all', level: 'catch-all' };
}

function isManager({ name }: Identity): boolean {
  return name === 'system:kube-controller-manager' || name === 'system:kube-scheduler';
}

function isLease({ resource, verb }: Attributes): boolean {
  return resource === 'leases' && ['get', 'create', 'update'].includes(verb);
}

function isHeartbeat({ resource, subresource, namespace }: Attributes): boolean {
  if (resource === 'nodes') return subresource === '' || subresource === 'status';
  return resource === 'leases' && namespace === 'kube-node-lease';
}
