import type { JSX } from 'preact';
import type { Flight, Scene, SceneActor } from '../../../../sim/view/scene.ts';
import { Crate } from '../art/Crate.tsx';
import { Frame } from '../art/Frame.tsx';
import { BadgeMark, Choice, type DrawingProps, Icon, P, Packet, R, T, Tag } from '../art/kit.tsx';
import { pathOf, placeOn, type Route } from '../art/route.ts';
import { actorLabel, fit } from '../art/words.ts';
import { type Chart, chartOf, lane, routeBetween, routeToApi } from './chart.ts';
import { Hull } from './Hull.tsx';

/** Who talks to whom: the harbour as a chart. Pure: one scene gives one drawing, at build and in the page. */
export function Diagram(props: DrawingProps): JSX.Element {
  const { scene, layout, selected, name } = props;
  const chart = chartOf(scene, layout);
  const shown = shownFlights(scene, chart);
  const newest = scene.recent.at(-1);
  return (
    <Frame {...props} viewBox={layout === 'follow' ? camera(scene, chart) : `0 0 ${chart.width} ${chart.height}`}>
      <Water chart={chart} />
      <Lines scene={scene} chart={chart} flights={shown} />
      <Stations scene={scene} chart={chart} selected={selected} />
      <Quay scene={scene} chart={chart} selected={selected} />
      {chart.hulls.map((box, index) => {
        const node = scene.nodes[index];
        if (node === undefined) return null;
        const actors: readonly string[] = [node.kubelet.id, node.proxy.id, node.runtime.id];
        const hot = [newest?.from, newest?.to].find((actor) => actor !== undefined && actors.includes(actor)) ?? '';
        return <Hull key={node.id} {...{ node, box, chart, selected, hot }} hatch={`${name}-hatch`} />;
      })}
      <Legend scene={scene} chart={chart} />
      <Badges scene={scene} chart={chart} />
      {shown.map(({ flight, route }) => (
        <Packet key={flight.id} flight={flight} place={placeOn(route, flight.progress)} />
      ))}
      {layout !== 'follow' && <Slip chart={chart} shown={shown} />}
    </Frame>
  );
}

interface Shown {
  readonly flight: Flight;
  readonly route: Route;
}

/** So many messages may move at once: narrated ones first. */
const MAX_SHOWN = 6;

function shownFlights(scene: Scene, chart: Chart): readonly Shown[] {
  const drawn = scene.flights.flatMap((flight) => {
    const route = routeBetween(chart, scene, flight.from, flight.to, flight.kind === 'watch');
    return route === undefined ? [] : [{ flight, route }];
  });
  const narrated = drawn.filter(({ flight }) => !flight.routine);
  return [...narrated, ...drawn.filter(({ flight }) => flight.routine)].slice(0, MAX_SHOWN);
}

function Water({ chart }: { chart: Chart }): JSX.Element {
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

/** Open watches are dotted lines that are always there; a request is a solid line while it is in flight. */
function Lines({ scene, chart, flights }: { scene: Scene; chart: Chart; flights: readonly Shown[] }): JSX.Element {
  const open = scene.actors.filter((actor) => actor.isListening && actor.kind !== 'etcd').map((actor) => actor.id);
  const ships = scene.nodes.filter((node) => node.isListening && node.fault === '').map((node) => node.kubelet.id);
  const cut = scene.nodes.filter((node) => node.fault === 'cable');
  const x = chart.api.x;
  const { etcd } = chart.stations;
  return (
    <>
      <P
        d={`M${x - 5.5} ${etcd.y + etcd.h}V${chart.api.y - 56}M${x + 5.5} ${etcd.y + etcd.h}V${chart.api.y - 56}`}
        k="tube"
      />
      {[...open, ...ships].map((actor) => {
        const route = lane(routeToApi(chart, scene, actor), actor, true);
        return route === undefined ? null : <P key={actor} d={pathOf(route)} k="ch" />;
      })}
      {cut.map((node) => {
        const route = routeToApi(chart, scene, node.kubelet.id);
        if (route === undefined) return null;
        const { x, y } = placeOn(route, 0.3);
        return <P key={node.id} d="M-9 5 0-5M-3 8l9-10" k="cut" move={`translate(${x} ${y})`} />;
      })}
      {flights.map(({ flight, route }) => (
        <P key={flight.id} d={pathOf(route)} k={`way${flight.radio ? '' : ' ink'}${flight.routine ? ' faint' : ''}`} />
      ))}
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
  return (
    <>
      {scene.actors.map((actor) =>
        actor.kind === 'apiserver' ? (
          <Radio key={actor.id} actor={actor} chart={chart} selected={selected} />
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

function Station({ actor, chart, selected }: StationProps): JSX.Element | null {
  if (actor.kind === 'apiserver') return null;
  const { x, y, w, h } = chart.stations[actor.kind];
  const isTiny = w < 100;
  const hasLine = h > 60;
  const plate = isTiny ? 0 : hasLine ? 40 : 36;
  const left = x + plate + (isTiny ? 8 : 9);
  const line = actor.isUp ? actor.line : 'stopped';
  const second = hasLine || line === '' || !actor.isUp ? actor.port : `${actor.port} · ${line}`;
  const room = x + w - left - 4;
  return (
    <Choice id={actor.id} label={actorLabel(actor)} selected={selected}>
      <R x={x} y={y} w={w} h={h} k={actor.isUp ? 'box' : 'box off'} />
      {plate > 0 && <R x={x} y={y} w={plate} h={h} k="plank" />}
      {plate > 0 && <Icon name={actor.kind} x={x + plate / 2 - 12} y={y + h / 2 - 12} size={24} />}
      <T x={left} y={hasLine && line !== '' ? y + 22 : y + h / 2 - 3} k="nm">
        {fit(actor.title, room, 7.6)}
      </T>
      <T x={left} y={hasLine && line !== '' ? y + 39 : y + h / 2 + 15} k="rl">
        {fit(!actor.isUp && !hasLine ? 'stopped' : second, room, 6.6)}
      </T>
      {hasLine && line !== '' && (
        <T x={left} y={y + 57} k={actor.isUp ? 'sb' : 'sb said'}>
          {fit(line, room, 5.7)}
        </T>
      )}
      {!actor.isUp && <P d={`M${x + 6} ${y + h - 6}L${x + w - 6} ${y + 6}`} k="strike" />}
    </Choice>
  );
}

function Radio({ actor, chart, selected }: StationProps): JSX.Element {
  const { x, y } = chart.api;
  return (
    <Choice id={actor.id} label={actorLabel(actor)} selected={selected}>
      {actor.isUp && <circle cx={x} cy={y} r="68" class="ring" />}
      <circle cx={x} cy={y} r="57" class={actor.isUp ? 'radio' : 'radio off'} />
      <Icon name="apiserver" x={x - 15} y={y - 49} size={30} k={actor.isUp ? 'mg' : ''} />
      <T x={x} y={y + 3} k="nm" at="m">
        API server
      </T>
      <T x={x} y={y + 21} k="rl" at="m">
        radio operator
      </T>
      <T x={x} y={y + 39} k={actor.isUp ? 'sb' : 'sb said'} at="m">
        {actor.isUp ? ':6443' : 'stopped'}
      </T>
      {!actor.isUp && <P d={`M${x - 40} ${y + 40}L${x + 40} ${y - 40}`} k="strike" />}
    </Choice>
  );
}

/** Pods that name no node wait ashore: they exist in the ledger only. */
function Quay({
  scene,
  chart,
  selected,
}: {
  scene: Scene;
  chart: Chart;
  selected: string | undefined;
}): JSX.Element | null {
  const { unscheduled } = scene;
  if (unscheduled.length === 0) return null;
  const { x, y, w, h } = chart.quay;
  const each = 46;
  const count = Math.floor(w / each);
  const fits = unscheduled.length <= count ? unscheduled : unscheduled.slice(0, count - 1);
  const places = fits.map((pod, index) => ({ pod, x: x + index * each, y, width: each - 4, height: h, more: 0 }));
  const more = unscheduled.length - fits.length;
  const rest = { pod: undefined, x: x + fits.length * each, y, width: each - 4, height: h, more };
  return (
    <>
      <T x={x} y={y - 8} k="nt">
        {chart.isWide ? 'in the ledger, on no ship yet' : 'no ship yet'}
      </T>
      {[...places, ...(more > 0 ? [rest] : [])].map((place) => (
        <Crate key={place.pod?.id ?? 'more'} place={place} selected={selected} />
      ))}
    </>
  );
}

function Legend({ scene, chart }: { scene: Scene; chart: Chart }): JSX.Element {
  if (!chart.isWide) {
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
      <T x={128} y={476} k="rgi">
        {hidden > 0 ? `the ships, and ${hidden} more` : 'the ships'}
      </T>
      <T x={758} y={476} k="nt" at="e">
        magenta: anything that travels through the API server
      </T>
    </g>
  );
}

function Badges({ scene, chart }: { scene: Scene; chart: Chart }): JSX.Element {
  const shares = [0.62, 0.38, 0.5];
  return (
    <>
      {scene.recent.map((badge, index) => {
        const isNewest = index === scene.recent.length - 1;
        const route = routeBetween(chart, scene, badge.from, badge.to, badge.kind === 'watch');
        const share = isNewest ? 0.5 : (shares[index] ?? 0.5);
        const place = route === undefined ? homeOf(chart, scene, badge.to) : placeOn(route, share);
        return place && <BadgeMark key={badge.number} badge={badge} x={place.x} y={place.y} isNewest={isNewest} />;
      })}
    </>
  );
}

/** The corner of an actor's figure, where a badge stands for what it decided by itself. */
function homeOf(chart: Chart, scene: Scene, actor: string): { x: number; y: number } | undefined {
  const known = scene.actors.find((candidate) => candidate.id === actor);
  if (known !== undefined) {
    if (known.kind === 'apiserver') return { x: chart.api.x + 44, y: chart.api.y - 42 };
    const box = chart.stations[known.kind];
    return { x: box.x + box.w - 4, y: box.y + 4 };
  }
  const hull = chart.hulls[scene.nodes.findIndex((node) => actor.endsWith(`/${node.name}`))];
  return hull === undefined ? undefined : { x: hull.x + 12, y: hull.y + hull.h - 8 };
}

/** The slip of the newest narrated message in flight. */
function Slip({ chart, shown }: { chart: Chart; shown: readonly Shown[] }): JSX.Element | null {
  const told = shown.filter(({ flight }) => !flight.routine && flight.label.length > 0);
  const last = told.at(-1);
  if (last === undefined) return null;
  const lines = last.flight.label.map((line) => fit(line, 240, 7.45));
  const width = Math.max(...lines.map((line) => line.length)) * 7.45 + 16;
  const { x, y } = placeOn(last.route, last.flight.progress);
  const isLeft = x + 22 + width > chart.width - 4;
  const left = isLeft ? Math.max(4, x - 22 - width) : x + 22;
  const top = Math.max(4, Math.min(chart.height - 44, y - 20));
  return <Tag x={left} y={top} lines={lines} flip={false} radio={last.flight.radio} />;
}

/** The phone's camera: 396 by 292 units of the wide chart, on the actors of the newest step. */
function camera(scene: Scene, chart: Chart): string {
  const newest = scene.recent.at(-1);
  const points = [newest?.from, newest?.to].flatMap((actor) => {
    if (actor === undefined) return [];
    const place = actor === 'kube-apiserver' ? chart.api : centreOf(chart, scene, actor);
    return place === undefined ? [] : [place];
  });
  const all = points.length === 0 ? [chart.api] : points;
  const x = all.reduce((sum, point) => sum + point.x, 0) / all.length;
  const y = all.reduce((sum, point) => sum + point.y, 0) / all.length;
  const left = Math.round(Math.max(0, Math.min(chart.width - 396, x - 198)));
  const top = Math.round(Math.max(0, Math.min(chart.height - 292, y - 146)));
  return `${left} ${top} 396 292`;
}

function centreOf(chart: Chart, scene: Scene, actor: string): { x: number; y: number } | undefined {
  const known = scene.actors.find((candidate) => candidate.id === actor);
  const hull = chart.hulls[scene.nodes.findIndex((node) => actor.endsWith(`/${node.name}`))];
  const box = known === undefined || known.kind === 'apiserver' ? hull : chart.stations[known.kind];
  return box === undefined ? undefined : { x: box.x + box.w / 2, y: box.y + box.h / 2 };
}
