import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clockText } from '../../../../sim/view/names.ts';
import type { SharedMoment } from '../../../session/moment.ts';
import type { Store } from '../../../session/store.ts';
import { addressOf, fileOf, fitsLink, momentNow, openFile } from '../../../session/visiting.ts';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import { saveAs } from '../saveas.ts';
import type { StageState } from '../state.ts';
import moment from './moment.css?url';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, moment];

interface MomentProps {
  readonly store: Store;
  readonly state: StageState;
  /** The views that a moment may be looked at in. */
  readonly views: readonly string[];
}

interface Ready {
  readonly moment: SharedMoment;
  readonly address: string;
}

/** Link to this moment: a link that does the same again, a file where the story is too long, and the way to open one. */
export function Moment({ store, state, views }: MomentProps): JSX.Element | null {
  const [ready, setReady] = useState<Ready | undefined>(undefined);
  const [said, setSaid] = useState('');
  useEffect(() => {
    void momentNow(store).then(async (found) => {
      if ('problem' in found) setSaid(found.problem);
      else setReady({ moment: found, address: await addressOf(store, found) });
    });
  }, [store]);
  const close = () => {
    state.panel.value = undefined;
  };
  if (ready === undefined && said === '') return null;
  return (
    <Dialog name="moment" title="Link to this moment" onClose={close}>
      {ready !== undefined && <Share store={store} ready={ready} onSay={setSaid} />}
      <p role="status" class="said">
        {said}
      </p>
      <Open store={store} views={views} onClose={close} />
    </Dialog>
  );
}

interface ShareProps {
  readonly store: Store;
  readonly ready: Ready;
  readonly onSay: (text: string) => void;
}

function Share({ store, ready: { moment: shared, address }, onSay }: ShareProps): JSX.Element {
  const field = useRef<HTMLInputElement>(null);
  const isShort = fitsLink(address);
  const where = `${clockText(shared.at)}, after ${counted(shared.deeds.length)}`;
  const copy = async () => {
    field.current?.select();
    const isCopied = await copied(address);
    onSay(
      isCopied ? `Copied. The link leads to ${where}.` : 'This browser does not let us copy. The link is selected.',
    );
  };
  const save = () => {
    saveAs(`moment-${shared.session.replace(/[^\w-]/g, '-')}.json`, 'application/json', fileOf(store, shared));
    onSay(`Saved as a file. It leads to ${where}.`);
  };
  if (!isShort) {
    return (
      <>
        <p>
          This story is too long for a link ({kilobytes(address.length)} kB). Save it as a file: whoever opens that
          here, on this page, sees the same cluster at {where}.
        </p>
        <p>
          <button type="button" class="button button-primary" onClick={save}>
            Save as a file
          </button>
        </p>
      </>
    );
  }
  return (
    <>
      <p>
        Whoever opens it sees this cluster at {where}: the same to the last byte, for the same is done again. Nothing of
        theirs is changed by it.
      </p>
      <p class="copying">
        <input
          ref={field}
          readOnly
          value={address}
          aria-label="The link"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="button button-primary" onClick={() => void copy()}>
          Copy link to this moment
        </button>
        <button type="button" class="button" onClick={save}>
          Save as a file
        </button>
      </p>
    </>
  );
}

interface OpenProps extends Pick<MomentProps, 'store' | 'views'> {
  readonly onClose: () => void;
}

function Open({ store, views, onClose }: OpenProps): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <p class="opening">
      <button type="button" class="button" onClick={() => input.current?.click()}>
        Open a file with a moment…
      </button>
      <input
        ref={input}
        type="file"
        accept=".json,application/json"
        hidden
        aria-label="A file with a moment"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          if (file === undefined) return;
          onClose();
          void openFile(store, file, views);
        }}
      />
    </p>
  );
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function kilobytes(length: number): string {
  return (length / 1000).toFixed(1);
}

function counted(deeds: number): string {
  if (deeds === 0) return 'no command';
  return deeds === 1 ? '1 command' : `${deeds} commands`;
}
