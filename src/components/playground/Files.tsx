import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Manifest } from '../manifest/Manifest.tsx';
import { canBeCalled, freeName, isFull, MOST_FILES } from './filenames.ts';
import type { Ground } from './ground.ts';

interface FilesProps {
  readonly ground?: Ground | undefined;
  /** The session of the playground. */
  readonly session: string;
  /** The files that the page comes with. */
  readonly files: Readonly<Record<string, string>>;
}

/** The reader's own manifests: several, by name; one of them is in the editor. */
export function Files({ ground, session, files: first }: FilesProps): JSX.Element {
  const shelf = useShelf(ground, session, first);
  const { files, chosen, isShared } = shelf;
  const text = chosen === undefined ? undefined : files[chosen];
  return (
    <>
      <fieldset class="shelf needs-script">
        <legend class="visually-hidden">The file in the editor</legend>
        {Object.keys(files).map((name) => (
          <label key={name} class="shelf-file">
            <input type="radio" name="shelf" checked={name === chosen} onChange={() => shelf.choose(name)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {isShared ? (
        <p class="needs-script">Files come and go once you are back at your own work, or this moment is yours.</p>
      ) : (
        <Deeds shelf={shelf} />
      )}
      {chosen !== undefined && !isShared && <Rename key={`name of ${chosen}`} name={chosen} shelf={shelf} />}
      {chosen !== undefined && text !== undefined ? (
        <Editor key={`${ground?.turns.value ?? 0} ${chosen}`} {...{ ground, session }} file={chosen} text={text} />
      ) : (
        <p>There is no file. New file begins one.</p>
      )}
    </>
  );
}

function Deeds({ shelf }: { readonly shelf: Shelf }): JSX.Element {
  const { files, chosen, gone } = shelf;
  return (
    <p class="now-deeds needs-script">
      {isFull(files) ? (
        <span>{MOST_FILES} files are all there can be.</span>
      ) : (
        <button type="button" class="button" onClick={() => void shelf.add()}>
          New file
        </button>
      )}
      {chosen !== undefined && (
        <button type="button" class="button" onClick={() => void shelf.remove()}>
          Delete {chosen}
        </button>
      )}
      {gone !== undefined && (
        <button type="button" class="button" onClick={() => void shelf.unremove()}>
          Undo: bring {gone.name} back
        </button>
      )}
    </p>
  );
}

/** An editor begins with the text that is kept; from then on it is the one that knows better. */
function Editor(props: Omit<FilesProps, 'files'> & { readonly file: string; readonly text: string }): JSX.Element {
  const { ground, session, file } = props;
  const [text] = useState(props.text);
  const live = ground === undefined ? {} : { store: ground.store };
  return (
    <div class="manifest">
      <Manifest id={`own/${file}`} file={file} text={text} session={session} {...live} />
    </div>
  );
}

type Shelf = ReturnType<typeof useShelf>;

function useShelf(ground: Ground | undefined, session: string, first: Readonly<Record<string, string>>) {
  const [wanted, setWanted] = useState('');
  const [gone, setGone] = useState<{ readonly name: string; readonly text: string } | undefined>(undefined);
  const store = ground?.store;
  const files = store?.isAwake.value ? (ground?.files ?? first) : first;
  const chosen = wanted in files ? wanted : Object.keys(files)[0];
  const isShared = (store?.visit.value?.session ?? '') !== '';
  const write = async (name: string, text: string) => {
    await store?.edit(name, text, session);
    await store?.save(session);
    setWanted(name);
  };
  const discard = async (name: string) => {
    await store?.ask(session, { ask: 'discard', file: name });
    await store?.save(session);
  };
  return {
    files,
    chosen,
    gone,
    isShared,
    choose: setWanted,
    add: () => write(freeName('new.yaml', files), ''),
    async remove() {
      if (chosen === undefined) return;
      await discard(chosen);
      setGone({ name: chosen, text: ground?.files[chosen] ?? files[chosen] ?? '' });
      store?.say(`${chosen} is deleted. Undo brings it back.`);
    },
    async unremove() {
      if (gone === undefined) return;
      await write(freeName(gone.name, files), gone.text);
      setGone(undefined);
    },
    async rename(name: string) {
      if (chosen === undefined) return;
      await write(name, files[chosen] ?? '');
      await discard(chosen);
      store?.say(`${chosen} is called ${name} now.`);
    },
  };
}

/** The name of the file in the editor, to be changed. */
function Rename({ name, shelf }: { readonly name: string; readonly shelf: Shelf }): JSX.Element {
  const [problem, setProblem] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const rename = (event: SubmitEvent) => {
    event.preventDefault();
    const next = input.current?.value.trim() ?? '';
    const wrong = next === name ? '' : canBeCalled(next, shelf.files);
    setProblem(wrong);
    if (wrong === '' && next !== name) void shelf.rename(next);
  };
  return (
    <form class="rename needs-script" onSubmit={rename}>
      <label>
        <span>Its name</span>
        <input
          ref={input}
          defaultValue={name}
          spellcheck={false}
          autocomplete="off"
          autocapitalize="off"
          aria-invalid={problem !== ''}
          aria-describedby={problem === '' ? undefined : 'rename-problem'}
        />
      </label>
      <button type="submit" class="button">
        Rename
      </button>
      {problem !== '' && (
        <p id="rename-problem" class="rename-problem">
          {problem}
        </p>
      )}
    </form>
  );
}
