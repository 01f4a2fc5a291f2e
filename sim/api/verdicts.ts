import type { JsonValue, KubeObject } from './meta.ts';
import type { FieldError, LedgerEntry, Verdict } from './resource.ts';

/**
 * One rule about a field that upstream knows: modelled here, kept without effect (inert), or refused. `path` is
 * relative to the object (`spec.containers[].lifecycle`, `[]` means every item). A rule is about values that are there:
 * not absent, false or empty, and not one of `unless`; with `when`, only about those values.
 */
export interface FieldRule {
  readonly path: string;
  readonly verdict: Verdict;
  readonly note: string;
  readonly when?: readonly JsonValue[];
  readonly unless?: readonly JsonValue[];
}

/** The texts of the Warning header for fields that are kept but do nothing. */
export function warningsBy(rules: readonly FieldRule[], object: KubeObject): readonly string[] {
  return findings(rules, 'inert', object).map(
    ({ field, rule }) => `${field}: has no effect in this simulated cluster (${rule.note})`,
  );
}

/** The errors for fields whose behaviour matters and is not simulated. */
export function refusalsBy(rules: readonly FieldRule[], object: KubeObject): readonly FieldError[] {
  return findings(rules, 'refused', object).map(({ field, rule }) => ({
    type: 'Forbidden',
    field,
    detail: `not modelled in this simulated cluster: ${rule.note}`,
  }));
}

/** The rules as rows of the published list. */
export function ledgerOf(kind: string, rules: readonly FieldRule[]): readonly LedgerEntry[] {
  return rules.map(({ path, verdict, note, when }) => ({
    kind,
    field: when === undefined ? path : `${path}: ${when.join(', ')}`,
    verdict,
    note,
  }));
}

/** The same rules for an object that has such a part below `prefix` (`spec.template.`). */
export function rulesBelow(prefix: string, rules: readonly FieldRule[]): readonly FieldRule[] {
  return rules.map((rule) => ({ ...rule, path: `${prefix}${rule.path}` }));
}

interface Finding {
  readonly field: string;
  readonly rule: FieldRule;
}

function findings(rules: readonly FieldRule[], verdict: Verdict, object: KubeObject): readonly Finding[] {
  const found: Finding[] = [];
  for (const rule of rules) {
    if (rule.verdict !== verdict) continue;
    for (const { field, value } of valuesAt(object, stepsOf(rule.path), 0, '')) {
      if (isMeant(rule, value)) found.push({ field, rule });
    }
  }
  return found;
}

/** Rules are few, and looked at with every object that is written. */
function stepsOf(path: string): readonly string[] {
  const known = split.get(path) ?? path.split('.');
  split.set(path, known);
  return known;
}

const split = new Map<string, readonly string[]>();

function isMeant(rule: FieldRule, value: JsonValue): boolean {
  if (rule.when !== undefined) return rule.when.includes(value);
  if (value === undefined || value === null || value === false || value === '' || isEmpty(value, rule)) return false;
  return rule.unless === undefined || !rule.unless.includes(value);
}

/** An empty list or object says nothing, except where a struct is chosen by being there (`emptyDir: {}`). */
function isEmpty(value: JsonValue, rule: FieldRule): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).length === 0 && !rule.path.startsWith('spec.volumes') && !rule.path.includes('.volumes[]');
}

interface Place {
  readonly field: string;
  readonly value: JsonValue;
}

/** The values that the steps of a path lead to, from the step with that number on. */
function valuesAt(value: JsonValue, path: readonly string[], from: number, field: string): readonly Place[] {
  const step = path[from];
  if (step === undefined) return [{ field, value }];
  if (typeof value !== 'object' || value === null) return NOWHERE;
  const isEach = step.endsWith('[]');
  const name = isEach ? step.slice(0, -2) : step;
  const inner = (value as { readonly [name: string]: JsonValue })[name];
  if (inner === undefined) return NOWHERE;
  const at = field === '' ? name : `${field}.${name}`;
  if (!isEach) return valuesAt(inner, path, from + 1, at);
  if (!Array.isArray(inner)) return NOWHERE;
  return inner.flatMap((item: JsonValue, index) => valuesAt(item, path, from + 1, `${at}[${index}]`));
}

const NOWHERE: readonly Place[] = [];
