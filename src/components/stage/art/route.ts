/** A way from one figure to another: a cubic curve as start, two control points, end. */
export type Route = readonly [number, number, number, number, number, number, number, number];

/** A place on a route and which way it points, in degrees. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly angle: number;
}

/** The route as the `d` of a path. */
export function pathOf(route: Route): string {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = route.map(tenth) as unknown as Route;
  return `M${x0} ${y0}C${x1} ${y1} ${x2} ${y2} ${x3} ${y3}`;
}

/** Where one is after a share `t` of the way, 0 to 1. */
export function placeOn(route: Route, t: number): Place {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = route;
  const u = 1 - t;
  const x = u * u * u * x0 + 3 * u * u * t * x1 + 3 * u * t * t * x2 + t * t * t * x3;
  const y = u * u * u * y0 + 3 * u * u * t * y1 + 3 * u * t * t * y2 + t * t * t * y3;
  const dx = u * u * (x1 - x0) + 2 * u * t * (x2 - x1) + t * t * (x3 - x2);
  const dy = u * u * (y1 - y0) + 2 * u * t * (y2 - y1) + t * t * (y3 - y2);
  return { x: tenth(x), y: tenth(y), angle: Math.round((Math.atan2(dy, dx) * 180) / Math.PI) };
}

/** The same way back. */
export function reversed(route: Route): Route {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = route;
  return [x3, y3, x2, y2, x1, y1, x0, y0];
}

/** A straight way. */
export function straight(x0: number, y0: number, x1: number, y1: number): Route {
  return [x0, y0, x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3, x1 - (x1 - x0) / 3, y1 - (y1 - y0) / 3, x1, y1];
}

/** The route moved sideways. */
export function shifted(route: Route, dx: number): Route {
  const [x0, y0, x1, y1, x2, y2, x3, y3] = route;
  return [x0 + dx, y0, x1 + dx, y1, x2 + dx, y2, x3 + dx, y3];
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
