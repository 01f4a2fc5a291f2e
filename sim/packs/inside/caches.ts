import { resourceOfWord } from '../../api/index.ts';
import type { KubeObject } from '../../api/meta.ts';
import { objectKey } from '../../api/meta.ts';
import { matchesFields, parseFieldSelector } from '../../api/selector.ts';
import type { InformerSpec } from '../../client/cache.ts';
import type { ClientState } from '../../client/calls.ts';
import { objectsIn } from '../../cluster/peek.ts';
import type { Simulation } from '../../kernel/simulation.ts';
import { cell, count, type Section, table } from './section.ts';

/** An object that a cache and the ledger do not have alike. */
export interface Differing {
  readonly key: string;
  /** Its resourceVersion here and there; '' where it is not. */
  readonly cached: string;
  readonly stored: string;
}

/** The informers of a process against what etcd has: how many objects, and which are not the same. */
export function cachesOf(client: ClientState, simulation: Simulation, title = 'Caches against the ledger'): Section {
  const rows = [...client.informers.values()].map(({ spec, phase, revision }) => {
    const cached = client.caches.get(spec.name) ?? new Map<string, KubeObject>();
    const stored = storedFor(spec, simulation);
    const differing = differingIn(cached, stored);
    return {
      name: spec.name,
      isQuiet: phase === 'watching' && cached.size === 0,
      differing,
      cells: [
        cell(spec.name),
        cell(phase, phase === 'watching' ? 'ok' : 'wait'),
        cell(revision === '' ? 'none' : revision),
        cell(cached.size),
        cell(stored.length),
        differing.length === 0
          ? cell('the same', 'ok')
          : cell(`${differing.length} different`, 'wait', differing.slice(0, 4).map(differenceText).join('; ')),
      ],
    };
  });
  const isQuiet = (one: (typeof rows)[number]) => one.isQuiet && one.differing.length === 0;
  const quiet = rows.filter(isQuiet).map(({ name }) => name);
  const shown = rows.filter((one) => !isQuiet(one));
  shown.sort((a, b) => b.differing.length - a.differing.length || (a.name < b.name ? -1 : 1));
  const behind = rows.reduce((sum, { differing }) => sum + differing.length, 0);
  const rest = quiet.length === 0 ? '' : ` Nothing here and nothing there: ${quiet.join(', ')}.`;
  const note =
    behind === 0
      ? 'Each informer listed once and watches since. Every object here has the resourceVersion that etcd has.'
      : `Not as in etcd yet: ${count(behind, 'object')}. The news is on its way, or the watch is broken; until it comes, decisions are made by what is here.`;
  const columns = ['Informer', 'State', 'Seen up to', 'In cache', 'In etcd', 'Difference'];
  return table(
    title,
    `${note}${rest}`,
    columns,
    shown.map(({ cells }) => cells),
    'It watches nothing.',
  );
}

/** What etcd has of what an informer asks for. */
function storedFor({ name, path, query }: InformerSpec, simulation: Simulation): readonly KubeObject[] {
  const namespace = /\/namespaces\/([^/]+)\//.exec(path)?.[1];
  const parsed = parseFieldSelector(query?.['fieldSelector'] ?? '');
  const resource = resourceOfWord(name);
  return objectsIn(simulation, name).filter((object) => {
    if (namespace !== undefined && object.metadata.namespace !== namespace) return false;
    return resource === undefined || !parsed.ok || matchesFields(parsed.value, resource.fields(object));
  });
}

function differingIn(cached: ReadonlyMap<string, KubeObject>, stored: readonly KubeObject[]): readonly Differing[] {
  const found: Differing[] = [];
  const keys = new Set<string>();
  for (const object of stored) {
    const key = objectKey(object);
    keys.add(key);
    const own = cached.get(key)?.metadata.resourceVersion ?? '';
    const other = object.metadata.resourceVersion ?? '';
    if (own !== other) found.push({ key, cached: own, stored: other });
  }
  for (const [key, { metadata }] of cached) {
    if (!keys.has(key)) found.push({ key, cached: metadata.resourceVersion ?? '', stored: '' });
  }
  return found;
}

function differenceText({ key, cached, stored }: Differing): string {
  if (cached === '') return `${key}: not here yet, ${stored} there`;
  if (stored === '') return `${key}: ${cached} here, gone there`;
  return `${key}: ${cached} here, ${stored} there`;
}
