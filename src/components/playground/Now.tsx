import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { beforeOf } from '../../session/playground.ts';
import { Dialog } from '../stage/Dialog.tsx';
import { saveAs } from '../stage/saveas.ts';
import type { Ground, Refusal, Wanted } from './ground.ts';
import { titleOf } from './shape.ts';

/** Which cluster is on the stage, the way back to the one before, and scenario files in and out. */
export function Now({ ground, first }: { readonly ground?: Ground | undefined; readonly first: string }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const store = ground?.store;
  const title = store?.isAwake.value ? titleOf(ground?.scenario ?? '') : first;
  const before = store === undefined ? undefined : beforeOf(store);
  const notice = store?.notice.value ?? '';
  useEffect(() => {
    if (notice !== '') store?.say(notice);
  }, [store, notice]);
  const save = () => {
    const name = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.yaml`;
    saveAs(name, 'application/yaml', ground?.scenario ?? '');
    store?.say(`Saved as ${name}.`);
  };
  return (
    <>
      <p class="now-title">
        On the stage: <b>{title}</b>
      </p>
      <p class="now-deeds needs-script">
        {before !== undefined && (
          <button type="button" class="button" onClick={() => void ground?.goBack()}>
            Back to “{ground?.titleOf(before)}”
          </button>
        )}
        <button type="button" class="button" onClick={save}>
          Export its scenario file
        </button>
        <button type="button" class="button" onClick={() => void record(ground)}>
          Download as a lesson
        </button>
        <button type="button" class="button" onClick={() => input.current?.click()}>
          Bring a scenario file in…
        </button>
        <input
          ref={input}
          type="file"
          accept=".yaml,.yml,.json,application/yaml"
          hidden
          aria-label="A scenario file"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) void ground?.bringIn(file);
            event.currentTarget.value = '';
          }}
        />
      </p>
      {ground?.refusal.value !== undefined && <Refused refusal={ground.refusal.value} />}
      {ground?.wanted.value !== undefined && <Question ground={ground} wanted={ground.wanted.value} />}
    </>
  );
}

/** What makes a lesson of it comes in a chunk of its own. */
async function record(ground: Ground | undefined): Promise<void> {
  if (ground === undefined) return;
  const { downloadLesson } = await import('./recordlesson.ts');
  ground.store.say(await downloadLesson(ground));
}

/** Everything that is wrong with a file, each at its line. */
function Refused({ refusal: { file, problems } }: { readonly refusal: Refusal }): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), [file, problems]);
  return (
    <section class="now-refused" tabIndex={-1} ref={box} aria-label={`What is wrong with ${file}`}>
      <p>
        <b>{file}</b> is not opened, and nothing has changed.
      </p>
      <ol>
        {problems.map(({ line, title, reason, fix }) => (
          <li key={`${line} ${title}`}>
            <b>
              Line {line}: {title}.
            </b>{' '}
            {reason} {fix}
          </li>
        ))}
      </ol>
    </section>
  );
}

/** Nothing that was done goes without a yes; and after it, there is a way back. */
function Question({ ground, wanted }: { readonly ground: Ground; readonly wanted: Wanted }): JSX.Element {
  const before = beforeOf(ground.store);
  const keep = () => {
    ground.wanted.value = undefined;
  };
  return (
    <Dialog name="putting-aside" title={`Open “${wanted.title}”?`} onClose={keep}>
      <p>
        You have done something on “{titleOf(ground.scenario)}”. It is put aside, and one button brings it back with all
        that happened there. Your manifests come along.
      </p>
      {before !== undefined && (
        <p>
          Only one cluster is kept aside: “{ground.titleOf(before)}”, which is there now, goes for good. Link to this
          moment keeps it elsewhere.
        </p>
      )}
      <p class="now-deeds">
        <button type="button" class="button button-primary" onClick={() => void ground.take(wanted)}>
          Put it aside and go on
        </button>
        <button type="button" class="button" onClick={keep}>
          Stay here
        </button>
      </p>
    </Dialog>
  );
}
