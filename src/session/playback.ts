import type { Flight, FlightKind, Scene } from '../../sim/view/scene.ts';
import type { Step } from '../../sim/view/step.ts';

/** How fast time passes on the stage. `once`: without travel. */
export type Speed = 'slow' | 'normal' | 'fast' | 'once';

/**
 * The speeds: what the button says, how much of real time one second of the cluster takes ('': none), and the factor
 * on travel.
 */
export const SPEEDS: Readonly<
  Record<Speed, { readonly label: string; readonly scale: string; readonly factor: number }>
> = {
  slow: { label: '1:60', scale: 'about 60 s', factor: 0.4 },
  normal: { label: '1:20', scale: 'about 20 s', factor: 1 },
  fast: { label: '1:5', scale: 'about 5 s', factor: 3.2 },
  once: { label: 'at once', scale: '', factor: Number.POSITIVE_INFINITY },
};

/** At most this many things move at the same time. */
const MOST_MOVING = 3;
/** A decision stands still; it is shown this long, in ms. */
const DECISION_MS = 700;
/** Quiet longer than this, in virtual ms, is told as a jump. */
export const JUMP_MS = 400;

/** So much motion one play has at most, in real ms at the usual speed; a long one gathers pace. */
export const MOST_MOTION_MS = 10_000;
/** One message takes at most this share of what is left. */
const MOST_SHARE = 0.12;
/** What is shorter than a frame is not drawn. */
const FRAME_MS = 16;

/**
 * Lets messages cross the drawing in real time. `movedMs` is how long others have crossed it in the same play. Ends
 * early when `draw` says that nobody looks any more. Gives how long the play has moved now.
 */
export async function travel(
  scene: Scene,
  steps: readonly Step[],
  speed: Speed,
  draw: (scene: Scene) => boolean,
  movedMs: number,
): Promise<number> {
  const flights = flightsOf(scene, steps);
  const last = steps.at(-1);
  const total = travelMs(last === undefined ? 0 : last.at - last.sentAt, speed, movedMs);
  if (total < FRAME_MS) return movedMs;
  const start = performance.now();
  for (let share = 0; share < 1 && draw(sceneDuring(scene, flights, eased(share))); ) {
    const now = await new Promise<number>(requestAnimationFrame);
    share = Math.max(0, now - start) / total;
  }
  return movedMs + total;
}

/** How long messages that took so many virtual ms travel on screen, in real ms, in a play that has moved so long. */
export function travelMs(virtualMs: number, speed: Speed, movedMs: number): number {
  const { factor } = SPEEDS[speed];
  if (factor === Number.POSITIVE_INFINITY) return 0;
  const usual = virtualMs <= 0 ? DECISION_MS : Math.min(1400, Math.max(700, 500 + 160 * Math.log2(1 + virtualMs)));
  const left = Math.max(0, MOST_MOTION_MS / factor - movedMs);
  return Math.min(usual / factor, left * MOST_SHARE);
}

/** The messages of these steps as flights over the scene before they arrived: a fan-out is one with a count. */
export function flightsOf(scene: Scene, steps: readonly Step[]): readonly Flight[] {
  return steps
    .filter(({ kind, from, to }) => kind !== 'decision' && kind !== 'lost' && from !== to)
    .slice(-MOST_MOVING)
    .map((step) => known(scene, step) ?? made(step));
}

/** The scene while they travel, after a share of the way from 0 to 1. Other messages wait where they are. */
export function sceneDuring(scene: Scene, flights: readonly Flight[], share: number): Scene {
  const moving = flights.map((flight) => ({ ...flight, progress: flight.progress + (1 - flight.progress) * share }));
  const ids = new Set(flights.map(({ id }) => id));
  const waiting = scene.flights.filter(({ id }) => !ids.has(id));
  return { ...scene, flights: [...waiting, ...moving] };
}

/** `cubic-bezier(.45,.05,.35,1)` closely enough for the eye: slow start, slow end. */
export function eased(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) * (1 - share);
}

function known(scene: Scene, step: Step): Flight | undefined {
  const flight = scene.flights.find(({ id }) => id === step.record);
  return flight === undefined ? undefined : { ...flight, count: 1 + step.also.length, step: step.number };
}

const KINDS: Partial<Record<Step['kind'], FlightKind>> = {
  request: 'request',
  response: 'response',
  watch: 'watch',
  store: 'store',
  local: 'local',
};

function made(step: Step): Flight {
  const { from, to, kind, verb, object, sentAt, at, radio, number, also, record } = step;
  const label = [kind === 'response' ? verb : `${verb} ${object}`.trim()];
  return {
    id: record,
    from,
    to,
    kind: KINDS[kind] ?? 'request',
    label,
    sentAt,
    at,
    progress: 0,
    routine: false,
    radio,
    count: 1 + also.length,
    step: number,
  };
}
