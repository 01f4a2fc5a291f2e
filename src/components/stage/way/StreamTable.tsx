import type { JSX } from 'preact';
import type { Stream } from '../../../../sim/packs/follow.ts';
import { short } from './words.ts';

/** What became of many requests: who answered how many, what was lost, how long it took. */
export function StreamTable({ stream, to }: { readonly stream: Stream; readonly to: string }): JSX.Element {
  const { sent, pods, refused, timeouts, percentiles } = stream;
  const rows = [
    ...pods.map(({ pod, count }) => [short(pod), count] as const),
    ...(refused > 0 ? [['refused', refused] as const] : []),
    ...(timeouts > 0 ? [['no answer', timeouts] as const] : []),
  ];
  return (
    <table class="stream">
      <caption>
        <b>
          {sent} more to {to}
        </b>
        , one every 50 ms
        {percentiles.length > 0 && `. ${percentiles.map(({ share, ms }) => `p${share} ${ms} ms`).join(', ')}`}
      </caption>
      <thead>
        <tr>
          <th scope="col">Answered by</th>
          <th scope="col">Requests</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, count]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{count}</td>
            <td>
              <meter min={0} max={sent} value={count} aria-hidden="true" /> {Math.round((count / sent) * 100)} %
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
