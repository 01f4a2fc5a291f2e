import type { JSX } from 'preact';
import type { SceneNode, SceneProcess } from '../../../../sim/view/scene.ts';
import { Crate } from '../art/Crate.tsx';
import { Choice, type ICONS, Icon, P, R, StatusShape, T } from '../art/kit.tsx';
import { memo } from '../art/memo.ts';
import { stow } from '../art/stow.ts';
import { fit, isYours, load, nodeLabel, opinion, processLabel } from '../art/words.ts';
import { type Box, type Chart, type HullForm, processWidth } from './chart.ts';

interface HullProps {
  readonly node: SceneNode;
  readonly box: Box;
  readonly chart: Chart;
  readonly selected: string | undefined;
  /** The actors at work now: on the radio, or among themselves. */
  readonly onAir: ReadonlySet<string>;
  readonly atWork: ReadonlySet<string>;
  /** The pattern for dead hulls. */
  readonly hatch: string;
}

/** A node as a ship seen from above: its opinion poll, its three processes, its deck. */
export const Hull = memo(HullDrawn);

function HullDrawn(props: HullProps): JSX.Element {
  const { node, box, chart, selected, onAir, atWork, hatch } = props;
  const { x, y, w, h } = box;
  const isDead = node.fault === 'power';
  const isHot = [node.kubelet, node.proxy, node.runtime].some(({ id }) => onAir.has(id) || atWork.has(id));
  return (
    <g class={isDead ? 'dead' : undefined} transform={isDead ? `rotate(-5 ${x + w / 2} ${y + h / 2})` : undefined}>
      <Choice id={node.id} label={nodeLabel(node, headerOf(node, box, chart.form))} selected={selected}>
        <P d={outline(box, chart.form)} k={`hull${isHot ? ' hot' : ''}`} />
        {isDead && <path d={outline(box, chart.form)} fill={`url(#${hatch})`} />}
        <Header node={node} box={box} chart={chart} />
      </Choice>
      {chart.form !== 'cell' && <Processes {...props} />}
      {chart.form !== 'cell' && <Deck {...props} />}
    </g>
  );
}

/** The words of a hull's header: its name, its ship where there is room, and what is said of it. */
function headerOf(node: SceneNode, box: Box, form: HullForm): readonly [string, string, string] {
  if (form === 'cell') return [fit(node.name, box.w - 66, 6.6), '', `${node.podCount}`];
  if (form === 'column') return [fit(node.name, box.w - 58, 7.4), '', ''];
  const room = box.w - (node.isCordoned ? 80 : 66);
  const name = fit(node.name, room - 60, 7.4);
  const said = fit(opinion(node) || load(node), room - name.length * 7.3, 5.9);
  const ship = `ship ${node.ship}`;
  return [name, room - name.length * 7.3 - said.length * 5.9 - 6 < ship.length * 6.4 ? '' : ship, said];
}

function Header({ node, box, chart }: Pick<HullProps, 'node' | 'box' | 'chart'>): JSX.Element {
  const { x, y, w, h } = box;
  const [name, ship, said] = headerOf(node, box, chart.form);
  const isCell = chart.form === 'cell';
  const base = isCell ? y + h / 2 + 5 : y + 22;
  return (
    <>
      <StatusShape shape={node.isReady ? 'running' : 'lost'} x={x + (isCell ? 6 : 10)} y={base - 13} size={15} />
      <T x={x + (isCell ? 25 : 30)} y={base} k={isCell ? 'ag' : 'nm'}>
        {name}
      </T>
      {ship !== '' && (
        <T x={x + 36 + name.length * 7.3} y={base} k="rl">
          {ship}
        </T>
      )}
      {said !== '' && (
        <T
          x={x + w - (isCell ? 14 : node.isCordoned ? 44 : 30)}
          y={base}
          k={isCell || !opinion(node) ? 'sb' : 'sb said'}
          at="e"
        >
          {said}
        </T>
      )}
      {node.isCordoned && !isCell && (
        <P d="M0 0v14M0 0h11l-3 3.5 3 3.5H0" k="flag" move={`translate(${x + w - 38} ${y + 9})`} />
      )}
    </>
  );
}

const NAMES: readonly (readonly ['kubelet' | 'proxy' | 'runtime', keyof typeof ICONS])[] = [
  ['kubelet', 'kubelet'],
  ['proxy', 'proxy'],
  ['runtime', 'runtime'],
];

function Processes({ node, box, chart, selected, onAir, atWork }: HullProps): JSX.Element {
  const isColumn = chart.form === 'column';
  return (
    <>
      {NAMES.map(([key, icon], index) => {
        const process = node[key];
        const x = box.x + 10 + (isColumn ? index * 28 : 0);
        const y = box.y + 32 + (isColumn ? 0 : index * 28);
        const heat = onAir.has(process.id) ? ' air' : atWork.has(process.id) ? ' hot' : '';
        return (
          <Choice key={key} id={process.id} label={processLabel(process, node)} selected={selected}>
            <ProcessBox {...{ process, icon, x, y, heat }} width={isColumn ? 25 : processWidth(chart)} />
          </Choice>
        );
      })}
    </>
  );
}

interface ProcessBoxProps {
  readonly process: SceneProcess;
  readonly icon: keyof typeof ICONS;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly heat: string;
}

/** What the reader wrote has a corner turned down, and says so when it is stopped. */
function ProcessBox({ process, icon, x, y, width, heat }: ProcessBoxProps): JSX.Element {
  const { title, isUp } = process;
  const isOwn = isYours(process);
  const word = !isOwn ? title : !isUp ? 'stopped' : width < 120 ? title.replace('kube-', '') : title;
  return (
    <>
      <R x={x} y={y} w={width} h={24} k={`pr${heat}${isUp ? '' : ' off'}`} />
      {isOwn && <P d="M0 0H9L0 9z" k="yours" move={`translate(${x} ${y})`} />}
      <Icon name={icon} x={x + 3} y={y + 2.5} size={19} />
      {width > 30 && (
        <T x={x + 27} y={y + 17} k={isUp ? 'ag' : 'ag off'}>
          {word}
        </T>
      )}
      {!isUp && <P d={`M${x + 4} ${y + 20}l18-16`} k="strike" />}
    </>
  );
}

function Deck({ node, box, chart, selected }: HullProps): JSX.Element {
  const deck = deckOf(box, chart);
  return (
    <>
      <P d={slots(node, deck)} k="slots" />
      {stow(node.pods, node.cpuMilli, deck).map((place) => (
        <Crate key={place.pod?.id ?? 'more'} place={place} selected={selected} />
      ))}
      {node.pods.length === 0 && node.podCount > 0 && (
        <T x={deck.x + deck.width / 2} y={deck.y + 46} k="sb" at="m">
          {`${node.podCount} pods`}
        </T>
      )}
    </>
  );
}

function deckOf(box: Box, chart: Chart): { x: number; y: number; width: number; height: number } {
  const { x, y, w } = box;
  if (chart.form === 'column') return { x: x + 10, y: y + 62, width: w - 32, height: 50 };
  const left = x + 10 + processWidth(chart) + (chart.isWide ? 14 : 24);
  return { x: left, y: y + 32, width: x + w - 22 - left, height: 80 };
}

/** The grid of slots of 250m, in two tiers. */
function slots(node: SceneNode, deck: { x: number; y: number; width: number; height: number }): string {
  const columns = node.slots > 24 ? 1 : Math.max(1, Math.round(node.slots / 2));
  const { x, y, width, height } = deck;
  let d = `M${x} ${y}h${width}v${height}h-${width}zM${x} ${y + height / 2}h${width}`;
  for (let column = 1; column < columns; column++) d += `M${Math.round(x + (width * column) / columns)} ${y}v${height}`;
  return d;
}

/** A hull in plan: square stern on the left, bow on the right. */
function outline({ x, y, w, h }: Box, form: string): string {
  const bow = form === 'cell' ? 12 : 28;
  const r = Math.min(12, h / 3);
  const right = x + w;
  return (
    `M${x + r} ${y}H${right - bow}C${right - bow / 3} ${y + h * 0.14} ${right} ${y + h * 0.34} ${right} ${y + h / 2}` +
    `S${right - bow / 3} ${y + h * 0.86} ${right - bow} ${y + h}H${x + r}Q${x} ${y + h} ${x} ${y + h - r}V${y + r}Q${x} ${y} ${x + r} ${y}z`
  );
}
