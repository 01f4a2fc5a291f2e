import type { Image } from '../../protocol/etcd.ts';
import {
  type Answer,
  ask,
  BAD_ARGS,
  bodyOf,
  done,
  type EtcdCommand,
  err,
  fail,
  type Job,
  type Step,
} from '../command.ts';
import { bytesText, tableLines } from '../table.ts';

const HEADER = ['hash', 'revision', 'total keys', 'total size', 'version'];
/** TCP tries seven times, and doubles the wait each time. */
const CONNECT_MS = 127_000;
const DATA_DIR = '/var/lib/etcd';

/**
 * The copy, and the way back. The folder of this terminal stands for a share that the machines of the members have too,
 * so that a file need not be carried to them.
 */
export const snapshots: readonly EtcdCommand[] = [
  {
    name: 'etcdctl snapshot save',
    usage: 'snapshot save <filename>',
    summary: 'Stores an etcd node backend snapshot to a given file',
    start(job) {
      if (job.words.length !== 1) return fail('snapshot save expects one argument <filename>', BAD_ARGS);
      if (job.endpoints.length !== 1) {
        return fail(`snapshot must be requested to one selected node, not multiple [${job.endpoints.join(' ')}]`, 5);
      }
      return ask(job, 'saveSnapshot', null, 'write');
    },
    stages: {
      write({ words: [path = ''] }, answers) {
        const found = bodyOf<'snapshotSent'>(answers);
        if ('failed' in found) return found.failed;
        return {
          ...done(`Snapshot saved at ${path}`, 'Server version 3.6.0'),
          exit: 0,
          file: [path, found.body.image as never],
        };
      },
    },
  },
  {
    name: 'etcdutl snapshot status',
    usage: 'snapshot status <filename>',
    summary: 'Gets backend snapshot status of a given file',
    start(job) {
      const [path = ''] = job.words;
      if (job.words.length !== 1) return fail('snapshot status requires exactly one argument', BAD_ARGS);
      const image = job.desk.saved[path] as unknown as Image | undefined;
      if (image === undefined) return fail(`stat ${path}: no such file or directory`);
      const row = [hashOf(image), String(image.revision), String(image.keyValues.length)];
      const all = [...row, bytesText(image.fileBytes), '3.6.0'];
      return done(...(job.flags['write-out'] === 'table' ? tableLines(HEADER, [all]) : [all.join(', ')]));
    },
  },
  {
    name: 'etcdutl snapshot restore',
    usage: 'snapshot restore <filename> --data-dir {output dir} [options]',
    summary: 'Restores an etcd member snapshot to an etcd directory',
    flags:
      'data-dir name initial-cluster initial-cluster-token initial-advertise-peer-urls bump-revision# mark-compacted! ' +
      'skip-hash-check!',
    others: 'wal-dir initial-memory-map-size#',
    start: startRestore,
    stages: { restored: hearRestored },
  },
];

/** CRC-32 of the file's content upstream; here of the same content as JSON (FNV-1a). */
function hashOf(image: Image): string {
  let hash = 0x811c9dc5;
  for (const { key, modRevision, value } of image.keyValues) {
    for (const sign of `${key} ${modRevision} ${JSON.stringify(value)}`) {
      hash = Math.imul(hash ^ sign.charCodeAt(0), 0x01000193);
    }
  }
  return (hash >>> 0).toString(16);
}

function startRestore(job: Job): Step {
  const { words, flags, desk, machine } = job;
  const [path = ''] = words;
  if (words.length !== 1) return fail('snapshot restore requires exactly one argument', BAD_ARGS);
  const bump = Number(flags['bump-revision'] ?? 0);
  if (bump > 0 !== (flags['mark-compacted'] === 'true')) {
    return fail('--mark-compacted required if --revision-bump > 0', BAD_ARGS);
  }
  const self = desk.etcd.find((member) => member.machine === machine)?.process;
  if (self === undefined) return fail(elsewhere(job));
  const members = membersOf(job);
  if ('exit' in members) return members;
  const image = desk.saved[path];
  if (image === undefined) return fail(`open ${path}: no such file or directory`);
  const dataDir = flags['data-dir'] ?? `${flags['name'] ?? 'default'}.etcd`;
  if (dataDir !== DATA_DIR) return fail(`here a member reads its data from ${DATA_DIR} only, not from ${dataDir}`);
  if (!members.cluster.includes(self)) {
    return fail(`the member on ${machine} is ${self}, which --initial-cluster does not have`);
  }
  const token = flags['initial-cluster-token'] ?? 'etcd-cluster';
  const body = { image, cluster: members.cluster, token, bump };
  const call = { endpoint: machine, process: self, kind: 'restoreDisk', body } as const;
  return { calls: [call], then: 'restored', patienceMs: CONNECT_MS };
}

/** On the reader's own machine it would write a folder that no member reads. */
function elsewhere({ desk, words }: Job): string {
  const machine = desk.etcd[0]?.machine ?? 'MACHINE';
  const why = 'this would write a folder on your own machine, where no member of etcd runs';
  return `${why}. Type it there: ssh ${machine} etcdutl snapshot restore ${words[0]} …`;
}

/** `--initial-cluster` as processes, checked as etcd does before it begins. */
function membersOf({
  flags,
  desk,
}: Job): { readonly cluster: readonly string[] } | Extract<Step, { readonly exit: number }> {
  const name = flags['name'] ?? 'default';
  const given = flags['initial-cluster'] ?? 'default=http://localhost:2380';
  const own = flags['initial-advertise-peer-urls'] ?? 'http://localhost:2380';
  const entries = given.split(',').map((entry) => entry.split('=') as [string, string?]);
  const stop = (text: string) => ({ print: err(`Error: ${text}`), exit: 1 });
  const url = entries.find(([known]) => known === name)?.[1];
  if (url === undefined) return stop(`couldn't find local name "${name}" in the initial cluster configuration`);
  if (url !== own) {
    const text = `--initial-cluster has ${name}=${url} but missing from --initial-advertise-peer-urls=${own}`;
    return stop(`${text} (resolving urls: ${own} != ${url})`);
  }
  const cluster = entries.map(([known, peer = '']) => {
    const process = desk.etcd.find((member) => peer === `https://${member.process}:2380`)?.process;
    return process === known ? process : '';
  });
  if (!cluster.includes('')) return { cluster };
  const known = desk.etcd.map(({ process }) => `${process}=https://${process}:2380`).join(',');
  return stop(`here members have these names and addresses only: ${known}`);
}

function hearRestored({ machine }: Job, [answer]: readonly Answer[]): Step {
  if (answer?.body === undefined) {
    return { print: err(`ssh: connect to host ${machine} port 22: Connection timed out`), exit: 255 };
  }
  const { error } = answer.body as { readonly error?: string };
  return error === undefined ? { exit: 0 } : fail(error);
}
