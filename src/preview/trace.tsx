import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { clockText } from '../../sim/view/names.ts';
import type { RecordLine } from '../session/protocol.ts';
import type { Store } from '../session/store.ts';

/** The latest records, each with a selector to copy into a Beat. It follows the moment on the stage. */
export function Trace({ store }: { readonly store: Store }): JSX.Element {
  const records = useSignal<readonly RecordLine[]>([]);
  const filter = useSignal('');
  const hasRoutine = useSignal(false);
  const list = useRef<HTMLOListElement>(null);
  const { frame, isPlaying } = store;
  useEffect(() => {
    if (isPlaying.value) return;
    void store.ask(store.active.value, { ask: 'records' }).then(({ records: found = [] }) => {
      records.value = found;
    });
  }, [frame.value, isPlaying.value]);
  useEffect(() => {
    if (list.current !== null) list.current.scrollTop = list.current.scrollHeight;
  }, [records.value]);
  const beats = new Map(frame.value.reached.map(({ id, seq }) => [seq, id]));
  const words = filter.value.toLowerCase().split(/\s+/);
  const shown = records.value.filter(({ text, isRoutine }) => {
    return (hasRoutine.value || !isRoutine) && words.every((word) => text.toLowerCase().includes(word));
  });
  return (
    <section class="preview-trace" aria-label="Trace">
      <p class="preview-filter">
        <label>
          Show records with{' '}
          <input
            type="search"
            value={filter.value}
            placeholder="POST pod"
            onInput={(event) => {
              filter.value = event.currentTarget.value;
            }}
          />
        </label>
        <label>
          <input
            type="checkbox"
            checked={hasRoutine.value}
            onChange={() => {
              hasRoutine.value = !hasRoutine.value;
            }}
          />{' '}
          routine too
        </label>
        <span>{shown.length === 0 ? 'Nothing so far.' : `${shown.length} records, the latest last`}</span>
      </p>
      <ol ref={list}>
        {shown.map((record) => (
          <Line key={record.seq} record={record} beat={beats.get(record.seq)} />
        ))}
      </ol>
    </section>
  );
}

function Line({ record, beat }: { readonly record: RecordLine; readonly beat: string | undefined }): JSX.Element {
  const isCopied = useSignal(false);
  const { at, text, selector } = record;
  const attribute = `at="${selector.isFirst ? 'first ' : ''}${selector.at}"`;
  const copy = async () => {
    await navigator.clipboard.writeText(attribute);
    isCopied.value = true;
    setTimeout(() => {
      isCopied.value = false;
    }, 1500);
  };
  return (
    <li class={beat === undefined ? '' : 'is-beat'}>
      <span class="preview-time">{clockText(at)}</span>
      <code>{text}</code>
      {beat !== undefined && <b>beat {beat}</b>}
      <button type="button" class="button" aria-label={`Copy ${attribute}`} onClick={() => void copy()}>
        {isCopied.value ? 'Copied' : attribute}
      </button>
      {selector.nth > 1 && (
        <span class="preview-nth">
          matches {selector.nth} records since the beat before, and this is the last of them: first put a beat on an
          earlier one
        </span>
      )}
    </li>
  );
}
