import type { Scene } from '../../../../sim/view/scene.ts';
import { copyRoute, placesIn } from '../art/Copies.tsx';
import { type Router, routerOf } from '../art/flights.ts';
import type { DrawingProps } from '../art/kit.tsx';
import { type Route, reversed, shifted, straight } from '../art/route.ts';
import { serverPlaces, serverRoute } from '../art/Servers.tsx';

/** A box on the chart. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** How much room a ship has: `full` names its processes, `column` shows their icons, `cell` only counts. */
export type HullForm = 'full' | 'column' | 'cell';

/** Where everything stands on the chart. A pure function of the number of ships and the layout. */
export interface Chart {
  readonly isWide: boolean;
  readonly width: number;
  readonly height: number;
  readonly coast: string;
  readonly api: { readonly x: number; readonly y: number };
  readonly stations: Readonly<Record<'etcd' | 'scheduler' | 'controllers' | 'kubectl' | 'lab', Box>>;
  /** The frame of etcd when it has several members. */
  readonly ledger: Box;
  /** The ways of the control plane, and of the reader, to the API server. */
  readonly routes: Readonly<Record<string, Route>>;
  /** From the scheduler to the plugin that the reader writes: a word within the control plane, past the radio. */
  readonly plugin: Route;
  /** The copies of the ledger, when there are several. */
  readonly copies: readonly Box[];
  /** The API servers and their address, when there are several. */
  readonly servers: readonly Box[];
  readonly form: HullForm;
  readonly hulls: readonly Box[];
  /** Where crates wait that name no ship. */
  readonly quay: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
}

/** Above so many ships only cells fit. */
const MAX_DRAWN = 6;

/** The chart of a scene: as planned, if it is; else for its layout. The follow camera looks at the wide one. */
export function chartOf({ scene, layout, plans }: Pick<DrawingProps, 'scene' | 'layout' | 'plans'>): Chart {
  const ships = scene.nodes.length;
  const chart = plans?.chart(ships) ?? (layout === 'narrow' ? narrowChart(ships) : wideChart(ships));
  const { x, y } = chart.api;
  const servers = serverPlaces(scene, x, y + 43, { x: x - 48, y: y + 58, w: 96, h: 22 });
  return withCopies({ ...chart, servers }, scene.etcd.members.length);
}

/** etcd with several members is a frame around their copies of the ledger. */
function withCopies(chart: Chart, members: number): Chart {
  if (members < 2) return chart;
  const { stations, ledger: etcd } = chart;
  const inside = { x: etcd.x + 5, y: etcd.y + 22, w: etcd.w - 10, h: etcd.h - (etcd.h > 90 ? 29 : 26) };
  return { ...chart, stations: { ...stations, etcd }, copies: placesIn(inside, members, members > 3 ? 4 : 6) };
}

function wideChart(ships: number): Chart {
  const isFleet = ships > MAX_DRAWN;
  const columns = isFleet ? 6 : Math.max(ships, 1);
  const gap = columns > 3 ? 10 : 22;
  const w = Math.min(300, (752 - gap * (columns - 1)) / columns);
  const left = (776 - w * columns - gap * (columns - 1)) / 2;
  const hulls = Array.from({ length: Math.min(ships, 24) }, (_, index) => ({
    x: left + (index % columns) * (w + gap),
    y: 338 + Math.floor(index / columns) * 31,
    w,
    h: isFleet ? 26 : 120,
  }));
  return {
    isWide: true,
    width: 776,
    height: 484,
    coast:
      'M-400 150C-240 128-90 132 0 146C60 154 96 180 150 184S236 172 268 198 322 284 390 290 470 240 508 200 596 184 640 172 716 132 776 140C880 152 1000 170 1176 150',
    api: { x: 390, y: 228 },
    stations: {
      etcd: { x: 286, y: 20, w: 208, h: 68 },
      scheduler: { x: 40, y: 62, w: 200, h: 68 },
      controllers: { x: 540, y: 62, w: 216, h: 68 },
      kubectl: { x: 24, y: 222, w: 156, h: 56 },
      lab: { x: 540, y: 140, w: 216, h: 68 },
    },
    ledger: { x: 246, y: 4, w: 288, h: 98 },
    routes: WIDE_ROUTES,
    plugin: [240, 118, 330, 140, 450, 130, 540, 160],
    copies: [],
    servers: [],
    form: isFleet ? 'cell' : w < 200 ? 'column' : 'full',
    hulls,
    quay: { x: 548, y: 232, width: 216, height: 40 },
  };
}

function narrowChart(ships: number): Chart {
  const isFleet = ships > MAX_DRAWN;
  const hulls = Array.from({ length: Math.min(ships, 24) }, (_, index) => {
    if (isFleet) return { x: 8 + (index % 2) * 156, y: 354 + Math.floor(index / 2) * 32, w: 150, h: 28 };
    return { x: 8, y: 354 + index * 130, w: 312, h: 118 };
  });
  const last = hulls.at(-1);
  return {
    isWide: false,
    width: 358,
    height: (last === undefined ? 354 : last.y + last.h) + 12,
    coast: 'M-6 195L0 196C30 200 60 226 96 230S130 322 179 326 232 262 262 230 330 214 358 196L364 193',
    api: { x: 179, y: 252 },
    stations: {
      etcd: { x: 132, y: 14, w: 214, h: 58 },
      scheduler: { x: 8, y: 94, w: 154, h: 58 },
      controllers: { x: 196, y: 94, w: 154, h: 58 },
      kubectl: { x: 8, y: 250, w: 86, h: 50 },
      lab: { x: 8, y: 14, w: 118, h: 58 },
    },
    ledger: { x: 132, y: 2, w: 222, h: 90 },
    routes: NARROW_ROUTES,
    plugin: [64, 94, 58, 88, 58, 80, 64, 72],
    copies: [],
    servers: [],
    form: isFleet ? 'cell' : 'full',
    hulls,
    quay: { x: 262, y: 246, width: 92, height: 36 },
  };
}

/** The way from an actor to the API server, or undefined when the chart has none. */
export function routeToApi(chart: Chart, scene: Scene, actor: string): Route | undefined {
  const slash = actor.indexOf('/');
  if (slash >= 0) {
    const hull = hullOf(chart, scene, actor.slice(slash + 1));
    return hull && shipRoute(chart, hull);
  }
  const { etcd } = chart.stations;
  const { x, y } = chart.api;
  if (actor === 'etcd') return straight(x, etcd.y + etcd.h, x, y - 57);
  return chart.routes[actor];
}

const WIDE_ROUTES: Readonly<Record<string, Route>> = {
  'kube-scheduler': [214, 130, 236, 166, 300, 164, 342, 198],
  'kube-controller-manager': [566, 130, 544, 166, 480, 164, 438, 198],
  'my-replicaset-controller': [540, 180, 510, 190, 480, 200, 444, 212],
  'my-operator': [540, 180, 510, 190, 480, 200, 444, 212],
  kubectl: [180, 250, 232, 250, 280, 240, 336, 230],
};

const NARROW_ROUTES: Readonly<Record<string, Route>> = {
  'kube-scheduler': [86, 152, 104, 190, 118, 206, 138, 226],
  'kube-controller-manager': [272, 152, 252, 190, 240, 206, 220, 226],
  'my-replicaset-controller': [122, 72, 160, 84, 167, 120, 167, 197],
  'my-operator': [122, 72, 160, 84, 167, 120, 167, 197],
  kubectl: [94, 272, 104, 271, 112, 268, 123, 264],
};

function shipRoute(chart: Chart, hull: Box): Route {
  const { api } = chart;
  const x = hull.x + hull.w / 2;
  if (!chart.isWide) {
    if (hull === chart.hulls[0]) return straight(api.x, hull.y, api.x, api.y + 57);
    const y = hull.y + hull.h / 2;
    return [hull.x + hull.w, y, 362, y, 376, 306, 224, 288];
  }
  const side = Math.max(-1, Math.min(1, (x - api.x) / 258));
  if (Math.abs(side) < 0.06) return straight(api.x, hull.y, api.x, api.y + 57);
  return [x, hull.y, x - 48 * side, hull.y - 26, api.x + 56 * side, api.y + 98, api.x + 30 * side, api.y + 52];
}

/** Finds the ways of messages on a chart. */
export function chartRouter(chart: Chart, scene: Scene): Router {
  const order = (node: string): Route | undefined => {
    const hull = hullOf(chart, scene, node);
    return hull && orderRoute(chart, hull);
  };
  const router = routerOf((actor, isNews) => lane(chart, routeToApi(chart, scene, actor), actor, isNews), order);
  const { plugin } = chart;
  return (from, to, isNews) => {
    if (from === 'kube-scheduler' && to === 'my-score-plugin') return plugin;
    if (from === 'my-score-plugin' && to === 'kube-scheduler') return reversed(plugin);
    const own = copyRoute(scene.etcd.members, chart.copies, from, to) ?? serverRoute(scene, chart.servers, from, to);
    return own ?? router(from, to, isNews);
  };
}

/** The hull of a node, when it is drawn. */
export function hullOf(chart: Chart, scene: Scene, node: string): Box | undefined {
  return chart.hulls[scene.nodes.findIndex(({ name }) => name === node)];
}

/** Ships have two lanes: news comes down the left one, requests and their answers use the right one. */
export function lane(chart: Chart, route: Route | undefined, actor: string, isNews: boolean): Route | undefined {
  if (route === undefined || !actor.includes('/')) return route;
  const isBeside = !chart.isWide && route[0] !== chart.api.x;
  return isBeside ? shifted(route, isNews ? -7 : 0) : shifted(route, isNews ? -8 : 8);
}

/** The width of the boxes that name a ship's processes. */
export function processWidth(chart: Chart): number {
  return chart.isWide ? 100 : 132;
}

/** Kubelet's word to its runtime, inside the hull. */
function orderRoute(chart: Chart, hull: Box): Route {
  if (chart.form !== 'full') {
    const y = hull.y + 58;
    const x = hull.x + 20;
    return [x, y, x, y + 12, x + 56, y + 12, x + 56, y];
  }
  const x = hull.x + 10 + processWidth(chart);
  const y = hull.y + 44;
  const out = chart.isWide ? 13 : 24;
  return [x, y, x + out, y, x + out, y + 56, x, y + 56];
}
