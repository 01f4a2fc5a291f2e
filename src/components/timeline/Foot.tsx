import type { JSX } from 'preact';
import { clockText, lengthText } from '../../../sim/view/names.ts';
import type { StepLink, TimelineStep } from '../../../sim/view/timeline.ts';
import type { Store } from '../../session/store.ts';
import { Sentence } from '../stage/Caption.tsx';
import { Glyph } from '../stage/icons.tsx';

/** At most so many effects are named; a change can be news to many. */
const MOST_LINKS = 8;

/** The step that is chosen: its sentence, its time, and the way to its causes and effects. */
export function Foot(props: {
  readonly store: Store;
  readonly step: TimelineStep | undefined;
  readonly onGo: (link: StepLink) => void;
}): JSX.Element {
  const { store, step, onGo } = props;
  if (step === undefined) return <Legend />;
  const { number, sentAt, at, sentence, because, effects } = step;
  return (
    <section class="foot" aria-label={`Step ${number}`}>
      <p>
        <b>Step {number}</b>{' '}
        <button type="button" class="link" aria-label={`Go to ${clockText(at)}`} onClick={() => store.seek(at)}>
          {clockText(at)}
        </button>{' '}
        {at > sentAt && <span>({lengthText(at - sentAt)} on the way) </span>}
        <Links title="Because of" links={because} onGo={onGo} />
        <Links title="Leads to" links={effects} onGo={onGo} />
      </p>
      <p>
        <Sentence parts={sentence} />
      </p>
      <button type="button" class="close" aria-label="Close" onClick={() => store.select(undefined)}>
        <Glyph name="close" />
      </button>
    </section>
  );
}

function Links(props: {
  readonly title: string;
  readonly links: readonly StepLink[];
  readonly onGo: (link: StepLink) => void;
}): JSX.Element | null {
  const { title, links, onGo } = props;
  if (links.length === 0) return null;
  return (
    <span class="links">
      {title}{' '}
      {links.slice(0, MOST_LINKS).map((link) => (
        <button
          key={link.number}
          type="button"
          class="link"
          aria-label={`${title} step ${link.number}`}
          onClick={() => onGo(link)}
        >
          {link.number}
        </button>
      ))}
      {links.length > MOST_LINKS && ` and ${links.length - MOST_LINKS} more`}
    </span>
  );
}

/** What the lines and shapes mean. */
function Legend(): JSX.Element {
  return (
    <p class="foot legend">
      <span>
        <svg width="30" height="10" aria-hidden="true">
          <path class="request radio" d="M1 5H29" />
        </svg>
        request
      </span>
      <span>
        <svg width="30" height="10" aria-hidden="true">
          <path class="watch radio" d="M1 5H29" />
        </svg>
        news on a watch
      </span>
      <span>
        <svg width="30" height="10" aria-hidden="true">
          <path class="store ink" d="M1 5H29" />
        </svg>
        not by radio
      </span>
      <span>
        <svg width="14" height="12" aria-hidden="true">
          <path class="point decision" d="M7 1l5 5-5 5-5-5z" />
        </svg>
        decision
      </span>
      <span class="keys">← → along a lane, ↑ to the cause, ↓ to the effect, Enter chooses</span>
    </p>
  );
}
