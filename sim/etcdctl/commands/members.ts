import type { Member } from '../../protocol/etcd.ts';
import {
  type Answer,
  ask,
  BAD_ARGS,
  bodyOf,
  done,
  type EtcdCommand,
  fail,
  type Job,
  processAt,
  type Step,
} from '../command.ts';
import { tableLines } from '../table.ts';

const HEADER = ['ID', 'Status', 'Name', 'Peer Addrs', 'Client Addrs', 'Is Learner'];

/** Who belongs to the cluster. */
export const members: readonly EtcdCommand[] = [
  {
    name: 'etcdctl member list',
    usage: 'member list',
    summary: 'Lists all members in the cluster',
    others: 'consistency',
    isForOne: true,
    start: (job) => ask(job, 'members', null, 'print'),
    stages: {
      print(job, answers) {
        const found = bodyOf<'memberList'>(answers);
        if ('failed' in found) return found.failed;
        const rows = found.body.members.map(rowOf);
        if (job.flags['write-out'] === 'table') return done(...tableLines(HEADER, rows));
        return done(...rows.map((row) => row.join(', ')));
      },
    },
  },
  {
    name: 'etcdctl member add',
    usage: 'member add <memberName> --peer-urls=https://NAME:2380 [--learner]',
    summary: 'Adds a member into the cluster',
    flags: 'peer-urls learner!',
    isForOne: true,
    start: startAdd,
    stages: { print: printAdded },
  },
  changing('remove', 'Removes a member from the cluster', 'removeMember', 'removed from cluster'),
  changing('promote', 'Promotes a non-voting member in the cluster', 'promoteMember', 'promoted in cluster'),
];

function rowOf({ id, name, process, isLearner }: Member): readonly string[] {
  const client = name === '' ? '' : `https://${process}:2379`;
  return [id, name === '' ? 'unstarted' : 'started', name, `https://${process}:2380`, client, String(isLearner)];
}

function startAdd(job: Job): Step {
  const urls = job.flags['peer-urls'] ?? '';
  if (job.words.length === 0) return fail('member name not provided', BAD_ARGS);
  if (job.words.length > 1) return fail('too many arguments', BAD_ARGS);
  if (urls === '') return fail('member peer urls not provided', BAD_ARGS);
  const process = processAt(job.desk, urls.replace(/:2380$/, ':2379'));
  if (process === '' || process !== job.words[0]) {
    const names = job.desk.etcd.map((one) => one.process).join(', ');
    return fail(
      `here a member has the name of its process and https://NAME:2380. Processes of etcd: ${names}`,
      BAD_ARGS,
    );
  }
  return ask(job, 'addMember', { process, isLearner: job.flags['learner'] === 'true' }, 'print');
}

function printAdded({ words, flags }: Job, answers: readonly Answer[]): Step {
  const found = bodyOf<'memberList'>(answers);
  if ('failed' in found) return found.failed;
  const { members: all, clusterId } = found.body;
  const added = all.find(({ name, process }) => name === '' && process === words[0]);
  const cluster = all.map(({ name, process }) => `${process === words[0] ? words[0] : name}=https://${process}:2380`);
  return done(
    `Member ${(added?.id ?? '').padStart(16)} added${added?.isLearner ? ' as learner ' : ' '}to cluster ${clusterId.padStart(16)}`,
    '',
    `ETCD_NAME="${words[0]}"`,
    `ETCD_INITIAL_CLUSTER="${cluster.join(',')}"`,
    `ETCD_INITIAL_ADVERTISE_PEER_URLS="${flags['peer-urls']}"`,
    'ETCD_INITIAL_CLUSTER_STATE="existing"',
  );
}

function changing(verb: string, summary: string, kind: 'removeMember' | 'promoteMember', words: string): EtcdCommand {
  return {
    name: `etcdctl member ${verb}`,
    usage: `member ${verb} <memberID>`,
    summary,
    isForOne: true,
    start(job) {
      const [id = ''] = job.words;
      if (job.words.length !== 1) return fail('member ID is not provided', BAD_ARGS);
      if (!/^[0-9a-f]{1,16}$/i.test(id)) {
        return fail(
          `bad member ID arg (strconv.ParseUint: parsing "${id}": invalid syntax), expecting ID in Hex`,
          BAD_ARGS,
        );
      }
      return ask(job, kind, { id: id.toLowerCase().replace(/^0+/, '') }, 'print');
    },
    stages: {
      print(job, answers) {
        const found = bodyOf<'memberList'>(answers);
        if ('failed' in found) return found.failed;
        return done(`Member ${(job.words[0] ?? '').padStart(16)} ${words} ${found.body.clusterId.padStart(16)}`);
      },
    },
  };
}
