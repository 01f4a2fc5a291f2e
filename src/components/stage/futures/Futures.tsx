import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Difference, Futures as Pair } from '../../../session/difference.ts';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import type { PanelProps } from '../Panels.tsx';
import { Compare } from './Compare.tsx';
import { Form } from './Form.tsx';
import futures from './futures.css?url';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, futures];

interface Ran {
  /** A new one begins at its own parting. */
  readonly id: number;
  readonly difference: Difference;
  readonly pair: Pair;
}

/** Two futures: from this instant on, once as it is and once with one difference. The reader's cluster stays here. */
export function Futures({ store, state, ...shared }: PanelProps): JSX.Element {
  const [ran, setRan] = useState<Ran | undefined>(undefined);
  const [said, setSaid] = useState('');
  const run = async (difference: Difference, forMs: number) => {
    setSaid('Running both…');
    const reply = await store.ask(store.active.value, { ask: 'futures', difference, forMs });
    const { futures: pair, problem = 'Nothing came of it.' } = reply;
    setSaid(pair === undefined ? problem : '');
    setRan(pair && { id: (ran?.id ?? 0) + 1, difference, pair });
  };
  return (
    <Dialog
      name="futures"
      title="Two futures"
      onClose={() => {
        state.panel.value = undefined;
      }}
    >
      <Form frame={store.frame.value} onRun={(difference, forMs) => void run(difference, forMs)} />
      <p class="said" role="status">
        {said}
      </p>
      {ran !== undefined && (
        <Compare key={ran.id} {...shared} store={store} difference={ran.difference} begun={ran.pair} />
      )}
    </Dialog>
  );
}
