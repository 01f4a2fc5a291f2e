import { type JSX, render } from 'preact';
import { useState } from 'preact/hooks';
import type { ExerciseProps } from '../../lesson/widgets.ts';
import type { Stuck } from '../../session/difference.ts';
import type { Store } from '../../session/store.ts';
import { addressOf, momentNow } from '../../session/visiting.ts';

/** So many differences are listed: more would hide the one that matters. */
const MOST_ROWS = 6;

/** Puts help for somebody who is stuck below a place: what differs from the solved cluster, and a link to show others. */
export async function openHelp(place: Element, store: Store, props: ExerciseProps): Promise<void> {
  const { session, solution, solutionFiles } = props;
  store.show(session);
  const steps = solution.map(({ line, advanceMs }) => (advanceMs === undefined ? line : `advance ${advanceMs}ms`));
  const { stuck, problem } = await store.ask(session, { ask: 'stuck', steps, files: solutionFiles });
  const moment = await momentNow(store);
  const address = 'problem' in moment ? '' : await addressOf(store, moment);
  const next = place.nextElementSibling;
  const box = next?.classList.contains('stuck')
    ? next
    : Object.assign(document.createElement('div'), { className: 'stuck' });
  place.after(box);
  if (stuck === undefined) store.say(problem ?? 'The solved cluster could not be made.');
  else {
    render(<Help stuck={stuck} address={address} />, box);
    store.say(stuck.sentence);
  }
}

function Help({ stuck, address }: { readonly stuck: Stuck; readonly address: string }): JSX.Element {
  const [said, setSaid] = useState('');
  const rows = stuck.tables
    .flatMap(({ title, rows: own }) => own.map((row) => ({ title, ...row })))
    .slice(0, MOST_ROWS);
  const copy = () => {
    navigator.clipboard.writeText(address).then(
      () => setSaid('Copied. Whoever opens it sees your cluster at this moment.'),
      () => setSaid('This browser does not let us copy. Select the address of “Link to this moment” instead.'),
    );
  };
  return (
    <>
      <p>
        <b>Beside the solved cluster:</b> {stuck.sentence}
      </p>
      <ul>
        {rows.map(({ title, name, only, cells }) => (
          <li key={`${title} ${name} ${only}`}>
            {title}, <code>{name}</code>:{' '}
            {only === undefined
              ? cells.map(({ column, texts }) => `${column} ${texts[0]} here, ${texts[1]} there`).join('; ')
              : only === 'first'
                ? 'only here'
                : 'only there'}
          </li>
        ))}
      </ul>
      {address !== '' && (
        <p>
          <button type="button" class="button" onClick={copy}>
            Copy a link: I am stuck here
          </button>{' '}
          <span role="status">{said}</span>
        </p>
      )}
    </>
  );
}
