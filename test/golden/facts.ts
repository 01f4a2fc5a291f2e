import type { Condition, KubeObject } from '../../sim/api/meta.ts';
import type { HttpRequest } from '../../sim/protocol/http.ts';

type Fields = Readonly<Record<string, unknown>>;

const COUNTS = ['replicas', 'updatedReplicas', 'readyReplicas', 'availableReplicas', 'unavailableReplicas'];
const SIZES = /^deployment\.kubernetes\.io\/(.*)$/;

/** Says what a request changes: what has been said of the object before is not said again. */
export class Facts {
  readonly #events = new Map<string, string>();
  readonly #known = new Map<string, Map<string, string>>();

  /** `PATCH pods/web/status phase=Running Ready=True` */
  tell({ method, path, body }: HttpRequest): string {
    const place = path
      .replace(/^\/apis?\/([^/]*\.[^/]*\/|apps\/)?v\d[^/]*\//, '')
      .replace(/^namespaces\/default\//, '');
    const object = (body ?? {}) as Partial<KubeObject>;
    if (place.startsWith('events')) return `${method} ${this.#event(place, object as unknown as Fields)}`;
    const key = place.replace(/\/(status|binding)$/, '');
    const known = this.#known.get(key) ?? new Map<string, string>();
    this.#known.set(key, known);
    const news = factsOf(object).filter(([about, text]) => known.get(about) !== text);
    for (const [about, text] of news) known.set(about, text);
    const name = method === 'POST' ? nameOf(object) : '';
    return [method, `${place}${name}`, ...news.map(([, text]) => text)].join(' ');
  }

  /** An Event that comes again is a patch of the first: only its count is new. */
  #event(place: string, event: Fields): string {
    const { name } = (event['metadata'] ?? {}) as { name?: string };
    const key = name === undefined ? place : `events/${name}`;
    const text = this.#events.get(key) ?? eventText(event);
    this.#events.set(key, text);
    return place === 'events' ? text : `${text} again (${event['count']} times)`;
  }
}

function nameOf({ metadata }: Partial<KubeObject>): string {
  const { name = '', generateName = '' } = (metadata ?? {}) as { name?: string; generateName?: string };
  return name !== '' ? ` ${name}` : generateName !== '' ? ` ${generateName}*` : '';
}

function eventText({ type, reason, message, involvedObject }: Fields): string {
  const { kind, name } = (involvedObject ?? {}) as { kind?: string; name?: string };
  return `Event ${type} ${reason} ${kind?.toLowerCase()}/${name} "${message}"`;
}

/** What it is about, and the words for it. */
type Fact = readonly [about: string, text: string];

function factsOf(object: Partial<KubeObject>): readonly Fact[] {
  const { metadata, spec, status, target } = object as {
    metadata?: KubeObject['metadata'];
    spec?: Fields;
    status?: Fields;
    target?: { name: string };
  };
  const owner = metadata?.ownerReferences?.[0];
  const set = (about: string, value: unknown): Fact => [about, `${about}=${value}`];
  return [
    ...(target === undefined ? [] : [set('to', target.name)]),
    ...(owner === undefined ? [] : [set('owner', `${owner.kind}/${owner.name}`)]),
    ...Object.entries(metadata?.annotations ?? {}).flatMap(([name, value]) => {
      const size = SIZES.exec(name)?.[1];
      return size === undefined ? [] : [set(size, value)];
    }),
    ...(typeof spec?.['replicas'] === 'number' ? [set('spec.replicas', spec['replicas'])] : []),
    ...(spec !== undefined && 'taints' in spec ? [set('taints', taintsOf(spec))] : []),
    ...['phase', 'podIP'].flatMap((name) => (typeof status?.[name] === 'string' ? [set(name, status[name])] : [])),
    ...COUNTS.flatMap((name) => (typeof status?.[name] === 'number' ? [set(name, status[name])] : [])),
    ...((status?.['conditions'] ?? []) as readonly Condition[]).map(conditionFact),
    ...((status?.['containerStatuses'] ?? []) as readonly Fields[]).map(containerFact),
  ];
}

function taintsOf({ taints }: Fields): string {
  const all = (taints ?? []) as readonly { readonly key: string; readonly effect: string }[];
  return all.length === 0 ? 'none' : all.map(({ key, effect }) => `${key}:${effect}`).join(',');
}

function conditionFact({ type, status, reason, message }: Condition): Fact {
  const why = [reason, message && `"${message}"`].filter(Boolean).join(' ');
  return [type, `${type}=${status}${why === '' ? '' : ` (${why})`}`];
}

function containerFact({ name, state, ready, restartCount }: Fields): Fact {
  const [[is = '', details = {}] = []] = Object.entries((state ?? {}) as Readonly<Record<string, Fields>>);
  const { reason, exitCode, message } = details;
  const words = [is, reason, exitCode, message && `"${message}"`].filter((word) => word !== undefined && word !== '');
  return [`container ${name}`, `[${name} ${words.join(' ')}, ready ${ready}, restarts ${restartCount}]`];
}
