import type { JSX } from 'preact';
import type { Part } from '../../../sim/view/step.ts';
import type { Store } from '../../session/store.ts';

/** What has just happened, in one sentence; two lines are kept free for it. */
export function Caption({ store }: { readonly store: Store }): JSX.Element {
  const { number, sentence, later } = store.caption.value;
  const problem = store.problem.value;
  return (
    <div class="caption">
      <span class="number">{number === 0 ? 'Start' : `Step ${number}`}</span>
      <p>
        {later !== '' && <b class="later">{later}. </b>}
        {number === 0 ? <Opening store={store} /> : <Sentence parts={sentence} />}
        {problem !== '' && <span class="problem"> {problem}</span>}
      </p>
    </div>
  );
}

/** A narrated sentence. What the port calls things stands in italics. */
export function Sentence({ parts }: { readonly parts: readonly Part[] }): JSX.Element {
  return (
    <>
      {parts.map((part, index) =>
        'port' in part ? <i key={index}>{part.port}</i> : <span key={index}>{part.text}</span>,
      )}
    </>
  );
}

function Opening({ store }: { readonly store: Store }): JSX.Element {
  const { nextDo } = store.frame.value;
  return (
    <>
      The cluster is quiet and its clock stands still.{' '}
      {nextDo === undefined ? (
        'Pick any part to see its job.'
      ) : (
        <>
          Play runs <code>{nextDo}</code>. Pick any part to see its job.
        </>
      )}
    </>
  );
}
