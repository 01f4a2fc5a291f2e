import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Inside as Opened } from '../../../../sim/packs/inside.ts';
import type { Scene } from '../../../../sim/view/scene.ts';
import type { Store } from '../../../session/store.ts';
import { Dialog } from '../Dialog.tsx';
import dialog from '../dialog.css?url';
import type { PanelProps } from '../Panels.tsx';
import inside from './inside.css?url';
import { SectionView } from './sections.tsx';

/** Sheets that must be there before the panel is shown. */
export const styles: readonly string[] = [dialog, inside];

/** One component, or one ship, opened. It stays open while time goes on or back, and tells what is inside then. */
export function Inside({ store, state, panel, Sentence, Steps, latest }: PanelProps): JSX.Element | null {
  const [part, setPart] = useState(panel.kind === 'inside' ? panel.part : '');
  const { opened, said } = useInside(store, part, latest);
  const { number, sentence } = store.caption.value;
  if (opened === undefined && said === '') return null;
  const close = () => {
    state.panel.value = undefined;
  };
  return (
    <Dialog name="inside" title={opened?.title ?? 'Nothing to open'} onClose={close}>
      <div class="bar">
        <div class="times">
          <Steps store={store} />
          <output class="clock">{store.frame.value.scene.clock}</output>
        </div>
        <label>
          <span class="visually-hidden">Look inside</span>
          <select value={part} onChange={(event) => setPart(event.currentTarget.value)}>
            {partsOf(store.frame.value.scene, part, opened?.others ?? []).map(([id, title]) => (
              <option key={id} value={id} selected={id === part}>
                {title}
              </option>
            ))}
          </select>
        </label>
      </div>
      <p class="step">
        {number === 0 ? (
          'Nothing has happened yet.'
        ) : (
          <>
            <b>Step {number}</b> <Sentence parts={sentence} />
          </>
        )}
      </p>
      <p class="summary" role="status">
        {opened?.summary ?? said}
      </p>
      {opened?.sections.map((section) => (
        <SectionView key={section.title} section={section} onExplain={(pod) => state.explain({ pod })} />
      ))}
    </Dialog>
  );
}

type Answer = { readonly opened: Opened | undefined; readonly said: string };

/** What is inside a part at the present moment. Each frame asks anew, one question at a time. */
function useInside(store: Store, part: string, latest: PanelProps['latest']): Answer {
  const [answer, setAnswer] = useState<Answer>({ opened: undefined, said: '' });
  useEffect(() => {
    let isOpen = true;
    const look = latest(async (session: string) => {
      await store.desk.open(session);
      const { inside: opened, problem = '' } = await store.desk.ask(session, { ask: 'inside', part });
      if (isOpen) setAnswer({ opened, said: problem });
    });
    const stop = store.frame.subscribe(() => look(store.active.value));
    return () => {
      isOpen = false;
      stop();
    };
  }, [store, part]);
  return answer;
}

/** More ships than this are too many for a list: then the one that is open stands alone. */
const MOST_SHIPS = 60;

/** The parts that can be opened. A process of a node opens its node; `others` no view draws. */
function partsOf(scene: Scene, part: string, others: readonly string[]): readonly (readonly [string, string])[] {
  const actors = scene.actors.map(({ id, title }) => [id, title] as const);
  const members = scene.etcd.members.filter(({ id }) => id === part).map(({ id }) => [id, id] as const);
  const node = scene.nodes.find(({ id, kubelet, proxy, runtime }) =>
    [id, kubelet.id, proxy.id, runtime.id].includes(part),
  );
  const ships = (scene.nodes.length > MOST_SHIPS ? [] : scene.nodes)
    .filter(({ id }) => id !== node?.id)
    .map(({ id, name }) => [id, name] as const);
  const all = [...actors, ...members, ...(node === undefined ? [] : [[part, node.name] as const]), ...ships];
  return [
    ...all,
    ...[part, ...others].filter((id) => all.every(([known]) => known !== id)).map((id) => [id, id] as const),
  ];
}
