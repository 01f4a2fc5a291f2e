import { afterEach, describe, expect, it } from 'vitest';
import { draw, type RandomCounts } from '../../sim/kernel/random.ts';
import type { TxnRequest } from '../../sim/protocol/etcd.ts';
import { findBinary } from './binaries.ts';
import { type Request, Requests } from './etcd/operations.ts';
import { bytesOf, RealEtcd } from './etcd/real.ts';
import { Twin } from './etcd/twin.ts';
import { plainEvent, plainOwn, plainOwnEvent, plainReal, toGateway } from './etcd/wire.ts';

// Debian's etcd 3.4, asked over its JSON gateway, and ours get the same requests, and every answer must be equal. What
// 3.6 does otherwise than 3.4 is listed in docs/etcd.md.

const binary = findBinary('etcd');
if (binary === undefined) {
  console.warn('SKIPPED: there is no etcd here to compare with. On Debian: apt-get install etcd-server.');
}

/** `npm run test:long` compares more of them, with other seeds. */
const IS_LONG = import.meta.env.MODE === 'long';
const SEEDS = IS_LONG ? [1, 2, 3, 4, 5] : [20];
const REQUESTS = IS_LONG ? 4000 : 2000;
const WATCH_EVERY = 150;
const END = 'zz-end';

describe.skipIf(binary === undefined)('etcd as the real one', () => {
  const running: RealEtcd[] = [];
  const start = async (...flags: readonly string[]) => {
    const real = await RealEtcd.start(binary ?? '', flags);
    running.push(real);
    return real;
  };
  afterEach(async () => {
    for (const real of running.splice(0)) await real.stop();
  });

  it.each(SEEDS)('the same requests have the same answers, and watches see the same events: seed %d', async (seed) => {
    const real = await start();
    const ours = new Twin();
    const counts: RandomCounts = new Map();
    const die = (bound: number) => draw(counts, seed, 'etcd', bound);
    const requests = new Requests(die);
    const watches: Watch[] = [];
    const kinds = new Map<string, number>();
    let compacted = 0;
    for (let number = 0; number < REQUESTS; number++) {
      const request = requests.next();
      const [path, body] = toGateway(request);
      const answer = plainReal(request, await real.ask(path, body));
      const mine = plainOwn(request, ours.ask(request.kind as 'range', request.body as { key: string }));
      expect(mine, `seed ${seed}, request ${number}: ${JSON.stringify(request)}`).toEqual(answer);
      requests.revision = (answer as { revision?: number }).revision ?? requests.revision;
      const what = 'error' in answer ? String(answer.error) : request.kind;
      kinds.set(what, (kinds.get(what) ?? 0) + 1);
      if (request.kind === 'compact' && !('error' in answer)) compacted = request.body.revision;
      if (number % WATCH_EVERY === 0)
        watches.push(await openWatch(real, ours, from(requests.revision, compacted, die), die));
    }
    const end = write(put(END, 'x'));
    await real.ask(...toGateway(end));
    ours.ask('txn', end.body);
    for (const watch of watches) {
      await until(() => watch.error || isAtEnd(watch.real));
      expect(watch.own, `seed ${seed}, watch from ${watch.from}`).toEqual(watch.real);
      expect(watch.ownError !== '').toBe(watch.error);
    }
    expect([...kinds.keys()].sort()).toEqual(EXPECTED);
    expect(watches.filter(({ error }) => error).length).toBeGreaterThan(0);
  });

  it('a database over its quota takes no more, until it is compacted, defragmented and disarmed', async () => {
    const quota = 2 * 1024 * 1024;
    const real = await start('--quota-backend-bytes', String(quota));
    const ours = new Twin({ quotaBytes: quota });
    const both = async (request: Request) => {
      const mine = plainOwn(request, ours.ask(request.kind as 'txn', request.body as TxnRequest));
      return [plainReal(request, await real.ask(...toGateway(request))), mine] as readonly Answer[];
    };
    const alarms = async () => {
      const { alarms = [] } = await real.ask('/v3/maintenance/alarm', { action: 'GET' });
      const own = ours.ask('alarms', null) as { alarms: readonly { alarm: string }[] };
      return [alarms as typeof own.alarms, own.alarms].map((list) => list.map(({ alarm }) => alarm));
    };
    const big = write(put('big', 'x'.repeat(200_000)));
    const tooBig = write(put('big', 'x'.repeat(1.6 * 1024 * 1024)));
    const errors = async (request: Request) => (await both(request)).map(({ error }) => error);

    expect(await errors(tooBig)).toEqual(twice('etcdserver: request is too large'));
    // Where exactly it is full depends on the pages of the file, so each is filled until it is.
    const grow = { kind: 'grantLease', body: { lease: 5, ttlSeconds: 600 } } as const;
    await fill(async () => plainReal(big, await real.ask(...toGateway(big))) as Answer);
    await fill(async () => plainOwn(big, ours.ask('txn', big.body)) as Answer);
    expect(await alarms()).toEqual(twice(['NOSPACE']));
    for (const request of [write(put('small', 'x')), grow]) expect(await errors(request)).toEqual(twice(NO_SPACE));
    const look = { kind: 'range', body: { key: 'big', keysOnly: true } } as const;
    expect((await both(look)).map(({ count }) => count)).toEqual([1, 1]);
    expect(await errors(write({ type: 'delete', key: 'small' }))).toEqual(twice(undefined));

    const revisions = (await both(look)).map(({ revision = 0 }) => revision);
    await real.ask('/v3/kv/compaction', { revision: revisions[0], physical: true });
    ours.ask('compact', { revision: revisions[1] ?? 0 });
    expect(await errors(write(put('small', 'x')))).toEqual(twice(NO_SPACE));
    await real.ask('/v3/maintenance/defragment', {});
    ours.ask('defragment', null);
    const { alarms: found } = await real.ask('/v3/maintenance/alarm', { action: 'GET' });
    const [{ memberID } = { memberID: '' }] = found as readonly { memberID: string }[];
    await real.ask('/v3/maintenance/alarm', { action: 'DEACTIVATE', memberID, alarm: 'NOSPACE' });
    const [own] = (ours.ask('alarms', null) as { alarms: readonly { member: string; alarm: 'NOSPACE' }[] }).alarms;
    ours.ask('disarm', { action: 'disarm', member: own?.member ?? '', alarm: 'NOSPACE' });
    expect(await alarms()).toEqual(twice([]));
    expect(await errors(write(put('small', 'x')))).toEqual(twice(undefined));
  });
});

/** The kinds of answers that a history must have had, so that the comparison means something. */
const EXPECTED: readonly string[] = [
  'compact',
  'etcdserver: duplicate key given in txn request',
  'etcdserver: key is not provided',
  'etcdserver: key not found',
  'etcdserver: lease already exists',
  'etcdserver: lease is provided',
  'etcdserver: mvcc: required revision has been compacted',
  'etcdserver: mvcc: required revision is a future revision',
  'etcdserver: requested lease not found',
  'etcdserver: too large lease TTL',
  'etcdserver: value is provided',
  'grantLease',
  'keepAlive',
  'range',
  'revokeLease',
  'timeToLive',
  'txn',
];

const NO_SPACE = 'etcdserver: mvcc: database space exceeded';

interface Answer {
  readonly error?: string;
  readonly revision?: number;
  readonly count?: number;
}

function twice<T>(value: T): readonly T[] {
  return [value, value];
}

/** Writes until the database is full. */
async function fill(send: () => Promise<Answer>): Promise<void> {
  for (let count = 0; count < 20; count++) {
    const { error } = await send();
    if (error === undefined) continue;
    expect(error).toBe(NO_SPACE);
    return;
  }
  expect.unreachable('the database has a quota');
}

function write(...success: TxnRequest['success']): Extract<Request, { kind: 'txn' }> {
  return { kind: 'txn', body: { compare: [], success, failure: [] } };
}

interface Watch {
  readonly from: number;
  readonly real: object[];
  readonly own: object[];
  error: boolean;
  ownError: string;
}

/**
 * Now, or an old revision. Not the one that was compacted: 3.4 has forgotten a deletion at that revision, if it had
 * time to, and 3.6 keeps it.
 */
function from(revision: number, compacted: number, die: (bound: number) => number): number {
  const at = die(3) === 0 ? 0 : Math.max(1, revision - die(300));
  return at === compacted ? at + 1 : at;
}

/** Watches a part of the keys. An old watch of the real etcd catches up at its leisure, and a compaction may outrun it. */
async function openWatch(real: RealEtcd, ours: Twin, from: number, die: (bound: number) => number): Promise<Watch> {
  const key = ['', '/registry/', '/registry/pods/'][die(3)] || '\0';
  const watch: Watch = { from, real: [], own: [], error: false, ownError: '' };
  ours.watch({ key, rangeEnd: '\0', fromRevision: from }, (events, error) => {
    watch.ownError = error;
    watch.own.push(...events.map(plainOwnEvent));
  });
  await real.watch({ key: bytesOf(key), range_end: bytesOf('\0'), start_revision: from }, (result) => {
    if (result['canceled'] === true) watch.error = true;
    watch.real.push(...((result['events'] as object[] | undefined) ?? []).map(plainEvent));
  });
  await until(() => watch.error || watch.real.length >= watch.own.length);
  // Where there is nothing to tell yet, nothing shows that etcd's loop has taken the watch up: it runs each 100 ms.
  if (from > 0 && watch.own.length === 0) await new Promise((resolve) => setTimeout(resolve, 250));
  return watch;
}

function isAtEnd(events: readonly object[]): boolean {
  return (events.at(-1) as { keyValue?: { key: string } } | undefined)?.keyValue?.key === END;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let count = 0; count < 500 && !isSo(); count++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(isSo()).toBe(true);
}

function put(key: string, value: string) {
  return { type: 'put', key, value } as const;
}
