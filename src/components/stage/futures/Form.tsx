import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { clockText } from '../../../../sim/view/names.ts';
import { type Difference, SETTINGS, type SettingName } from '../../../session/difference.ts';
import type { Frame } from '../../../session/protocol.ts';
import { suggestionsFor } from './words.ts';

interface FormProps {
  readonly frame: Frame;
  readonly onRun: (difference: Difference, forMs: number) => void;
}

const LENGTHS: readonly (readonly [ms: number, text: string])[] = [
  [10_000, '10 s'],
  [60_000, '1 min'],
  [420_000, '7 min'],
  [900_000, '15 min'],
];

/** What is different in the second future, and how far both run. */
export function Form({ frame, onRun }: FormProps): JSX.Element {
  const [kind, setKind] = useState<'line' | SettingName>('line');
  const [text, setText] = useState('');
  const [forMs, setForMs] = useState(60_000);
  const submit = (event: Event) => {
    event.preventDefault();
    onRun(kind === 'line' ? { kind, line: text.trim() } : { kind: 'setting', setting: kind, value: text }, forMs);
  };
  const choose = (next: 'line' | SettingName) => {
    setKind(next);
    setText('');
  };
  return (
    <form onSubmit={submit}>
      <p>
        From {clockText(frame.now)} on, this cluster runs twice: as it is, and with one difference. Your own cluster
        stays where it is.
      </p>
      <div class="fields">
        <label>
          The difference
          <select value={kind} onChange={(event) => choose(event.currentTarget.value as 'line' | SettingName)}>
            <option value="line">A command or a fault</option>
            {Object.entries(SETTINGS).map(([name, { title, usual }]) => (
              <option key={name} value={name}>
                {title} (by default {usual})
              </option>
            ))}
          </select>
        </label>
        <label class="what">
          {kind === 'line' ? 'What is done' : 'What it is'}
          <input
            required
            value={text}
            autocomplete="off"
            spellcheck={false}
            placeholder={kind === 'line' ? 'kubectl … or kill node/…' : SETTINGS[kind].form}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <label>
          How long
          <select value={forMs} onChange={(event) => setForMs(Number(event.currentTarget.value))}>
            {LENGTHS.map(([ms, name]) => (
              <option key={ms} value={ms}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="button button-primary">
          Run both
        </button>
      </div>
      {kind === 'line' ? (
        <Suggestions frame={frame} onChoose={setText} />
      ) : (
        <p class="quiet">
          A setting holds from the start: all that was done is done again under it, up to this instant.
        </p>
      )}
    </form>
  );
}

function Suggestions(props: { readonly frame: Frame; readonly onChoose: (line: string) => void }): JSX.Element {
  return (
    <p class="chips">
      For instance:
      {suggestionsFor(props.frame).map(({ title, line }) => (
        <button key={line} type="button" class="button" title={line} onClick={() => props.onChoose(line)}>
          {title}
        </button>
      ))}
    </p>
  );
}
