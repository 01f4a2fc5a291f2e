import type { JSX } from 'preact';
import type { ExerciseProps } from '../../lesson/widgets.ts';
import type { Store } from '../../session/store.ts';

/** The author's solution, one step at a time: each can be run in the exercise's own cluster. */
export function Solution({ store, ...props }: ExerciseProps & { readonly store: Store | undefined }): JSX.Element {
  const { solution, solutionFiles } = props;
  const isAwake = store?.isAwake.value ?? false;
  return (
    <details class="solution">
      <summary>Show a solution</summary>
      {Object.entries(solutionFiles).map(([file, text]) => (
        <figure key={file}>
          <figcaption>{file}</figcaption>
          <pre>
            <code>{text}</code>
          </pre>
        </figure>
      ))}
      <ol>
        {solution.map((step, index) => (
          <li key={index}>
            <code>{step.line}</code>{' '}
            {isAwake && (
              <button type="button" class="button" onClick={() => run(store, props, step)}>
                Run it
              </button>
            )}
          </li>
        ))}
      </ol>
      <p>Then play until every goal is met.</p>
    </details>
  );
}

type Step = ExerciseProps['solution'][number];

function run(store: Store | undefined, props: ExerciseProps, { line, advanceMs }: Step): void {
  const { session, solutionFiles } = props;
  if (store === undefined) return;
  store.show(session);
  if (advanceMs !== undefined) {
    void store.settled().then(() => store.seek(store.frame.value.now + advanceMs));
    return;
  }
  const edits = Object.entries(solutionFiles).map(([file, text]) => store.edit(file, text, session));
  store.doCommand(line, session, Promise.all(edits));
}
