import { labelKeyErrors } from '../formats.ts';
import type { FieldError } from '../resource.ts';
import {
  type Errors,
  forbiddenField,
  invalidEach,
  invalidValue,
  notSupported,
  oneOf,
  required,
  subdomainName,
  validateLabelSelector,
  validateMeta,
} from '../validate.ts';
import type { AdmissionPolicy, MatchResources, Named, PolicyBinding, ResourceRule, Validation } from './policy.ts';
import { readExpression } from './rules.ts';

/** What expressions of a policy may name. */
export const POLICY_VARIABLES: readonly string[] = [
  'object',
  'oldObject',
  'request',
  'namespaceObject',
  'params',
  'variables',
];

/** Follows pkg/apis/admissionregistration/validation/validation.go; leaves out the costs and types of expressions. */
export function policyErrors({ metadata, spec }: AdmissionPolicy): Errors {
  const { matchConstraints, matchConditions = [], variables = [], validations = [], auditAnnotations = [] } = spec;
  const { paramKind, failurePolicy } = spec;
  const errors: FieldError[] = [...validateMeta(metadata, false, subdomainName)];
  errors.push(...oneOf('spec.failurePolicy', failurePolicy, ['Fail', 'Ignore']));
  if (paramKind !== undefined && !paramKind.apiVersion) errors.push(required('spec.paramKind.apiVersion'));
  if (paramKind !== undefined && !paramKind.kind) errors.push(required('spec.paramKind.kind'));
  if (matchConstraints === undefined) errors.push(required('spec.matchConstraints'));
  else {
    errors.push(...matchErrors(matchConstraints, 'spec.matchConstraints'));
    if ((matchConstraints.resourceRules ?? []).length === 0)
      errors.push(required('spec.matchConstraints.resourceRules'));
  }
  errors.push(...matchConditions.flatMap((one, index) => namedErrors(one, `spec.matchConditions[${index}]`, 'bool')));
  errors.push(...variables.flatMap((one, index) => namedErrors(one, `spec.variables[${index}]`, 'any')));
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    errors.push(required('spec.validations', why), required('spec.auditAnnotations', why));
  }
  return [...errors, ...validations.flatMap((one, index) => validationErrors(one, `spec.validations[${index}]`))];
}

/** What is known and not done here. */
export function policyRefusals({ spec }: AdmissionPolicy): Errors {
  const { auditAnnotations = [], validations = [] } = spec;
  const asksAuthorizer = validations.some(({ expression = '' }) => /\bauthorizer\b/.test(expression));
  return [
    ...(auditAnnotations.length > 0
      ? [
          forbiddenField(
            'spec.auditAnnotations',
            "Audit annotations are not modelled by this course's simulator; use the action Audit of a binding",
          ),
        ]
      : []),
    ...(asksAuthorizer
      ? [
          forbiddenField(
            'spec.validations',
            "The variable authorizer is not modelled by this course's simulator; use RBAC",
          ),
        ]
      : []),
  ];
}

const REASONS: readonly string[] = ['Forbidden', 'Invalid', 'RequestEntityTooLarge', 'Unauthorized'];

function validationErrors(
  { expression = '', message = '', messageExpression = '', reason }: Validation,
  field: string,
): Errors {
  const errors: FieldError[] = [];
  if (expression.trim() === '') errors.push(required(`${field}.expression`, 'expression is not specified'));
  else errors.push(...expressionErrors(expression, 'bool', `${field}.expression`));
  if (messageExpression !== '') {
    errors.push(...expressionErrors(messageExpression, 'string', `${field}.messageExpression`));
  }
  if (message.trim().includes('\n')) {
    errors.push(invalidValue(`${field}.message`, message, 'message must not contain line breaks'));
  } else if (message.trim() === '' && expression.trim().includes('\n')) {
    errors.push(required(`${field}.message`, 'message must be specified if expression contains line breaks'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) errors.push(notSupported(`${field}.reason`, reason, REASONS));
  return errors;
}

function expressionErrors(text: string, gives: 'bool' | 'string' | 'any', field: string): Errors {
  const read = readExpression(text, POLICY_VARIABLES, gives);
  return typeof read === 'string' ? [invalidValue(field, text, `compilation failed: ${read}`)] : [];
}

function namedErrors({ name = '', expression = '' }: Named, field: string, gives: 'bool' | 'any'): Errors {
  const isVariable = gives === 'any';
  const wrong = isVariable
    ? /^[A-Za-z_]\w*$/.test(name)
      ? []
      : ['name is not a valid CEL identifier']
    : labelKeyErrors(name);
  return [
    ...(name === ''
      ? [required(`${field}.name`, isVariable ? 'name is not specified' : '')]
      : invalidEach(`${field}.name`, name, wrong)),
    ...(expression.trim() === ''
      ? [required(`${field}.expression`, isVariable ? 'expression is not specified' : '')]
      : expressionErrors(expression, gives, `${field}.expression`)),
  ];
}

function matchErrors(match: MatchResources, field: string): Errors {
  const { resourceRules = [], excludeResourceRules = [], namespaceSelector, objectSelector, matchPolicy } = match;
  return [
    ...oneOf(`${field}.matchPolicy`, matchPolicy, ['Equivalent', 'Exact']),
    ...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`),
    ...validateLabelSelector(objectSelector, `${field}.objectSelector`),
    ...resourceRules.flatMap((rule, index) => ruleErrors(rule, `${field}.resourceRules[${index}]`)),
    ...excludeResourceRules.flatMap((rule, index) => ruleErrors(rule, `${field}.excludeResourceRules[${index}]`)),
  ];
}

const OPERATIONS: readonly string[] = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

function ruleErrors(
  { operations = [], apiGroups = [], apiVersions = [], resources = [], scope }: ResourceRule,
  field: string,
): Errors {
  const list = (name: string, values: readonly string[]): Errors => {
    if (values.length === 0) return [required(`${field}.${name}`)];
    const isMixed = values.includes('*') && values.length > 1;
    return isMixed
      ? [invalidValue(`${field}.${name}`, values, `if '*' is present, must not specify other ${NAMES[name]}`)]
      : [];
  };
  return [
    ...list('operations', operations),
    ...operations.flatMap((one, index) =>
      OPERATIONS.includes(one) ? [] : [notSupported(`${field}.operations[${index}]`, one, OPERATIONS)],
    ),
    ...list('apiGroups', apiGroups),
    ...list('apiVersions', apiVersions),
    ...(resources.length === 0 ? [required(`${field}.resources`)] : []),
    ...oneOf(`${field}.scope`, scope, ['*', 'Cluster', 'Namespaced']),
  ];
}

const NAMES: Readonly<Record<string, string>> = {
  operations: 'operations',
  apiGroups: 'API groups',
  apiVersions: 'API versions',
};

const ACTIONS: readonly string[] = ['Audit', 'Deny', 'Warn'];

/** Follows the same file's `validateValidatingAdmissionPolicyBindingSpec`. */
export function bindingErrors({ metadata, spec }: PolicyBinding): Errors {
  const { policyName = '', paramRef, matchResources, validationActions = [] } = spec;
  const errors: FieldError[] = [...validateMeta(metadata, false, subdomainName)];
  if (policyName === '') errors.push(required('spec.policyName'));
  else errors.push(...invalidEach('spec.policyName', policyName, subdomainName(policyName)));
  if (paramRef !== undefined) {
    const { name, selector, parameterNotFoundAction } = paramRef;
    const one = 'one of name or selector must be specified';
    if (name === undefined && selector === undefined) errors.push(required('spec.paramRef', one));
    if (name !== undefined && selector !== undefined) {
      errors.push(forbiddenField('spec.paramRef.name', 'name and selector are mutually exclusive'));
    }
    errors.push(...oneOf('spec.paramRef.parameterNotFoundAction', parameterNotFoundAction, ['Deny', 'Allow']));
  }
  if (matchResources !== undefined) errors.push(...matchErrors(matchResources, 'spec.matchResources'));
  if (validationActions.length === 0)
    errors.push(required('spec.validationActions', 'at least one validation action is required'));
  for (const [index, action] of validationActions.entries()) {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`spec.validationActions[${index}]`, action, ACTIONS));
  }
  if (validationActions.includes('Deny') && validationActions.includes('Warn')) {
    errors.push(
      invalidValue(
        'spec.validationActions',
        validationActions,
        'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
      ),
    );
  }
  return errors;
}
