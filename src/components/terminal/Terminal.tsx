import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Terminal as Run, TerminalLine } from '../../../sim/index.ts';
import type { TerminalProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';
import { Prompt } from './Prompt.tsx';
import './terminal.css';

/** A kubectl of the reader's own, in the cluster that the stage shows: a plain input, and what was printed above it. */
export function Terminal({ store, ...props }: TerminalProps & { readonly store?: Store }): JSX.Element {
  const [draft, setDraft] = useState('');
  const [hidden, setHidden] = useState('');
  const all = store?.frame.value.terminals ?? [];
  const runs = all.slice(all.findLastIndex(({ id }) => id === hidden) + 1);
  const running = runs.findLast(({ exitCode }) => exitCode === undefined);
  useOutput(store, runs);
  const type = (line: string): void => {
    if (store === undefined || line.trim() === '') return;
    if (line.trim() === 'clear') setHidden(all.at(-1)?.id ?? '');
    else store.type(line);
  };
  return (
    <>
      {runs.length > 0 && <Output runs={runs} type={type} />}
      <Prompt
        store={store}
        draft={draft}
        change={setDraft}
        type={type}
        interrupt={() => running !== undefined && store?.interrupt(running.id)}
      />
      <p class="terminal-chips">
        <span>Try</span>
        {suggestions(store, props).map((line) => (
          <button key={line} type="button" class="chip" onClick={() => setDraft(line)}>
            {line}
          </button>
        ))}
      </p>
    </>
  );
}

function Output({ runs, type }: { readonly runs: readonly Run[]; readonly type: (line: string) => void }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const length = runs.reduce((sum, { lines }) => sum + lines.length + 1, 0);
  useEffect(() => {
    if (box.current !== null) box.current.scrollTop = box.current.scrollHeight;
  }, [length]);
  return (
    <div
      class="terminal-output"
      role="log"
      aria-live="off"
      aria-label="What kubectl printed"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
      tabIndex={0}
      data-asks
      ref={box}
    >
      {runs.map((run) => (
        <div class="run" key={run.id}>
          <div class="run-line">
            <span aria-hidden="true">$ </span>
            {run.line}
          </div>
          {run.lines.map((line) => (
            <Line key={`${line.seq} ${line.text}`} line={line} type={type} />
          ))}
          {run.exitCode === undefined && <div class="run-state">running; Ctrl+C ends it</div>}
        </div>
      ))}
    </div>
  );
}

function Line({ line, type }: { readonly line: TerminalLine; readonly type: (line: string) => void }): JSX.Element {
  const { stream, text, run, seq } = line;
  if (stream !== 'advice') {
    return (
      <div class={`printed ${stream}`} data-why={`line ${seq}`} tabIndex={-1}>
        {text}
      </div>
    );
  }
  return (
    <div class="advice">
      {text}{' '}
      {run !== undefined && (
        <button type="button" class="chip" onClick={() => type(run)}>
          run: {run}
        </button>
      )}
    </div>
  );
}

/** The author's next command first, then what looks at the newest pod that a line without -n finds. */
function suggestions(store: Store | undefined, props: TerminalProps): readonly string[] {
  const frame = store?.isAwake.value ? store.frame.value : undefined;
  if (frame === undefined) return props.suggestions;
  const next = frame.nextDo !== undefined && /^(kubectl|ssh)\s/.test(frame.nextDo) ? [frame.nextDo] : [];
  const { nodes, unscheduled } = frame.scene;
  const ids = [...nodes.flatMap(({ pods }) => pods), ...unscheduled].map(({ id }) => id);
  const pod = frame.names['pods']?.findLast((name) => ids.includes(`pod/default/${name}`));
  const looks = pod === undefined ? ['kubectl get nodes'] : [`kubectl describe pod ${pod}`];
  return [...new Set([...next, 'kubectl get pods -o wide', ...looks, 'kubectl events'])].slice(0, 3);
}

/** When a run ends, its first line is said once, with a count of the rest. */
function useOutput(store: Store | undefined, runs: readonly Run[]): void {
  const last = runs.at(-1);
  const told = useRef<string | undefined>(undefined);
  const ended = last?.exitCode === undefined ? '' : last.id;
  useEffect(() => {
    const isNew = told.current !== undefined && told.current !== ended && ended !== '';
    told.current = ended;
    if (!isNew || store === undefined || last === undefined) return;
    const printed = last.lines.filter(({ stream }) => stream !== 'advice');
    const more = printed.length - 1;
    const rest = more <= 0 ? '' : more === 1 ? ', and one more line' : `, and ${more} more lines`;
    store.say(`${printed[0]?.text ?? 'Nothing was printed'}${rest}.`);
  }, [ended]);
}
