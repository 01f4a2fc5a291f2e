import type { JSX } from 'preact';
import type { SceneNode } from '../../../../sim/view/scene.ts';
import { Crate } from '../art/Crate.tsx';
import { Choice, P, R, StatusShape, T } from '../art/kit.tsx';
import { memo } from '../art/memo.ts';
import { type Stowed, stow } from '../art/stow.ts';
import { fit, isYours, load, nodeLabel, opinion, processLabel } from '../art/words.ts';
import { Captain, Lighter, Paddle, Person, Truck } from './figures.tsx';
import { type Berth, bayOf, FREEBOARD, type Harbour } from './harbour.ts';

interface ShipProps {
  readonly node: SceneNode;
  readonly berth: Berth;
  readonly harbour: Harbour;
  readonly selected: string | undefined;
  readonly onAir: ReadonlySet<string>;
  readonly atWork: ReadonlySet<string>;
  readonly hatch: string;
}

/** A node as a ship in profile, alongside its jetty. Its own origin is the stern at deck height. */
export const Ship = memo(ShipDrawn);

function ShipDrawn(props: ShipProps): JSX.Element {
  const { node, berth, harbour } = props;
  const isDead = node.fault === 'power';
  const { length } = berth;
  return (
    <g transform={`translate(${berth.x} ${berth.waterline - FREEBOARD})`}>
      <g transform={isDead ? `rotate(5 ${length / 2} 40)` : undefined} class={isDead ? 'dead' : undefined}>
        <Mast {...props} />
        <Bridge {...props} />
        <Cargo {...props} />
        <HullSide {...props} />
      </g>
      <Water length={length} />
      {node.pulling !== '' && (
        <Lighter x={harbour.isCrowded ? 60 : length - 150} y={42} image={fit(node.pulling, 84, 7.4)} />
      )}
      <Jetty {...props} />
    </g>
  );
}

function Mast({ node, harbour, onAir }: ShipProps): JSX.Element {
  const { x, y } = harbour.isCrowded ? { x: 28, y: -64 } : { x: 50, y: -86 };
  const isOn = node.kubelet.isUp && node.fault === '';
  return (
    <>
      <P d={`M${x} ${y + 30}V${y + 2}M${x - 7} ${y + 12}h14M${x - 5} ${y + 6}h10`} k="l2" />
      <circle cx={x} cy={y} r="3" class={isOn ? 'rf' : 'lamp'} />
      {node.isCordoned && <P d={`M${x + 1} ${y + 3}h20l-5 6 5 6h-20z`} k="flag" />}
      {node.fault === 'cable' && <P d="M-9 5 0-5M-3 8l9-10" k="cut" move={`translate(${x} ${y})`} />}
      {onAir.has(node.kubelet.id) && (
        <P
          d={`M${x - 8} ${y - 6}a10 10 0 0 0 0 12M${x + 8} ${y - 6}a10 10 0 0 1 0 12M${x - 14} ${y - 10}a17 17 0 0 0 0 20M${x + 14} ${y - 10}a17 17 0 0 1 0 20`}
          k="waves"
        />
      )}
    </>
  );
}

/** The kubelet's place. */
function Bridge({ node, harbour, selected, onAir, atWork }: ShipProps): JSX.Element {
  const { kubelet } = node;
  const heat = onAir.has(kubelet.id) ? ' air' : atWork.has(kubelet.id) ? ' hot' : '';
  if (harbour.isCrowded) {
    return (
      <Choice id={kubelet.id} label={processLabel(kubelet, node)} selected={selected}>
        <P d="M8 0V-34H48V0z" k="card e15" />
        <P d="M14-28H42V-12H14z" k={`glass${heat}`} />
        {kubelet.isUp && <Captain x={28} y={-12} isDark={false} />}
      </Choice>
    );
  }
  return (
    <>
      <P d="M16-30V-52h14v22z" k="boot e1" />
      <P d="M16-46h14" k="band" />
      <P d="M14 0V-30H92V0z" k="card e15" />
      {[26, 43, 60, 77].map((x) => (
        <circle key={x} cx={x} cy={-13} r="3.6" class="glass" />
      ))}
      <Choice id={kubelet.id} label={processLabel(kubelet, node)} selected={selected}>
        <P d="M32-30L28-58H92L88-30z" k="card e15" />
        <P d="M34-52H86L84-34H37z" k={`glass${heat}`} />
        {kubelet.isUp && <Captain x={60} y={-34} isDark={node.ship === 'A' || node.ship === '1'} />}
      </Choice>
    </>
  );
}

/** The deck's slots of 250m in two tiers, the crates, and the crane that sets them down. */
function Cargo({ node, harbour, selected, atWork }: ShipProps): JSX.Element {
  const bay = bayOf(harbour);
  const width = bay.slot * 4;
  const deck = { x: bay.x, y: -54, width, height: 54 };
  const columns = node.slots > 24 ? 1 : Math.max(1, Math.round(node.slots / 2));
  let grid = `M${bay.x} 0v-54h${width}v54M${bay.x}-27h${width}`;
  for (let column = 1; column < columns; column++) grid += `M${bay.x + (width * column) / columns} 0v-54`;
  const places = stow(node.pods, node.cpuMilli, deck);
  const isLifting = node.runtime.isUp && !harbour.isCrowded;
  const lifted = isLifting ? places.find((place) => place.pod?.shape === 'creating') : undefined;
  const hook = lifted === undefined || node.pulling !== '' ? undefined : lifted;
  return (
    <>
      <P d={grid} k="slots" />
      {places.map((place) =>
        place === hook ? (
          <R key="hook" x={place.x} y={place.y} w={place.width} h={place.height} k="cs" />
        ) : (
          <Crate key={place.pod?.id ?? 'more'} place={place} selected={selected} />
        ),
      )}
      {node.pods.length === 0 && node.podCount > 0 && (
        <T x={bay.x + width / 2} y={-22} k="sb" at="m">
          {`${node.podCount} pods`}
        </T>
      )}
      {!harbour.isCrowded && (
        <Crane node={node} x={bay.x + width + 18} hook={hook} selected={selected} atWork={atWork} />
      )}
    </>
  );
}

function Crane(props: {
  node: SceneNode;
  x: number;
  hook: Stowed | undefined;
  selected: string | undefined;
  atWork: ReadonlySet<string>;
}): JSX.Element {
  const { node, x, hook, selected, atWork } = props;
  const { runtime } = node;
  return (
    <>
      <Choice id={runtime.id} label={processLabel(runtime, node)} selected={selected}>
        <P d={`M${x - 4} 0V-64h8V0z`} k="cC e1" />
        <P d={`M${x - 10}-76h20v14h-20z`} k={`card e1${atWork.has(runtime.id) ? ' hot' : ''}`} />
        {hook === undefined &&
          (runtime.isUp ? (
            <P d={`M${x}-72l-92-10 1 5L${x + 4}-66zM${x - 90}-79v8`} k="cC e1" />
          ) : (
            <P d={`M${x - 2}-62l-26 56 5 2L${x + 3}-60z`} k="cC e1" />
          ))}
        {hook !== undefined && <Boom x={x} hook={hook} />}
      </Choice>
      {hook !== undefined && (
        <>
          <Crate place={{ ...hook, y: hook.y - 30 }} selected={selected} isLifted={true} />
          <P d={`M${hook.x + hook.width / 2} ${hook.y + 6}v9m-4-4 4 4 4-4`} k="down" />
        </>
      )}
    </>
  );
}

function Boom({ x, hook }: { x: number; hook: Stowed }): JSX.Element {
  const tip = hook.x + hook.width / 2;
  const top = hook.y - 39;
  return (
    <>
      <P d={`M${x}-72L${tip}-108l6 3L${x + 6}-66z`} k="cC e1" />
      <P
        d={`M${x}-92V-76M${x}-92L${tip}-108M${x}-92L${x + 8}-62M${tip}-108V${top}L${hook.x + 6} ${top + 9}M${tip} ${top}L${hook.x + hook.width - 6} ${top + 9}`}
        k="l1"
      />
    </>
  );
}

function HullSide({ node, berth, harbour, selected, hatch }: ShipProps): JSX.Element {
  const { length } = berth;
  const bow = harbour.isCrowded ? 44 : 78;
  const side = `M0 0H${length - bow}C${length - bow * 0.6} 0 ${length - bow * 0.28}-6 ${length}-15C${length - 8} 8 ${length - 24} 30 ${length - 36} 48H14C5 36 0 16 0 0z`;
  const said = opinion(node);
  const name = fit(node.name, harbour.isCrowded ? 90 : 110, 8);
  const left = 26 + name.length * 7.9;
  const used = harbour.isCrowded ? load(node) : `${node.cpuUsedMilli}m of ${node.cpuMilli}m loaded`;
  return (
    <Choice id={node.id} label={nodeLabel(node, [node.name, said || used])} selected={selected}>
      <P d={side} k="side" />
      <P d={`M5.5 32H${length - 27}L${length - 36} 48H14z`} k="boot" />
      {node.fault === 'power' && <path d={side} fill={`url(#${hatch})`} />}
      <T x={20} y={22} k="hn">
        {name}
      </T>
      <R x={left + 2} y={6} w={20} h={20} k="plate" />
      <StatusShape shape={node.isReady ? 'running' : 'lost'} x={left + 4} y={8} size={16} />
      <T x={left + 28} y={22} k="hs">
        {fit(said === '' ? used : said, length - left - bow * 0.4 - 37, 6)}
      </T>
    </Choice>
  );
}

function Water({ length }: { length: number }): JSX.Element {
  let waves = 'M-14 40';
  for (let x = -14; x < length + 2; x += 14) waves += 'q3.5-5 7 0t7 0';
  return (
    <>
      <P d={`${waves}V54H-14z`} k="sea" />
      <P d={waves} k="wave" />
    </>
  );
}

/** The quayside: kube-proxy directs requests, which arrive by truck where a Service has a ready endpoint. */
function Jetty({ node, berth, harbour, selected }: ShipProps): JSX.Element {
  const end = (harbour.isCrowded ? berth.x + berth.length + 12 : harbour.quayEnd) - berth.x;
  let piles = '';
  for (let x = 20; x < Math.min(end, 900) - 6; x += 64) piles += `M${x} 59v9M${x + 6} 59v9`;
  const isOpen = node.serves.length > 0;
  const man = harbour.isWide ? 410 : 312;
  return (
    <>
      <P d={`M-6 52H${end}v7H-6z`} k="plank e1" />
      <P d={piles} k="l1" />
      {!harbour.isCrowded && node.proxy.isUp && (
        <Choice id={node.proxy.id} label={processLabel(node.proxy, node)} selected={selected}>
          <Person x={man} y={52} hat="vest" coat="coat" isTurned={true}>
            <Paddle isOpen={isOpen} />
          </Person>
          {isYours(node.proxy) && <P d="M0 0H9L0 9z" k="yours" move={`translate(${man + 12} 34)`} />}
        </Choice>
      )}
      {!harbour.isCrowded && isOpen && node.fault === '' && (
        <Truck x={harbour.isWide ? 338 : 246} y={52} label={fit(node.serves[0] ?? '', 50, 6.6)} />
      )}
    </>
  );
}
