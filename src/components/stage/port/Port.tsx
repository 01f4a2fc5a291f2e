import type { JSX } from 'preact';
import type { Scene } from '../../../../sim/view/scene.ts';
import { Ashore } from '../art/Ashore.tsx';
import { Frame } from '../art/Frame.tsx';
import { aboard, actorsAtWork, actorsOnAir, shownFlights } from '../art/flights.ts';
import { Choice, type DrawingProps, P, R, T } from '../art/kit.tsx';
import { Messages } from '../art/Messages.tsx';
import { memo } from '../art/memo.ts';
import { pathOf } from '../art/route.ts';
import { serversOf } from '../art/Servers.tsx';
import { actorLabel, isYours } from '../art/words.ts';
import { yourVote } from '../art/yourvote.ts';
import { Person } from './figures.tsx';
import {
  type Berth,
  berthOf,
  copiesIn,
  FREEBOARD,
  type Harbour,
  harbourOf,
  harbourRouter,
  mastOf,
  routeToRadio,
  serversIn,
} from './harbour.ts';
import { Ship } from './Ship.tsx';
import { Tower } from './Tower.tsx';

/** What this is like: the same harbour in profile. Pure: one scene gives one drawing, at build and in the page. */
export function Port(props: DrawingProps): JSX.Element {
  const { scene, layout, selected, name } = props;
  const harbour = harbourOf(props);
  const router = harbourRouter(harbour, scene);
  const shown = shownFlights(scene, router);
  const onAir = actorsOnAir(shown);
  const atWork = actorsAtWork(scene);
  return (
    <Frame {...props} viewBox={layout === 'follow' ? camera(scene, harbour) : `0 0 ${harbour.width} ${harbour.height}`}>
      <Backdrop harbour={harbour} />
      <Channels scene={scene} harbour={harbour} />
      {harbour.berths.map((berth, index) => {
        const node = scene.nodes[index];
        if (node === undefined) return null;
        const busy = { onAir: aboard(onAir, node), atWork: aboard(atWork, node) };
        return <Ship key={node.id} {...{ node, berth, harbour, selected }} {...busy} hatch={`${name}-hatch`} />;
      })}
      <Tower scene={scene} harbour={harbour} selected={selected} />
      <You scene={scene} harbour={harbour} selected={selected} />
      <Ashore
        pods={scene.unscheduled}
        {...harbour.yard}
        height={28}
        each={64}
        caption="no ship yet"
        selected={selected}
      />
      {harbour.isWide && !harbour.isCrowded && layout !== 'follow' && <Callouts scene={scene} harbour={harbour} />}
      <Messages
        {...{ scene, shown, router }}
        homeOf={(actor) => placeOf(harbour, scene, actor)}
        width={harbour.width}
        height={harbour.height}
        slip={layout === 'follow' ? 'none' : 'end'}
      />
    </Frame>
  );
}

const Backdrop = memo(BackdropDrawn);

function BackdropDrawn({ harbour }: { harbour: Harbour }): JSX.Element {
  const { isWide, height, you } = harbour;
  const left = isWide ? -400 : 0;
  const width = isWide ? 1576 : 358;
  const shore = isWide
    ? 'M-400 352C-240 300-60 372 0 330C14 310 34 312 50 328S110 398 170 412 262 424 296 424L304 434V488H-400z'
    : 'M-4 374C20 360 40 368 58 390S120 446 180 452H330L336 462V532H-4z';
  const horizon = isWide ? 96 : 146;
  return (
    <>
      <R x={left} y={0} w={width} h={height} k="sky" />
      {isWide && (
        <P d="M250 92c40-16 76-22 120-12s84-18 130-10 70 14 120 4 96-12 156 2q120 6 400 0v22H250z" k="hills" />
      )}
      <R x={left} y={horizon} w={width} h={height - horizon} k="sea" />
      <P d={`M${left} ${horizon}h${width}`} k="wave" />
      <P d={shore} k="land" move={isWide ? `translate(${you.x - 276} ${you.y - 424})` : undefined} />
    </>
  );
}

function Channels({ scene, harbour }: { scene: Scene; harbour: Harbour }): JSX.Element {
  const ships = scene.nodes.filter((node) => node.isListening && node.fault === '').map((node) => node.kubelet.id);
  const kubectl = scene.actors
    .filter((actor) => actor.kind === 'kubectl' && actor.isListening)
    .map((actor) => actor.id);
  const cut = scene.nodes.filter((node) => node.fault === 'cable');
  return (
    <>
      {[...ships, ...kubectl].map((actor) => {
        const route = routeToRadio(harbour, scene, actor);
        return route === undefined ? null : <P key={actor} d={pathOf(route)} k="ch" />;
      })}
      {cut.map((node) => {
        const route = routeToRadio(harbour, scene, node.kubelet.id);
        return route === undefined ? null : <P key={node.id} d={pathOf(route)} k="dead-line" />;
      })}
    </>
  );
}

function You({
  scene,
  harbour,
  selected,
}: {
  scene: Scene;
  harbour: Harbour;
  selected: string | undefined;
}): JSX.Element | null {
  const actor = scene.actors.find((known) => known.kind === 'kubectl');
  if (actor === undefined) return null;
  const { x, y } = harbour.you;
  const at = harbour.isWide ? x - 24 : 306;
  return (
    <Choice id={actor.id} label={actorLabel(actor)} selected={selected}>
      <Person x={x} y={y} hat="none" coat="cB">
        <P d="M6-16l8-8" k="arm b-arm" />
        <P d="M12-40h13v15H12z" k="card e1" />
        <P d="M14.5-36h8M14.5-32h8M14.5-28.5h5" k="l1" />
      </Person>
      <T x={at} y={y + 20} k="nm" at={harbour.isWide ? undefined : 'm'}>
        kubectl
      </T>
      <T x={at} y={y + 37} k="rl" at={harbour.isWide ? undefined : 'm'}>
        you
      </T>
    </Choice>
  );
}

/** Names of the figures on the ship at work, or on the first. */
function Callouts({ scene, harbour }: { scene: Scene; harbour: Harbour }): JSX.Element | null {
  const berth = berthAtWork(harbour, scene) ?? harbour.berths[0];
  if (berth === undefined) return null;
  const { waterline } = berth;
  const { runtime, proxy } = scene.nodes[harbour.berths.indexOf(berth)] ?? {};
  const proxyRole = `${proxy && isYours(proxy) ? 'your ' : ''}traffic controller`;
  const lines = [
    { x: 324, y: waterline - 60, name: 'kubelet', role: 'captain', at: 'e' as const },
    { x: 662, y: waterline - 106, name: runtime?.title ?? 'containerd', role: 'deck crane', at: undefined },
    { x: 770, y: waterline - 68, name: proxy?.title ?? 'kube-proxy', role: proxyRole, at: 'e' as const },
  ];
  return (
    <>
      <P
        d={`M328 ${waterline - 62}L370 ${waterline - 70}M659 ${waterline - 108}l-12 0M746 ${waterline - 46}v12`}
        k="l1"
      />
      {lines.map(({ x, y, name, role, at }) => (
        <g key={name}>
          <T x={x} y={y} k="nm halo-text" at={at}>
            {name}
          </T>
          <T x={x} y={y + 16} k="rl halo-text" at={at}>
            {role}
          </T>
        </g>
      ))}
    </>
  );
}

/** The berth of the ship that the newest step is about. */
function berthAtWork(harbour: Harbour, scene: Scene): Berth | undefined {
  for (const actor of actorsAtWork(scene)) {
    const berth = berthOf(harbour, scene, actor.slice(actor.indexOf('/') + 1));
    if (berth !== undefined) return berth;
  }
  return undefined;
}

/** Where an actor's badge stands. */
function placeOf(
  harbour: Harbour,
  scene: Scene,
  actor: string,
): { readonly x: number; readonly y: number } | undefined {
  const { x, y, scale } = harbour.tower;
  const copy = copiesIn(scene.etcd.members.length)[scene.etcd.members.findIndex(({ id }) => id === actor)];
  const own = copy ?? serversIn(scene)[serversOf(scene).findIndex(({ id }) => id === actor)];
  const inTower = own === undefined ? ROOMS[actor] : ([own.x + own.w - 4, own.y + 2] as const);
  if (inTower !== undefined) return { x: x + inTower[0] * scale, y: y + inTower[1] * scale };
  if (actor === 'kubectl') return { x: harbour.you.x + 20, y: harbour.you.y - 46 };
  const berth = berthOf(harbour, scene, actor.slice(actor.indexOf('/') + 1));
  if (berth === undefined) return undefined;
  const mast = mastOf(harbour, berth);
  return { x: mast.x + 30, y: mast.y + 12 };
}

const ROOMS: Readonly<Record<string, readonly [number, number]>> = {
  'kube-apiserver': [64, 156],
  'kube-scheduler': [98, 232],
  'kube-controller-manager': [144, 232],
  etcd: [206, 332],
  'my-replicaset-controller': [6, 22],
  'my-score-plugin': [6, 22],
  'my-operator': [6, 22],
};

/** The phone's camera: 396 by 240 units of the wide harbour, on the actors of the newest step. */
function camera(scene: Scene, harbour: Harbour): string {
  const berth = berthAtWork(harbour, scene);
  // The roof is in sight where the reader's process stands on it.
  const hasHut = scene.actors.some(({ kind }) => kind === 'lab') || yourVote(scene) !== undefined;
  const roof = hasHut ? 40 : 60;
  if (berth === undefined)
    return `0 ${[...actorsAtWork(scene)].some((id) => id.startsWith('etcd')) ? 230 : roof} 396 240`;
  const top = Math.max(0, Math.min(harbour.height - 240, berth.waterline - FREEBOARD - 140));
  return `${Math.min(harbour.width - 396, berth.x - 8)} ${top} 396 240`;
}
