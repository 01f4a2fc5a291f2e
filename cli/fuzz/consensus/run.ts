import type { WatchCache } from '../../../sim/apiserver/watchcache.ts';
import type { EtcdState } from '../../../sim/etcd/state.ts';
import { createStorage, type Simulation, type TraceRecord } from '../../../sim/index.ts';
import { dice } from '../draw.ts';
import { Client } from './client.ts';
import { notLinearizable } from './linear.ts';
import { brokenProperty, type Seen, seenNothing, unequalStores } from './properties.ts';
import { brokenWatch } from './watch.ts';

/** What a run came to: a sentence about what was not as it must be, or ''. */
export interface ConsensusResult {
  readonly problem: string;
  readonly log: readonly string[];
}

const KEYS = ['/registry/fuzz/a', '/registry/fuzz/b', '/registry/fuzz/c'];
const BUSY_MS = 22_000;
/** A watch whose frame was lost is tried after 30 s of silence, and begun anew 10 s later. */
const REST_MS = 42_000;

/** Draws a cluster and its troubles from a seed, plays them, and looks at what must hold. */
export function playConsensus(seed: number): ConsensusResult {
  return new Run(seed).play();
}

class Run {
  readonly #roll: (bound: number) => number;
  readonly #simulation: Simulation;
  readonly #client: Client;
  readonly #members: readonly string[];
  readonly #seen: Seen = seenNothing();
  readonly #committed = new Set<string>();
  readonly #log: string[] = [];
  #lastTo = '';
  #problem = '';
  #replaced = '';

  constructor(seed: number) {
    this.#roll = dice(seed);
    const roll = this.#roll;
    const size = [1, 3, 3, 3, 5, 5][roll(6)] as number;
    const isSlow = roll(3) === 0;
    const network = {
      latencyMs: 1 + roll(isSlow ? 60 : 4),
      jitterMs: roll(isSlow ? 250 : 12),
      lossPerMille: roll(3) === 0 ? roll(60) : 0,
    };
    const etcd = { fsyncMs: 1 + roll(8), snapshotCount: roll(2) === 0 ? 10 + roll(40) : 10_000 };
    this.#log.push(`${size} members ${JSON.stringify({ ...network, ...etcd })}`);
    this.#simulation = createStorage(
      { seed, members: size, network, etcd },
      { record: (record) => this.#hear(record), isThorough: true },
    );
    this.#client = new Client(this.#simulation);
    this.#members = this.#simulation.world.actors
      .filter(({ component }) => component === 'etcd')
      .map(({ name }) => name);
  }

  play(): ConsensusResult {
    this.#run(4000);
    this.#client.begin();
    this.#client.watch(this.#pick(), 1);
    this.#run(500);
    const end = this.#simulation.world.now + BUSY_MS;
    while (this.#simulation.world.now < end && this.#problem === '') {
      this.#act();
      this.#run(this.#roll([5, 40, 200, 700][this.#roll(4)] as number));
    }
    if (this.#problem === '') this.#mend();
    return { problem: this.#problem, log: this.#log };
  }

  #hear(record: TraceRecord): void {
    if (record.type === 'delivered') {
      this.#lastTo = record.message.to;
      if (record.message.to === 'reader') this.#client.hear(record.message);
    } else if (record.type === 'noted' && record.note.what === 'etcd/committed') {
      this.#committed.add(`${record.note['revision']} ${record.note['key']}`);
    }
  }

  #run(ms: number): void {
    const until = this.#simulation.world.now + ms;
    while (this.#problem === '' && this.#simulation.step(until)) {
      if (this.#members.includes(this.#lastTo))
        this.#problem = brokenProperty(this.#lastTo, this.#state(this.#lastTo), this.#seen);
    }
    this.#simulation.runUntil(until);
  }

  #state(name: string): EtcdState {
    return this.#simulation.world.states.get(name) as EtcdState;
  }

  #pick(): string {
    return this.#members[this.#roll(this.#members.length)] as string;
  }

  #isUp(name: string): boolean {
    const { world } = this.#simulation;
    return world.up[world.index.get(name) ?? -1] ?? false;
  }

  #leader(): string {
    const leaders = this.#members.filter((name) => this.#isUp(name) && this.#state(name)?.raft.role === 'leader');
    return leaders[this.#roll(Math.max(1, leaders.length))] ?? this.#pick();
  }

  #act(): void {
    const what = this.#roll(100);
    const key = KEYS[this.#roll(KEYS.length)] as string;
    if (what < 26) this.#client.write(this.#pick(), key);
    else if (what < 50) this.#client.read(this.#roll(2) === 0 ? this.#pick() : this.#leader(), key);
    else if (what < 58) this.#client.create();
    else if (what < 63) this.#compact();
    else if (what < 66) this.#client.watch(this.#pick(), this.#roll(40));
    else if (what < 69) this.#transfer();
    else if (what < 71) this.#replace();
    else this.#disturb();
  }

  #tell(line: string): void {
    this.#log.push(`${(this.#simulation.world.now / 1000).toFixed(3)} s  ${line}`);
  }

  /** Compacts to a revision, and watches from exactly there. */
  #compact(): void {
    const name = this.#leader();
    const { revision } = this.#state(name)?.store ?? { revision: 1 };
    const to = Math.max(1, revision - this.#roll(6));
    this.#tell(`compact ${to}, watch from ${to} at ${name}`);
    this.#client.say(name, 'compact', { revision: to });
    this.#run(60 + this.#roll(300));
    this.#client.watch(name, to);
  }

  #transfer(): void {
    const target = this.#state(this.#pick())?.id ?? '';
    this.#tell(`move the leader to ${target}`);
    this.#client.say(this.#leader(), 'moveLeader', { target });
  }

  /**
   * A disk is lost: the member is refused under its old id, removed, added, and comes back as another. Not before its
   * first start is committed: until then nobody can know of it, in etcd neither.
   */
  #replace(): void {
    const { world } = this.#simulation;
    const isWell = world.network.cut.size === 0 && this.#members.every((name) => this.#isUp(name));
    if (this.#members.length < 3 || !isWell || this.#replaced !== '') return;
    const name = this.#roll(2) === 0 ? this.#leader() : this.#pick();
    const { id, members } = this.#state(name);
    if ((members.get(id)?.name ?? '') === '') return;
    this.#replaced = name;
    this.#seen.lost.add(id);
    this.#tell(`wipe ${name}, replace ${id}`);
    this.#simulation.wipe(name);
    if (this.#roll(2) === 0) this.#simulation.restart(name);
    this.#run(2500);
    const other = () => this.#members.find((member) => member !== name && this.#isUp(member)) ?? name;
    this.#client.say(other(), 'removeMember', { id });
    this.#run(1500);
    this.#client.say(other(), 'addMember', { process: name, isLearner: this.#roll(2) === 0 });
    this.#run(1500);
    this.#simulation.restart(name);
    this.#run(500);
  }

  /** Something breaks or is mended. A crash is often short: that is when a disk that forgets does harm. */
  #disturb(): void {
    const { world } = this.#simulation;
    const name = this.#roll(3) === 0 ? this.#leader() : this.#pick();
    const others = this.#members.filter((other) => other !== name);
    switch (this.#roll(7)) {
      case 0:
      case 1:
        this.#tell(`crash ${name}`);
        this.#simulation.crash(name);
        this.#run(this.#roll([10, 60, 3000][this.#roll(3)] as number));
        if (this.#roll(4) > 0) this.#simulation.restart(name);
        return;
      case 2:
        this.#tell(`cut off ${name}`);
        for (const other of others) world.network.cut.add(link(name, other));
        return;
      case 3: {
        const other = others[this.#roll(Math.max(1, others.length))];
        if (other !== undefined) world.network.cut.add(link(name, other));
        return;
      }
      case 4:
        this.#tell('everybody crashes for a moment');
        for (const member of this.#members) this.#simulation.crash(member);
        this.#run(this.#roll(60));
        for (const member of this.#members) this.#simulation.restart(member);
        return;
      default:
        this.#tell('mended');
        world.network.cut.clear();
        for (const member of this.#members) this.#simulation.restart(member);
    }
  }

  /** Everything is mended and quiet: now all must be there, and the same everywhere. */
  #mend(): void {
    const { world } = this.#simulation;
    world.network.cut.clear();
    world.network.options = { ...world.network.options, lossPerMille: 0 };
    for (const member of this.#members) this.#simulation.restart(member);
    this.#run(REST_MS);
    for (const key of KEYS) for (const name of this.#members) this.#client.read(name, key);
    this.#run(9000);
    this.#problem ||= this.#client.problem || this.#client.revisionsOutOfOrder() || this.#unlike();
    this.#problem ||= notLinearizable(this.#client.close());
    for (const name of this.#committed) if (!this.#client.truth.has(name)) this.#client.truth.set(name, '');
    for (const told of this.#client.watches.values())
      this.#problem ||= brokenWatch(told, this.#client.truth, '/registry/');
  }

  #unlike(): string {
    const members = this.#members.filter((name) => this.#isUp(name)).map((name) => [name, this.#state(name)] as const);
    if (!members.some(([, { raft }]) => raft.role === 'leader')) return 'everything is mended, and nobody leads';
    return unequalStores(members) || this.#lost() || this.#staleCaches();
  }

  #stored(): ReadonlyMap<string, number> {
    const { store } = this.#state(this.#leader());
    const directory = store.directories.get('/registry/configmaps/');
    return new Map([...(directory ?? [])].map(([key, { modRevision }]) => [key, modRevision]));
  }

  #lost(): string {
    const stored = this.#stored();
    const missing = [...this.#client.created].find((name) => !stored.has(`/registry/configmaps/default/${name}`));
    return missing === undefined ? '' : `ConfigMap ${missing} was acknowledged and is gone`;
  }

  #staleCaches(): string {
    const { caches } = this.#simulation.world.states.get('kube-apiserver') as {
      readonly caches: Map<string, WatchCache>;
    };
    const cached = [...(caches.get('configmaps')?.objects ?? [])].map(
      ([key, { metadata }]) => `${key} ${metadata.resourceVersion}`,
    );
    const stored = [...this.#stored()].map(([key, revision]) => `${key} ${revision}`);
    const [left, right] = [cached.sort().join(', '), stored.sort().join(', ')];
    return left === right ? '' : `the API server's cache has ${left}, and etcd ${right}`;
  }
}

function link(a: string, b: string): string {
  return a < b ? `${a}|${b}` : `${b}|${a}`;
}
