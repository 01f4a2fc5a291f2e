import type { JsonObject, JsonValue, KubeObject, ListMeta } from './meta.ts';
import type { Column, Resource } from './resource.ts';

export type TableColumn = {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
};

export type TableRow = { readonly cells: readonly (string | number | boolean | null)[]; readonly object?: JsonValue };

/** The server-side table that `kubectl get` prints, upstream `meta.k8s.io/v1 Table`. */
export type Table = {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: ListMeta;
  readonly columnDefinitions: readonly TableColumn[] | null;
  readonly rows: readonly TableRow[];
};

/** What a row carries of its object: only metadata (the default), all of it, or nothing. */
export type IncludeObject = 'Metadata' | 'Object' | 'None';

/** The Table of these objects at `nowMs` (ages are counted from it). All columns are in it; clients hide priority 1. */
export function buildTable<O extends KubeObject>(
  resource: Pick<Resource<O>, 'columns' | 'conversion'>,
  objects: readonly O[],
  options: { readonly nowMs: number; readonly metadata?: ListMeta; readonly includeObject?: IncludeObject },
): Table {
  const { nowMs, metadata = {}, includeObject = 'Metadata' } = options;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: resource.columns.map(describeColumn),
    rows: objects.map((object) => ({
      cells: resource.columns.map((column) => column.cell(object, nowMs)),
      ...carried(resource.conversion?.fromStored(object) ?? object, includeObject),
    })),
  };
}

function describeColumn<O extends KubeObject>(column: Column<O>): TableColumn {
  const { name, type, format = '', description = '', priority } = column;
  return { name, type, format, description, priority };
}

function carried(object: KubeObject, include: IncludeObject): { readonly object?: JsonObject } {
  if (include === 'None') return {};
  if (include === 'Object') return { object };
  const { metadata } = object;
  return { object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata } };
}
