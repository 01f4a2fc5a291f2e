import { metaSchemas } from './metaschemas.ts';
import { readSchemas } from './schema.ts';

/** Secrets, roles, bindings, and the reviews that ask about them; field names and merge keys are upstream's, v1.36. */
export const accessSchemas = readSchemas(
  `
Secret kind apiVersion metadata:ObjectMeta immutable:b data:{}y stringData:{} type
PolicyRule verbs!:[] apiGroups:[] resources:[] resourceNames:[] nonResourceURLs:[]
Subject kind! apiGroup name! namespace
RoleRef apiGroup! kind! name!
AggregationRule clusterRoleSelectors:[]LabelSelector
Role kind apiVersion metadata:ObjectMeta rules:[]PolicyRule
ClusterRole kind apiVersion metadata:ObjectMeta rules:[]PolicyRule aggregationRule:AggregationRule
RoleBinding kind apiVersion metadata:ObjectMeta subjects:[]Subject roleRef!:RoleRef
ClusterRoleBinding kind apiVersion metadata:ObjectMeta subjects:[]Subject roleRef!:RoleRef
FieldSelectorRequirement key! operator! values:[]
FieldSelectorAttributes rawSelector requirements:[]FieldSelectorRequirement
LabelSelectorAttributes rawSelector requirements:[]LabelSelectorRequirement
ResourceAttributes namespace verb group version resource subresource name fieldSelector:FieldSelectorAttributes
  labelSelector:LabelSelectorAttributes
NonResourceAttributes path verb
SubjectAccessReviewStatus allowed!:b denied:b reason evaluationError
SelfSubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes
SelfSubjectAccessReview kind apiVersion metadata:ObjectMeta spec!:SelfSubjectAccessReviewSpec
  status:SubjectAccessReviewStatus
SubjectAccessReviewSpec resourceAttributes:ResourceAttributes nonResourceAttributes:NonResourceAttributes user groups:[]
  extra:{}[] uid
SubjectAccessReview kind apiVersion metadata:ObjectMeta spec!:SubjectAccessReviewSpec status:SubjectAccessReviewStatus
LocalSubjectAccessReview kind apiVersion metadata:ObjectMeta spec!:SubjectAccessReviewSpec
  status:SubjectAccessReviewStatus
SelfSubjectRulesReviewSpec namespace
ResourceRule verbs!:[] apiGroups:[] resources:[] resourceNames:[]
NonResourceRule verbs!:[] nonResourceURLs:[]
SubjectRulesReviewStatus resourceRules!:[]ResourceRule nonResourceRules!:[]NonResourceRule incomplete!:b evaluationError
SelfSubjectRulesReview kind apiVersion metadata:ObjectMeta spec!:SelfSubjectRulesReviewSpec
  status:SubjectRulesReviewStatus
UserInfo username uid groups:[] extra:{}[]
SelfSubjectReviewStatus userInfo:UserInfo
SelfSubjectReview kind apiVersion metadata:ObjectMeta status:SelfSubjectReviewStatus
TokenReviewSpec token audiences:[]
TokenReviewStatus authenticated:b user:UserInfo audiences:[] error
TokenReview kind apiVersion metadata:ObjectMeta spec!:TokenReviewSpec status:TokenReviewStatus
BoundObjectReference kind apiVersion name uid
TokenRequestSpec audiences!:[] expirationSeconds:l boundObjectRef:BoundObjectReference
TokenRequestStatus token! expirationTimestamp!:t
TokenRequest kind apiVersion metadata:ObjectMeta spec!:TokenRequestSpec status:TokenRequestStatus
`,
  metaSchemas,
);
