import type { Flight, Scene } from '../../../../sim/view/scene.ts';
import type { Route } from './route.ts';

/** A message in flight with the way it takes. */
export interface Shown {
  readonly flight: Flight;
  readonly route: Route;
}

/** Finds the way of a message; undefined when a drawing has none for it. */
export type Router = (from: string, to: string, isNews: boolean) => Route | undefined;

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
