import type { JsonObject } from '../api/meta.ts';
import type { Table, TableColumn, TableRow } from '../api/table.ts';
import { dig } from './json.ts';
import { alignRows } from './tabwriter.ts';

/** What a human-readable table shows beside the server's columns. */
export interface TableOptions {
  readonly isWide: boolean;
  readonly withNamespace: boolean;
  /** `deployment.apps`: put before each name; '' for none. */
  readonly kind: string;
  readonly noHeaders: boolean;
  readonly showLabels: boolean;
  readonly labelColumns: readonly string[];
}

/** What a printer remembers between the tables of one watch: columns, widths, and whether the headers stand. */
export interface PrinterMemory {
  readonly columns: readonly TableColumn[];
  readonly widths: readonly number[];
  readonly hasHeaders: boolean;
}

/** A printer that has printed nothing. */
export const FRESH: PrinterMemory = { columns: [], widths: [], hasHeaders: false };

/** The lines of some tables of one kind, aligned together. Follows cli-runtime printers/tableprinter.go. */
export function printTables(
  tables: readonly Table[],
  options: TableOptions,
  memory: PrinterMemory = FRESH,
): { readonly lines: readonly string[]; readonly memory: PrinterMemory } {
  const rows: (readonly string[])[] = [];
  let { columns, hasHeaders } = memory;
  for (const table of tables) {
    if (table.columnDefinitions !== null && table.columnDefinitions.length > 0) columns = table.columnDefinitions;
    if (table.rows.length === 0) continue;
    if (!hasHeaders && !options.noHeaders) rows.push(headers(columns, options));
    hasHeaders = true;
    for (const row of table.rows) rows.push(cells(row, columns, options));
  }
  const { lines, widths } = alignRows(rows, memory.widths);
  return { lines, memory: { columns, widths, hasHeaders } };
}

function headers(columns: readonly TableColumn[], options: TableOptions): readonly string[] {
  const names = columns.filter((column) => isShown(column, options)).map((column) => column.name.toUpperCase());
  if (options.withNamespace) names.unshift('NAMESPACE');
  for (const label of options.labelColumns) names.push(label.slice(label.lastIndexOf('/') + 1).toUpperCase());
  return options.showLabels ? [...names, 'LABELS'] : names;
}

function cells(row: TableRow, columns: readonly TableColumn[], options: TableOptions): readonly string[] {
  const shown: string[] = [];
  let isNamed = false;
  for (const [index, column] of columns.entries()) {
    const isName: boolean = !isNamed && column.format === 'name';
    if (isName) isNamed = true;
    if (!isShown(column, options)) continue;
    const text = oneLine(String(row.cells[index] ?? ''));
    shown.push(isName && options.kind !== '' ? `${options.kind}/${text}` : text);
  }
  const metadata = dig(row.object, 'metadata') as JsonObject | undefined;
  if (options.withNamespace) shown.unshift(String(metadata?.namespace ?? ''));
  const labels = (metadata?.labels ?? {}) as Readonly<Record<string, string>>;
  for (const label of options.labelColumns) shown.push(labels[label] ?? '');
  if (options.showLabels) shown.push(formatLabels(labels));
  return shown;
}

/** `a=b,c=d`, or `<none>`. */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const texts = Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`);
  return texts.length === 0 ? '<none>' : texts.join(',');
}

function isShown(column: TableColumn, options: TableOptions): boolean {
  return column.priority === 0 || options.isWide;
}

/** A cell is cut where a line would break. */
function oneLine(text: string): string {
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}
