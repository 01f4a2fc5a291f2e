import type { SceneNode } from '../../../../sim/view/scene.ts';

/** What the chart of a fleet knows of a node. */
export type Ship = Pick<
  SceneNode,
  'id' | 'name' | 'zone' | 'status' | 'isReady' | 'isCordoned' | 'fault' | 'podCount' | 'tally'
>;

/** How a ship is drawn: each has a shape of its own. */
export type ShipState = 'ready' | 'cordoned' | 'unready' | 'dark';

/** The worst that is true of it: no power or cable, not Ready, closed for new pods. */
export function stateOf({ isReady, isCordoned, fault }: Ship): ShipState {
  if (fault !== '') return 'dark';
  if (!isReady) return 'unready';
  return isCordoned ? 'cordoned' : 'ready';
}

/** Pods by what a reader wants to know: they run, they are on their way, they are in trouble. */
export interface Load {
  readonly running: number;
  readonly waiting: number;
  readonly failing: number;
}

/** Those that have finished take no room, and are not counted. */
export function loadOf({ tally }: Ship): Load {
  const { running = 0, pending = 0, creating = 0, leaving = 0, failed = 0, lost = 0 } = tally;
  return { running, waiting: pending + creating + leaving, failing: failed + lost };
}

/** Nodes of one zone, summed. */
export interface ZoneSum extends Load {
  /** '' for nodes without one. */
  readonly zone: string;
  readonly nodes: number;
  readonly ready: number;
  readonly cordoned: number;
  readonly unready: number;
  readonly dark: number;
}

/** The fleet by zone, in the order of their names; those without one last. */
export function zonesOf(ships: readonly Ship[]): readonly ZoneSum[] {
  const zones = new Map<string, Record<keyof Omit<ZoneSum, 'zone'>, number>>();
  for (const ship of ships) {
    const sum = zones.get(ship.zone) ?? nothing();
    zones.set(ship.zone, sum);
    const { running, waiting, failing } = loadOf(ship);
    sum.nodes++;
    sum[stateOf(ship)]++;
    sum.running += running;
    sum.waiting += waiting;
    sum.failing += failing;
  }
  const sums = [...zones].map(([zone, sum]) => ({ zone, ...sum }));
  return sums.sort((a, b) => Number(a.zone === '') - Number(b.zone === '') || (a.zone < b.zone ? -1 : 1));
}

function nothing() {
  return { nodes: 0, ready: 0, cordoned: 0, unready: 0, dark: 0, running: 0, waiting: 0, failing: 0 };
}

const STATES: Readonly<Record<ShipState, string>> = {
  ready: 'Ready',
  cordoned: 'cordoned',
  unready: 'not Ready',
  dark: 'without power or cable',
};

/** `100 nodes: 97 Ready, 3 not Ready. 311 pods on them: 300 running, 11 waiting.` */
export function fleetWords(zones: readonly ZoneSum[]): string {
  const sum = (key: keyof Omit<ZoneSum, 'zone'>) => zones.reduce((total, zone) => total + zone[key], 0);
  const states = (['ready', 'cordoned', 'unready', 'dark'] as const)
    .map((state) => [sum(state), STATES[state]] as const)
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number.toLocaleString('en')} ${word}`);
  const pods = { running: sum('running'), waiting: sum('waiting'), failing: sum('failing') };
  const all = pods.running + pods.waiting + pods.failing;
  const nodes = `${sum('nodes').toLocaleString('en')} nodes: ${states.join(', ')}.`;
  return all === 0 ? `${nodes} No pods on them.` : `${nodes} ${count(all, 'pod')} on them: ${loadWords(pods)}.`;
}

/** `node-7, zone-a: Ready, 3 pods: 3 running`. */
export function shipWords(ship: Ship): string {
  const load = loadOf(ship);
  const all = load.running + load.waiting + load.failing;
  const fault = { '': '', power: ', no power', cable: ', cable pulled' }[ship.fault];
  const pods = all === 0 ? 'no pods' : `${count(all, 'pod')}: ${loadWords(load)}`;
  return `${ship.name}${ship.zone === '' ? '' : `, ${ship.zone}`}: ${ship.status}${fault}, ${pods}`;
}

function loadWords({ running, waiting, failing }: Load): string {
  const words: readonly (readonly [number, string])[] = [
    [running, 'running'],
    [waiting, 'waiting'],
    [failing, 'in trouble'],
  ];
  return words
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number.toLocaleString('en')} ${word}`)
    .join(', ');
}

function count(number: number, word: string): string {
  return `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
}
