import type { Endpoint } from '../../api/kinds/endpointslice.ts';
import type { Service } from '../../api/kinds/service.ts';
import type { Backend } from '../../protocol/network.ts';

/** The node that the rules are for, and its zone ('' when its labels name none). */
export interface Here {
  readonly node: string;
  readonly zone: string;
}

/** An endpoint of one port of a Service, as its EndpointSlice has it. No address and port is in a list twice. */
export interface Found extends Backend {
  readonly of: Endpoint;
}

/** Which endpoints get rules. */
export interface Categorized {
  /** For traffic that may go to any node. */
  readonly cluster: readonly Backend[];
  /** For traffic with a policy Local: it stays on this node. */
  readonly local: readonly Backend[];
}

/** Chooses among the endpoints of a Service's port. The rest of kube-proxy does not know how; order is of no account. */
export type Categorize = (endpoints: readonly Found[], service: Service, here: Here) => Categorized;

/** As kube-proxy chooses: `CategorizeEndpoints` of `pkg/proxy/topology.go`. */
export const categorizeEndpoints: Categorize = (endpoints, _service, here) => ({
  cluster: usable(endpoints, nearness(endpoints, here)),
  local: usable(endpoints.filter(({ of }) => of.nodeName === here.node)),
});

/** Ready endpoints, near ones alone; if there are none at all, those that end but still serve. */
function usable(endpoints: readonly Found[], isNear: (of: Endpoint) => boolean = () => true): readonly Found[] {
  const ready = endpoints.filter(({ of }) => isReady(of) && isNear(of));
  if (ready.length > 0) return ready;
  return endpoints.filter(({ of }) => (of.conditions?.serving ?? true) && of.conditions?.terminating === true);
}

/**
 * Which endpoints the hints mean for this node: those of the node itself, else those of its zone, if every ready one
 * has such hints and one of them is for here; else all. Upstream: `topologyModeFromHints`.
 */
function nearness(all: readonly Found[], { node, zone }: Here): ((of: Endpoint) => boolean) | undefined {
  const ready = all.filter(({ of }) => isReady(of));
  const near = [
    ({ hints }: Endpoint) => hints?.forNodes?.map(({ name }) => name === node),
    ({ hints }: Endpoint) => hints?.forZones?.map(({ name }) => name === zone),
  ];
  for (const meant of near) {
    const marks = ready.map(({ of }) => meant(of) ?? []);
    const isHinted = marks.every((mark) => mark.length > 0);
    if (isHinted && marks.some((mark) => mark.includes(true))) return (of) => meant(of)?.includes(true) ?? false;
  }
  return undefined;
}

function isReady({ conditions }: Endpoint): boolean {
  return conditions?.ready ?? true;
}
