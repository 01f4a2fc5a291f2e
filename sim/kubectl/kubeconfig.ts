import type { JsonObject } from '../api/meta.ts';
import { type Certificate, certificateOf, type HttpRequest } from '../protocol/http.ts';
import { type Arguments, flag, listed } from './flags.ts';

/** A kubeconfig: who one can be, and where. Named things in the order of their names, as kubectl writes them. */
export interface KubeConfig {
  readonly current: string;
  readonly contexts: readonly Context[];
  readonly users: readonly User[];
}

/** A place to act in, and as whom. */
export interface Context {
  readonly name: string;
  readonly cluster: string;
  readonly user: string;
  readonly namespace: string;
}

/** Somebody with a certificate, or with a token. */
export interface User {
  readonly name: string;
  readonly certificate?: Certificate;
  readonly token?: string;
}

/** Somebody who has an account on this machine, as a scenario says. */
export interface Person {
  readonly name: string;
  readonly groups?: readonly string[];
  readonly namespace?: string;
  /** Instead of a certificate. */
  readonly token?: string;
}

/** The only cluster, as kubeadm names it. */
export const CLUSTER = 'kubernetes';
/** Where the file would be: the one in memory is named so in what kubectl prints. */
export const CONFIG_FILE = '/root/.kube/config';
const ADMIN = 'kubernetes-admin';

/** The administrator's entry, and one for each further person; a person's context has the person's name. */
export function kubeConfigFor(people: readonly Person[]): KubeConfig {
  const admin = { name: ADMIN, certificate: certificateOf(ADMIN, 'kubeadm:cluster-admins') };
  const context = `${ADMIN}@${CLUSTER}`;
  const users = people.map(({ name, groups = [], token }): User => {
    return token === undefined ? { name, certificate: certificateOf(name, ...groups) } : { name, token };
  });
  const contexts = people.map(({ name, namespace = '' }) => ({ name, cluster: CLUSTER, user: name, namespace }));
  return {
    current: context,
    contexts: sorted([{ name: context, cluster: CLUSTER, user: ADMIN, namespace: '' }, ...contexts]),
    users: sorted([admin, ...users]),
  };
}

/** The entries in the order of their names. */
export function sorted<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As whom and where one command acts; or kubectl's words about a wrong flag. */
export interface Acting {
  readonly user: User | undefined;
  readonly namespace: string;
}

/** Reads `--context`, `--user`, `--cluster` and `--as…` (client-go clientcmd/client_config.go `ConfirmUsable`). */
export function actingAs(config: KubeConfig, args: Arguments): Acting | string {
  const wanted = flag(args, 'context') || config.current;
  const context = config.contexts.find(({ name }) => name === wanted);
  if (context === undefined && flag(args, 'context') !== '') {
    return `Error in configuration: context was not found for specified context: ${wanted}`;
  }
  const userName = flag(args, 'user') || (context?.user ?? '');
  const user = config.users.find(({ name }) => name === userName);
  if (user === undefined && flag(args, 'user') !== '')
    return `error: auth info ${JSON.stringify(userName)} does not exist`;
  const cluster = flag(args, 'cluster');
  if (cluster !== '' && cluster !== CLUSTER) return `error: no server found for cluster ${JSON.stringify(cluster)}`;
  const needsUser = listed(args, 'as-group').length > 0 || flag(args, 'as-uid') !== '';
  if (needsUser && flag(args, 'as') === '') {
    return 'error: requesting uid, groups or user-extra for  without impersonating a user';
  }
  return { user, namespace: context?.namespace ?? '' };
}

/** A request with what the user shows: certificate or token, and the headers of `--as`. */
export function withUser(request: HttpRequest, config: KubeConfig, args: Arguments): HttpRequest {
  const acting = actingAs(config, args);
  const user = typeof acting === 'string' ? undefined : acting.user;
  const token = flag(args, 'token') || user?.token;
  const as = flag(args, 'as');
  const groups = listed(args, 'as-group');
  const uid = flag(args, 'as-uid');
  const headers = {
    ...request.headers,
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(as === '' ? {} : { 'impersonate-user': as }),
    ...(groups.length === 0 ? {} : { 'impersonate-group': groups.join(', ') }),
    ...(uid === '' ? {} : { 'impersonate-uid': uid }),
  };
  return { ...request, headers, ...(user?.certificate === undefined ? {} : { certificate: user.certificate }) };
}

/** The file as `kubectl config view` shows it: secrets are left out, unless `isRaw`. */
export function fileOf({ current, contexts, users }: KubeConfig, server: string): JsonObject {
  return {
    kind: 'Config',
    apiVersion: 'v1',
    preferences: {},
    clusters: [
      { name: CLUSTER, cluster: { server: `https://${server}`, 'certificate-authority-data': 'DATA+OMITTED' } },
    ],
    users: users.map(({ name, certificate }) => ({
      name,
      user:
        certificate === undefined
          ? { token: 'REDACTED' }
          : { 'client-certificate-data': 'DATA+OMITTED', 'client-key-data': 'DATA+OMITTED' },
    })),
    contexts: contexts.map(({ name, cluster, user, namespace }) => ({
      name,
      context: { cluster, user, ...(namespace === '' ? {} : { namespace }) },
    })),
    'current-context': current,
  };
}
