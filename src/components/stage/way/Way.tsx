import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Ends, Followed } from '../../../../sim/packs/follow.ts';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import type { PanelProps } from '../Panels.tsx';
import { Stations } from './Stations.tsx';
import { StreamTable } from './StreamTable.tsx';
import way from './way.css?url';
import { short, summaryOf } from './words.ts';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, way];

/** Requests of the stream that is sent after the one that is followed. */
const STREAM = 100;

/** The way of a request: its name, the rules it met, the wires, and who answered, or where it died. */
export function Way({ store, state, panel }: PanelProps): JSX.Element {
  const [ends, setEnds] = useState<Ends | undefined>(undefined);
  const [followed, setFollowed] = useState<Followed | undefined>(undefined);
  const [said, setSaid] = useState('');
  const session = store.active.value;
  useEffect(() => {
    void store.ask(session, { ask: 'ends' }).then((reply) => setEnds(reply.ends));
  }, [store, session]);
  const send = async (from: string, to: string) => {
    setSaid('Sending…');
    const question = { from, to, stream: STREAM };
    const { followed: found, problem = 'Nothing came of it.' } = await store.ask(session, { ask: 'follow', question });
    setSaid(found === undefined ? problem : '');
    setFollowed(found);
  };
  return (
    <Dialog
      name="way"
      title="Follow a request"
      onClose={() => {
        state.panel.value = undefined;
      }}
    >
      {ends !== undefined && <Form ends={ends} from={fromOf(panel, ends)} onSend={(from, to) => void send(from, to)} />}
      <p class="said" role="status">
        {followed === undefined || said !== '' ? said : summaryOf(followed)}
      </p>
      {followed !== undefined && <Stations way={followed.way} />}
      {followed?.stream !== undefined && <StreamTable stream={followed.stream} to={followed.question.to} />}
    </Dialog>
  );
}

/** The part whose card was open: a pod, or any pod of that node; else the first pod there is. */
function fromOf(panel: PanelProps['panel'], { pods }: Ends): string {
  const part = panel.kind === 'way' ? panel.part : '';
  const name = part.slice(part.indexOf('/') + 1);
  const chosen = pods.find(({ pod, node }) => (part.startsWith('pod/') ? pod === name : node === name));
  return (chosen ?? pods[0])?.pod ?? '';
}

interface FormProps {
  readonly ends: Ends;
  readonly from: string;
  readonly onSend: (from: string, to: string) => void;
}

function Form({ ends, from: first, onSend }: FormProps): JSX.Element {
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(ends.services.find((name) => name !== 'kubernetes:443') ?? ends.services[0] ?? '');
  if (ends.pods.length === 0) return <p>No pod runs here yet, so nothing can send a request.</p>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSend(from, to);
      }}
    >
      <p>
        A copy of the cluster sends it now, with the kernel’s tracing on: the rules are those that packets of this
        cluster walk. Your own cluster stays as it is.
      </p>
      <div class="fields">
        <label>
          From the pod
          <select value={from} onChange={(event) => setFrom(event.currentTarget.value)}>
            {ends.pods.map(({ pod, node }) => (
              <option key={pod} value={pod}>
                {short(pod)} on {node}
              </option>
            ))}
          </select>
        </label>
        <label class="what">
          To a name or an address, and a port
          <input
            required
            value={to}
            list="way-services"
            autocomplete="off"
            spellcheck={false}
            placeholder="web:80"
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <datalist id="way-services">
          {ends.services.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" class="button button-primary">
          Send it
        </button>
      </div>
    </form>
  );
}
