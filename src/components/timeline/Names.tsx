import type { JSX } from 'preact';
import type { Scene } from '../../../sim/view/scene.ts';
import type { Lane, TimelineView } from '../../../sim/view/timeline.ts';
import { ICONS } from '../stage/art/kit.tsx';
import { fitBoth } from '../stage/art/words.ts';
import { type Places, ROUTINE } from './geometry.ts';

const WIDE = 134;
const NARROW = 104;

const ICON_OF: Readonly<Record<string, keyof typeof ICONS>> = {
  kubectl: 'kubectl',
  'API server': 'apiserver',
  etcd: 'etcd',
  scheduler: 'scheduler',
  controllers: 'controllers',
  kubelet: 'kubelet',
  'kube-proxy': 'proxy',
  'my-kube-proxy': 'proxy',
  containerd: 'runtime',
  crio: 'runtime',
  'cri-dockerd': 'runtime',
  dockerd: 'runtime',
};

/** The names of the lanes, which stay in sight while time is scrolled. Each chooses its process. */
export function Names(props: {
  readonly view: TimelineView;
  readonly places: Places;
  readonly scene: Scene;
  /** On phones there is no room for icons. */
  readonly isNarrow: boolean;
  readonly selected: string | undefined;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const { view, places, scene, isNarrow, selected, onSelect } = props;
  const { lanes, moreLanes } = view;
  const down = downIn(scene);
  const first = lanes.some(({ id }) => id === selected) ? selected : lanes[0]?.id;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a drawing is no fieldset
    <svg
      class="names"
      width={isNarrow ? NARROW : WIDE}
      height={places.height + ROUTINE}
      role="group"
      aria-label="Lanes"
      onClick={(event) => choose(event.target, onSelect)}
      onKeyDown={(event) => press(event, onSelect)}
    >
      {lanes.map((lane, index) => (
        <Name
          key={lane.id}
          lane={lane}
          top={places.tops[index] ?? 0}
          height={places.heights[index] ?? 0}
          state={down.get(lane.id) ?? ''}
          isSelected={lane.id === selected}
          isFirst={lane.id === first}
          isNarrow={isNarrow}
        />
      ))}
      <text x="10" y={places.height + 15} class="small">
        {moreLanes > 0 ? `${moreLanes} lanes more` : isNarrow ? 'routine' : 'routine messages'}
      </text>
    </svg>
  );
}

function Name(props: {
  readonly lane: Lane;
  readonly top: number;
  readonly height: number;
  readonly state: string;
  readonly isSelected: boolean;
  readonly isFirst: boolean;
  readonly isNarrow: boolean;
}): JSX.Element {
  const { lane, top, height, state, isSelected, isFirst, isNarrow } = props;
  const { id, title, node, port } = lane;
  const icon = isNarrow ? undefined : ICON_OF[title];
  const y = top + 18.5;
  const place = node === '' ? '' : node.startsWith('node-') && node.length < 8 ? node.slice(5) : fitBoth(node, 46, 6);
  // The spoken name begins with the words that are written.
  const words = [`${title} ${place}`.trim(), node === '' ? '' : `on ${node}`, port, state];
  const label = words.filter((text) => text !== '').join(', ');
  return (
    // biome-ignore lint/a11y/useSemanticElements: an HTML button cannot stand inside a drawing
    <g
      role="button"
      tabindex={isFirst ? 0 : -1}
      aria-label={label}
      aria-pressed={isSelected}
      data-lane={id}
      class={`name${isSelected ? ' on' : ''}${state === '' ? '' : ' down'}`}
    >
      <rect x="0" y={top} width={WIDE} height={height} />
      {icon !== undefined && <path d={ICONS[icon]} class="ic" transform={`translate(9 ${top + 5.5}) scale(0.72)`} />}
      <text x={isNarrow ? 9 : 32} y={y}>
        {title} {place}
      </text>
    </g>
  );
}

/** What does not run or cannot be heard now, by lane, and the word for it. */
function downIn({ actors, nodes }: Scene): ReadonlyMap<string, string> {
  const words: [string, string][] = actors.filter(({ isUp }) => !isUp).map(({ id }) => [id, 'stopped']);
  for (const { name, fault, kubelet, proxy, runtime } of nodes) {
    const word = { '': '', power: 'no power', cable: 'cable pulled' }[fault];
    for (const { id, isUp } of [kubelet, proxy, runtime]) {
      if (word !== '' || !isUp) words.push([id, word || 'stopped']);
    }
    if (word !== '') words.push([`network/${name}`, word]);
  }
  return new Map(words);
}

function choose(target: EventTarget | null, onSelect: (id: string) => void): void {
  const id = target instanceof Element ? target.closest('[data-lane]')?.getAttribute('data-lane') : undefined;
  if (id) onSelect(id);
}

/** Up and down go from name to name; Enter and Space choose. */
function press(event: KeyboardEvent, onSelect: (id: string) => void): void {
  const name = event.target instanceof Element ? event.target.closest<SVGElement>('[data-lane]') : null;
  if (name === null) return;
  if (event.key === 'Enter' || event.key === ' ') choose(name, onSelect);
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const next = event.key === 'ArrowDown' ? name.nextElementSibling : name.previousElementSibling;
    if (next instanceof SVGElement && next.hasAttribute('data-lane')) next.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}
