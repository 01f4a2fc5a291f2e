import type { Millis } from '../../kernel/message.ts';
import type { CriClientProtocol, RuntimeContainer } from '../../protocol/cri.ts';
import { alignRows, type Layout } from '../tabwriter.ts';

/** What a runtime answers to crictl. */
export type Listing = CriClientProtocol['listContainersDone'];

/** A line of crictl that can be carried out. */
export interface CrictlCall {
  readonly list: 'ps' | 'pods' | 'images';
  /** `-a`: containers that have exited too. */
  readonly isAll: boolean;
  /** `-q`: ids only. */
  readonly isQuiet: boolean;
}

const COLUMNS: Layout = { minWidth: 20, padding: 3 };
/** The first letters of an id that crictl shows. */
const SHORT = 13;
const STATES = { created: 'Created', running: 'Running', exited: 'Exited', ready: 'Ready', notready: 'NotReady' };

/** Reads the words after `crictl`; a text is why it cannot be done. */
export function readCrictl([verb = '', ...flags]: readonly string[]): CrictlCall | string {
  const list = verb === 'image' || verb === 'img' ? 'images' : verb;
  if (list !== 'ps' && list !== 'pods' && list !== 'images') {
    const what = list === '' ? 'crictl alone' : `crictl ${list}`;
    return `crictl can do more; this harbour has crictl ps, pods and images, not ${what}.`;
  }
  const known = list === 'ps' ? ['-a', '--all', '-q', '--quiet'] : ['-q', '--quiet'];
  const unknown = flags.find((flag) => !known.includes(flag));
  if (unknown !== undefined) return `crictl ${list} can do this; this harbour cannot yet: ${unknown}`;
  const has = (...names: readonly string[]) => flags.some((flag) => names.includes(flag));
  return { list, isAll: has('-a', '--all'), isQuiet: has('-q', '--quiet') };
}

/**
 * What crictl prints, newest first. Upstream: cri-tools `cmd/crictl/container.go`, `sandbox.go` and `image.go`. Leaves
 * out: `-o`, filters, the other verbs.
 */
export function crictlLines({ list, isAll, isQuiet }: CrictlCall, listing: Listing, now: Millis): readonly string[] {
  const rows = { ps: () => psRows(listing, isAll, now), pods: () => podRows(listing, now), images: imageRows(listing) };
  const [head = [], ...body] = list === 'images' ? rows.images : rows[list]();
  if (!isQuiet) return alignRows([head, ...body], [], COLUMNS).lines;
  return idsOf(list, listing, isAll);
}

type Row = readonly string[];

function psRows(listing: Listing, isAll: boolean, now: Millis): readonly Row[] {
  const head = ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD', 'NAMESPACE'];
  const rows = shown(listing, isAll).map((container) => {
    const { id, createdAt, state, name, attempt, sandbox } = container;
    const pod = listing.sandboxes.find((candidate) => candidate.id === sandbox);
    const image = listing.images.find((candidate) => candidate.name === container.image)?.id ?? container.image;
    const times = [agoText(now - createdAt), STATES[state], name, String(attempt)];
    return [short(id), short(image), ...times, short(sandbox), pod?.name ?? 'unknown', pod?.namespace ?? 'unknown'];
  });
  return [head, ...rows];
}

function podRows({ sandboxes }: Listing, now: Millis): readonly Row[] {
  const head = ['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'];
  const rows = newest(sandboxes).map(({ id, createdAt, state, name, namespace, attempt }) => {
    return [short(id), agoText(now - createdAt), STATES[state], name, namespace, String(attempt), '(default)'];
  });
  return [head, ...rows];
}

function imageRows({ images }: Listing): readonly Row[] {
  const rows = byName(images).map(({ name, id, sizeBytes }) => {
    const colon = name.lastIndexOf(':');
    return [name.slice(0, colon), name.slice(colon + 1), short(id), sizeText(sizeBytes)];
  });
  return [['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'], ...rows];
}

function idsOf(list: CrictlCall['list'], listing: Listing, isAll: boolean): readonly string[] {
  if (list === 'images') return byName(listing.images).map(({ id }) => `sha256:${id}`);
  const items = list === 'ps' ? shown(listing, isAll) : newest(listing.sandboxes);
  return items.map(({ id }) => id);
}

function shown({ containers }: Listing, isAll: boolean): readonly RuntimeContainer[] {
  return newest(containers.filter(({ state }) => isAll || state === 'running'));
}

/** The youngest first. */
export function newest<T extends { readonly createdAt: Millis; readonly id: string }>(
  items: readonly T[],
): readonly T[] {
  return [...items].sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1));
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function short(id: string): string {
  return id.slice(0, SHORT);
}

function agoText(age: Millis): string {
  return `${durationText(age)} ago`;
}

/** docker/go-units' HumanDuration. */
export function durationText(age: Millis): string {
  const seconds = Math.floor(age / 1000);
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(age / 3_600_000 + 0.5);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < 60) return `${seconds} seconds`;
  if (minutes === 1) return 'About a minute';
  if (minutes < 60) return `${minutes} minutes`;
  return hours === 1 ? 'About an hour' : `${hours} hours`;
}

/** docker/go-units' HumanSizeWithPrecision with three digits. */
function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let size = bytes;
  let unit = 0;
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${Number(size.toPrecision(3))}${units[unit]}`;
}
