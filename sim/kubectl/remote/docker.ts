import type { Millis } from '../../kernel/message.ts';
import { alignRows, type Layout } from '../tabwriter.ts';
import { durationText, type Listing, newest } from './crictl.ts';

/** A line of docker that can be carried out: `docker ps`. */
export interface DockerCall {
  /** `-q`: ids only. */
  readonly isQuiet: boolean;
}

/** The Engine's process does not run. */
export const NO_DAEMON =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';

const COLUMNS: Layout = { minWidth: 10, padding: 3 };
const HEAD = ['CONTAINER ID', 'IMAGE', 'COMMAND', 'CREATED', 'STATUS', 'PORTS', 'NAMES'];
/** The first letters of an id, and of a command, that docker shows. */
const SHORT = 12;
const SHORT_COMMAND = 20;

/** Reads the words after `docker`; a text is why it cannot be done. */
export function readDocker([verb = '', ...flags]: readonly string[]): DockerCall | string {
  if (verb !== 'ps')
    return `docker can do more; this harbour has docker ps, not ${verb === '' ? 'docker alone' : verb}.`;
  const unknown = flags.find((flag) => flag !== '-q' && flag !== '--quiet');
  if (unknown !== undefined) return `docker ps can do this; this harbour cannot yet: ${unknown}`;
  return { isQuiet: flags.length > 0 };
}

/**
 * What `docker ps` prints of the containers that cri-dockerd has made: for each sandbox one that pauses, and the pod's
 * own. Upstream: docker/cli `formatter/container.go`, cri-dockerd `core/naming.go`. Leaves out: `-a`, filters, formats.
 */
export function dockerLines({ isQuiet }: DockerCall, listing: Listing, now: Millis): readonly string[] {
  const sandboxes = new Map(listing.sandboxes.map((sandbox) => [sandbox.id, sandbox]));
  const pauses = listing.sandboxes
    .filter(({ state }) => state === 'ready')
    .map(({ id, createdAt, name, namespace, podUid, attempt }) => {
      const names = ['k8s_POD', name, namespace, podUid, attempt].join('_');
      return { id, createdAt, since: createdAt, image: PAUSE, command: ['/pause'], names };
    });
  const own = listing.containers
    .filter(({ state }) => state === 'running')
    .map(({ id, createdAt, startedAt, image, command = [], name, sandbox, podUid, attempt }) => {
      const { name: pod = '', namespace = '' } = sandboxes.get(sandbox) ?? {};
      const names = ['k8s', name].join('_') + ['', pod, namespace, podUid, attempt].join('_');
      const imageId = listing.images.find((each) => each.name === image)?.id.slice(0, SHORT) ?? image;
      return { id, createdAt, since: startedAt, image: imageId, command, names };
    });
  const all = newest([...own, ...pauses]);
  if (isQuiet) return all.map(({ id }) => id.slice(0, SHORT));
  const rows = all.map(({ id, image, command, createdAt, since, names }) => {
    const times = [`${durationText(now - createdAt)} ago`, `Up ${durationText(now - since)}`];
    return [id.slice(0, SHORT), image, commandText(command), ...times, '', names];
  });
  return alignRows([HEAD, ...rows], [], COLUMNS).lines;
}

const PAUSE = 'registry.k8s.io/pause:3.10';

function commandText(argv: readonly string[]): string {
  const text = argv.map((word) => (/\s/.test(word) ? `'${word}'` : word)).join(' ');
  return `"${text.length > SHORT_COMMAND ? `${text.slice(0, SHORT_COMMAND - 1)}…` : text}"`;
}
