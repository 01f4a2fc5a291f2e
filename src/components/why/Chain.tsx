import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../../../sim/index.ts';
import { clockText } from '../../../sim/view/names.ts';

type Link = Answer['links'][number];

interface ChainProps {
  readonly answer: Answer;
  /** Shows a moment on the stage. */
  readonly go: (at: number, seq: number) => void;
}

/** The causes, from the last back to the first. How each was written down and heard of is folded away. */
export function Chain({ answer, go }: ChainProps): JSX.Element | null {
  const { links, end } = answer;
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const [here, setHere] = useState(-1);
  if (links.length === 0) return end === '' ? null : <p class="why-end">{end}</p>;
  const show = (index: number) => {
    const link = links[index] as Link;
    setHere(index);
    go(link.at, link.seq);
  };
  return (
    <>
      <ol class="why-chain">
        {runsOf(links).map((run) => {
          const [first = 0] = run;
          const isMain = links[first]?.isMain === true;
          if (!isMain && !opened.has(first)) {
            return (
              <Folded
                key={first}
                links={run.map((at) => links[at] as Link)}
                open={() => setOpened(new Set([...opened, first]))}
              />
            );
          }
          return run.map((at) => (
            <OneLink key={at} link={links[at] as Link} isHere={at === here} show={() => show(at)} />
          ));
        })}
      </ol>
      {end !== '' && <p class="why-end">{end}</p>}
    </>
  );
}

function OneLink(props: { readonly link: Link; readonly isHere: boolean; readonly show: () => void }): JSX.Element {
  const { link, isHere, show } = props;
  const { kind, at, sentence, rule, others } = link;
  return (
    <li class={`why-link ${kind}`}>
      <p class="why-when">
        <button
          type="button"
          aria-current={isHere ? 'step' : undefined}
          aria-label={`${clockText(at)}: show this moment on the stage`}
          onClick={show}
        >
          {clockText(at)}
        </button>
        <span>{NAMES[kind]}</span>
      </p>
      <p>{sentence.map((part, index) => ('port' in part ? <i key={index}>{part.port}</i> : part.text))}</p>
      {others > 0 && (
        <p class="why-others">
          One of {others + 1} changes that were dealt with together; the others led to it as well.
        </p>
      )}
      {rule !== '' && <p class="why-rule">{rule}</p>}
    </li>
  );
}

function Folded({ links, open }: { readonly links: readonly Link[]; readonly open: () => void }): JSX.Element {
  const kinds = links.map(({ kind }) => NAMES[kind]).reverse();
  const many = links.length === 1 ? '1 link' : `${links.length} links`;
  return (
    <li class="why-folded">
      <button type="button" aria-expanded={false} onClick={open}>
        {many} between: {[...new Set(kinds)].join(', ')}
      </button>
    </li>
  );
}

/** What the kinds of links are called. */
const NAMES: Readonly<Record<Link['kind'], string>> = {
  command: 'command',
  fault: 'fault',
  request: 'request',
  answer: 'answer',
  admission: 'checks',
  write: 'etcd',
  watch: 'watch event',
  decision: 'decision',
  call: 'call on the node',
  silence: 'silence',
};

/** Places of links: each main one alone, and the runs between them. */
function runsOf(links: readonly Link[]): readonly (readonly number[])[] {
  const runs: number[][] = [];
  links.forEach(({ isMain }, index) => {
    const last = runs.at(-1);
    const isOpen = last !== undefined && !isMain && links[last[0] ?? 0]?.isMain === false;
    if (isOpen) last.push(index);
    else runs.push([index]);
  });
  return runs;
}
