import type { JSX } from 'preact';
import type { TableView } from '../../../sim/index.ts';
import type { Store } from '../../session/store.ts';

/** What one would see at work: tables, each with the command that prints it. Changed cells are marked. */
export function Tables({ store }: { readonly store: Store }): JSX.Element {
  const { tables } = store.frame.value;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so it can be reached by keyboard
    <section class="tables" tabIndex={0} aria-label="Tables" data-asks>
      {tables === undefined ? (
        <p>Asking the cluster…</p>
      ) : (
        <>
          <p class="asks">
            Any cell can tell why it is so: click or tap it, or go there with the arrow keys and press <kbd>?</kbd>
          </p>
          {tables.map((table) => (
            <OneTable key={table.command} table={table} />
          ))}
        </>
      )}
    </section>
  );
}

function OneTable({ table }: { readonly table: TableView }): JSX.Element {
  const { title, command, columns, rows } = table;
  return (
    // biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: its cells can be asked, so it is a grid
    <table role="grid">
      <caption>
        <b>{title}</b> <code>{command}</code>
      </caption>
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
        {rows.map(({ key, object, cells }, row) => (
          <tr key={key}>
            {cells.map((cell, index) => (
              <td
                key={columns[index]}
                class={cell.was === undefined ? undefined : 'changed'}
                data-why={`cell ${object} ${columns[index]?.toUpperCase()}`}
                tabIndex={row === 0 && index === 0 ? 0 : -1}
              >
                {cell.was !== undefined && cell.was !== '' && (
                  <>
                    <del>{cell.was}</del>{' '}
                  </>
                )}
                {cell.text}
              </td>
            ))}
          </tr>
        ))}
        {rows.length === 0 && (
          <tr>
            <td colSpan={columns.length}>none</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
