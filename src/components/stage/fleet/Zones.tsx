import type { JSX } from 'preact';
import { type Ship, stateOf, type ZoneSum } from './ships.ts';

interface ZonesProps {
  readonly zones: readonly ZoneSum[];
  readonly ships: readonly Ship[];
  readonly onOpen: (id: string) => void;
}

/** So many ships that need a look are named. */
const NAMED = 12;

/** The chart in words: a row a zone, and who needs a look. */
export function Zones({ zones, ships, onOpen }: ZonesProps): JSX.Element {
  const troubled = ships.filter((ship) => stateOf(ship) !== 'ready');
  return (
    <details class="fleet-zones">
      <summary>The same in words</summary>
      <table aria-label="Nodes and pods by zone">
        <thead>
          <tr>
            {['Zone', 'Nodes', 'Ready', 'Cordoned', 'Not Ready', 'Dark', 'Running', 'Waiting', 'In trouble'].map(
              (name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {zones.map(({ zone, nodes, ready, cordoned, unready, dark, running, waiting, failing }) => (
            <tr key={zone}>
              <th scope="row">{zone || 'no zone'}</th>
              {Object.entries({ nodes, ready, cordoned, unready, dark, running, waiting, failing }).map(
                ([name, number]) => (
                  <td key={name}>{number.toLocaleString('en')}</td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {troubled.length > 0 && (
        <p>
          Not Ready, or closed for new pods:{' '}
          {troubled.slice(0, NAMED).map(({ id, name }) => (
            <button key={id} type="button" class="button" onClick={() => onOpen(id)}>
              {name}
            </button>
          ))}
          {troubled.length > NAMED && ` and ${troubled.length - NAMED} more.`}
        </p>
      )}
    </details>
  );
}
