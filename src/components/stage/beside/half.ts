import type { Chart } from '../diagram/chart.ts';
import type { Harbour } from '../port/harbour.ts';

/** Both drawings are so wide: at 1440 px a view of a pair is a little wider, so no word is smaller than it is meant. */
const WIDTH = 468;
/** More ships than this have no room for their decks. */
const MAX_DECKS = 3;
const MAX_CELLS = 24;

/** The chart for half of a stage: the API server below its ledger on the right, the ships in a row under all. */
export function halfChart(ships: number): Chart {
  const isFleet = ships > MAX_DECKS;
  const columns = isFleet ? MAX_DECKS : Math.max(ships, 1);
  const w = (WIDTH - 12 - 10 * (columns - 1)) / columns;
  const hulls = Array.from({ length: Math.min(ships, MAX_CELLS) }, (_, index) => ({
    x: 6 + (index % columns) * (w + 10),
    y: 302 + Math.floor(index / columns) * (isFleet ? 30 : 0),
    w,
    h: isFleet ? 26 : 120,
  }));
  return {
    isWide: true,
    width: WIDTH,
    height: 428 + Math.max(0, Math.ceil(ships / columns) - 4) * (isFleet ? 30 : 0),
    coast:
      'M-400 220C-240 214-90 210 0 206C60 204 100 190 150 190S240 196 268 214 300 252 351 254 410 244 436 222 470 204 520 200S880 214 1176 200',
    api: { x: 351, y: 182 },
    stations: {
      etcd: { x: 244, y: 8, w: 214, h: 68 },
      scheduler: { x: 8, y: 60, w: 154, h: 58 },
      controllers: { x: 8, y: 126, w: 154, h: 58 },
      kubectl: { x: 8, y: 220, w: 86, h: 50 },
      lab: { x: 122, y: 2, w: 116, h: 50 },
    },
    ledger: { x: 242, y: 2, w: 222, h: 90 },
    routes: {
      'kube-scheduler': [162, 88, 216, 92, 262, 116, 302, 152],
      'kube-controller-manager': [162, 156, 204, 158, 244, 162, 294, 174],
      'my-replicaset-controller': [212, 52, 220, 84, 268, 112, 308, 144],
      'my-operator': [212, 52, 220, 84, 268, 112, 308, 144],
      kubectl: [94, 240, 160, 238, 230, 222, 297, 200],
    },
    plugin: [130, 60, 132, 54, 136, 50, 140, 46],
    copies: [],
    servers: [],
    form: isFleet ? 'cell' : w < 200 ? 'column' : 'full',
    hulls,
    quay: { x: 108, y: 256, width: 184, height: 36 },
  };
}

/** The harbour for half of a stage: small ships one above the other beside the tower. */
export function halfHarbour(ships: number): Harbour | undefined {
  if (ships > MAX_DECKS) return undefined;
  const rows: readonly number[] = ships < 3 ? [160, 320] : [114, 240, 366];
  return {
    isWide: true,
    width: WIDTH,
    height: 432,
    tower: { x: 2, y: 14, scale: 0.92 },
    you: { x: 238, y: 384 },
    call: [250, 342, 258, 290, 244, 230, 220, 163],
    yard: { x: 270, y: 402, width: 192 },
    berths: rows.slice(0, ships).map((waterline) => ({ x: 246, waterline, length: 210 })),
    isCrowded: true,
    quayEnd: 1176,
  };
}
