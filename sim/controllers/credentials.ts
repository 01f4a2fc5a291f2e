import { type Answer, call } from '../client/calls.ts';
import type { IO } from '../kernel/component.ts';
import type { Millis } from '../kernel/message.ts';
import type { HttpRequest } from '../protocol/http.ts';
import type { ManagerState } from './hosted.ts';
import { controllers } from './index.ts';

/**
 * Each control loop works under a ServiceAccount of its own, whose token kube-controller-manager asks for (and makes
 * the account when there is none). Only shared informers and the election use the process's own certificate. Follows
 * controller-manager/pkg/clientbuilder `client_builder_dynamic.go`, with kubeadm's --use-service-account-credentials.
 */
export function askForTokens(state: ManagerState, io: IO): void {
  for (const account of new Set([...state.hosted.keys()].map(accountOf))) askForToken(state, { account, tries: 0 }, io);
}

/** Whether every loop has what it needs to be known. */
export function hasTokens(state: ManagerState): boolean {
  for (const { recorder } of state.hosted.values()) if (recorder.authorization === '') return false;
  return true;
}

/** The account of a control loop. */
function accountOf(name: string): string {
  return controllers.find((controller) => controller.name === name)?.account ?? name;
}

const SECONDS = 3600;
/** A token is renewed when four fifths of its time are over. */
const RENEW_MS: Millis = SECONDS * 800;
/** After the first failure; each further one waits twice as long, and after four it begins anew. */
const RETRY_MS: Millis = 500;
const MOST_TRIES = 4;
/** An account that was just made is asked for its token after so long. */
const MADE_MS: Millis = 100;
const PATH = '/api/v1/namespaces/kube-system/serviceaccounts';
const ROUTINE = { routine: true };

/** An account, and how often a request for its sake has failed in a row. */
export interface Asked {
  readonly account: string;
  readonly tries: number;
}

/** Asks for the token of an account; also when its time is nearly over. */
export function askForToken(state: ManagerState, asked: Asked, io: IO): void {
  const { account } = asked;
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    metadata: { name: account, namespace: 'kube-system' },
    spec: { audiences: [], expirationSeconds: SECONDS },
  };
  send(state, io, { method: 'POST', path: `${PATH}/${account}/token`, body }, 'credential/token', asked);
}

/** Handles the answers to those requests: true when the answer was one. */
export function receiveCredential(state: ManagerState, answer: Answer, io: IO): boolean {
  if (answer.then !== 'credential/token' && answer.then !== 'credential/account') return false;
  const asked = answer.data as Asked;
  const { account } = asked;
  const { status, body } = answer.response;
  if (answer.then === 'credential/account' && (status === 201 || status === 409)) later(account, MADE_MS, io);
  else if (status === 201) {
    const { token } = (body as { readonly status: { readonly token: string } }).status;
    for (const [name, { recorder }] of state.hosted) {
      if (accountOf(name) === account) recorder.authorization = `Bearer ${token}`;
    }
    later(account, RENEW_MS, io);
  } else if (status === 404 && (body as { message?: string }).message?.startsWith('serviceaccounts ')) {
    const object = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: account, namespace: 'kube-system' } };
    send(state, io, { method: 'POST', path: PATH, body: object }, 'credential/account', asked);
  } else again(asked, io);
  return true;
}

function again({ account, tries }: Asked, io: IO): void {
  later(account, RETRY_MS * 2 ** (tries % MOST_TRIES), io, tries + 1);
}

function later(account: string, delay: Millis, io: IO, tries = 0): void {
  io.after(delay, 'credential/ask', { account, tries }, ROUTINE);
}

function send(state: ManagerState, io: IO, request: HttpRequest, then: string, asked: Asked): void {
  call(state.client, io, request, then, { ...asked }, ROUTINE);
}
