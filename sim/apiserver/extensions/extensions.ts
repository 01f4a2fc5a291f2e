/**
 * What: the part of kube-apiserver that serves kinds described by CustomResourceDefinitions, and its own controllers.
 * Watches: CustomResourceDefinitions, and the instances of each, in watch caches of their own.
 * Writes: conditions of the definitions (NamesAccepted, Established, Terminating), deletions of instances.
 * Follows: apiextensions-apiserver/pkg/controller (status, establish, finalizer), pkg/apiserver/customresource_handler.
 * Leaves out: several served versions and conversion, selectable fields, defaults for what was stored earlier, the
 * two seconds that the first create of a new kind waits; that several servers learn of a definition at the same time.
 */

import { kindOf } from '../../api/extensions/customkind.ts';
import { asDefinition, CLEANUP, type Definition, isTrue } from '../../api/extensions/definition.ts';
import { acceptNames } from '../../api/extensions/names.ts';
import type { Condition, JsonObject, KubeObject } from '../../api/meta.ts';
import { setCondition } from '../../api/meta.ts';
import { openApiDocument } from '../../api/openapi.ts';
import type { Resource } from '../../api/resource.ts';
import { rootOf } from '../../api/roots.ts';
import { qualified } from '../../api/status.ts';
import type { IO } from '../../kernel/component.ts';
import type { Address } from '../../kernel/message.ts';
import type { Value } from '../../kernel/value.ts';
import { certificateOf, type HttpRequest, type HttpResponse, type HttpServerProtocol } from '../../protocol/http.ts';
import { closeCache, openCache } from '../cachefeed.ts';
import type { Extending } from '../extending.ts';
import type { ApiServerState } from '../state.ts';

const DEFINITIONS = 'customresourcedefinitions.apiextensions.k8s.io';
const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const LOOPBACK = certificateOf('system:apiserver', 'system:masters');

/** The layer for kinds of one's own; `fixed` are those that come with it. */
export function extensionsWith(fixed: readonly Resource[]): Extending {
  return {
    kindsIn: (objects) => [
      ...fixed,
      ...objects.filter(({ kind }) => kind === 'CustomResourceDefinition').map((one) => kindOf(asDefinition(one))),
    ],
    kinds: (state) => [...fixed, ...served(state).map(kindOf)],
    message: (state, { kind, from, body }, io) => {
      if (from !== io.self || (kind !== 'response' && kind !== 'refused')) return false;
      // A write that failed is tried again with the next news; a conflict brings news by itself.
      if (kind === 'refused' || (body as HttpResponse).status >= 400) state.extended.clear();
      return true;
    },
    tend: (state, io) => tend(state, fixed, io),
    document: (state, { path }) => documentAt(path, [...fixed, ...served(state).map(kindOf)]),
  };
}

function definitionsOf(state: ApiServerState): readonly Definition[] {
  return [...(state.caches.get(DEFINITIONS)?.objects.values() ?? [])].map(asDefinition);
}

/** Definitions whose names are theirs: requests for their kinds are answered. */
function served(state: ApiServerState): readonly Definition[] {
  return definitionsOf(state).filter((one) => isTrue(one, 'NamesAccepted') || isTrue(one, 'Established'));
}

function nameOf(definition: Definition): string {
  return qualified(kindOf(definition));
}

/** Caches for new kinds, none for those that are gone; then each definition's controllers. */
function tend(state: ApiServerState, fixed: readonly Resource[], io: IO): void {
  const all = definitionsOf(state);
  const names = new Set(served(state).map(nameOf));
  for (const name of names) if (!state.caches.has(name)) openCache(state, name, io);
  const known = new Set([...state.extended.keys()].filter((key) => key.startsWith('cache ')));
  for (const key of known) {
    const name = key.slice('cache '.length);
    if (names.has(name)) continue;
    closeCache(state, name, io);
    state.extended.delete(key);
  }
  for (const name of names) state.extended.set(`cache ${name}`, '');
  if (fixed.some((kind) => state.caches.get(qualified(kind))?.isReady === false)) return;
  for (const definition of all) control(state, definition, all, io);
}

/** What its own controllers do next about a definition, once for each of its states. */
function control(state: ApiServerState, definition: Definition, all: readonly Definition[], io: IO): void {
  const { metadata } = definition;
  const next =
    metadata.deletionTimestamp === undefined ? establish(state, definition, all, io) : end(state, definition, io);
  if (next === undefined) return;
  const step = `${metadata.resourceVersion} ${next.step}`;
  if (state.extended.get(metadata.name) === step) return;
  state.extended.set(metadata.name, step);
  io.note({ what: `apiserver/${next.step}`, about: `customresourcedefinition/${metadata.name}` });
  for (const request of next.requests) io.send(io.self as Address<HttpServerProtocol>, 'request', request);
}

interface Next {
  readonly step: string;
  readonly requests: readonly HttpRequest[];
}

/** The naming controller, and then the establishing controller when the kind can be stored. */
function establish(
  state: ApiServerState,
  definition: Definition,
  all: readonly Definition[],
  io: IO,
): Next | undefined {
  const named = acceptNames(definition, all);
  if (named !== undefined) {
    const { acceptedNames, conditions } = named;
    const both = conditions.reduce<Conditions>(
      (list, one) => setCondition(list, one, io.now),
      conditionsOf(definition),
    );
    return writeStatus('named', { ...definition, status: { ...definition.status, acceptedNames, conditions: both } });
  }
  const isStored = (state.caches.get(nameOf(definition))?.revision ?? 0) > 0;
  if (!isTrue(definition, 'NamesAccepted') || isTrue(definition, 'Established') || !isStored) return undefined;
  const message = 'the initial names have been accepted';
  const established = { type: 'Established', status: 'True' as const, reason: 'InitialNamesAccepted', message };
  return writeStatus('established', withCondition(definition, established, io));
}

type Conditions = readonly Condition[] | undefined;

function conditionsOf({ status }: Definition): Conditions {
  return status?.conditions;
}

function withCondition(definition: Definition, condition: Condition, io: IO): Definition {
  const conditions = setCondition(conditionsOf(definition), condition, io.now);
  return { ...definition, status: { ...definition.status, conditions } };
}

/** The finalizing controller: the instances go, and then the definition. */
function end(state: ApiServerState, definition: Definition, io: IO): Next | undefined {
  const { finalizers = [] } = definition.metadata;
  if (!finalizers.includes(CLEANUP)) return undefined;
  const left = [...(state.caches.get(nameOf(definition))?.objects.values() ?? [])];
  const about = conditionsOf(definition)?.find(({ type }) => type === 'Terminating');
  if (about?.reason !== 'InstanceDeletionInProgress') return writeStatus('ending', ending(definition, IN_PROGRESS, io));
  if (isTrue(definition, 'Established') && left.length > 0) {
    return { step: 'emptying', requests: collectionsOf(definition, left) };
  }
  const done = isTrue(definition, 'Established') ? COMPLETED : NEVER;
  const { finalizers: _all, ...metadata } = definition.metadata;
  const rest = finalizers.filter((name) => name !== CLEANUP);
  const freed = { ...definition, metadata: rest.length > 0 ? { ...metadata, finalizers: rest } : metadata };
  return writeStatus('ended', ending(freed, done, io));
}

const IN_PROGRESS = ['True', 'InstanceDeletionInProgress', 'CustomResource deletion is in progress'] as const;
const COMPLETED = ['False', 'InstanceDeletionCompleted', 'removed all instances'] as const;
const NEVER = ['False', 'NeverEstablished', 'resource was never established'] as const;

function ending(
  definition: Definition,
  [status, reason, message]: readonly [Condition['status'], string, string],
  io: IO,
) {
  return withCondition(definition, { type: 'Terminating', status, reason, message }, io);
}

/** One DELETE of a collection for each namespace that has instances. */
function collectionsOf(definition: Definition, left: readonly KubeObject[]): readonly HttpRequest[] {
  const root = `/${rootOf(kindOf(definition))}`;
  const { plural } = kindOf(definition);
  const namespaces = [...new Set(left.map(({ metadata }) => metadata.namespace ?? ''))].sort();
  return namespaces.map((namespace) => {
    const path = namespace === '' ? `${root}/${plural}` : `${root}/namespaces/${namespace}/${plural}`;
    return { method: 'DELETE' as const, path, certificate: LOOPBACK };
  });
}

function writeStatus(step: string, definition: Definition): Next {
  const path = `${PATH}/${definition.metadata.name}/status`;
  return { step, requests: [{ method: 'PUT', path, body: definition as unknown as Value, certificate: LOOPBACK }] };
}

/** `/openapi/v3` lists the documents; below it is each. */
function documentAt(path: string, kinds: readonly Resource[]): JsonObject | undefined {
  if (!path.startsWith('/openapi/v3')) return undefined;
  const root = path.slice('/openapi/v3/'.length);
  if (root !== '') {
    const own = kinds.filter((kind) => rootOf(kind) === root);
    return own.length === 0 ? undefined : openApiDocument(own);
  }
  const roots = [...new Set(kinds.map(rootOf))];
  return { paths: Object.fromEntries(roots.map((one) => [one, { serverRelativeURL: `/openapi/v3/${one}` }])) };
}
