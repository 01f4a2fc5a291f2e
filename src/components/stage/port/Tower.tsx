import type { JSX } from 'preact';
import type { Scene, SceneActor } from '../../../../sim/view/scene.ts';
import { Copies } from '../art/Copies.tsx';
import { Choice, P, R, T } from '../art/kit.tsx';
import { memo } from '../art/memo.ts';
import { Servers } from '../art/Servers.tsx';
import { actorLabel, fit, fitBoth } from '../art/words.ts';
import { yourVote } from '../art/yourvote.ts';
import { Person } from './figures.tsx';
import { copiesIn, type Harbour, serversIn } from './harbour.ts';

interface TowerProps {
  readonly scene: Scene;
  readonly harbour: Harbour;
  readonly selected: string | undefined;
}

/** The control plane as a tower in cutaway: radio room over planner and foreman over the ledger. */
export function Tower({ scene, harbour, selected }: TowerProps): JSX.Element {
  const { x, y, scale } = harbour.tower;
  const { members } = scene.etcd;
  const actor = (kind: SceneActor['kind']): SceneActor | undefined => scene.actors.find((known) => known.kind === kind);
  return (
    <g transform={`translate(${x} ${y}) scale(${scale})`}>
      <Hut actor={actor('lab') ?? yourVote(scene)} selected={selected} />
      <RadioRoom actor={actor('apiserver')} selected={selected} />
      <Servers scene={scene} places={serversIn(scene)} selected={selected} />
      <Office actor={actor('scheduler')} selected={selected} />
      <Office actor={actor('controllers')} selected={selected} />
      <R x={111} y={180} w={14} h={130} k="card e15" />
      <P d="M118 186V300" k="rule" />
      <Ledger actor={actor('etcd')} scene={scene} selected={selected} />
      <Copies members={members} places={copiesIn(members.length)} selected={selected} />
      <P d="M8 416H228V434H8z" k="plank e15" />
    </g>
  );
}

interface RoomProps {
  readonly actor: SceneActor | undefined;
  readonly selected: string | undefined;
}

/** What the reader builds, on the roof: a process of the control plane that Kubernetes did not bring. */
const Hut = memo(HutDrawn);

function HutDrawn({ actor, selected }: RoomProps): JSX.Element | null {
  if (actor === undefined) return null;
  const title = HUTS[actor.id] ?? 'my controller';
  const state = actor.isUp ? (actor.id === RULE ? `${RULE} asks it` : 'your program') : 'stopped';
  return (
    <Choice id={actor.id} label={actorLabel(actor, [title, state])} selected={selected}>
      <R x={4} y={28} w={100} h={38} k={actor.isUp ? 'room' : 'room dark'} />
      <P d="M0 22H108L104 30H4z" k="plank e1" />
      <P d="M4 30H104V66H4z" k="side" />
      <T x={54} y={45} k="pl b" at="m">
        {title}
      </T>
      <T x={54} y={61} k="pl it" at="m">
        {state}
      </T>
    </Choice>
  );
}

/** The member of etcd that asks the reader's rule. */
const RULE = 'etcd-2';

/** What the huts of some labs say. */
const HUTS: Readonly<Record<string, string>> = {
  'my-score-plugin': 'my plugin',
  'my-operator': 'my operator',
  [RULE]: 'my vote',
};

const RadioRoom = memo(RadioRoomDrawn);

function RadioRoomDrawn({ actor, selected }: RoomProps): JSX.Element | null {
  if (actor === undefined) return null;
  return (
    <Choice
      id={actor.id}
      label={actorLabel(actor, ['API server', actor.isUp ? 'radio operator' : 'nobody there'])}
      selected={selected}
    >
      <P d="M8 90H228L212 180H24z" k={actor.isUp ? 'room' : 'room dark'} />
      <P d="M108 70 117 4h2l9 66M113 30h10M111 48h14" k="l2" />
      <circle cx="118" cy="2" r="4" class={actor.isUp ? 'rf' : 'lamp'} />
      {actor.isUp && (
        <>
          <P d="M128-8a14 14 0 0 1 0 20M108-8a14 14 0 0 0 0 20" k="waves" />
          <P d="M136-15a24 24 0 0 1 0 34M100-15a24 24 0 0 0 0 34" k="waves far" />
        </>
      )}
      <P d="M0 66H236L228 90H8z" k="side" />
      <text x={118} y={84} class="pl am">
        <tspan class="b">API server</tspan> <tspan class="it">
          {actor.isUp ? 'radio operator' : 'nobody there'}
        </tspan>{' '}
      </text>
      <P d="M16 97H220L214 134H22z" k="glass" />
      <P d="M67 97 70 134M118 97V134M169 97 166 134" k="l1" />
      <P d="M84 180V158H206V180M126 158V136H196V158z" k="plank e1" />
      <P d="M133 147a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0M139 147l3-4M151 142h18M151 147h18M151 152h12" k="l1" />
      {actor.isUp && <circle cx="182" cy="147" r="4.5" class="rf" />}
      {actor.isUp && (
        <Person x={104} y={180} hat="headset" coat="rf">
          <P d="M6-14q9 2 14-7" k="arm rl-arm" />
        </Person>
      )}
    </Choice>
  );
}

/** The planner's room on the left, the foreman's on the right: each with a speaking tube to the radio room, and no other. */
const Office = memo(OfficeDrawn);

function OfficeDrawn({ actor, selected }: RoomProps): JSX.Element | null {
  if (actor === undefined) return null;
  const isLeft = actor.kind === 'scheduler';
  const x = isLeft ? 24 : 118;
  const middle = isLeft ? 66 : 170;
  const role = isLeft ? 'planner' : 'foreman';
  return (
    <Choice
      id={actor.id}
      label={actorLabel(actor, [isLeft ? 'scheduler' : 'controllers', actor.isUp ? role : 'away'])}
      selected={selected}
    >
      <R x={x} y={216} w={94} h={84} k={actor.isUp ? 'room' : 'room dark'} />
      <P d={`M${isLeft ? 20 : 118} 180h98v36h-98z`} k="side" />
      <T x={middle} y={195} k="pl b" at="m">
        {isLeft ? 'scheduler' : 'controllers'}
      </T>
      <T x={middle} y={211} k="pl it" at="m">
        {actor.isUp ? role : 'away'}
      </T>
      <P d={isLeft ? 'M38 216V238q0 8 8 8h3' : 'M198 216V238q0 8-8 8h-3'} k="horn" />
      <P d={isLeft ? 'M48 240l9-3v18l-9-3z' : 'M188 240l-9-3v18l9-3z'} k="rf" />
      {isLeft ? <PlanTable /> : <CheckList />}
      {actor.isUp && isLeft && (
        <Person x={50} y={300} hat="visor" coat="cD" isDark={true}>
          <P d="M6-14q8 3 13-6" k="arm d-arm" />
        </Person>
      )}
      {actor.isUp && !isLeft && (
        <Person x={188} y={300} hat="hard" coat="cA" isTurned={true}>
          <P d="M6-14q8 0 14-6" k="arm a-arm" />
        </Person>
      )}
    </Choice>
  );
}

function PlanTable(): JSX.Element {
  return (
    <>
      <P d="M66 300V276H106V300M62 276H110" k="plank e15" />
      <P d="M70 276l6-7h27l-4 7z" k="card e1" />
    </>
  );
}

function CheckList(): JSX.Element {
  return (
    <>
      <P d="M131 246H163V284H131z" k="card e1" />
      <P d="M142 255h16M142 264h16M142 273h12" k="l1" />
      <P d="M135 255l2 2 3-4M135 264l2 2 3-4M135 273l2 2 3-4" k="ticks" />
    </>
  );
}

/** The last lines of the ledger; the newest is marked. */
function Ledger({ actor, scene, selected }: RoomProps & { readonly scene: Scene }): JSX.Element | null {
  if (actor === undefined) return null;
  const hasCopies = scene.etcd.members.length > 0;
  const lines = scene.etcd.recent.slice(hasCopies ? -1 : -3).map(({ object, revision, key, value }) => {
    const shown = fit(value, 76, 6);
    return {
      object,
      isNew: revision === scene.etcd.revision,
      key: fitBoth(key, 150 - shown.length * 6, 6.2),
      value: shown,
    };
  });
  const words = [`revision ${scene.etcd.revision}`, ...lines.map(({ key, value }) => `${key} ${value}`)];
  return (
    <Choice
      id={actor.id}
      label={actorLabel(actor, ['etcd', actor.isUp ? 'the ledger' : 'closed', ...words])}
      selected={selected}
    >
      <R x={24} y={324} w={188} h={92} k={actor.isUp ? 'room' : 'room dark'} />
      <P d="M20 300H216V324H20z" k="side" />
      <text x={118} y={317} class="pl am">
        <tspan class="b">etcd</tspan> <tspan class="it">{actor.isUp ? 'the ledger' : 'closed'}</tspan>{' '}
      </text>
      <P d={`M34 330H202V${hasCopies ? 373 : 408}H34z`} k="card e15" />
      <T x={42} y={347} k="tk b">
        {`revision ${scene.etcd.revision}`}
      </T>
      <P d="M34 353H202" k="l1" />
      {lines.map((line, index) => {
        const y = 368 + index * 16;
        return (
          <g key={line.object}>
            {line.isNew && <R x={35} y={y - 12.5} w={166} h={16.5} k="fresh" />}
            <T x={42} y={y} k={line.isNew ? 'tk b' : 'tk'}>
              {line.key}
            </T>
            <T x={194} y={y} k={line.isNew ? 'tk b' : 'tk'} at="e">
              {line.value}
            </T>
          </g>
        );
      })}
    </Choice>
  );
}
