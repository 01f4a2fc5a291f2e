// bootstrap: kubeadm's last steps.
// Watches: nothing; it hears only the answers to its own requests.
// Writes: kubeadm's account and bindings, a scenario's objects, through the API like anybody.
// Follows: the add-on phase of kubeadm init.
// Leaves out: kube-proxy as a DaemonSet (each node runs it as a process); DNS comes with the addon of that name.
import { pathOf, resourceOfKind } from '../api/index.ts';
import type { RoleBinding } from '../api/kinds/rolebinding.ts';
import { type KubeObject, objectKey } from '../api/meta.ts';
import { kubeadmBindings } from '../api/rbac/policy.ts';
import { RBAC } from '../api/rbac/rules.ts';
import { extending } from '../apiserver/extending.ts';
import { type ClientState, call } from '../client/calls.ts';
import { createClient, receiveClient, startClient } from '../client/client.ts';
import type { Component, IO } from '../kernel/component.ts';
import type { AnyMessage } from '../kernel/message.ts';
import { part } from '../kernel/state.ts';
import type { Value } from '../kernel/value.ts';
import { certificateOf } from '../protocol/http.ts';
import type { PersonShape } from './shape.ts';

const more: KubeObject[] = [];

/** Objects that every new cluster holds because of a pack's kinds. */
export function addBootObjects(objects: readonly KubeObject[]): void {
  more.push(...objects.filter((object) => !more.includes(object)));
}

/** Creates what a new cluster holds, one object after another; ends when all are there. */
export const bootstrap: Component<BootstrapState> = {
  name: 'bootstrap',
  init(_self, config) {
    const { objects, users = [] } = config as { objects: readonly KubeObject[]; users?: readonly PersonShape[] };
    const waiting = [...more, PROXY, ...kubeadmBindings(), ...objects, ...users.flatMap(bindingOf)];
    return part<BootstrapState>({
      client: createClient('bootstrap', certificateOf('kubernetes-super-admin', 'system:masters'), [], config),
      waiting,
      definitions: objects.filter(({ kind }) => kind === 'CustomResourceDefinition'),
      failures: [],
    });
  },
  restart: (state) => state,
  receive(state, message, io) {
    if (message.kind === 'start') {
      startClient(state.client, io);
      createNext(state, io);
      return;
    }
    if (message.kind === 'retry') createNext(state, io);
    const answer = receiveClient(state.client, message as AnyMessage, io)?.answer;
    if (answer === undefined) return;
    const { status, body } = answer.response;
    if (status === 0 || status >= 500 || isTooEarly(answer.response.status, body)) {
      io.after(500, 'retry', null, { routine: true });
      return;
    }
    const object = state.waiting.shift();
    if (status !== 201 && status !== 409 && object !== undefined) {
      state.failures.push(`${object.kind} ${objectKey(object)}: ${(body as { message?: string }).message ?? status}`);
    }
    createNext(state, io);
  },
  inspect: (state) => ({ waiting: state.waiting.length, failures: state.failures }),
};

/** The account that kubeadm's kube-proxy runs under. */
const PROXY: KubeObject = {
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name: 'kube-proxy', namespace: 'kube-system' },
};

interface BootstrapState {
  client: ClientState;
  /** Objects still to create, in order. */
  waiting: KubeObject[];
  /** Those among them that describe kinds. */
  definitions: readonly KubeObject[];
  /** What the API server refused, in its own words: a scenario with any is wrong. */
  failures: string[];
}

/** A Service account or a namespace may not be there yet in the first second. */
function isTooEarly(status: number, body: Value): boolean {
  const message = (body as { message?: string } | null)?.message ?? '';
  return (
    (status === 403 && message.includes('serviceaccount')) ||
    (status === 404 && /namespaces|requested resource/.test(message))
  );
}

function createNext(state: BootstrapState, io: IO): void {
  const object = state.waiting[0];
  if (object === undefined) return;
  const { apiVersion, kind } = object;
  const described = extending.layer?.kindsIn(state.definitions) ?? [];
  const resource = resourceOfKind(apiVersion, kind) ?? resourceOfKind(apiVersion, kind, described);
  if (resource === undefined) {
    state.failures.push(`${object.kind} ${objectKey(object)}: no such kind here`);
    state.waiting.shift();
    createNext(state, io);
    return;
  }
  const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : '';
  call(state.client, io, { method: 'POST', path: pathOf(resource, namespace), body: object }, 'created');
}

/** The role that a scenario gives to somebody, bound in their namespace. */
function bindingOf({ name, namespace = 'default', role }: PersonShape): readonly KubeObject[] {
  if (role === undefined) return [];
  const subjects = [{ kind: 'User', apiGroup: RBAC, name }];
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: role };
  const binding: RoleBinding = {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    subjects,
    roleRef,
  };
  return [binding];
}
