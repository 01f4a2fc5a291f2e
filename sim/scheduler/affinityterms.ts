import type { Affinity, Pod } from '../api/kinds/pod.ts';
import type { KubeObject, Labels } from '../api/meta.ts';
import type { PodAffinityTerm } from '../api/podspec/affinity.ts';
import { formatSelector, fromLabelSelector, matchesSelector, type Selector } from '../api/selector.ts';
import type { ClusterView } from './plugin.ts';

/** A term of affinity between pods, ready to be compared with other pods. */
export interface AffinityTerm {
  readonly topologyKey: string;
  readonly namespaces: readonly string[];
  /** Absent: no namespace beside those named. */
  readonly namespaceSelector: Selector | undefined;
  /** Absent: the term is about no pod. */
  readonly selector: Selector | undefined;
  /** 1 for a required term. */
  readonly weight: number;
  /** Stands for namespaces and selector, to remember counts by. */
  readonly id: string;
}

/** All terms of a pod. */
export interface AffinityTerms {
  readonly affinity: readonly AffinityTerm[];
  readonly antiAffinity: readonly AffinityTerm[];
  readonly preferred: readonly AffinityTerm[];
  readonly preferredAnti: readonly AffinityTerm[];
}

const NO_TERMS: AffinityTerms = { affinity: [], antiAffinity: [], preferred: [], preferredAnti: [] };
const HARD = 'requiredDuringSchedulingIgnoredDuringExecution';
const SOFT = 'preferredDuringSchedulingIgnoredDuringExecution';
const known = new WeakMap<Affinity, Map<string, AffinityTerms>>();

/** The terms of a pod, parsed once. Upstream: `framework.NewPodInfo`. */
export function affinityTermsOf({ metadata, spec: { affinity } }: Pod): AffinityTerms {
  if (affinity?.podAffinity === undefined && affinity?.podAntiAffinity === undefined) return NO_TERMS;
  const { namespace = '' } = metadata;
  let byNamespace = known.get(affinity);
  if (byNamespace === undefined) {
    byNamespace = new Map();
    known.set(affinity, byNamespace);
  }
  let terms = byNamespace.get(namespace);
  if (terms === undefined) {
    const { podAffinity: near, podAntiAffinity: away } = affinity;
    const hard = (list: readonly PodAffinityTerm[] = []) => list.map((term) => parse(term, 1, namespace));
    const soft = (list: NonNullable<typeof near>[typeof SOFT] = []) =>
      list.map(({ weight, podAffinityTerm }) => parse(podAffinityTerm, weight, namespace));
    terms = {
      affinity: hard(near?.[HARD]),
      antiAffinity: hard(away?.[HARD]),
      preferred: soft(near?.[SOFT]),
      preferredAnti: soft(away?.[SOFT]),
    };
    byNamespace.set(namespace, terms);
  }
  return terms;
}

/** The term with the namespaces that its selector finds now written out; one that takes all of them stays as it is. */
export function withNamespaces(term: AffinityTerm, view: ClusterView): AffinityTerm {
  const { namespaceSelector } = term;
  if (namespaceSelector === undefined || namespaceSelector.length === 0) return term;
  const found = [...view.cached('namespaces').values()].filter((one) =>
    matchesSelector(namespaceSelector, labelsOf(one)),
  );
  const namespaces = [...new Set([...term.namespaces, ...found.map(({ metadata }) => metadata.name)])].sort();
  return identified({ ...term, namespaces, namespaceSelector: undefined });
}

/** The labels of a pod's namespace, for terms of other pods that select by them. */
export function namespaceLabels(pod: Pod, view: ClusterView): Labels | undefined {
  const found = view.cached('namespaces').get(pod.metadata.namespace ?? '');
  return found && labelsOf(found);
}

/** Whether a term is about a pod; `labels` are those of the pod's namespace, where the term may select by them. */
export function isAbout(term: AffinityTerm, { metadata }: Pod, labels: Labels | undefined): boolean {
  const { selector, namespaces, namespaceSelector } = term;
  if (selector === undefined) return false;
  const isThere =
    namespaces.includes(metadata.namespace ?? '') ||
    (namespaceSelector !== undefined && matchesSelector(namespaceSelector, labels));
  return isThere && matchesSelector(selector, metadata.labels);
}

/** Whether all of these terms are about a pod; none are about none. */
export function areAllAbout(terms: readonly AffinityTerm[], pod: Pod): boolean {
  return terms.length > 0 && terms.every((term) => isAbout(term, pod, undefined));
}

function labelsOf({ metadata }: KubeObject): Labels | undefined {
  return metadata.labels;
}

function parse(term: PodAffinityTerm, weight: number, namespace: string): AffinityTerm {
  const { topologyKey, labelSelector, namespaces = [], namespaceSelector } = term;
  const isOwn = namespaces.length === 0 && namespaceSelector === undefined;
  return identified({
    topologyKey,
    namespaces: isOwn ? [namespace] : namespaces,
    namespaceSelector: namespaceSelector && fromLabelSelector(namespaceSelector),
    selector: labelSelector && fromLabelSelector(labelSelector),
    weight,
  });
}

function identified(term: Omit<AffinityTerm, 'id'>): AffinityTerm {
  const { namespaces, namespaceSelector, selector } = term;
  const where = namespaceSelector === undefined ? namespaces.join(',') : `${namespaces.join(',')} or any`;
  return { ...term, id: `${where} ${selector === undefined ? 'nobody' : formatSelector(selector)}` };
}
