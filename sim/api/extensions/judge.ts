import type { JsonObject, JsonValue, KubeObject } from '../meta.ts';
import { fromLabelSelector, matchesSelector } from '../selector.ts';
import type { AdmissionPolicy, MatchResources, ResourceRule, Validation } from './policy.ts';
import { POLICY_VARIABLES } from './policyerrors.ts';
import { type Evaluated, readExpression } from './rules.ts';

/** A request as policies see it. */
export interface Judged {
  readonly operation: string;
  readonly group: string;
  readonly version: string;
  /** `pods`, and `status` or '' */
  readonly plural: string;
  readonly subresource: string;
  readonly name: string;
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
  /** The namespace that the object is in, or is; undefined for what is in none. */
  readonly namespace: KubeObject | undefined;
  readonly isNamespaced: boolean;
  /** The variable `request`. */
  readonly request: JsonObject;
}

/** A validation that is not met, or could not be asked. */
export interface Violation {
  readonly message: string;
  readonly reason: string;
}

/** Whether a request is meant. Follows apiserver/pkg/admission/plugin/policy/matching and predicates/rules. */
export function isMeant(match: MatchResources, judged: Judged): boolean {
  const { resourceRules = [], excludeResourceRules = [], namespaceSelector = {}, objectSelector = {} } = match;
  const { namespace, object, old } = judged;
  if (namespace !== undefined && !matchesSelector(fromLabelSelector(namespaceSelector), namespace.metadata.labels))
    return false;
  const isChosen = [object, old].some(
    (one) => one !== undefined && matchesSelector(fromLabelSelector(objectSelector), one.metadata.labels),
  );
  if (!isChosen || excludeResourceRules.some((rule) => fits(rule, judged))) return false;
  return resourceRules.length === 0 || resourceRules.some((rule) => fits(rule, judged));
}

function fits(rule: ResourceRule, judged: Judged): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [], scope = '*' } = rule;
  const has = (list: readonly string[], value: string) => list.includes('*') || list.includes(value);
  const isInScope = scope === '*' || (scope === 'Namespaced') === judged.isNamespaced;
  return (
    isInScope &&
    has(operations, judged.operation) &&
    has(apiGroups, judged.group) &&
    has(apiVersions, judged.version) &&
    (resourceNames.length === 0 || resourceNames.includes(judged.name)) &&
    resources.some((resource) => isResource(resource, judged))
  );
}

/** `pods`, `pods/status`, `pods/*`, `*`, `*` with a subresource. */
function isResource(text: string, { plural, subresource }: Judged): boolean {
  const [wanted = '', below = ''] = text.split('/');
  return (wanted === '*' || wanted === plural) && (below === '*' || below === subresource);
}

/**
 * What a policy finds wrong, validation by validation. Follows apiserver/pkg/admission/plugin/policy/validating
 * (validator.go): an expression without a value counts as violated unless the failurePolicy is Ignore.
 */
export function violations(policy: AdmissionPolicy, judged: Judged, params: JsonValue): readonly Violation[] {
  const { matchConditions = [], validations = [], variables = [], failurePolicy } = policy.spec;
  const isLenient = failurePolicy === 'Ignore';
  const { object = null, old = null, namespace, request, isNamespaced } = judged;
  const fixed = { object, oldObject: old, request, params, namespaceObject: isNamespaced ? (namespace ?? null) : null };
  const scope = withVariables(fixed as JsonObject, variables);
  for (const { name = '', expression = '' } of matchConditions) {
    const asked = evaluate(expression, 'bool', scope);
    if ('error' in asked)
      return isLenient ? [] : [failed(`matchCondition '${name}' resulted in error: ${asked.error}`)];
    if (asked.value !== true) return [];
  }
  return validations.flatMap((validation): readonly Violation[] => {
    const { expression = '', reason = 'Invalid' } = validation;
    const asked = evaluate(expression, 'bool', scope);
    if ('error' in asked) {
      return isLenient ? [] : [failed(`expression '${expression}' resulted in error: ${asked.error}`)];
    }
    return asked.value === true ? [] : [{ message: messageOf(validation, scope), reason }];
  });
}

function failed(message: string): Violation {
  return { message, reason: 'Invalid' };
}

/** What an expression may name, and why a variable that has no value has none. */
interface Scope {
  readonly values: JsonObject;
  readonly valueless: ReadonlyMap<string, string>;
}

/** `variables.NAME`, each with those before it. One that has no value is not there. */
function withVariables(fixed: JsonObject, list: AdmissionPolicy['spec']['variables']): Scope {
  let variables: JsonObject = {};
  const valueless = new Map<string, string>();
  for (const { name = '', expression = '' } of list ?? []) {
    const found = evaluate(expression, 'any', { values: { ...fixed, variables }, valueless });
    if ('value' in found) variables = { ...variables, [name]: found.value as JsonValue };
    else valueless.set(name, found.error);
  }
  return { values: { ...fixed, variables }, valueless };
}

function messageOf({ expression = '', message = '', messageExpression = '' }: Validation, scope: Scope): string {
  if (messageExpression !== '') {
    const found = evaluate(messageExpression, 'string', scope);
    const text = 'value' in found && typeof found.value === 'string' ? found.value.trim() : '';
    if (text !== '' && !text.includes('\n')) return text;
  }
  return message.trim() || `failed expression: ${expression.trim()}`;
}

function evaluate(text: string, gives: 'bool' | 'string' | 'any', { values, valueless }: Scope): Evaluated {
  const read = readExpression(text, POLICY_VARIABLES, gives);
  if (typeof read === 'string') return { error: read };
  const found = read.evaluate(values);
  if ('value' in found || valueless.size === 0) return found;
  // As upstream, where a variable is evaluated when it is first named (plugin/cel/composition.go).
  const named = [...valueless].find(([name]) => found.error.endsWith(`key: ${name}`) && text.includes(`.${name}`));
  return named === undefined ? found : { error: `composited variable "${named[0]}" fails to evaluate: ${named[1]}` };
}
