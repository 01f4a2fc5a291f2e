import type { JSX } from 'preact';
import type { Scene, SceneReplica } from '../../../../sim/view/scene.ts';
import { type Place, placesIn } from './Copies.tsx';
import { Choice, P, R, T } from './kit.tsx';
import { type Route, straight } from './route.ts';
import { fitting } from './words.ts';

/** Several API servers, the address before them last; empty where there is one. */
export function serversOf({ replicas }: Scene): readonly SceneReplica[] {
  return replicas.filter((one) => one.of === 'kube-apiserver');
}

/** Their places: a plate each around (x, y), and the address where it is given. */
export function serverPlaces(scene: Scene, x: number, y: number, address: Place): readonly Place[] {
  const count = serversOf(scene).length - 1;
  return count < 1 ? [] : [...placesIn({ x: x - 48, y: y - 12, w: 96, h: 24 }, count, 4), address];
}

/** The way between the address and a server behind it. */
export function serverRoute(scene: Scene, places: readonly Place[], from: string, to: string): Route | undefined {
  const [a, b] = [from, to].map((id) => places[serversOf(scene).findIndex((one) => one.id === id)]);
  return a && b && a !== b ? straight(a.x + a.w / 2, a.y + a.h / 2, b.x + b.w / 2, b.y + b.h / 2) : undefined;
}

/** Where the radio operator stands alone elsewhere: a plate for each server, and the address that callers know. */
export function Servers(props: {
  readonly scene: Scene;
  readonly places: readonly Place[];
  readonly selected: string | undefined;
}): JSX.Element {
  return (
    <>
      {serversOf(props.scene).map(({ id, isUp, fault, line }, index) => {
        const place = props.places[index];
        if (place === undefined) return null;
        const { x, y, w, h } = place;
        const said = { '': line, power: 'no power', cable: 'cut off', link: 'link cut' }[fault];
        return (
          <Choice key={id} id={id} label={`${id}, ${isUp ? said : 'stopped'}`} selected={props.selected}>
            <R x={x} y={y} w={w} h={h} k={isUp ? 'box' : 'box off'} />
            <T x={x + w / 2} y={y + h / 2 + 4.5} k="sb b" at="m">
              {fitting([id, id.slice(id.lastIndexOf('-') + 1)], w - 6, 6)}
            </T>
            {!isUp && <P d={`M${x + 5} ${y + h - 4}L${x + w - 5} ${y + 4}`} k="strike" />}
            {isUp && fault !== '' && <P d="M-9 5 0-5M-3 8l9-10" k="cut" move={`translate(${x + w / 2} ${y + h})`} />}
          </Choice>
        );
      })}
    </>
  );
}
