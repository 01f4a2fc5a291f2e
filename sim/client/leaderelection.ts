import type { Lease } from '../api/kinds/lease.ts';
import { microTime } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import { type Answer, type ClientState, call } from './calls.ts';

/**
 * One candidate's part in an election by a Lease in kube-system. Follows client-go `tools/leaderelection`: renewed
 * every 2 s, given up after 10 s without a renewal; then the process ends and its supervisor starts it again. A rival
 * reads the lease every 2 to 4.4 s, and takes it when it has seen no renewal for 15 s. A process keeps its identity
 * over a restart, so it takes its own lease back at once; upstream's new process has a new identity and waits until the
 * old lease has run out.
 */
export interface Election {
  name: string;
  /** What stands in the lease when this candidate has it. */
  identity: string;
  /** A lease of somebody else as last seen, and since when it has been like that. */
  seen: string;
  seenAt: Millis;
  isLeader: boolean;
  renewedAt: Millis;
  /** The lease as last read or written. */
  lease: Lease | null;
  isAsking: boolean;
}

const RETRY_MS = 2000;
const RENEW_DEADLINE_MS = 10_000;
const LEASE_SECONDS = 15;
/** How long a static pod's kubelet takes to start the process again. */
const RESTART_MS = 1000;
const PATH = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';

/** Upstream's JitterFactor 1.2: a rival waits up to so much longer. */
const JITTER_MS = 2400;

/** A candidate that has not begun. `name` is the lease and the process; with rivals, its machine tells it from them. */
export function createElection(name: string, config: Value = null): Election {
  const { machine = 'control-plane' } = (config ?? {}) as { readonly machine?: string };
  const identity = `${machine}_${name}`;
  const none = { isLeader: false, renewedAt: 0, lease: null, isAsking: false };
  return part<Election>({ name, identity, seen: '', seenAt: 0, ...none });
}

/** Begins to ask for the lease. Call it on `start`, and again on each `election/tick`. */
export function campaign(election: Election, client: ClientState, io: IO): void {
  if (election.isLeader && io.now - election.renewedAt >= RENEW_DEADLINE_MS) {
    io.note({ what: 'election/lost', about: `lease/${election.name}` });
    io.exit(RESTART_MS);
    return;
  }
  const more = election.seen === '' ? 0 : io.random('election', JITTER_MS);
  io.after(RETRY_MS + more, 'election/tick', null, { routine: true });
  if (!election.isAsking) ask(election, client, io);
}

/** Handles the answers to the election's own calls: true when the answer was one. */
export function receiveElection(election: Election, client: ClientState, answer: Answer, io: IO): boolean {
  if (!answer.then.startsWith('election/')) return false;
  election.isAsking = false;
  const { status, body } = answer.response;
  if (answer.then === 'election/read') {
    if (status === 200 && isHeld(election, body as Lease, io)) return true;
    election.lease = status === 200 ? (body as Lease) : null;
    if (status === 200 || status === 404) write(election, client, io);
  } else if (status === 200 || status === 201) {
    election.lease = body as Lease;
    election.renewedAt = io.now;
    if (!election.isLeader && election.seen !== '') {
      io.note({ what: 'election/won', about: `lease/${election.name}`, holder: election.identity });
    }
    election.isLeader = true;
    election.seen = '';
  } else election.lease = null;
  return true;
}

/** Whether a rival has the lease: it was renewed within its duration, by this candidate's own clock. */
function isHeld(election: Election, { spec = {} }: Lease, io: IO): boolean {
  const { holderIdentity = '', renewTime, leaseDurationSeconds = LEASE_SECONDS } = spec;
  if (holderIdentity === '' || holderIdentity === election.identity) return false;
  const seen = `${holderIdentity} ${renewTime}`;
  if (seen !== election.seen) {
    election.seen = seen;
    election.seenAt = io.now;
  }
  return io.now - election.seenAt < leaseDurationSeconds * 1000;
}

function ask(election: Election, client: ClientState, io: IO): void {
  if (election.lease !== null) write(election, client, io);
  else send(election, client, io, { method: 'GET', path: `${PATH}/${election.name}` }, 'election/read');
}

function write(election: Election, client: ClientState, io: IO): void {
  const { lease, name } = election;
  const renewTime = microTime(io.now);
  if (lease !== null) {
    const { holderIdentity, leaseTransitions = 0 } = lease.spec ?? {};
    const mine = { holderIdentity: election.identity, acquireTime: renewTime, leaseTransitions: leaseTransitions + 1 };
    const taken = holderIdentity === election.identity ? {} : mine;
    const body = { ...lease, spec: { ...lease.spec, ...taken, renewTime } };
    send(election, client, io, { method: 'PUT', path: `${PATH}/${name}`, body }, 'election/written');
    return;
  }
  const body: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      holderIdentity: election.identity,
      leaseDurationSeconds: LEASE_SECONDS,
      acquireTime: renewTime,
      renewTime,
      leaseTransitions: 0,
    },
  };
  send(election, client, io, { method: 'POST', path: PATH, body }, 'election/written');
}

function send(
  election: Election,
  client: ClientState,
  io: IO,
  request: Parameters<typeof call>[2],
  then: string,
): void {
  election.isAsking = true;
  call(client, io, request, then, null, { routine: true });
}
