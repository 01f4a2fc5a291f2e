import type { JSX } from 'preact';
import type { ScenePod } from '../../../../sim/view/scene.ts';
import { Crate } from './Crate.tsx';
import { T } from './kit.tsx';
import { memo } from './memo.ts';

/** Pods that name no node wait ashore: they exist in the ledger only. */
export const Ashore = memo(AshoreDrawn);

function AshoreDrawn(props: {
  readonly pods: readonly ScenePod[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The room of one crate. */
  readonly each: number;
  readonly caption: string;
  readonly selected: string | undefined;
}): JSX.Element | null {
  const { pods, x, y, width, height, each, caption, selected } = props;
  if (pods.length === 0) return null;
  const count = Math.floor(width / each);
  const shown = pods.length <= count ? pods : [...pods.slice(0, count - 1), undefined];
  return (
    <>
      <T x={x} y={y - 7} k="nt">
        {caption}
      </T>
      {shown.map((pod, index) => (
        <Crate
          key={pod?.id ?? 'more'}
          place={{ pod, x: x + index * each, y, width: each - 4, height, more: pods.length - count + 1 }}
          selected={selected}
        />
      ))}
    </>
  );
}
