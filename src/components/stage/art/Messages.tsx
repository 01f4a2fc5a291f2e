import type { JSX } from 'preact';
import type { Scene } from '../../../../sim/view/scene.ts';
import type { Router, Shown } from './flights.ts';
import { BadgeMark, P, Packet, T } from './kit.tsx';
import { pathOf, placeOn } from './route.ts';
import { fit } from './words.ts';

interface MessagesProps {
  readonly scene: Scene;
  readonly shown: readonly Shown[];
  readonly router: Router;
  /** Where a badge stands for what an actor decided by itself. */
  readonly homeOf: (actor: string) => { readonly x: number; readonly y: number } | undefined;
  /** The drawing's size, to keep slips inside. */
  readonly width: number;
  readonly height: number;
  /** Where the slip lies: a fixed place, beside the packet, or at the end that is not the API server's. */
  readonly slip: { readonly x: number; readonly y: number } | 'none' | 'packet' | 'end';
}

/** What moves: ways of messages, numbered badges of the last three steps, packets, and the slip of the newest. */
export function Messages(props: MessagesProps): JSX.Element {
  const { scene, shown, router, homeOf, slip } = props;
  return (
    <>
      {scene.recent.map((badge) => {
        const route = router(badge.from, badge.to, badge.kind === 'watch');
        const isTube = badge.from === 'etcd' || badge.to === 'etcd';
        return route && !isTube && <P key={badge.number} d={pathOf(route)} k={badge.radio ? 'was' : 'was ink'} />;
      })}
      {shown.map(({ flight, route }) => (
        <P key={flight.id} d={pathOf(route)} k={`way${flight.radio ? '' : ' ink'}${flight.routine ? ' faint' : ''}`} />
      ))}
      {scene.recent.map((badge, index) => {
        const route = router(badge.from, badge.to, badge.kind === 'watch');
        const place = route === undefined ? homeOf(badge.to) : placeOn(route, shareOf(scene, shown, index));
        const isNewest = index === scene.recent.length - 1;
        return place && <BadgeMark key={badge.number} badge={badge} x={place.x} y={place.y} isNewest={isNewest} />;
      })}
      {shown.map(({ flight, route }) => (
        <Packet key={flight.id} flight={flight} place={placeOn(route, flight.progress)} />
      ))}
      {slip !== 'none' && <Slip {...props} />}
    </>
  );
}

/** Badges that share a line keep apart, and clear of a packet on it: the newest in its middle, older ones to the sides. */
function shareOf({ recent }: Scene, shown: readonly Shown[], index: number): number {
  const line = ({ from, to }: { readonly from: string; readonly to: string }): string => [from, to].sort().join(' ');
  const own = line(recent[index] ?? { from: '', to: '' });
  const later = recent.slice(index + 1).filter((badge) => line(badge) === own).length;
  const isBusy = shown.some(({ flight }) => !flight.routine && line(flight) === own);
  return [0.5, 0.22, 0.78][later + (isBusy ? 1 : 0)] ?? 0.5;
}

/** What the newest narrated message in flight says. */
function Slip({ shown, width, height, slip }: MessagesProps): JSX.Element | null {
  const known = shown.filter(({ flight }) => flight.step > 0 && flight.label.length > 0);
  const last = known.at(-1);
  if (last === undefined) return null;
  const told = slip === 'end' ? last.flight.label.slice(0, 1) : last.flight.label;
  const lines = told.map((line) => fit(line, 240, 7.45));
  const wide = Math.max(...lines.map((line) => line.length)) * 7.45 + 16;
  const end = last.flight.to === 'kube-apiserver' ? 0 : 1;
  const { x, y } = placeOn(last.route, slip === 'end' ? end : last.flight.progress);
  const left = typeof slip === 'object' ? slip.x : x + wide > width - 26 ? Math.max(4, x - 22 - wide) : x + 22;
  const top = typeof slip === 'object' ? slip.y : Math.max(4, Math.min(height - 44, y - 22));
  return (
    <g class={last.flight.radio ? 'tg' : 'tg ink'}>
      <rect x={left} y={top} width={wide} height={lines.length * 16 + 8} />
      {lines.map((line, index) => (
        <T key={line} x={left + 8} y={top + 16 + index * 16} k="mono">
          {line}
        </T>
      ))}
    </g>
  );
}
