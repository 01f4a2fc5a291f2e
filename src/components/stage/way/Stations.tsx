import type { JSX } from 'preact';
import type { Way } from '../../../../sim/packs/follow.ts';
import { sentenceOf } from './words.ts';

/** A request station by station; at a kernel the rules that it met, as the node's own tool prints them. */
export function Stations({ way }: { readonly way: Way }): JSX.Element {
  return (
    <ol class="stations">
      {way.hops.map((hop, index) => (
        <li key={index} class={hop.kind}>
          <p>
            <span class="ms">{hop.kind === 'nobody' ? '' : `${hop.ms} ms`}</span> {sentenceOf(hop)}
          </p>
          {hop.kind === 'rules' && hop.lines.length > 0 && (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
            <section tabIndex={0} aria-label={`Rules met on ${hop.node}`}>
              <pre>{hop.lines.join('\n')}</pre>
            </section>
          )}
        </li>
      ))}
    </ol>
  );
}
