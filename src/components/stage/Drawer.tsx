import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Scene } from '../../../sim/view/scene.ts';
import type { Store } from '../../session/store.ts';
import { Glyph } from './icons.tsx';
import { isGroup } from './parts.ts';
import type { StageState } from './state.ts';

/** One way to break things: what happens physically, and to whom. */
interface Break {
  readonly title: string;
  readonly does: string;
  readonly targets: readonly Target[];
}

interface Target {
  readonly text: string;
  /** What a screen reader hears: the deed and its object. */
  readonly name: string;
  readonly line: string;
  readonly isBroken: boolean;
}

/** So many crates can be crashed from here; the others from their own cards. */
const MOST_CRATES = 8;
/** So many ships of a fleet are listed. */
const MOST_SHIPS = 24;

/** Break…: what can go wrong, by ship, tower and network. What follows is for the cluster to show. */
export function Drawer({ store, state }: { readonly store: Store; readonly state: StageState }): JSX.Element | null {
  const element = useRef<HTMLDivElement>(null);
  const isOpen = state.isDrawerOpen.value;
  useEffect(() => {
    if (isOpen) element.current?.querySelector<HTMLElement>('button')?.focus();
  }, [isOpen]);
  if (!isOpen) return null;
  const { scene, broken } = store.frame.value;
  const act = (line: string) => {
    state.isDrawerOpen.value = false;
    store.doCommand(line);
  };
  return (
    <div class="drawer" role="dialog" aria-label="Break something" ref={element}>
      <header>
        <h2>Break something</h2>
        {broken.length > 0 && (
          <button type="button" class="button" onClick={() => act('repair')}>
            Repair all
          </button>
        )}
        <button type="button" class="close" aria-label="Close" onClick={() => state.toggleDrawer()}>
          <Glyph name="close" />
        </button>
      </header>
      <div class="groups">
        {groupsOf(scene).map(({ title, breaks }) => (
          <section key={title}>
            <h3>{title}</h3>
            {breaks.map((deed) => (
              <Deed key={deed.title} deed={deed} onBreak={act} />
            ))}
          </section>
        ))}
      </div>
    </div>
  );
}

function Deed({ deed, onBreak }: { readonly deed: Break; readonly onBreak: (line: string) => void }): JSX.Element {
  return (
    <div class="deed">
      <p>
        <b>{deed.title}</b> {deed.does}
      </p>
      <p class="targets">
        {deed.targets.map(({ text, name, line, isBroken }) => (
          <button
            key={line}
            type="button"
            class={isBroken ? 'button mend' : 'button'}
            aria-label={name}
            onClick={() => onBreak(line)}
          >
            {isBroken ? `Mend ${text}` : text}
          </button>
        ))}
      </p>
    </div>
  );
}

function groupsOf(scene: Scene): readonly { readonly title: string; readonly breaks: readonly Break[] }[] {
  const ships = [powerBreak(scene), kubeletBreak(scene), crateBreak(scene)];
  return [
    { title: 'Ships', breaks: ships.filter(({ targets }) => targets.length > 0) },
    { title: 'Tower', breaks: [towerBreak(scene)] },
    ...(scene.etcd.members.length > 0 ? [{ title: 'Ledger', breaks: [copyBreak(scene), copyCableBreak(scene)] }] : []),
    { title: 'Network', breaks: [cableBreak(scene)] },
  ];
}

/** Of a fleet the first, and those that are broken: the card of each other one has its faults too. */
function shipsOf({ nodes }: Scene): Scene['nodes'] {
  return nodes.filter(({ fault, kubelet }, index) => index < MOST_SHIPS || fault !== '' || !kubelet.isUp);
}

/** The ships, and the machines of a control plane that has several. */
function machinesOf(scene: Scene): readonly { readonly id: string; readonly name: string; readonly fault: string }[] {
  const others = new Map(scene.replicas.map(({ machine, fault }) => [machine, fault]));
  return [...shipsOf(scene), ...[...others].map(([name, fault]) => ({ id: `node/${name}`, name, fault }))];
}

function powerBreak(scene: Scene): Break {
  const targets = machinesOf(scene).map(({ id, name, fault }) => {
    const isBroken = fault === 'power';
    return target(name, isBroken, `kill ${id}`, `start ${id}`, `Cut the power of ${name}`);
  });
  return { title: 'Power off.', does: 'The machine goes dark and sends nothing.', targets };
}

function cableBreak(scene: Scene): Break {
  const targets = machinesOf(scene)
    .filter(({ fault }) => fault !== 'power')
    .map(({ id, name, fault }) =>
      target(name, fault === 'cable', `cut ${id}`, `heal ${id}`, `Pull the network cable of ${name}`),
    );
  return { title: 'Pull the cable.', does: 'No message comes or goes; what runs there runs on.', targets };
}

function kubeletBreak(scene: Scene): Break {
  const targets = shipsOf(scene)
    .filter(({ fault }) => fault !== 'power')
    .map(({ name, kubelet: { id, isUp } }) =>
      target(name, !isUp, `stop ${id}`, `start ${id}`, `Stop the kubelet of ${name}`),
    );
  return { title: 'Stop the kubelet.', does: 'The captain falls asleep; the containers run on.', targets };
}

function crateBreak({ nodes }: Scene): Break {
  const pods = nodes.filter(({ fault }) => fault === '').flatMap((node) => node.pods);
  const targets = pods
    .filter(({ shape }) => shape === 'running')
    .slice(0, MOST_CRATES)
    .map(({ id, name, short }) => target(short, false, `crash ${id}`, '', `Crash a container of ${name}: ${short}`));
  return { title: 'Crash a container.', does: 'Its process exits with code 1.', targets };
}

function copyBreak({ etcd }: Scene): Break {
  const targets = etcd.members
    .filter(({ fault }) => fault !== 'power')
    .map(({ id, isUp }) => target(id, !isUp, `stop ${id}`, `start ${id}`, `Stop ${id}`));
  return { title: 'Stop a copy.', does: 'The member of etcd ends; its disk stays.', targets };
}

function copyCableBreak({ etcd }: Scene): Break {
  const targets = etcd.members
    .filter(({ fault }) => fault !== 'power')
    .map(({ id, fault }) =>
      target(id, fault === 'cable', `cut node/${id}`, `heal node/${id}`, `Pull the network cable of ${id}`),
    );
  return { title: 'Cut a copy off.', does: 'It runs on, and hears nobody.', targets };
}

function towerBreak(scene: Scene): Break {
  const targets = [
    ...scene.actors.filter((actor) => actor.kind !== 'kubectl' && !isGroup(scene, actor)),
    ...scene.replicas.filter(({ fault }) => fault !== 'power').map((one) => ({ ...one, title: one.id })),
  ].map(({ id, title, isUp }) => target(title, !isUp, `stop ${id}`, `start ${id}`, `Stop ${title}`));
  return { title: 'Stop a process.', does: 'It ends, and its memory is gone.', targets };
}

function target(text: string, isBroken: boolean, breaks: string, mends: string, name: string): Target {
  return isBroken
    ? { text, isBroken, line: mends, name: `Mend ${text}: take back “${name}”` }
    : { text, isBroken, line: breaks, name };
}
