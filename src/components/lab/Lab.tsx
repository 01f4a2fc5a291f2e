import { hydrate, type JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clockText } from '../../../sim/view/names.ts';
import { type LabHost, programOf } from '../../lab/host.ts';
import type { CaseResult } from '../../lab/trial.ts';
import type { LabProps } from '../../lesson/widgets.ts';
import { programKey } from '../../session/programs.ts';
import type { LabState } from '../../session/protocol.ts';
import type { Store } from '../../session/store.ts';
import { Mark } from '../exercise/Mark.tsx';
import { Rich } from '../prose/Rich.tsx';
import type { LineMark } from './codeeditor.ts';
import { Elsewhere } from './Elsewhere.tsx';
import { LabEditor } from './LabEditor.tsx';
import './lab.css';

type Live = { readonly store?: Store };

/** Wakes a lab in its place: a chunk of its own, which only lab pages load. */
export function wake(place: Element, props: unknown, store: Store): void {
  hydrate(<Lab {...(props as LabProps)} store={store} />, place);
}

/** The reader's program, the tests that tick as it passes them, and its process on the stage. */
export function Lab({ store, ...props }: LabProps & Live): JSX.Element {
  const bench = useBench(props, store);
  const { results, state } = bench;
  const frame = store?.frames.value[props.session];
  const failed = props.tests.filter(({ id }) => results[id]?.isPassed === false).map(({ id }) => id);
  return (
    <>
      <LabEditor
        key={bench.loads}
        id={`${props.id}-editor`}
        file={props.file}
        start={props.start}
        text={bench.text}
        marks={bench.marks}
        onText={bench.write}
        onSay={(sentence) => store?.say(sentence)}
      />
      <p class="exercise-actions">
        <button type="button" class="button button-primary" aria-disabled={state !== 'idle'} onClick={bench.test}>
          {state === 'testing' ? 'Testing…' : 'Test'}
        </button>
        <button type="button" class="button" aria-disabled={state !== 'idle'} onClick={bench.run}>
          Run on the stage
        </button>
        {store?.active.value === props.session && (
          <button type="button" class="button" onClick={() => store.show(store.page.stage.id)}>
            Back to the lesson’s cluster
          </button>
        )}
      </p>
      <Tests tests={props.tests} results={results} />
      {props.hints.map(({ text, when }, index) => (
        <details class="hint" key={when} open={failed[0] === when}>
          <summary>
            Hint {index + 1}: {props.tests.find(({ id }) => id === when)?.says}
          </summary>
          <p>
            <Rich text={text} />
          </p>
        </details>
      ))}
      {frame?.lab !== undefined && <Process {...props} store={store} told={frame.lab} />}
      {frame !== undefined && frame.lab === undefined && (
        <p class="exercise-actions">
          <StartOver session={props.session} store={store} />
        </p>
      )}
      <details class="hint">
        <summary>Our solution</summary>
        <pre class="lab-code">
          <code>{props.solution}</code>
        </pre>
        <button type="button" class="button" onClick={bench.takeSolution}>
          Put it into the editor
        </button>
      </details>
      <Elsewhere lab={props.lab} text={bench.text} onSay={(sentence) => store?.say(sentence)} />
    </>
  );
}

interface Bench {
  readonly text: string;
  /** Counts texts that did not come from the editor itself. */
  readonly loads: number;
  readonly marks: readonly LineMark[];
  readonly results: Readonly<Record<string, CaseResult>>;
  readonly state: 'idle' | 'testing';
  write(text: string): void;
  test(): void;
  run(): void;
  takeSolution(): void;
}

function useBench(props: LabProps, store: Store | undefined): Bench {
  const key = programKey(props.id);
  const kept = store?.recall(key);
  const [text, setText] = useState(typeof kept === 'string' ? kept : props.start);
  const [loads, setLoads] = useState(0);
  const [marks, setMarks] = useState<readonly LineMark[]>([]);
  const [results, setResults] = useState<Bench['results']>({});
  const [state, setState] = useState<Bench['state']>('idle');
  const latest = useRef(text);
  const ready = useReady(props, store);
  useEffect(() => {
    if (typeof kept !== 'string' || kept === latest.current) return;
    latest.current = kept;
    setText(kept);
    setLoads((count) => count + 1);
  }, [kept]);
  const write = (next: string) => {
    latest.current = next;
    setText(next);
    store?.remember(key, next);
  };
  /** Makes the text ready to be run; undefined with the mistakes at their lines. */
  const load = async (): Promise<Ready | undefined> => {
    if (store === undefined) return undefined;
    const found = await ready(latest.current);
    const wrong = 'marks' in found ? found.marks : [];
    setMarks(wrong);
    const [first] = wrong;
    if (first !== undefined) store.say(`${NOT_READY[props.file]} Line ${first.line}: ${first.message}`);
    return 'marks' in found ? undefined : found;
  };
  const test = async (): Promise<void> => {
    if (state !== 'idle' || store === undefined) return;
    setState('testing');
    setResults({});
    const program = (await load())?.program;
    let passed = 0;
    for (const { id } of program === undefined ? [] : props.tests) {
      const result = await store.desk.check(props.lab, id, program ?? '');
      if (result === undefined) break;
      if (result.isPassed) passed++;
      setResults((old) => ({ ...old, [id]: result }));
      if (result.failure?.line !== undefined)
        setMarks([{ line: result.failure.line, message: result.failure.message }]);
    }
    setState('idle');
    if (program === undefined) return;
    const isSolved = passed === props.tests.length;
    store.say(isSolved ? 'All tests pass.' : `${passed} of ${props.tests.length} tests pass.`);
    if (isSolved) store.remember(`solved:${props.id}`, true);
  };
  const run = async (): Promise<void> => {
    if (state !== 'idle') return;
    const loaded = await load();
    if (loaded !== undefined) store?.doCommand(loaded.command, props.session);
  };
  const takeSolution = () => {
    write(props.solution);
    setLoads((count) => count + 1);
  };
  return { text, loads, marks, results, state, write, test: () => void test(), run: () => void run(), takeSolution };
}

const NOT_READY: Readonly<Record<LabProps['file'], string>> = {
  'program.ts': 'Your program does not load.',
  'program.yaml': 'Your file cannot be applied.',
};

/** A text that can be run. */
interface Ready {
  /** What the tests are given. */
  readonly program: string;
  /** What puts it into the cluster that is on the stage. */
  readonly command: string;
}

/** Makes a text ready to be run, or says what is wrong with it. */
function useReady({ file, session }: LabProps, store: Store | undefined) {
  const host = useHost(store);
  return async (text: string): Promise<Ready | { readonly marks: readonly LineMark[] }> => {
    if (file === 'program.yaml') {
      const marks = (await store?.edit(file, text, session)) ?? [];
      return marks.length > 0 ? { marks } : { program: text, command: `kubectl apply -f ${file}` };
    }
    const loaded = await (await host(text)).result;
    if (!loaded.ok) return { marks: [{ line: loaded.failure.line ?? 1, message: loaded.failure.message }] };
    const program = programOf(text);
    return { program, command: `deploy ${program}` };
  };
}

/** The sandbox comes with the first run. What it last loaded answers all questions of the cluster. */
function useHost(store: Store | undefined) {
  return useMemo(() => {
    let host: Promise<LabHost> | undefined;
    return async (code: string) => {
      host ??= import('../../lab/sandbox/browser.ts').then(({ browserSandbox }) => browserSandbox());
      const sandbox = await host;
      store?.desk.answerWith((call) => sandbox.call(call));
      return { result: sandbox.load(code) };
    };
  }, [store]);
}

function Tests({ tests, results }: Pick<LabProps, 'tests'> & Pick<Bench, 'results'>): JSX.Element {
  return (
    <ul class="goals lab-tests">
      {tests.map(({ id, says }) => {
        const result = results[id];
        const word = result === undefined ? 'not yet' : result.isPassed ? 'done' : 'broken';
        return (
          <li key={id} class={`goal ${word.replace(' ', '-')}`} data-test={id}>
            <Mark state={word} />
            <span>{says}</span>
            <span class="goal-state">{result === undefined ? 'not run' : result.isPassed ? 'passes' : 'fails'}</span>
            {result !== undefined && !result.isPassed && <span class="goal-now">{result.problem}</span>}
          </li>
        );
      })}
    </ul>
  );
}

/** The process on the stage: what it logs, why it crashed, and what can be done to it. */
function Process(props: LabProps & Live & { readonly told: LabState }): JSX.Element {
  const { told, store, faults, session, process } = props;
  return (
    <section class="lab-process" aria-label={`The process ${process}`}>
      <p class="exercise-actions">
        {faults.map(({ line, says }) => (
          <button type="button" class="button" key={line} onClick={() => store?.doCommand(line, session)}>
            {says}
          </button>
        ))}
        <StartOver session={session} store={store} />
      </p>
      {told.crash !== undefined && (
        <p class="lab-crash">
          {clockText(told.crash.at)}: {crashText(told.crash)}
        </p>
      )}
      <pre class="lab-log" role="log" aria-label="Log">
        {told.logs.map(({ at, text }) => `${clockText(at)}  ${text}`).join('\n') || 'Nothing logged yet.'}
      </pre>
    </section>
  );
}

function StartOver({ session, store }: Pick<LabProps, 'session'> & Live): JSX.Element {
  const startOver = (): void => {
    store?.show(session);
    store?.reset();
  };
  return (
    <button type="button" class="button" onClick={startOver}>
      Start over
    </button>
  );
}

function crashText({ line, message }: NonNullable<LabState['crash']>): string {
  return `it crashed${line === undefined ? '' : ` in line ${line}`}. ${message}`;
}
