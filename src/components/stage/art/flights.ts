import type { Flight, Scene, SceneNode } from '../../../../sim/view/scene.ts';
import { type Route, reversed } from './route.ts';

/** A message in flight with the way it takes. */
export interface Shown {
  readonly flight: Flight;
  readonly route: Route;
}

/** Finds the way of a message; undefined when a drawing has none for it. */
export type Router = (from: string, to: string, isNews: boolean) => Route | undefined;

/**
 * A router from the two kinds of ways a drawing has: `toApi` from an actor to the API server, and `order` from a node's
 * kubelet to its runtime. Answers and news take them backwards.
 */
export function routerOf(
  toApi: (actor: string, isNews: boolean) => Route | undefined,
  order: (node: string) => Route | undefined,
): Router {
  const back = (route: Route | undefined): Route | undefined => route && reversed(route);
  return (from, to, isNews) => {
    if (to === 'kube-apiserver') return toApi(from, false);
    if (from === 'kube-apiserver') return back(toApi(to, isNews));
    const [component, node = ''] = from.split('/');
    const [other = '', there] = to.split('/');
    if (there !== node) return undefined;
    if (component === 'kubelet' && isRuntime(other)) return order(node);
    return other === 'kubelet' && isRuntime(component) ? back(order(node)) : undefined;
  };
}

/** What a kubelet calls. */
function isRuntime(component = ''): boolean {
  return component === 'containerd' || component === 'crio' || component === 'cri-dockerd';
}

/** So many messages may move at once. */
const MAX_SHOWN = 6;

/** The messages that a drawing shows: those it has a way for, narrated ones first. */
export function shownFlights(scene: Scene, router: Router): readonly Shown[] {
  const drawn = scene.flights.flatMap((flight) => {
    const route = router(flight.from, flight.to, flight.kind === 'watch');
    return route === undefined ? [] : [{ flight, route }];
  });
  const narrated = drawn.filter(({ flight }) => !flight.routine);
  return [...narrated, ...drawn.filter(({ flight }) => flight.routine)].slice(0, MAX_SHOWN);
}

/** The actors whose message is on the air now. */
export function actorsOnAir(shown: readonly Shown[]): ReadonlySet<string> {
  const told = shown.filter(({ flight }) => flight.radio && !flight.routine);
  return new Set(told.flatMap(({ flight }) => [flight.from, flight.to]));
}

/** The actors of the newest step. */
export function actorsAtWork(scene: Scene): ReadonlySet<string> {
  return new Set(scene.recent.slice(-1).flatMap(({ from, to }) => [from, to]));
}

/** Those of them that are on this node. */
export function aboard(actors: ReadonlySet<string>, { kubelet, proxy, runtime }: SceneNode): ReadonlySet<string> {
  return new Set([kubelet, proxy, runtime].map(({ id }) => id).filter((id) => actors.has(id)));
}
