import type { Peek } from './peek.ts';
import { CLOCKED, cellsOf, LEDGER, type TableView, tablesOf } from './tables.ts';

/** A cell that is not the same in both clusters. */
export interface CellDifference {
  readonly column: string;
  readonly texts: readonly [first: string, second: string];
}

/** A row that is not the same; `only` says where it is, when it is in one cluster. */
export interface RowDifference {
  /** As a table names it: `web`. */
  readonly name: string;
  readonly only?: 'first' | 'second';
  readonly cells: readonly CellDifference[];
}

/** The rows of a table that are not the same in two clusters. */
export interface TableDifference {
  readonly title: string;
  readonly command: string;
  readonly rows: readonly RowDifference[];
}

/**
 * What a person at a terminal would see differ between two clusters: the tables of kubectl, cell by cell. Keys of etcd
 * say nothing that the objects do not, and times that go by are not a difference.
 */
export function differencesOf(first: Peek, second: Peek): readonly TableDifference[] {
  const tables = tablesOf(first);
  return tablesOf(second, cellsOf(first))
    .filter(({ title }) => title !== LEDGER)
    .map((table) => compare(tables.find(({ title }) => title === table.title) as TableView, table))
    .filter(({ rows }) => rows.length > 0);
}

function compare(first: TableView, second: TableView): TableDifference {
  const { title, command, columns } = second;
  const rows = [
    ...first.rows.filter(({ key }) => !second.rows.some((row) => row.key === key)).map(onlyIn('first', columns)),
    ...second.rows.filter(({ key }) => !first.rows.some((row) => row.key === key)).map(onlyIn('second', columns)),
    ...second.rows
      .filter(({ key }) => first.rows.some((row) => row.key === key))
      .map((row): RowDifference => {
        const cells = row.cells.flatMap(({ text, was }, index): readonly CellDifference[] =>
          was === undefined ? [] : [{ column: columns[index] ?? '', texts: [was, text] }],
        );
        return { name: nameOf(row), cells };
      })
      .filter(({ cells }) => cells.length > 0),
  ];
  return { title, command, rows };
}

function onlyIn(only: 'first' | 'second', columns: readonly string[]): (row: Row) => RowDifference {
  return (row) => {
    const cells = row.cells.map(({ text }, index): CellDifference => {
      return { column: columns[index] ?? '', texts: only === 'first' ? [text, ''] : ['', text] };
    });
    return { name: nameOf(row), only, cells: cells.filter(({ column }) => !CLOCKED.includes(column)) };
  };
}

type Row = TableView['rows'][number];

/** `pod/default/web` is the row of web, and so is an Event about it: `event/default/web.1886725207b9cc0a`. */
function nameOf({ object }: Row): string {
  const name = object.slice(object.lastIndexOf('/') + 1);
  return object.startsWith('event/') ? name.replace(/\.[0-9a-f]+$/, '') : name;
}
