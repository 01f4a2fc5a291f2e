import type { JSX } from 'preact';
import type { SceneMember } from '../../../../sim/view/scene.ts';
import { Choice, P, R, T } from './kit.tsx';
import { memo } from './memo.ts';
import { type Route, reversed } from './route.ts';
import { fit, fitting, memberLabel, memberTrouble } from './words.ts';

/** Where a copy of the ledger stands. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** The places of so many copies side by side in a box. */
export function placesIn({ x, y, w, h }: Place, count: number, gap: number): readonly Place[] {
  const each = (w - gap * (count - 1)) / count;
  return Array.from({ length: count }, (_, index) => ({ x: x + index * (each + gap), y, w: each, h }));
}

/** The way from one copy to another, under them; undefined when one of the two is no copy. */
export function copyRoute(
  members: readonly SceneMember[],
  places: readonly Place[],
  from: string,
  to: string,
): Route | undefined {
  const at = (id: string): Place | undefined => places[members.findIndex((member) => member.id === id)];
  const [a, b] = [at(from), at(to)];
  if (a === undefined || b === undefined || a === b) return undefined;
  return a.x < b.x ? arc(a, b) : reversed(arc(b, a));
}

function arc(a: Place, b: Place): Route {
  const bottom = a.y + a.h;
  const [x0, x1] = [a.x + a.w / 2, b.x + b.w / 2];
  const deep = bottom + 10 + (x1 - x0) / 20;
  return [x0, bottom - 6, x0, deep, x1, deep, x1, bottom - 6];
}

interface CopiesProps {
  readonly members: readonly SceneMember[];
  readonly places: readonly Place[];
  readonly selected: string | undefined;
}

/** etcd's members as copies of one ledger: who leads, in which term, and how far each log reaches. */
export const Copies = memo(CopiesDrawn);

function CopiesDrawn({ members, places, selected }: CopiesProps): JSX.Element {
  return (
    <>
      {members.map((member, index) => {
        const place = places[index];
        return place && <Copy key={member.id} {...{ member, place, selected }} />;
      })}
    </>
  );
}

interface CopyProps {
  readonly member: SceneMember;
  readonly place: Place;
  readonly selected: string | undefined;
}

function Copy({ member, place: { x, y, w, h }, selected }: CopyProps): JSX.Element {
  const { id, role, isUp } = member;
  const isSmall = h < 50;
  const middle = x + w / 2;
  const isLeader = role === 'leader';
  const isCut = isUp && member.fault !== '';
  return (
    <Choice id={id} label={memberLabel(member)} selected={selected}>
      <R x={x} y={y} w={w} h={h} k={isUp ? `box${isLeader ? ' leads' : ''}` : 'box off'} />
      {member.isYours && <P d={isSmall ? 'M0 0H8L0 8z' : 'M0 0H13L0 13z'} k="yours" move={`translate(${x} ${y})`} />}
      {!isUp && <P d={`M${x + 6} ${y + h - 6}L${x + w - 6} ${y + 6}`} k="strike" />}
      {isLeader && <P d="M-4 3V15M-4 3l8 3-8 3z" k="pennant" move={`translate(${x + w - 7} ${y})`} />}
      <T x={isSmall && isLeader ? middle - 5 : middle} y={y + 16} k={isSmall ? 'sb b' : 'nm'} at="m">
        {fitting([id, id.slice(id.indexOf('-') + 1)], w - 20, isSmall ? 6 : 7.2)}
      </T>
      {linesOf(member, w - 6)
        .slice(0, isSmall ? 1 : 3)
        .map(({ k, text }, index) => (
          <T key={k + text} x={middle} y={y + (isSmall ? 30 : 32) + index * 15} k={k} at="m">
            {text}
          </T>
        ))}
      {isCut && <P d="M-9 5 0-5M-3 8l9-10" k="cut" move={`translate(${middle} ${y + h})`} />}
    </Choice>
  );
}

/** Its office or what is wrong, its term, and how far its log reaches: where it is cut off, that instead. */
function linesOf(member: SceneMember, room: number): readonly { readonly k: string; readonly text: string }[] {
  const { role, isUp, term, last } = member;
  const trouble = memberTrouble(member);
  const said = { k: 'sb said', text: fit(trouble, room, 6.2) };
  const office = { k: 'rl', text: fitting([role, SHORT[role] ?? '…'], room, 6.3) };
  const reach = { k: 'sb', text: fitting([`log ${last}`, String(last)], room, 6.2) };
  const since = { k: 'sb', text: fitting([`term ${term}`, `t${term}`], room, 6.2) };
  return isUp ? [office, since, trouble === '' ? reach : said] : [said, since, reach];
}

/** Roles where there is no room for Raft's own words. */
const SHORT: Readonly<Record<string, string>> = {
  leader: 'leads',
  follower: 'follows',
};
