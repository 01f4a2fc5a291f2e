import { resourceOfWord } from '../api/index.ts';
import { type KubeObject, objectKey } from '../api/meta.ts';
import { buildTable } from '../api/table.ts';
import type { Peek } from './peek.ts';

/** A cell; `was` is its text at the earlier instant when it has changed since, '' when the row is new. */
export interface TableCell {
  readonly text: string;
  readonly was?: string;
}

/** A row; `object` is what it shows, as `pod/default/web`. */
export interface TableRow {
  readonly key: string;
  readonly object: string;
  readonly cells: readonly TableCell[];
}

/** A table as a command prints it. */
export interface TableView {
  readonly title: string;
  /** The command that prints it. */
  readonly command: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** The cells of an instant, to compare a later one with. */
export type Cells = ReadonlyMap<string, string>;

interface Shown {
  readonly title: string;
  readonly plural: string;
  readonly isWide: boolean;
}

const SHOWN: readonly Shown[] = [
  { title: 'Pods', plural: 'pods', isWide: true },
  { title: 'Nodes', plural: 'nodes', isWide: false },
  { title: 'Deployments', plural: 'deployments', isWide: false },
  { title: 'ReplicaSets', plural: 'replicasets', isWide: false },
  { title: 'Services', plural: 'services', isWide: false },
  { title: 'Endpoints', plural: 'endpointslices', isWide: false },
  { title: 'Events', plural: 'events', isWide: false },
];

/** Columns that change by the clock alone are never marked. */
export const CLOCKED: readonly string[] = ['AGE', 'LAST SEEN'];
const MAX_ROWS = 200;
/** The title of the table of etcd's keys. */
export const LEDGER = 'The ledger, without leases and events';

/** Every table of an instant, with the command that prints each; cells that differ from `before` are marked. */
export function tablesOf(peek: Peek, before?: Cells): readonly TableView[] {
  return tablesOfKinds(peek, SHOWN, before);
}

function tablesOfKinds(peek: Peek, kinds: readonly Shown[], before?: Cells): readonly TableView[] {
  return [...kinds.map((shown) => tableOf(peek, shown, before)), ledgerTable(peek, before)];
}

/** The cells of an instant. */
export function cellsOf(peek: Peek): Cells {
  const cells = new Map<string, string>();
  const kinds = SHOWN.filter(({ plural }) => peek.objects(plural).some(isInDefault));
  for (const { title, columns, rows } of tablesOfKinds(peek, kinds)) {
    for (const row of rows) {
      for (const [index, cell] of row.cells.entries())
        cells.set(cellKey(title, row.key, columns[index] ?? ''), cell.text);
    }
  }
  return cells;
}

function tableOf(peek: Peek, shown: Shown, before: Cells | undefined): TableView {
  const { title, plural, isWide } = shown;
  const resource = resourceOfWord(plural);
  const objects = peek.objects(plural).filter(isInDefault);
  const listed = (plural === 'events' ? objects.slice().sort(byTime) : objects).slice(-MAX_ROWS);
  const command = plural === 'events' ? 'kubectl events' : `kubectl get ${plural}${isWide ? ' -o wide' : ''}`;
  if (resource === undefined) return { title, command, columns: [], rows: [] };
  const table = buildTable(resource, listed, { nowMs: peek.now, includeObject: 'None' });
  const definitions = table.columnDefinitions ?? [];
  const indexes = definitions.flatMap(({ priority }, index) => {
    return isWide || priority === 0 ? [index] : [];
  });
  const columns = indexes.map((index) => definitions[index]?.name.toUpperCase() ?? '');
  const rows = table.rows.map((row, position) => {
    const texts = indexes.map((index) => String(row.cells[index] ?? ''));
    const key = objectKey(listed[position] as KubeObject);
    return { object: `${resource.singular}/${key}`, ...rowOf(title, key, columns, texts, before) };
  });
  return { title, command, columns, rows };
}

/** The keys of etcd, and the revision of each. */
function ledgerTable(peek: Peek, before: Cells | undefined): TableView {
  const title = LEDGER;
  const columns = ['Key', 'ModRevision'];
  const rows = SHOWN.filter(({ plural }) => plural !== 'events').flatMap(({ plural }) =>
    peek.objects(plural).map((object) => {
      const key = `${PREFIXES[plural] ?? `/registry/${plural}/`}${objectKey(object)}`;
      const row = rowOf(title, key, columns, [key, object.metadata.resourceVersion ?? ''], before);
      return { object: `${resourceOfWord(plural)?.singular}/${objectKey(object)}`, ...row };
    }),
  );
  return { title, command: 'etcdctl get /registry --prefix -w fields', columns, rows: rows.slice(0, MAX_ROWS) };
}

const PREFIXES: Readonly<Record<string, string>> = {
  nodes: '/registry/minions/',
  services: '/registry/services/specs/',
};

function rowOf(
  title: string,
  key: string,
  columns: readonly string[],
  texts: readonly string[],
  before: Cells | undefined,
): Omit<TableRow, 'object'> {
  const cells = texts.map((text, index): TableCell => {
    const column = columns[index] ?? '';
    if (before === undefined || CLOCKED.includes(column)) return { text };
    const was = before.get(cellKey(title, key, column)) ?? '';
    return was === text ? { text } : { text, was };
  });
  return { key, cells };
}

function cellKey(title: string, key: string, column: string): string {
  return `${title}\n${key}\n${column}`;
}

function isInDefault(object: KubeObject): boolean {
  return (object.metadata.namespace ?? 'default') === 'default';
}

function byTime(a: KubeObject, b: KubeObject): number {
  return Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion);
}
