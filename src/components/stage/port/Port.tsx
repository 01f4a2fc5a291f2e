import type { JSX } from 'preact';
import type { Scene, SceneNode } from '../../../../sim/view/scene.ts';
import { Crate } from '../art/Crate.tsx';
import { Frame } from '../art/Frame.tsx';
import { actorsAtWork, actorsOnAir, type Router, shownFlights } from '../art/flights.ts';
import { Choice, type DrawingProps, P, R, T } from '../art/kit.tsx';
import { Messages } from '../art/Messages.tsx';
import { pathOf } from '../art/route.ts';
import { actorLabel } from '../art/words.ts';
import { Person } from './figures.tsx';
import { FREEBOARD, type Harbour, harbourOf, mastOf, routeToRadio, wayBetween } from './harbour.ts';
import { Ship } from './Ship.tsx';
import { Tower } from './Tower.tsx';

/** What this is like: the same harbour in profile. Pure: one scene gives one drawing, at build and in the page. */
export function Port(props: DrawingProps): JSX.Element {
  const { scene, layout, selected, name } = props;
  const harbour = harbourOf(scene, layout);
  const router: Router = (from, to) => wayBetween(harbour, scene, from, to);
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
        return <Ship key={node.id} {...{ node, berth, harbour, selected, onAir, atWork }} hatch={`${name}-hatch`} />;
      })}
      <Tower scene={scene} harbour={harbour} selected={selected} />
      <You scene={scene} harbour={harbour} selected={selected} />
      <Yard scene={scene} harbour={harbour} selected={selected} />
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

function Backdrop({ harbour }: { harbour: Harbour }): JSX.Element {
  const { isWide, height } = harbour;
  const left = isWide ? -400 : 0;
  const width = isWide ? 1576 : 358;
  const hills = isWide
    ? 'M250 92c40-16 76-22 120-12s84-18 130-10 70 14 120 4 96-12 156 2q120 6 400 0v22H250z'
    : 'M0 132c40-14 80-18 120-8s84-16 130-8 70 10 108 2v30H0z';
  const shore = isWide
    ? 'M-400 352C-240 300-60 372 0 330C14 310 34 312 50 328S110 398 170 412 262 424 296 424L304 434V488H-400z'
    : 'M-4 374C20 360 40 368 58 390S120 446 180 452H330L336 462V532H-4z';
  const horizon = isWide ? 96 : 146;
  return (
    <>
      <R x={left} y={0} w={width} h={height} k="sky" />
      <P d={hills} k="hills" />
      <R x={left} y={horizon} w={width} h={height - horizon} k="sea" />
      <P d={`M${left} ${horizon}h${width}`} k="wave" />
      <P d={shore} k="land" />
      {harbour.berths.length < scenery(harbour) && (
        <P d="M430 200q4-4 8 0t8 0m-4 9q4-4 8 0t8 0M600 240q4-4 8 0t8 0m-4 9q4-4 8 0t8 0" k="wave" />
      )}
    </>
  );
}

/** Below so many ships the water shows some swell. */
function scenery(harbour: Harbour): number {
  return harbour.isWide ? 2 : 0;
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
  const at = harbour.isWide ? 252 : 306;
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

/** Crates that name no ship yet stand ashore. */
function Yard({
  scene,
  harbour,
  selected,
}: {
  scene: Scene;
  harbour: Harbour;
  selected: string | undefined;
}): JSX.Element | null {
  const { unscheduled } = scene;
  if (unscheduled.length === 0) return null;
  const { x, y, w } = harbour.yard;
  const each = 64;
  const count = Math.floor(w / each);
  const fits = unscheduled.length <= count ? unscheduled : unscheduled.slice(0, count - 1);
  const box = { y, width: each - 4, height: 28, more: 0 };
  const places = fits.map((pod, index) => ({ ...box, pod, x: x + index * each }));
  const more = unscheduled.length - fits.length;
  const rest = more > 0 ? [{ ...box, pod: undefined, x: x + fits.length * each, more }] : [];
  return (
    <>
      <T x={x} y={y - 6} k="nt">
        no ship yet
      </T>
      {[...places, ...rest].map((place) => (
        <Crate key={place.pod?.id ?? 'more'} place={place} selected={selected} />
      ))}
    </>
  );
}

/** Names of the figures on the ship at work, or on the first. */
function Callouts({ scene, harbour }: { scene: Scene; harbour: Harbour }): JSX.Element | null {
  const ends = scene.recent.slice(-1).flatMap(({ from, to }) => [from, to]);
  const found = scene.nodes.findIndex((node: SceneNode) => ends.some((actor) => actor.endsWith(`/${node.name}`)));
  const berth = harbour.berths[Math.max(0, found)];
  if (berth === undefined) return null;
  const { waterline } = berth;
  const lines = [
    { x: 324, y: waterline - 60, name: 'kubelet', role: 'captain', at: 'e' as const },
    { x: 662, y: waterline - 106, name: 'containerd', role: 'deck crane', at: undefined },
    { x: 770, y: waterline - 68, name: 'kube-proxy', role: 'traffic controller', at: 'e' as const },
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

/** Where an actor's badge stands. */
function placeOf(
  harbour: Harbour,
  scene: Scene,
  actor: string,
): { readonly x: number; readonly y: number } | undefined {
  const { x, y, scale } = harbour.tower;
  const inTower = ROOMS[actor];
  if (inTower !== undefined) return { x: x + inTower[0] * scale, y: y + inTower[1] * scale };
  if (actor === 'kubectl') return { x: harbour.you.x + 20, y: harbour.you.y - 46 };
  const berth = harbour.berths[scene.nodes.findIndex((node) => actor.endsWith(`/${node.name}`))];
  if (berth === undefined) return undefined;
  const mast = mastOf(harbour, berth);
  return { x: mast.x + 30, y: mast.y + 12 };
}

const ROOMS: Readonly<Record<string, readonly [number, number]>> = {
  'kube-apiserver': [64, 156],
  'kube-scheduler': [98, 232],
  'kube-controller-manager': [144, 232],
  etcd: [206, 332],
};

/** The phone's camera: 396 by 292 units of the wide harbour, on the actors of the newest step. */
function camera(scene: Scene, harbour: Harbour): string {
  const ends = scene.recent.slice(-1).flatMap(({ from, to }) => [from, to]);
  const index = scene.nodes.findIndex((node) => ends.some((actor) => actor.endsWith(`/${node.name}`)));
  const berth = harbour.berths[index];
  if (berth === undefined) return ends.includes('etcd') ? '0 150 396 292' : '0 0 396 292';
  const top = Math.max(0, Math.min(harbour.height - 292, berth.waterline - FREEBOARD - 170));
  return `${Math.min(harbour.width - 396, berth.x - 8)} ${top} 396 292`;
}
