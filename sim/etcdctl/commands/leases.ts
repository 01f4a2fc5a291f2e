import { ask, BAD_ARGS, bodyOf, done, type EtcdCommand, fail, type Job, type Step } from '../command.ts';

/** Times to live. */
export const leases: readonly EtcdCommand[] = [
  {
    name: 'etcdctl lease grant',
    usage: 'lease grant <ttl>',
    summary: 'Creates leases',
    isForOne: true,
    start(job) {
      const [ttl = ''] = job.words;
      if (job.words.length !== 1) return fail('lease grant command needs TTL argument', BAD_ARGS);
      if (!/^-?\d+$/.test(ttl)) {
        return fail(`bad TTL (strconv.ParseInt: parsing "${ttl}": invalid syntax)`, BAD_ARGS);
      }
      return ask(job, 'grantLease', { ttlSeconds: Number(ttl) }, 'print');
    },
    stages: {
      print(_job, answers) {
        const found = bodyOf<'leaseGranted'>(answers);
        if ('failed' in found) return found.failed;
        return done(`lease ${hex(found.body.lease)} granted with TTL(${found.body.ttlSeconds}s)`);
      },
    },
  },
  {
    name: 'etcdctl lease revoke',
    usage: 'lease revoke <leaseID>',
    summary: 'Revokes leases',
    isForOne: true,
    start: (job) => withLease(job, 'revoke', (lease) => ask(job, 'revokeLease', { lease }, 'print')),
    stages: {
      print({ words }, answers) {
        const found = bodyOf<'leaseRevoked'>(answers);
        return 'failed' in found ? found.failed : done(`lease ${hex(Number.parseInt(words[0] ?? '', 16))} revoked`);
      },
    },
  },
  {
    name: 'etcdctl lease timetolive',
    usage: 'lease timetolive <leaseID> [--keys]',
    summary: 'Get lease information',
    flags: 'keys!',
    isForOne: true,
    start: (job) =>
      withLease(job, 'timetolive', (lease) => {
        return ask(job, 'timeToLive', { lease, keys: job.flags['keys'] === 'true' }, 'print');
      }),
    stages: {
      print({ flags }, answers) {
        const found = bodyOf<'timeLeft'>(answers);
        if ('failed' in found) return found.failed;
        const { lease, ttlSeconds, grantedSeconds, keys } = found.body;
        if (ttlSeconds === -1) return done(`lease ${hex(lease)} already expired`);
        const text = `lease ${hex(lease)} granted with TTL(${grantedSeconds}s), remaining(${ttlSeconds}s)`;
        return done(flags['keys'] === 'true' ? `${text}, attached keys([${keys.join(' ')}])` : text);
      },
    },
  },
  {
    name: 'etcdctl lease list',
    usage: 'lease list',
    summary: 'List all active leases',
    isForOne: true,
    start: (job) => ask(job, 'listLeases', null, 'print'),
    stages: {
      print(_job, answers) {
        const found = bodyOf<'leaseList'>(answers);
        if ('failed' in found) return found.failed;
        return done(`found ${found.body.leases.length} leases`, ...found.body.leases.map(hex));
      },
    },
  },
];

function withLease({ words }: Job, verb: string, next: (lease: number) => Step): Step {
  const [id = ''] = words;
  if (words.length !== 1) return fail(`lease ${verb} command needs lease ID as argument`, BAD_ARGS);
  if (!/^[0-9a-f]+$/i.test(id)) {
    return fail(`bad lease ID arg (strconv.ParseInt: parsing "${id}": invalid syntax), expecting ID in Hex`, BAD_ARGS);
  }
  return next(Number.parseInt(id, 16));
}

function hex(lease: number): string {
  return lease.toString(16).padStart(16, '0');
}
