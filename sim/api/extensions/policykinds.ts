import { ageColumn, column, nameColumn } from '../cells.ts';
import type { Kind } from '../kind.ts';
import { defineResource, type Resource } from '../resource.ts';
import { metaSchemas } from '../schemas/metaschemas.ts';
import { readSchemas, schemaOf } from '../schemas/schema.ts';
import { readTexts } from '../texts/read.ts';
import type { AdmissionPolicy, MatchResources, PolicyBinding, ResourceRule } from './policy.ts';
import { bindingErrors, policyErrors, policyRefusals } from './policyerrors.ts';

const table = readSchemas(
  `
ValidatingAdmissionPolicy kind apiVersion metadata:ObjectMeta spec:ValidatingAdmissionPolicySpec
  status:ValidatingAdmissionPolicyStatus
ValidatingAdmissionPolicySpec paramKind:ParamKind matchConstraints:MatchResources validations:[]Validation
  failurePolicy auditAnnotations:[]AuditAnnotation matchConditions:[]MatchCondition^name variables:[]Variable^name
ValidatingAdmissionPolicyStatus observedGeneration:l typeChecking:any conditions:[]Condition^type
ParamKind apiVersion kind
Validation expression! message reason messageExpression
AuditAnnotation key! valueExpression!
MatchCondition name! expression!
Variable name! expression!
MatchResources namespaceSelector:LabelSelector objectSelector:LabelSelector resourceRules:[]NamedRuleWithOperations
  excludeResourceRules:[]NamedRuleWithOperations matchPolicy
NamedRuleWithOperations resourceNames:[] operations:[] apiGroups:[] apiVersions:[] resources:[] scope
ValidatingAdmissionPolicyBinding kind apiVersion metadata:ObjectMeta spec:ValidatingAdmissionPolicyBindingSpec
ValidatingAdmissionPolicyBindingSpec policyName paramRef:ParamRef matchResources:MatchResources validationActions:[]
ParamRef name namespace selector:LabelSelector parameterNotFoundAction
`,
  metaSchemas,
);

const policyTexts = readTexts(`
ValidatingAdmissionPolicy A rule for requests that write, in the Common Expression Language. It holds where a binding
  says.
ValidatingAdmissionPolicySpec.paramKind The kind of the objects that a binding may give as parameters.
ValidatingAdmissionPolicySpec.matchConstraints Which requests are looked at.
ValidatingAdmissionPolicySpec.matchConditions Conditions that a request must meet besides, before it is judged.
ValidatingAdmissionPolicySpec.variables Names for expressions, used as variables.NAME.
ValidatingAdmissionPolicySpec.validations What must be true of the request.
ValidatingAdmissionPolicySpec.failurePolicy What happens when an expression cannot be evaluated: Fail or Ignore.
Validation.expression What must be true. It may name object, oldObject, request, params, namespaceObject and variables.
Validation.message What the writer reads when it is not.
Validation.messageExpression An expression that gives the message.
Validation.reason The reason in the answer, which decides its code; Invalid if not said.
MatchResources.resourceRules Groups, versions, resources and operations; a request must fit one of them.
MatchResources.namespaceSelector Labels of the namespace that the object is in.
`);

const bindingTexts = readTexts(`
ValidatingAdmissionPolicyBinding Where a ValidatingAdmissionPolicy holds, and what follows when it is violated.
ValidatingAdmissionPolicyBindingSpec.policyName The policy.
ValidatingAdmissionPolicyBindingSpec.paramRef The objects with its parameters.
ValidatingAdmissionPolicyBindingSpec.matchResources Narrows the requests further.
ValidatingAdmissionPolicyBindingSpec.validationActions Deny refuses, Warn tells the writer, Audit writes it down.
`);

const GROUP = {
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  namespaced: false,
  categories: ['api-extensions'],
};

/** Upstream pkg/registry/admissionregistration/validatingadmissionpolicy strategy. */
const policies = defineResource<AdmissionPolicy>({
  ...GROUP,
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  subresources: ['status'],
  schema: schemaOf(table, 'ValidatingAdmissionPolicy'),
  defaults: (policy) => {
    const { spec = {} } = policy;
    const { matchConstraints, failurePolicy = 'Fail' } = spec;
    const where = matchConstraints === undefined ? {} : { matchConstraints: matchDefaults(matchConstraints) };
    return { ...policy, spec: { ...spec, ...where, failurePolicy } };
  },
  validate: policyErrors,
  refusals: policyRefusals,
  columns: [
    nameColumn(),
    column('Validations', ({ spec }) => spec.validations?.length ?? 0, 'integer'),
    column('ParamKind', ({ spec: { paramKind } }) => {
      return paramKind === undefined ? '<unset>' : `${paramKind.apiVersion}/${paramKind.kind}`;
    }),
    ageColumn(),
  ],
});

/** Upstream pkg/registry/admissionregistration/validatingadmissionpolicybinding strategy. */
const bindings = defineResource<PolicyBinding>({
  ...GROUP,
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  schema: schemaOf(table, 'ValidatingAdmissionPolicyBinding'),
  defaults: (binding) => {
    const { matchResources } = binding.spec ?? {};
    if (matchResources === undefined) return binding;
    return { ...binding, spec: { ...binding.spec, matchResources: matchDefaults(matchResources) } };
  },
  validate: bindingErrors,
  columns: [
    nameColumn(),
    column('PolicyName', ({ spec }) => spec.policyName ?? ''),
    column('ParamRef', ({ spec: { paramRef } }) => {
      if (paramRef === undefined) return '<unset>';
      if (paramRef.name === undefined) return paramRef.selector === undefined ? '<unset>' : 'selector';
      return paramRef.namespace === undefined ? `*/${paramRef.name}` : `${paramRef.namespace}/${paramRef.name}`;
    }),
    ageColumn(),
  ],
});

function matchDefaults(match: MatchResources): MatchResources {
  const scoped = (rules: readonly ResourceRule[] | undefined) => rules?.map((rule) => ({ scope: '*', ...rule }));
  const { resourceRules, excludeResourceRules } = match;
  return {
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    ...match,
    ...(resourceRules && { resourceRules: scoped(resourceRules) ?? [] }),
    ...(excludeResourceRules && { excludeResourceRules: scoped(excludeResourceRules) ?? [] }),
  };
}

/** The kind ValidatingAdmissionPolicy, admissionregistration.k8s.io/v1. */
export const admissionPolicy: Kind = { resource: policies as unknown as Resource, texts: policyTexts, rules: [] };
/** The kind ValidatingAdmissionPolicyBinding, admissionregistration.k8s.io/v1. */
export const policyBinding: Kind = { resource: bindings as unknown as Resource, texts: bindingTexts, rules: [] };
