import type { KeyValue, MemberStatus, Operation, RangeRequest, TxnRequest } from '../../protocol/etcd.ts';
import {
  type Answer,
  ask,
  BAD_ARGS,
  BAD_FEATURE,
  bodyOf,
  done,
  type EtcdCommand,
  fail,
  type Job,
  out,
  type Step,
} from '../command.ts';

const TOO_MANY = 'too many arguments, only accept one argument when `--prefix` or `--from-key` is set';
const EXCLUSIVE = '`--prefix` and `--from-key` cannot be set at the same time, choose one';
const SORTS = { CREATE: 'create', KEY: 'key', MODIFY: 'mod', VALUE: 'value', VERSION: 'version' } as const;

/**
 * Keys and their history. kube-apiserver stores JSON here, as with `--storage-media-type=application/json`; by default
 * it stores protobuf, which a terminal cannot show.
 */
export const keys: readonly EtcdCommand[] = [
  {
    name: 'etcdctl get',
    usage: 'get [options] <key> [range_end]',
    summary: 'Gets the key or a range of keys',
    flags:
      'prefix! from-key! keys-only! count-only! print-value-only! limit# rev# order sort-by consistency ' +
      'min-create-rev# max-create-rev# min-mod-rev# max-mod-rev#',
    isForOne: true,
    start(job) {
      const request = rangeOf(job);
      if ('exit' in request) return request;
      if (job.flags['write-out'] === 'table') return fail('table not supported as output format', BAD_FEATURE);
      if (job.flags['write-out'] === 'fields')
        return { ...ask(job, 'status', null, 'header'), memory: request as never };
      if (isOn(job, 'count-only')) return fail('--count-only is only for `--write-out=fields`', BAD_ARGS);
      return ask(job, 'range', request, 'print');
    },
    stages: {
      header(job, answers) {
        const found = bodyOf<'statusOf'>(answers);
        if ('failed' in found) return found.failed;
        return { ...ask(job, 'range', job.memory as RangeRequest, 'fields'), memory: found.body as never };
      },
      print(job, answers) {
        const found = bodyOf<'ranged'>(answers);
        if ('failed' in found) return found.failed;
        return done(...found.body.keyValues.flatMap((keyValue) => linesOf(keyValue, isOn(job, 'print-value-only'))));
      },
      fields: printFields,
    },
  },
  {
    name: 'etcdctl put',
    usage: 'put [options] <key> <value>',
    summary: 'Puts the given key into the store',
    flags: 'lease prev-kv! ignore-value! ignore-lease!',
    isForOne: true,
    start: startPut,
    stages: {
      print(job, answers) {
        const found = bodyOf<'committed'>(answers);
        if ('failed' in found) return found.failed;
        const [result] = found.body.results;
        return done('OK', ...(isOn(job, 'prev-kv') ? previousLines(result?.previous) : []));
      },
    },
  },
  {
    name: 'etcdctl del',
    usage: 'del [options] <key> [range_end]',
    summary: 'Removes the specified key or range of keys [key, range_end)',
    flags: 'prefix! prev-kv! from-key! range!',
    isForOne: true,
    start(job) {
      if (job.words.length === 0 || job.words.length > 2) {
        return fail('del command needs one argument as key and an optional argument as range_end', BAD_ARGS);
      }
      const span = spanOf(job);
      if ('exit' in span) return span;
      if (job.words.length > 1 && !isOn(job, 'range')) {
        return fail(
          'here a range of keys is deleted with --range only; without it etcdctl waits two seconds first',
          BAD_ARGS,
        );
      }
      return ask(job, 'txn', only({ type: 'delete', ...span, wantsPrevious: isOn(job, 'prev-kv') }), 'print');
    },
    stages: {
      print(_job, answers) {
        const found = bodyOf<'committed'>(answers);
        if ('failed' in found) return found.failed;
        const [result] = found.body.results;
        return done(String(result?.deleted ?? 0), ...previousLines(result?.previous));
      },
    },
  },
  {
    name: 'etcdctl compaction',
    usage: 'compaction [options] <revision>',
    summary: 'Compacts the event history in etcd',
    flags: 'physical!',
    isForOne: true,
    start(job) {
      const [word = ''] = job.words;
      if (job.words.length !== 1) return fail('compaction command needs 1 argument', BAD_ARGS);
      if (!/^[-+]?\d+$/.test(word)) return fail(`strconv.ParseInt: parsing "${word}": invalid syntax`);
      return ask(job, 'compact', { revision: Number(word) }, 'print');
    },
    stages: {
      print({ words }, answers) {
        const found = bodyOf<'compacted'>(answers);
        return 'failed' in found ? found.failed : done(`compacted revision ${Number(words[0])}`);
      },
    },
  },
];

function startPut(job: Job): Step {
  const [key, value] = job.words;
  const isIgnoring = isOn(job, 'ignore-value');
  if (key === undefined) return fail('put command needs 1 argument and input from stdin or 2 arguments', BAD_ARGS);
  if (isIgnoring && value !== undefined) {
    return fail("put command needs only 1 argument when 'ignore-value' is set", BAD_ARGS);
  }
  if (value === undefined && !isIgnoring) {
    return fail('put command needs 1 argument and input from stdin or 2 arguments', BAD_ARGS);
  }
  if (key.startsWith('/registry/') && !isIgnoring) {
    const why = 'what stands under /registry/ must be decoded by kube-apiserver, which this harbour does not risk.';
    return fail(`${why} Write through the API: kubectl apply`, BAD_ARGS);
  }
  const text = job.flags['lease'] ?? '0';
  if (!/^[0-9a-f]+$/i.test(text)) {
    return fail(`bad lease ID (strconv.ParseInt: parsing "${text}": invalid syntax), expecting ID in Hex`, BAD_ARGS);
  }
  const flags = {
    wantsPrevious: isOn(job, 'prev-kv'),
    ignoreValue: isIgnoring,
    ignoreLease: isOn(job, 'ignore-lease'),
  };
  const put = { type: 'put', key, value: value ?? '', lease: Number.parseInt(text, 16), ...flags } as const;
  return ask(job, 'txn', only(put), 'print');
}

function rangeOf(job: Job): RangeRequest | Extract<Step, { readonly exit: number }> {
  const { flags } = job;
  if (job.words.length === 0) {
    return stop('get command needs one argument as key and an optional argument as range_end', BAD_ARGS);
  }
  const span = spanOf(job);
  if ('exit' in span) return span;
  if (isOn(job, 'keys-only') && isOn(job, 'count-only')) {
    return stop('`--keys-only` and `--count-only` cannot be set at the same time, choose one', BAD_ARGS);
  }
  const order = (flags['order'] ?? '').toUpperCase();
  if (!['', 'ASCEND', 'DESCEND'].includes(order)) return stop(`bad sort order ${flags['order']}`, BAD_FEATURE);
  const target = (flags['sort-by'] ?? '').toUpperCase();
  if (target !== '' && !(target in SORTS)) return stop(`bad sort target ${flags['sort-by']}`, BAD_FEATURE);
  const by = SORTS[target as keyof typeof SORTS] ?? 'key';
  const isSorted = order !== '' || by !== 'key';
  return {
    ...span,
    limit: numberOf(job, 'limit'),
    revision: numberOf(job, 'rev'),
    keysOnly: isOn(job, 'keys-only'),
    countOnly: isOn(job, 'count-only'),
    serializable: flags['consistency'] === 's',
    minModRevision: numberOf(job, 'min-mod-rev'),
    maxModRevision: numberOf(job, 'max-mod-rev'),
    minCreateRevision: numberOf(job, 'min-create-rev'),
    maxCreateRevision: numberOf(job, 'max-create-rev'),
    ...(isSorted ? { sort: { by, isDescending: order === 'DESCEND' } } : {}),
  };
}

type Stop = Extract<Step, { readonly exit: number }>;

function stop(text: string, exit: number): Stop {
  return fail(text, exit) as Stop;
}

function spanOf(job: Job): { readonly key: string; readonly rangeEnd?: string } | Stop {
  const [key = '', end] = job.words;
  const [isPrefix, isFrom] = [isOn(job, 'prefix'), isOn(job, 'from-key')];
  if (isPrefix && isFrom) return stop(EXCLUSIVE, BAD_ARGS);
  if (end !== undefined) return isPrefix || isFrom ? stop(TOO_MANY, BAD_ARGS) : { key, rangeEnd: end };
  if (key === '' && (isPrefix || isFrom)) return { key: '\0', rangeEnd: '\0' };
  if (isFrom) return { key, rangeEnd: '\0' };
  return isPrefix ? { key, rangeEnd: after(key) } : { key };
}

/** The first key that does not begin so. */
function after(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

function printFields({ memory }: Job, answers: readonly Answer[]): Step {
  const found = bodyOf<'ranged'>(answers);
  if ('failed' in found) return found.failed;
  const { member, clusterId, term } = memory as unknown as MemberStatus;
  const { revision, keyValues, more, count } = found.body;
  const header = [`"ClusterID" : ${decimal(clusterId)}`, `"MemberID" : ${decimal(member)}`];
  const lines = keyValues.flatMap((keyValue) => [
    `"Key" : ${JSON.stringify(keyValue.key)}`,
    `"CreateRevision" : ${keyValue.createRevision}`,
    `"ModRevision" : ${keyValue.modRevision}`,
    `"Version" : ${keyValue.version}`,
    `"Value" : ${JSON.stringify(textOf(keyValue))}`,
    `"Lease" : ${keyValue.lease}`,
  ]);
  const about = [`"Revision" : ${revision}`, `"RaftTerm" : ${term}`];
  return { print: out(...header, ...about, ...lines, `"More" : ${more}`, `"Count" : ${count}`), exit: 0 };
}

/** A 64-bit id as a decimal number. */
function decimal(id: string): string {
  return String(BigInt(`0x${id}`));
}

function linesOf(keyValue: KeyValue, isValueOnly: boolean): readonly string[] {
  return isValueOnly ? [textOf(keyValue)] : [keyValue.key, textOf(keyValue)];
}

function previousLines(previous: readonly KeyValue[] = []): readonly string[] {
  return previous.flatMap((keyValue) => linesOf(keyValue, false));
}

function textOf({ value }: KeyValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function only(operation: Operation): TxnRequest {
  return { compare: [], success: [operation], failure: [] };
}

function isOn({ flags }: Job, name: string): boolean {
  return flags[name] === 'true';
}

function numberOf({ flags }: Job, name: string): number {
  return Math.max(0, Number(flags[name] ?? 0));
}
