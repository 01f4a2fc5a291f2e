import type { MemberStatus } from '../../protocol/etcd.ts';
import {
  type Answer,
  ask,
  BAD_ARGS,
  bodyOf,
  callTo,
  DEADLINE,
  done,
  type EtcdCommand,
  err,
  fail,
  type Job,
  out,
  type Step,
} from '../command.ts';
import { bytesText, tableLines, tookText } from '../table.ts';

const STATUS = [
  'endpoint',
  'ID',
  'version',
  'storage version',
  'db size',
  'in use',
  'percentage not in use',
  'quota',
  'is leader',
  'is learner',
  'raft term',
  'raft index',
  'raft applied index',
  'errors',
  'downgrade target version',
  'downgrade enabled',
];
const VERSION = ['3.6.8', '3.6.0'];

/** Members one by one: how they are, how much they store, and who leads. */
export const cluster: readonly EtcdCommand[] = [
  {
    name: 'etcdctl endpoint status',
    usage: 'endpoint status [--cluster]',
    summary: 'Prints out the status of endpoints specified in `--endpoints` flag',
    flags: 'cluster!',
    start: (job) => eachEndpoint(job, startStatus),
    stages: { listed: (job, answers) => fromList(job, answers, startStatus), status: hearStatus },
  },
  {
    name: 'etcdctl endpoint health',
    usage: 'endpoint health [--cluster]',
    summary: 'Checks the healthiness of endpoints specified in `--endpoints` flag',
    flags: 'cluster!',
    start: (job) => eachEndpoint(job, startHealth),
    stages: { listed: (job, answers) => fromList(job, answers, startHealth), read: hearRead, alarms: hearAlarms },
  },
  {
    name: 'etcdctl defrag',
    usage: 'defrag [--cluster]',
    summary: 'Defragments the storage of the etcd members with given endpoints',
    flags: 'cluster!',
    start: (job) => eachEndpoint(job, startDefrag),
    stages: { listed: (job, answers) => fromList(job, answers, startDefrag), defragmented: hearDefrag },
  },
  {
    name: 'etcdctl alarm list',
    usage: 'alarm list',
    summary: 'Lists all alarms',
    isForOne: true,
    start: (job) => (job.words.length > 0 ? noWords('list') : ask(job, 'alarms', null, 'print')),
    stages: { print: (_job, answers) => printAlarms(answers) },
  },
  {
    name: 'etcdctl alarm disarm',
    usage: 'alarm disarm',
    summary: 'Disarms all alarms',
    isForOne: true,
    start(job) {
      if (job.words.length > 0) return noWords('disarm');
      return ask(job, 'disarm', { action: 'disarm', member: '', alarm: 'NOSPACE' }, 'print');
    },
    stages: { print: (_job, answers) => printAlarms(answers) },
  },
  {
    name: 'etcdctl move-leader',
    usage: 'move-leader <transferee-member-id>',
    summary: 'Transfers leadership to another etcd cluster member.',
    start(job) {
      const [id = ''] = job.words;
      if (job.words.length !== 1) return fail('move-leader command needs 1 argument', BAD_ARGS);
      if (!/^[0-9a-f]{1,16}$/i.test(id)) return fail(`strconv.ParseUint: parsing "${id}": invalid syntax`, BAD_ARGS);
      return { calls: job.endpoints.map((endpoint) => callTo(job, endpoint, 'status', null)), then: 'found' };
    },
    stages: { found: moveLeader, moved: hearMoved },
  },
];

function noWords(verb: string): Step {
  return fail(`alarm ${verb} command accepts no arguments`, BAD_ARGS);
}

function printAlarms(answers: readonly Answer[]): Step {
  const found = bodyOf<'alarmList'>(answers);
  if ('failed' in found) return found.failed;
  return done(...found.body.alarms.map(({ member, alarm }) => `memberID:${BigInt(`0x${member}`)} alarm:${alarm} `));
}

/** With `--cluster` the members are asked who they all are. */
function eachEndpoint(job: Job, start: (job: Job) => Step): Step {
  if (job.flags['cluster'] !== 'true') return start(job);
  return {
    calls: job.endpoints.map((endpoint) => callTo(job, endpoint, 'members', null)),
    then: 'listed',
    isRace: true,
  };
}

function fromList(job: Job, answers: readonly Answer[], start: (job: Job) => Step): Step {
  const answer = answers.find(({ body }) => body !== undefined);
  const found = bodyOf<'memberList'>(answer === undefined ? [] : [answer]);
  if ('failed' in found) return fail(`failed to fetch endpoints from etcd cluster member list: ${DEADLINE}`);
  const started = found.body.members.filter(({ name }) => name !== '');
  return start({ ...job, endpoints: started.map(({ process }) => `https://${process}:2379`) });
}

/** What is done to one endpoint after the other: those left, and what came so far. */
interface Round {
  readonly left: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly hasFailed: boolean;
}

function startStatus(job: Job): Step {
  return nextStatus({ ...job, memory: { left: job.endpoints, rows: [], hasFailed: false } });
}

function nextStatus(job: Job): Step {
  const { left, rows, hasFailed } = job.memory as unknown as Round;
  const [endpoint, ...rest] = left;
  if (endpoint !== undefined) {
    return { ...ask(job, 'status', null, 'status', endpoint), memory: { left: rest, rows, hasFailed } };
  }
  return { print: out(...formatted(job, STATUS, rows)), exit: hasFailed ? 1 : 0 };
}

function hearStatus(job: Job, [answer]: readonly Answer[]): Step {
  const { left, rows, hasFailed } = job.memory as unknown as Round;
  const endpoint = answer?.call.endpoint ?? '';
  if (answer?.body === undefined) {
    const print = err(`Failed to get the status of endpoint ${endpoint} (${DEADLINE})`);
    return withPrint(nextStatus({ ...job, memory: { left, rows, hasFailed: true } }), print);
  }
  const row = statusRow(endpoint, answer.body as unknown as MemberStatus);
  return nextStatus({ ...job, memory: { left, rows: [...rows, row], hasFailed } });
}

function withPrint(step: Step, print: Step['print']): Step {
  return { ...step, print: [...(print ?? []), ...(step.print ?? [])] };
}

function statusRow(endpoint: string, status: MemberStatus): readonly string[] {
  const { member, leader, isLearner, term, index, appliedIndex, fileBytes, usedBytes, quotaBytes, errors } = status;
  const unused = 100 - Math.floor((usedBytes * 100) / fileBytes);
  const sizes = [bytesText(fileBytes), bytesText(usedBytes), `${unused}%`, bytesText(quotaBytes)];
  const raft = [String(leader === member), String(isLearner), String(term), String(index), String(appliedIndex)];
  return [endpoint, member, ...VERSION, ...sizes, ...raft, errors.join(', '), '', 'false'];
}

/** A read that a majority has to confirm, then the alarms. */
function startHealth(job: Job): Step {
  return { calls: job.endpoints.map((endpoint) => callTo(job, endpoint, 'range', { key: 'health' })), then: 'read' };
}

interface Health {
  readonly endpoint: string;
  readonly took: string;
  readonly error: string;
}

function hearRead(job: Job, answers: readonly Answer[]): Step {
  const found = answers.map(({ call: { endpoint }, body, tookMs }): Health => {
    const error = body === undefined ? DEADLINE : ((body as { error?: string }).error ?? '');
    return { endpoint, took: tookText(tookMs), error };
  });
  const calls = found.filter(({ error }) => error === '').map(({ endpoint }) => callTo(job, endpoint, 'alarms', null));
  const next = { ...job, memory: found as never };
  return calls.length === 0 ? hearAlarms(next, []) : { calls, then: 'alarms', memory: next.memory };
}

function hearAlarms(job: Job, answers: readonly Answer[]): Step {
  const all = (job.memory as unknown as readonly Health[]).map((one): Health => {
    const answer = answers.find(({ call }) => call.endpoint === one.endpoint);
    if (one.error !== '') return one;
    if (answer?.body === undefined) return { ...one, error: 'Unable to fetch the alarm list' };
    const { alarms } = answer.body as unknown as { alarms: readonly { alarm: string }[] };
    const names = alarms.map(({ alarm }) => `${alarm} `).join('');
    return alarms.length === 0 ? one : { ...one, error: `Active Alarm(s): ${names}` };
  });
  const isBad = all.some(({ error }) => error !== '');
  const end = isBad ? err('Error: unhealthy cluster') : [];
  if (job.flags['write-out'] === 'table') {
    const rows = all.map(({ endpoint, took, error }) => [endpoint, String(error === ''), took, error]);
    return {
      print: [...out(...tableLines(['endpoint', 'health', 'took', 'error'], rows)), ...end],
      exit: isBad ? 1 : 0,
    };
  }
  const lines = all.flatMap(({ endpoint, took, error }) =>
    error === ''
      ? out(`${endpoint} is healthy: successfully committed proposal: took = ${took}`)
      : err(`${endpoint} is unhealthy: failed to commit proposal: ${error}`),
  );
  return { print: [...lines, ...end], exit: isBad ? 1 : 0 };
}

function startDefrag(job: Job): Step {
  return nextDefrag(job, job.endpoints, false);
}

function nextDefrag(job: Job, left: readonly string[], hasFailed: boolean): Step {
  const [endpoint, ...rest] = left;
  if (endpoint === undefined) return { exit: hasFailed ? 1 : 0 };
  return { ...ask(job, 'defragment', null, 'defragmented', endpoint), memory: { left: rest, rows: [], hasFailed } };
}

function hearDefrag(job: Job, [answer]: readonly Answer[]): Step {
  const { left, hasFailed } = job.memory as unknown as Round;
  const [endpoint, took] = [answer?.call.endpoint ?? '', tookText(answer?.tookMs ?? 0)];
  if (answer?.body === undefined) {
    const text = `Failed to defragment etcd member[${endpoint}]. took ${took}. (${DEADLINE})`;
    return withPrint(nextDefrag(job, left, true), err(text));
  }
  return withPrint(
    nextDefrag(job, left, hasFailed),
    out(`Finished defragmenting etcd member[${endpoint}]. took ${took}`),
  );
}

function moveLeader(job: Job, answers: readonly Answer[]): Step {
  if (answers.some(({ body }) => body === undefined)) return fail(DEADLINE);
  const leads = ({ body }: Answer) => {
    const { member, leader } = body as unknown as MemberStatus;
    return leader === member;
  };
  const found = answers.find(leads);
  if (found === undefined) return fail(`no leader endpoint given at [${job.endpoints.join(' ')}]`, BAD_ARGS);
  const { leader } = found.body as unknown as MemberStatus;
  const target = (job.words[0] ?? '').toLowerCase().replace(/^0+/, '');
  return { ...ask(job, 'moveLeader', { target }, 'moved', found.call.endpoint), memory: [leader, target] };
}

function hearMoved({ memory }: Job, answers: readonly Answer[]): Step {
  const found = bodyOf<'leaderMoved'>(answers);
  if ('failed' in found) return found.failed;
  const [from, to] = memory as readonly string[];
  return done(`Leadership transferred from ${from} to ${to}`);
}

function formatted(job: Job, header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (job.flags['write-out'] === 'table') return tableLines(header, rows);
  return rows.map((row) => row.join(', '));
}
