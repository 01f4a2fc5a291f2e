import { Fragment, type JSX } from 'preact';
import type { Scene, SceneActor } from '../../../../sim/view/scene.ts';
import { Ashore } from '../art/Ashore.tsx';
import { Copies } from '../art/Copies.tsx';
import { Frame } from '../art/Frame.tsx';
import { aboard, actorsAtWork, actorsOnAir, shownFlights } from '../art/flights.ts';
import { Choice, type DrawingProps, Icon, P, R, T } from '../art/kit.tsx';
import { Messages } from '../art/Messages.tsx';
import { memo } from '../art/memo.ts';
import { pathOf, placeOn } from '../art/route.ts';
import { Servers, serversOf } from '../art/Servers.tsx';
import { actorLabel, fit } from '../art/words.ts';
import { yourVote } from '../art/yourvote.ts';
import { type Box, type Chart, chartOf, chartRouter, hullOf, lane, routeToApi } from './chart.ts';
import { Hull } from './Hull.tsx';

/** Who talks to whom: the harbour as a chart. Pure: one scene gives one drawing, at build and in the page. */
export function Diagram(props: DrawingProps): JSX.Element {
  const { scene, layout, selected, name } = props;
  const chart = chartOf(props);
  const router = chartRouter(chart, scene);
  const shown = shownFlights(scene, router);
  const onAir = actorsOnAir(shown);
  const atWork = actorsAtWork(scene);
  return (
    <Frame {...props} viewBox={layout === 'follow' ? camera(scene, chart) : `0 0 ${chart.width} ${chart.height}`}>
      <Water chart={chart} />
      <Lines scene={scene} chart={chart} />
      <Stations scene={scene} chart={chart} selected={selected} />
      <Ashore
        pods={scene.unscheduled}
        {...chart.quay}
        each={46}
        caption={chart.isWide ? 'in the ledger, on no ship yet' : 'no ship yet'}
        selected={selected}
      />
      {chart.hulls.map((box, index) => {
        const node = scene.nodes[index];
        if (node === undefined) return null;
        const busy = { onAir: aboard(onAir, node), atWork: aboard(atWork, node) };
        return <Hull key={node.id} {...{ node, box, chart, selected }} {...busy} hatch={`${name}-hatch`} />;
      })}
      {layout !== 'follow' && <Legend scene={scene} chart={chart} />}
      <Messages
        {...{ scene, shown, router }}
        homeOf={(actor) => homeOf(boxOf(chart, scene, actor))}
        width={chart.width}
        height={chart.height}
        slip={layout === 'follow' ? 'none' : chart.isWide ? 'packet' : { x: 8, y: 308 }}
      />
    </Frame>
  );
}

const Water = memo(WaterDrawn);

function WaterDrawn({ chart }: { chart: Chart }): JSX.Element {
  const { coast, width, height, isWide } = chart;
  const left = isWide ? -400 : 0;
  return (
    <>
      <R x={left} y={0} w={isWide ? 1576 : width} h={height} k="sea" />
      {[12, 29, 51].map((depth, index) => (
        <P key={depth} d={coast} k={`iso i${index}`} move={`translate(0 ${depth})`} />
      ))}
      <P d={`${coast}V-2H${left}z`} k="land" />
    </>
  );
}

/** Open watches are dotted lines that are always there. */
function Lines({ scene, chart }: { scene: Scene; chart: Chart }): JSX.Element {
  const open = scene.actors.filter((actor) => actor.isListening && actor.kind !== 'etcd').map((actor) => actor.id);
  const drawn = chart.form === 'cell' ? scene.nodes.slice(0, chart.isWide ? 6 : 1) : scene.nodes;
  const ships = drawn.filter((node) => node.isListening && node.fault === '').map((node) => node.kubelet.id);
  const cut = drawn.filter((node) => node.fault === 'cable');
  const x = chart.api.x;
  const { etcd } = chart.stations;
  return (
    <>
      <P
        d={`M${x - 5.5} ${etcd.y + etcd.h}V${chart.api.y - 56}M${x + 5.5} ${etcd.y + etcd.h}V${chart.api.y - 56}`}
        k="tube"
      />
      {[...open, ...ships].map((actor) => {
        const route = lane(chart, routeToApi(chart, scene, actor), actor, true);
        return route === undefined ? null : <P key={actor} d={pathOf(route)} k="ch" />;
      })}
      {cut.map((node) => {
        const route = routeToApi(chart, scene, node.kubelet.id);
        if (route === undefined) return null;
        const { x, y } = placeOn(route, 0.3);
        return (
          <g key={node.id}>
            <P d={pathOf(route)} k="dead-line" />
            <P d="M-9 5 0-5M-3 8l9-10" k="cut" move={`translate(${x} ${y})`} />
          </g>
        );
      })}
    </>
  );
}

function Stations({
  scene,
  chart,
  selected,
}: {
  scene: Scene;
  chart: Chart;
  selected: string | undefined;
}): JSX.Element {
  const vote = yourVote(scene);
  return (
    <>
      {vote && <Station actor={vote} chart={chart} selected={selected} />}
      {scene.actors.map((actor) =>
        actor.kind === 'apiserver' ? (
          <Fragment key={actor.id}>
            <Radio actor={actor} chart={chart} selected={selected} />
            <Servers scene={scene} places={chart.servers} selected={selected} />
          </Fragment>
        ) : actor.kind === 'etcd' && chart.copies.length > 0 ? (
          <Ledger key={actor.id} actor={actor} chart={chart} scene={scene} selected={selected} />
        ) : (
          <Station key={actor.id} actor={actor} chart={chart} selected={selected} />
        ),
      )}
    </>
  );
}

interface StationProps {
  readonly actor: SceneActor;
  readonly chart: Chart;
  readonly selected: string | undefined;
}

const Station = memo(StationDrawn);

function StationDrawn({ actor, chart, selected }: StationProps): JSX.Element | null {
  if (actor.kind === 'apiserver') return null;
  const { x, y, w, h } = chart.stations[actor.kind];
  const isTiny = w < 100;
  const hasLine = h > 60;
  const plate = isTiny ? 0 : hasLine ? 40 : 36;
  const left = x + plate + (isTiny ? 8 : 9);
  const line = actor.isUp ? actor.line : 'stopped';
  const room = x + w - left - 4;
  const both = `${actor.port}, ${line}`;
  const port = isTiny ? (actor.port.split(',')[0] ?? '') : actor.port;
  const title = hasLine ? actor.title : (SHORT[actor.id] ?? actor.title);
  const second = !actor.isUp && !hasLine ? 'stopped' : hasLine || both.length * 6.3 > room || line === '' ? port : both;
  return (
    <Choice id={actor.id} label={actorLabel(actor, [title, second])} selected={selected}>
      <R x={x} y={y} w={w} h={h} k={actor.isUp ? 'box' : 'box off'} />
      {plate > 0 && <R x={x} y={y} w={plate} h={h} k="plank" />}
      {plate > 0 && (
        <Icon
          name={actor.kind === 'lab' ? 'controllers' : actor.kind}
          x={x + plate / 2 - 12}
          y={y + h / 2 - 12}
          size={24}
        />
      )}
      <T x={left} y={hasLine && line !== '' ? y + 22 : y + h / 2 - 3} k="nm">
        {fit(title, room, 7.2)}
      </T>
      <T x={left} y={hasLine && line !== '' ? y + 39 : y + h / 2 + 15} k="rl">
        {fit(second, room, 6.3)}
      </T>
      {hasLine && line !== '' && (
        <T x={left} y={y + 57} k={actor.isUp ? 'sb' : 'sb said'}>
          {fit(line, room, 5.7)}
        </T>
      )}
      {!actor.isUp && <P d={`M${x + 8} ${y + h / 2 + 14}l${Math.max(plate, 30) - 16}-28`} k="strike" />}
    </Choice>
  );
}

/** etcd with several members: a frame that says who leads, around the copies. */
function Ledger({ actor, chart, scene, selected }: StationProps & { readonly scene: Scene }): JSX.Element {
  const { x, y, w, h } = chart.stations.etcd;
  const line = actor.isUp ? actor.line : 'stopped';
  const port = w > 250 ? actor.port : '';
  return (
    <>
      <Choice id={actor.id} label={actorLabel(actor, [actor.title, port, line])} selected={selected}>
        <R x={x} y={y} w={w} h={h} k={actor.isUp ? 'plank' : 'plank off'} />
        <text x={x + 8} y={y + 16}>
          <tspan class="nm">{actor.title}</tspan> <tspan class="rl">{port}</tspan>{' '}
        </text>
        <T x={x + w - 8} y={y + 16} k="sb" at="e">
          {line}
        </T>
      </Choice>
      <Copies members={scene.etcd.members} places={chart.copies} selected={selected} />
    </>
  );
}

/** Names for small boxes. */
const SHORT: Readonly<Record<string, string>> = {
  'kube-scheduler': 'scheduler',
  'kube-controller-manager': 'controller-mgr',
  'my-replicaset-controller': 'my controller',
  'my-score-plugin': 'my plugin',
  'my-operator': 'my operator',
};

const RADIO_WORDS = ['API server', 'radio operator', ':6443'];

function Radio({ actor, chart, selected }: StationProps): JSX.Element {
  const { x, y } = chart.api;
  const hasPort = actor.isUp && chart.servers.length === 0;
  return (
    <Choice id={actor.id} label={actorLabel(actor, RADIO_WORDS.slice(0, hasPort ? 3 : 2))} selected={selected}>
      {actor.isUp && <circle cx={x} cy={y} r="68" class="ring" />}
      <circle cx={x} cy={y} r="57" class={actor.isUp ? 'radio' : 'radio off'} />
      <Icon name="apiserver" x={x - 15} y={y - 49} size={30} k={actor.isUp ? 'mg' : ''} />
      <T x={x} y={y + 3} k="nm" at="m">
        API server
      </T>
      <T x={x} y={y + 21} k="rl" at="m">
        radio operator
      </T>
      {chart.servers.length === 0 && (
        <T x={x} y={y + 39} k={actor.isUp ? 'sb' : 'sb said'} at="m">
          {actor.isUp ? ':6443' : 'stopped'}
        </T>
      )}
      {!actor.isUp && <P d={`M${x - 17} ${y - 18}l34-32`} k="strike" />}
    </Choice>
  );
}

function Legend({ scene, chart }: { scene: Scene; chart: Chart }): JSX.Element {
  if (chart.width < 500) {
    return (
      <g>
        <T x={12} y={24} k="rg">
          CONTROL PLANE
        </T>
        <T x={12} y={43} k="rgi">
          the tower
        </T>
      </g>
    );
  }
  const hidden = scene.nodes.length - chart.hulls.length;
  return (
    <g>
      <T x={18} y={26} k="rg">
        CONTROL PLANE
      </T>
      <T x={18} y={46} k="rgi">
        the control tower
      </T>
      <T x={410} y={124} k="nt">
        nobody else
      </T>
      <T x={410} y={140} k="nt">
        has this line
      </T>
      <T x={18} y={476} k="rg">
        WORKER NODES
      </T>
      <T x={133} y={476} k="rgi">
        {hidden > 0 ? `the ships, and ${hidden} more` : 'the ships'}
      </T>
      <T x={758} y={476} k="nt" at="e">
        magenta: anything that travels through the API server
      </T>
    </g>
  );
}

/** The box that an actor's figure fills. */
function boxOf(chart: Chart, scene: Scene, actor: string): Box | undefined {
  const copy = chart.copies[scene.etcd.members.findIndex(({ id }) => id === actor)];
  const own = copy ?? chart.servers[serversOf(scene).findIndex(({ id }) => id === actor)];
  if (own !== undefined) return own;
  const kind = scene.actors.find(({ id }) => id === actor)?.kind;
  if (kind === undefined) return hullOf(chart, scene, actor.slice(actor.indexOf('/') + 1));
  const { x, y } = chart.api;
  return kind === 'apiserver' ? { x: x - 44, y: y - 44, w: 88, h: 88 } : chart.stations[kind];
}

/** The corner where a badge stands for what an actor decided by itself. */
function homeOf(box: Box | undefined): { x: number; y: number } | undefined {
  return box && { x: box.x + box.w - 4, y: box.y + 4 };
}

/** The phone's camera: 396 by 240 units of the wide chart, on the actors of the newest step. */
function camera(scene: Scene, chart: Chart): string {
  const boxes = [...actorsAtWork(scene)].flatMap((actor) => boxOf(chart, scene, actor) ?? []);
  const all = boxes.length === 0 ? [{ ...chart.api, w: 0, h: 0 }] : boxes;
  const x = all.reduce((sum, box) => sum + box.x + box.w / 2, 0) / all.length;
  const y = all.reduce((sum, box) => sum + box.y + box.h / 2, 0) / all.length;
  const left = Math.round(Math.max(0, Math.min(chart.width - 396, x - 198)));
  const top = Math.round(Math.max(0, Math.min(chart.height - 240, y - 120)));
  return `${left} ${top} 396 240`;
}
