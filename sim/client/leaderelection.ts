import type { Lease } from '../api/kinds/lease.ts';
import { microTime } from '../api/meta.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import { type Answer, type ClientState, call } from './calls.ts';

/**
 * One candidate's part in an election by a Lease in kube-system. Follows client-go `tools/leaderelection`: renewed
 * every 2 s, given up after 10 s without a renewal; then the process ends and its supervisor starts it again. Leaves
 * out: rival candidates. A process keeps its identity over a restart, so it takes its own lease back at once;
 * upstream's new process has a new identity and waits until the old lease has run out (15 s).
 */
export interface Election {
  name: string;
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

/** A candidate that has not begun. `name` is the lease and the process. */
export function createElection(name: string): Election {
  return part<Election>({ name, isLeader: false, renewedAt: 0, lease: null, isAsking: false });
}

/** Begins to ask for the lease. Call it on `start`, and again on each `election/tick`. */
export function campaign(election: Election, client: ClientState, io: IO): void {
  if (election.isLeader && io.now - election.renewedAt >= RENEW_DEADLINE_MS) {
    io.note({ what: 'election/lost', about: `lease/${election.name}` });
    io.exit(RESTART_MS);
    return;
  }
  io.after(RETRY_MS, 'election/tick', null, { routine: true });
  if (!election.isAsking) ask(election, client, io);
}

/** Handles the answers to the election's own calls: true when the answer was one. */
export function receiveElection(election: Election, client: ClientState, answer: Answer, io: IO): boolean {
  if (!answer.then.startsWith('election/')) return false;
  election.isAsking = false;
  const { status, body } = answer.response;
  if (answer.then === 'election/read') {
    election.lease = status === 200 ? (body as Lease) : null;
    if (status === 200 || status === 404) write(election, client, io);
  } else if (status === 200 || status === 201) {
    election.lease = body as Lease;
    election.renewedAt = io.now;
    election.isLeader = true;
  } else election.lease = null;
  return true;
}

function ask(election: Election, client: ClientState, io: IO): void {
  if (election.lease !== null) write(election, client, io);
  else send(election, client, io, { method: 'GET', path: `${PATH}/${election.name}` }, 'election/read');
}

function write(election: Election, client: ClientState, io: IO): void {
  const { lease, name } = election;
  const renewTime = microTime(io.now);
  if (lease !== null) {
    const body = { ...lease, spec: { ...lease.spec, renewTime } };
    send(election, client, io, { method: 'PUT', path: `${PATH}/${name}`, body }, 'election/written');
    return;
  }
  const body: Lease = {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'kube-system' },
    spec: {
      holderIdentity: `control-plane_${name}`,
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
