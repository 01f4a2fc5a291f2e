import type { StepLink, TimelineView } from '../../../sim/view/timeline.ts';

/**
 * Where a key leads from a step: along its lane, to its cause, to its effect, or to the lane above or below. `none`: it
 * is one of our keys, but there is nothing in that direction. Undefined: it is not one of ours.
 */
export function nextOf(view: TimelineView, number: number, key: string): StepLink | 'none' | undefined {
  const step = view.steps.find((candidate) => candidate.number === number);
  if (step === undefined) return undefined;
  const drawn = new Set([...view.arrows, ...view.marks].map((item) => item.step));
  const onLane = (lane: string): readonly StepLink[] => {
    return view.steps.filter((other) => other.lane === lane && drawn.has(other.number)).map(linkOf);
  };
  const own = onLane(step.lane);
  const here = own.findIndex((other) => other.number === number);
  switch (key) {
    case 'ArrowRight':
      return own[here + 1] ?? 'none';
    case 'ArrowLeft':
      return own[here - 1] ?? 'none';
    case 'ArrowUp':
      return step.because.at(-1) ?? 'none';
    case 'ArrowDown':
      return step.effects[0] ?? 'none';
    case 'Home':
      return own[0] ?? 'none';
    case 'End':
      return own.at(-1) ?? 'none';
    case 'PageUp':
    case 'PageDown': {
      const ids = view.lanes.map(({ id }) => id).filter((id) => id === step.lane || onLane(id).length > 0);
      const lane = ids[ids.indexOf(step.lane) + (key === 'PageUp' ? -1 : 1)];
      return lane === undefined ? 'none' : nearest(onLane(lane), step.sentAt);
    }
    default:
      return undefined;
  }
}

function linkOf({ number, sentAt }: { readonly number: number; readonly sentAt: number }): StepLink {
  return { number, at: sentAt };
}

/** The step nearest in time. */
function nearest(links: readonly StepLink[], at: number): StepLink | 'none' {
  const far = (link: StepLink) => Math.abs(link.at - at);
  return links.reduce<StepLink | 'none'>(
    (best, link) => (best === 'none' || far(link) < far(best) ? link : best),
    'none',
  );
}
