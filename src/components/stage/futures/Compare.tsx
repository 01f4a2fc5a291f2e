import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { RowDifference, TableDifference } from '../../../../sim/view/differences.ts';
import { clockText } from '../../../../sim/view/names.ts';
import type { Difference, Futures, Side } from '../../../session/difference.ts';
import type { Store } from '../../../session/store.ts';
import { Glyph } from '../icons.tsx';
import type { PanelProps } from '../Panels.tsx';
import { summaryOf, titleOf } from './words.ts';

type Drawn = Pick<PanelProps, 'Diagram' | 'Sentence'>;

interface CompareProps extends Drawn {
  readonly store: Store;
  readonly difference: Difference;
  readonly begun: Futures;
}

/** Both futures at one instant, side by side, and what differs between them. */
export function Compare({ store, difference, begun, ...drawn }: CompareProps): JSX.Element {
  const { shown, go } = useInstant(store, begun);
  const titles = ['As it is', titleOf(difference)] as const;
  return (
    <section aria-label="Both futures">
      <p class="summary" role="status">
        {summaryOf(shown)}
      </p>
      <Instants shown={shown} onGo={go} />
      <div class="sides">
        {shown.sides.map((side, index) => (
          <Future key={titles[index]} {...drawn} side={side} title={titles[index] ?? ''} name={`future-${index + 1}`} />
        ))}
      </div>
      {shown.tables.map((table) => (
        <Differences key={table.title} table={table} titles={titles} />
      ))}
    </section>
  );
}

/** The instant that is shown. While one is on its way only the last of those that are asked for meanwhile counts. */
function useInstant(store: Store, begun: Futures) {
  const [shown, setShown] = useState(begun);
  const wanted = useRef<number | undefined>(undefined);
  const isAsking = useRef(false);
  const go = async (at: number) => {
    wanted.current = at;
    if (isAsking.current) return;
    isAsking.current = true;
    while (wanted.current !== undefined) {
      const next: number = wanted.current;
      wanted.current = undefined;
      const { futures } = await store.ask(store.active.value, { ask: 'compare', at: next });
      if (futures !== undefined) setShown(futures);
    }
    isAsking.current = false;
  };
  return { shown, go: (at: number) => void go(at) };
}

function Instants({ shown, onGo }: { readonly shown: Futures; readonly onGo: (at: number) => void }): JSX.Element {
  const { from, to, at, marks } = shown;
  const before = marks.findLast((mark) => mark < at) ?? from;
  const after = marks.find((mark) => mark > at) ?? to;
  return (
    <div class="instants">
      <button
        type="button"
        class="button"
        aria-label="One step back"
        disabled={at <= from}
        onClick={() => onGo(before)}
      >
        <Glyph name="back" />
      </button>
      <input
        type="range"
        min={from}
        max={to}
        value={at}
        aria-label="Instant"
        aria-valuetext={clockText(at)}
        onInput={(event) => onGo(Number(event.currentTarget.value))}
      />
      <button type="button" class="button" aria-label="One step on" disabled={at >= to} onClick={() => onGo(after)}>
        <Glyph name="step" />
      </button>
      <output class="clock">{clockText(at)}</output>
    </div>
  );
}

interface FutureProps extends Drawn {
  readonly side: Side;
  readonly title: string;
  readonly name: string;
}

function Future({ side, title, name, Diagram, Sentence }: FutureProps): JSX.Element {
  const { scene, step, printed } = side;
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <div class="side">
        <div class="plan">
          <Diagram scene={scene} layout="narrow" name={name} />
        </div>
        <div>
          <p class="step">
            {step === undefined ? 'Nothing but routine traffic so far.' : <Sentence parts={step.sentence} />}
          </p>
          {printed !== undefined && printed.lines.length > 0 && (
            <pre>{printed.lines.map(({ text }) => text).join('\n')}</pre>
          )}
        </div>
      </div>
    </section>
  );
}

interface DifferencesProps {
  readonly table: TableDifference;
  readonly titles: readonly [string, string];
}

function Differences({ table, titles }: DifferencesProps): JSX.Element {
  const { title, command, rows } = table;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="scrolling" tabIndex={0} aria-label={`What differs: ${title}`}>
      <table>
        <caption>
          <b>{title}</b> <code>{command}</code>
        </caption>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Column</th>
            <th scope="col">{titles[0]}</th>
            <th scope="col">{titles[1]}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <Row key={index} row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** A row that is in one future only stands there whole; of one that is in both, the cells that differ. */
function Row({ row: { name, only, cells } }: { readonly row: RowDifference }): JSX.Element {
  if (only !== undefined) {
    const shown = cells.map(({ texts }) => texts[only === 'first' ? 0 : 1]).filter((text) => !/^(|<none>)$/.test(text));
    const whole = <td>{shown.filter((text) => text !== name).join(' · ')}</td>;
    const absent = <td class="absent">not there</td>;
    return (
      <tr>
        <th scope="row">{name}</th>
        <td class="absent">the row</td>
        {only === 'first' ? whole : absent}
        {only === 'first' ? absent : whole}
      </tr>
    );
  }
  return (
    <>
      {cells.map(({ column, texts }, index) => (
        <tr key={column}>
          {index === 0 && (
            <th scope="rowgroup" rowSpan={cells.length}>
              {name}
            </th>
          )}
          <td>{column}</td>
          <td>{texts[0]}</td>
          <td>{texts[1]}</td>
        </tr>
      ))}
    </>
  );
}
