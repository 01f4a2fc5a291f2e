import type { Scene } from '../../../../sim/view/scene.ts';
import { copyRoute, type Place, placesIn } from '../art/Copies.tsx';
import { type Router, routerOf } from '../art/flights.ts';
import type { DrawingProps } from '../art/kit.tsx';
import { type Route, reversed, straight } from '../art/route.ts';
import { serverPlaces, serverRoute } from '../art/Servers.tsx';

/** Where a ship lies: its stern, its waterline, its length. */
export interface Berth {
  readonly x: number;
  readonly waterline: number;
  readonly length: number;
}

/** Where everything stands in the harbour, seen from the side. A pure function of the number of ships and the layout. */
export interface Harbour {
  readonly isWide: boolean;
  readonly width: number;
  readonly height: number;
  /** The tower's place and scale; its own drawing is 236 by 434 units. */
  readonly tower: { readonly x: number; readonly y: number; readonly scale: number };
  /** Where the reader stands, and the way from there to the radio room. */
  readonly you: { readonly x: number; readonly y: number };
  readonly call: Route;
  /** Where crates wait that name no ship. */
  readonly yard: { readonly x: number; readonly y: number; readonly width: number };
  readonly berths: readonly Berth[];
  /** Small ships: no crane, no figures ashore. */
  readonly isCrowded: boolean;
  /** How far the jetties reach. */
  readonly quayEnd: number;
}

const MAX_SHIPS = 6;

/** The harbour of a scene: as planned, if it is; else for its layout. */
export function harbourOf({ scene, layout, plans }: Pick<DrawingProps, 'scene' | 'layout' | 'plans'>): Harbour {
  const ships = Math.min(scene.nodes.length, MAX_SHIPS);
  const planned = plans?.harbour(ships);
  if (planned !== undefined) return planned;
  return layout === 'narrow' ? narrowHarbour(ships) : wideHarbour(ships);
}

function wideHarbour(ships: number): Harbour {
  const isCrowded = ships > 3;
  const rows: readonly number[] = { 0: [], 1: [330], 2: [190, 400] }[ships] ?? [152, 306, 460];
  const berths = Array.from({ length: ships }, (_, index) =>
    isCrowded
      ? { x: index < 3 ? 316 : 552, waterline: rows[index % 3] ?? 460, length: 214 }
      : { x: 334, waterline: rows[index] ?? 460, length: 386 },
  );
  return {
    isWide: true,
    width: 776,
    height: 484,
    tower: { x: 34, y: 27, scale: 0.92 },
    you: { x: 276, y: 424 },
    call: [288, 382, 296, 320, 282, 250, 252, 176],
    yard: { x: 14, y: 448, width: 256 },
    berths,
    isCrowded,
    quayEnd: 1176,
  };
}

function narrowHarbour(ships: number): Harbour {
  const berths = Array.from({ length: ships }, (_, index) => ({ x: 22, waterline: 646 + index * 154, length: 290 }));
  return {
    isWide: false,
    width: 358,
    height: 668 + Math.max(0, ships - 1) * 154,
    tower: { x: 54, y: 24, scale: 1 },
    you: { x: 310, y: 452 },
    call: [318, 408, 326, 330, 300, 240, 268, 190],
    yard: { x: 12, y: 488, width: 256 },
    berths,
    isCrowded: false,
    quayEnd: 358,
  };
}

/** How far the deck lies above the waterline. */
export const FREEBOARD = 38;

/** The lamp on a ship's mast, where the radio is heard. */
export function mastOf(harbour: Harbour, berth: Berth): { readonly x: number; readonly y: number } {
  const deck = berth.waterline - FREEBOARD;
  return harbour.isCrowded ? { x: berth.x + 28, y: deck - 64 } : { x: berth.x + 50, y: deck - 86 };
}

/** Where a ship's cargo begins, from the stern, and how wide a slot of four is. */
export function bayOf(harbour: Harbour): { readonly x: number; readonly slot: number } {
  if (harbour.isCrowded) return { x: 56, slot: 28 };
  return { x: 112, slot: harbour.isWide ? 44 : 38 };
}

/** The way from an actor to the radio room, or undefined when the harbour shows none. */
export function routeToRadio(harbour: Harbour, scene: Scene, actor: string): Route | undefined {
  const slash = actor.indexOf('/');
  if (slash >= 0) {
    const berth = berthOf(harbour, scene, actor.slice(slash + 1));
    return berth && radioRoute(harbour, berth);
  }
  if (actor === 'kubectl') return harbour.call;
  const tube = TUBES[actor];
  return tube && inTower(harbour, tube);
}

function inTower({ tower }: Harbour, route: Route): Route {
  return route.map((value, index) => (index % 2 === 0 ? tower.x : tower.y) + value * tower.scale) as unknown as Route;
}

/** Speaking tubes, in the tower's own units. */
const TUBES: Readonly<Record<string, Route>> = {
  'kube-scheduler': [54, 246, 30, 246, 38, 206, 44, 170],
  'kube-controller-manager': [182, 246, 206, 246, 198, 206, 192, 172],
  etcd: straight(118, 320, 118, 184),
  'my-replicaset-controller': [54, 64, 54, 84, 60, 110, 72, 140],
  'my-operator': [54, 64, 54, 84, 60, 110, 72, 140],
};

/** Where the copies of the ledger stand in its room, in the tower's own units. */
export function copiesIn(count: number): readonly Place[] {
  return placesIn({ x: 28, y: 376, w: 180, h: 36 }, count, 4);
}

/** From the planner up to the hut on the roof, outside the tower: past the radio. */
const TO_PLUGIN: Route = [28, 246, -14, 220, -14, 90, 8, 56];

function radioRoute(harbour: Harbour, berth: Berth): Route {
  const { tower, isWide, isCrowded } = harbour;
  const { x, y } = mastOf(harbour, berth);
  const tip = { x: tower.x + 118 * tower.scale, y: tower.y + 2 * tower.scale };
  if (!isWide) return [x, y, -14, y + 34, -42, -16, tip.x, tip.y];
  if (isCrowded) return [x, y, x - 40, y - 50, tip.x + 120, tip.y - 30, tip.x, tip.y];
  const isTop = y < 60;
  return [x, y, x - (isTop ? 34 : 92), y - (isTop ? 34 : 16), tip.x + 122, tip.y - 34, tip.x, tip.y];
}

/** Finds the ways of messages in a harbour. */
export function harbourRouter(harbour: Harbour, scene: Scene): Router {
  const order = (node: string): Route | undefined => {
    const berth = berthOf(harbour, scene, node);
    return berth && !harbour.isCrowded ? orderRoute(harbour, berth) : undefined;
  };
  const router = routerOf((actor) => routeToRadio(harbour, scene, actor), order);
  const plugin = inTower(harbour, TO_PLUGIN);
  return (from, to, isNews) => {
    if (from === 'kube-scheduler' && to === 'my-score-plugin') return plugin;
    if (from === 'my-score-plugin' && to === 'kube-scheduler') return reversed(plugin);
    const copies = scene.etcd.members;
    const route = copyRoute(copies, copiesIn(copies.length), from, to);
    const own = route ?? serverRoute(scene, serversIn(scene), from, to);
    return own === undefined ? router(from, to, isNews) : inTower(harbour, own);
  };
}

/** In the tower: the API servers at the windows of the radio room, their address on its roof. */
export function serversIn(scene: Scene): readonly Place[] {
  return serverPlaces(scene, 118, 115, { x: 134, y: 40, w: 96, h: 22 });
}

/** The berth of a node, when it is drawn. */
export function berthOf(harbour: Harbour, scene: Scene, node: string): Berth | undefined {
  return harbour.berths[scene.nodes.findIndex(({ name }) => name === node)];
}

/** From the bridge over the cargo to the crane's cab. */
function orderRoute(harbour: Harbour, berth: Berth): Route {
  const deck = berth.waterline - FREEBOARD;
  const { x, slot } = bayOf(harbour);
  const cab = berth.x + x + slot * 4 + 6;
  return [berth.x + 92, deck - 46, berth.x + 150, deck - 70, cab - 60, deck - 76, cab, deck - 70];
}
