import type { PodTemplateSpec } from '../api/kinds/pod.ts';
import type { Condition, JsonObject, KubeObject, Labels, ObjectMeta } from '../api/meta.ts';
import type { HttpRequest } from '../protocol/http.ts';

/** Lines of a description; cells end with tabs and are aligned when all is written. */
export type Lines = readonly string[];

/** The answers to a describer's requests: bodies, null for those that failed. */
export type Answers = readonly (JsonObject | null)[];

/** How one kind is described: what else is read, and the text made of it all. */
export interface Describer<O extends KubeObject = KubeObject> {
  readonly kind: string;
  /** Requests beside the object's own, in order. Failures of these are not errors. */
  related(object: O): readonly HttpRequest[];
  /** Which of the answers are lists of the object's events. */
  lines(object: O, answers: Answers, nowMs: number): Lines;
}

/** What kubectl lends to describers that come with a pack, so that neither's chunk holds the other's code. */
export interface DescribeTools {
  define<O extends KubeObject>(describer: Describer<O>): Describer;
  list(path: string, query: Readonly<Record<string, string>>): HttpRequest;
  items<T = KubeObject>(answer: JsonObject | null | undefined): readonly T[];
  /** The request for an object's events, and the section that they make. */
  eventsRequest(object: KubeObject): HttpRequest;
  eventLines(answer: JsonObject | null | undefined, nowMs: number): Lines;
  /** Name and namespace; labels and annotations; each of them alone. */
  head(metadata: ObjectMeta): Lines;
  metaLines(metadata: ObjectMeta): Lines;
  labelLines(title: string, labels: Labels | undefined): Lines;
  annotationLines(title: string, annotations: Labels | undefined): Lines;
  labelsText(labels: Labels | undefined): string;
  /** The template of a workload, and how its conditions stand. */
  templateLines(template: PodTemplateSpec | undefined): Lines;
  conditionLines(conditions: readonly Condition[] | undefined): Lines;
  longTime(time: string | null | undefined): string;
  /** Where a volume's bytes are. */
  volumeSource(volume: JsonObject): Lines;
  /** Who answers behind a port of a Service. */
  endpointsText(slices: JsonObject | null | undefined, port: string): string;
  since(time: string | null | undefined, nowMs: number): string;
}

/** Describers of a pack's kinds. */
export type Describers = (tools: DescribeTools) => readonly Describer[];

const added: Describers[] = [];

/** The describers of a pack, before the first description. Adding them again changes nothing. */
export function addDescribers(more: readonly Describers[]): void {
  added.push(...more.filter((describers) => !added.includes(describers)));
}

/** All that packs have added. */
export function addedDescribers(tools: DescribeTools): readonly Describer[] {
  return added.flatMap((describers) => describers(tools));
}
