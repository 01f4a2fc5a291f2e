import type { Compare, EtcdProtocol, Operation, RangeRequest, TxnRequest } from '../../../sim/protocol/etcd.ts';

/** One request as our etcd understands it. */
export type Request = {
  readonly [K in 'range' | 'txn' | 'compact' | 'grantLease' | 'revokeLease' | 'keepAlive' | 'timeToLive']: {
    readonly kind: K;
    readonly body: EtcdProtocol[K];
  };
}['range' | 'txn' | 'compact' | 'grantLease' | 'revokeLease' | 'keepAlive' | 'timeToLive'];

/** A whole number in [0, bound). */
export type Draw = (bound: number) => number;

/** Twelve keys: etcd's sort keeps the order of equal items for as many and no more. */
const KEYS = ['/registry/pods/default/a', '/registry/pods/default/b', '/registry/pods/kube-system/a', '/registry/podsx']
  .concat('/registry/minions/node-1', '/registry/minions/node-2', '/registry/leases/a/b', '/registry/events/default/x')
  .concat('/registry/events/default/y', 'health', 'a', '~');
const ENDS = ['/registry/pods/', '/registry/pods0', '/registry/', '/registry0', '/registry/minions/node-2', 'b', '\0'];
const LEASES = [11, 12, 13, 14];
/** One more is an id that no lease ever has. */
const NO_LEASE = 99;

/** Draws the requests of a history; they depend on the seed and on the revisions that answers named. */
export class Requests {
  readonly #draw: Draw;
  /** The store's revision as far as is known. */
  revision = 1;

  constructor(draw: Draw) {
    this.#draw = draw;
  }

  /** The next request. */
  next(): Request {
    const die = this.#draw(100);
    if (die < 30) return { kind: 'txn', body: one(this.#put()) };
    if (die < 40) return { kind: 'txn', body: one(this.#delete()) };
    if (die < 65) return { kind: 'range', body: this.#range() };
    if (die < 85) return { kind: 'txn', body: this.#txn(2) };
    if (die < 88) return { kind: 'compact', body: { revision: this.#revision() } };
    if (die < 92) return { kind: 'grantLease', body: { lease: this.#pick(LEASES), ttlSeconds: this.#ttl() } };
    if (die < 94) return { kind: 'revokeLease', body: { lease: this.#lease() } };
    if (die < 96) return { kind: 'keepAlive', body: { lease: this.#lease() } };
    return { kind: 'timeToLive', body: { lease: this.#lease(), keys: this.#is(50) } };
  }

  #txn(depth: number): TxnRequest {
    const many = (count: number) => Array.from({ length: this.#draw(count) }, () => this.#operation(depth));
    return {
      compare: Array.from({ length: this.#draw(3) }, () => this.#compare()),
      success: many(4),
      failure: many(4),
    };
  }

  #operation(depth: number): Operation {
    const die = this.#draw(10);
    if (die < 4) return this.#put();
    if (die < 6) return this.#delete();
    if (die < 9 || depth === 0) return { type: 'range', ...this.#range() };
    return { type: 'txn', request: this.#txn(depth - 1) };
  }

  #put(): Extract<Operation, { type: 'put' }> {
    const value = this.#is(5) ? '' : `v${this.#draw(1000)}`;
    const put = { type: 'put', key: this.#key(), value, wantsPrevious: this.#is(30) } as const;
    const die = this.#draw(20);
    if (die < 5) return { ...put, lease: this.#lease() };
    if (die === 5) return { ...put, value: this.#is(80) ? '' : value, ignoreValue: true };
    if (die === 6) return { ...put, ignoreLease: true, lease: this.#is(80) ? 0 : this.#lease() };
    return put;
  }

  #delete(): Extract<Operation, { type: 'delete' }> {
    return { type: 'delete', ...this.#span(20), wantsPrevious: this.#is(30) };
  }

  #range(): RangeRequest {
    const request: RangeRequest = { ...this.#span(60), limit: this.#is(30) ? this.#draw(5) : 0 };
    const revision = this.#is(30) ? { revision: this.#revision() } : {};
    const sort = this.#is(25)
      ? { sort: { by: this.#pick(['key', 'version', 'create', 'mod', 'value'] as const), isDescending: this.#is(50) } }
      : {};
    const some = this.#is(15)
      ? {
          [this.#pick(['minModRevision', 'maxModRevision', 'minCreateRevision', 'maxCreateRevision'])]:
            this.#revision(),
        }
      : {};
    return { ...request, ...revision, ...sort, ...some, keysOnly: this.#is(10), countOnly: this.#is(10) };
  }

  #compare(): Compare {
    const target = this.#pick(['mod', 'create', 'version', 'value', 'lease'] as const);
    const numbers = { mod: this.#revision(), create: this.#is(50) ? 0 : this.#revision(), version: this.#draw(4) };
    const value = target === 'value' ? `v${this.#draw(1000)}` : target === 'lease' ? this.#lease() : numbers[target];
    return { ...this.#span(20), target, result: this.#pick(['=', '!=', '<', '>'] as const), value };
  }

  /** A key, or with that likelihood in percent a range. */
  #span(likelihood: number): { readonly key: string; readonly rangeEnd?: string } {
    const key = this.#key();
    return this.#is(likelihood) ? { key: this.#is(50) ? '/registry/' : key, rangeEnd: this.#pick(ENDS) } : { key };
  }

  /** A key; now and then none. */
  #key(): string {
    return this.#draw(200) === 0 ? '' : this.#pick(KEYS);
  }

  /** Mostly a recent revision; sometimes one that is old, or not there yet. */
  #revision(): number {
    if (this.#is(5)) return this.revision + 1 + this.#draw(3);
    return Math.max(0, this.revision - this.#draw(this.#is(20) ? 200 : 20));
  }

  #lease(): number {
    return this.#is(15) ? NO_LEASE : this.#pick(LEASES);
  }

  /** Long enough that none ends while the test runs. Too long, or shorter than allowed, now and then. */
  #ttl(): number {
    return this.#is(5) ? 9_000_000_001 : 3600 + this.#draw(1000);
  }

  #is(percent: number): boolean {
    return this.#draw(100) < percent;
  }

  #pick<T>(items: readonly T[]): T {
    return items[this.#draw(items.length)] as T;
  }
}

function one(operation: Operation): TxnRequest {
  return { compare: [], success: [operation], failure: [] };
}
