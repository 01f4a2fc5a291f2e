import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Explanation, Question, Unexplained } from '../../../../sim/packs/explain.ts';
import type { Store } from '../../../session/store.ts';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import type { StageState } from '../state.ts';
import tables from './decision.css?url';
import { FilterTable, ScoreTable } from './tables.tsx';
import { choiceText, PLUGINS, rulesOf, summaryOf, titleOf, whenOf } from './words.ts';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, tables];

interface DecisionProps {
  readonly store: Store;
  readonly state: StageState;
  readonly panel: { readonly question: Question };
}

/** The tables behind a decision of the scheduler: who may not, who is best, and why. */
export function Decision({ store, state, panel }: DecisionProps): JSX.Element | null {
  const [answer, setAnswer] = useState<Explanation | Unexplained | undefined>(undefined);
  const [question, setQuestion] = useState(panel.question);
  useEffect(() => {
    let isWanted = true;
    void store.ask(store.active.value, { ask: 'explain', question }).then(({ explanation, problem = '' }) => {
      if (isWanted) setAnswer(explanation ?? { type: 'unexplained', sentence: problem });
    });
    return () => {
      isWanted = false;
    };
  }, [store, question]);
  const close = () => {
    state.panel.value = undefined;
  };
  if (answer === undefined) return null;
  if (answer.type === 'unexplained') {
    return (
      <Dialog name="decision" title="Nothing to explain" onClose={close}>
        <p class="summary">{answer.sentence}</p>
      </Dialog>
    );
  }
  return (
    <Dialog name="decision" title={titleOf(answer)} onClose={close}>
      <p class="when">{whenOf(answer)}</p>
      <Others answer={answer} onChoose={(id) => setQuestion({ ...question, id })} />
      <Outcome answer={answer} />
      <FilterTable answer={answer} />
      <ScoreTable key={`${answer.pod} ${answer.id}`} answer={answer} />
      <Otherwise answer={answer} />
      <Plugins answer={answer} />
    </Dialog>
  );
}

/** Read aloud when another decision is chosen. */
function Outcome({ answer }: { readonly answer: Explanation }): JSX.Element {
  const rules = rulesOf(answer);
  return (
    <div role="status">
      <p class={`summary ${answer.decision.type}`}>{summaryOf(answer)}</p>
      {rules !== '' && <p class="rules">{rules}</p>}
    </div>
  );
}

function Others(props: { readonly answer: Explanation; readonly onChoose: (id: number) => void }): JSX.Element | null {
  const { id, others } = props.answer;
  if (others.length <= 1) return null;
  return (
    <label class="others">
      Decision{' '}
      <select value={id} onChange={(event) => props.onChoose(Number(event.currentTarget.value))}>
        {others.map((other) => (
          <option key={other.id} value={other.id} selected={other.id === id}>
            {choiceText(other)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** What would have changed the outcome. */
function Otherwise({ answer: { decision, otherwise } }: { readonly answer: Explanation }): JSX.Element | null {
  if (otherwise.length === 0) return null;
  const isRefused = decision.type === 'rejected';
  return (
    <section class="otherwise" aria-label="Otherwise">
      <p>
        <b>{isRefused ? 'It would fit.' : 'Another would win.'}</b>{' '}
        {isRefused ? 'Each of these is enough, and nothing smaller is:' : 'One weight is enough:'}
      </p>
      <ul>
        {otherwise.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </section>
  );
}

function Plugins({ answer: { filters, skipped, scorers } }: { readonly answer: Explanation }): JSX.Element {
  const asked = [...new Set([...filters, ...scorers.map(({ plugin }) => plugin)])];
  return (
    <details class="plugins">
      <summary>What each plugin looks at</summary>
      <dl>
        {asked.map((plugin) => (
          <div key={plugin}>
            <dt>{plugin}</dt>
            <dd>{PLUGINS[plugin]}</dd>
          </div>
        ))}
      </dl>
      {skipped.length > 0 && <p>This pod gives these nothing to filter by: {skipped.join(', ')}.</p>}
    </details>
  );
}
