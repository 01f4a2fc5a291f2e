import type { JSX } from 'preact';
import type { Cell, Section, Stage } from '../../../../sim/packs/inside.ts';

interface SectionProps {
  readonly section: Section;
  /** Opens the tables behind the scheduler's decisions about a pod. */
  readonly onExplain: (pod: string) => void;
}

type Explain = Pick<SectionProps, 'onExplain'>;

/** A part of an inside: a table, facts, the stages of requests, or what a command prints. */
export function SectionView({ section, onExplain }: SectionProps): JSX.Element {
  switch (section.type) {
    case 'table':
      return <TableView section={section} onExplain={onExplain} />;
    case 'facts':
      return <Facts section={section} onExplain={onExplain} />;
    case 'chain':
      return <Chain section={section} />;
    case 'text':
      return <Printed section={section} />;
  }
}

type Of<T extends Section['type']> = Extract<Section, { readonly type: T }>;

/** An empty one is a line: there are many, and most are empty most of the time. */
function TableView({ section, onExplain }: { readonly section: Of<'table'> } & Explain): JSX.Element {
  const { title, note, columns, rows, empty, left } = section;
  if (rows.length === 0) {
    return (
      <p class="nothing">
        <b>{title}.</b> {empty}
      </p>
    );
  }
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p class="quiet">{note}</p>
      <Scrolling name={`Table: ${title}`}>
        <table aria-label={title}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([head, ...rest]) => (
              <tr key={[head, ...rest.slice(0, 2)].map((one) => one?.text).join(' ')}>
                <th scope="row">{head !== undefined && <Words cell={head} onExplain={onExplain} />}</th>
                {rest.map((cell, index) => (
                  <td key={columns[index + 1]}>
                    <Words cell={cell} onExplain={onExplain} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scrolling>
      {left > 0 && <p class="quiet">{left} more are not listed.</p>}
    </section>
  );
}

function Words({ cell, onExplain }: { readonly cell: Cell } & Explain): JSX.Element {
  const { text, mark, more, pod } = cell;
  return (
    <>
      <span class={mark}>
        {pod === undefined ? (
          text
        ) : (
          <button type="button" class="link" title="The scheduler’s tables" onClick={() => onExplain(pod)}>
            {text}
          </button>
        )}
      </span>
      {more !== undefined && <small>{more}</small>}
    </>
  );
}

function Facts({ section, onExplain }: { readonly section: Of<'facts'> } & Explain): JSX.Element {
  return (
    <section aria-label={section.title}>
      <h3>{section.title}</h3>
      <dl>
        {section.facts.map(([term, cell]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>
              <Words cell={cell} onExplain={onExplain} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Of the requests the newest is open. */
function Chain({ section: { title, note, requests, empty } }: { readonly section: Of<'chain'> }): JSX.Element {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p class="quiet">{requests.length === 0 ? empty : note}</p>
      {requests.map(({ id, at, text, sentence, origin, answer, stages }, index) => (
        <details key={id} open={index === 0}>
          <summary>
            <span class="at">{at}</span> {text} <span class={/^[45]/.test(answer) ? 'bad' : 'answer'}>{answer}</span>
          </summary>
          <p class="told">
            {sentence}
            {origin !== '' && (
              <>
                {' '}
                It follows from <code>{origin}</code>.
              </>
            )}
          </p>
          <ol class="stages">
            {stages.map((stage) => (
              <StageLine key={stage.name} stage={stage} />
            ))}
          </ol>
        </details>
      ))}
    </section>
  );
}

const STATES: Readonly<Record<Stage['state'], string>> = {
  passed: 'let through',
  done: 'done',
  stopped: 'answered here',
  here: 'here now',
  later: 'later',
  never: 'not asked',
};

function StageLine({ stage: { name, state, text } }: { readonly stage: Stage }): JSX.Element {
  return (
    <li class={state} aria-current={state === 'here' ? 'step' : undefined}>
      <b>{name}</b> <i>{STATES[state]}</i> <span>{text}</span>
    </li>
  );
}

function Printed({ section: { title, note, command, lines } }: { readonly section: Of<'text'> }): JSX.Element {
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p class="quiet">
        {note} <code>{command}</code> prints:
      </p>
      <Scrolling name={`Output of ${command}`}>
        <pre>{lines.length === 0 ? '(nothing)' : lines.join('\n')}</pre>
      </Scrolling>
    </section>
  );
}

/** What is wider than its place scrolls by itself, also by keyboard. */
function Scrolling(props: { readonly name: string; readonly children: JSX.Element }): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="scrolling" tabIndex={0} aria-label={props.name}>
      {props.children}
    </section>
  );
}
