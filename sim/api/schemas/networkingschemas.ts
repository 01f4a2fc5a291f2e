import { podSchemas } from './podschemas.ts';
import { readSchemas } from './schema.ts';

/** Policies, ingresses and their classes; field names are upstream's, v1.36. */
export const networkingSchemas = readSchemas(
  `
NetworkPolicy kind apiVersion metadata:ObjectMeta spec:NetworkPolicySpec
NetworkPolicySpec podSelector:LabelSelector ingress:[]NetworkPolicyIngressRule egress:[]NetworkPolicyEgressRule
  policyTypes:[]
NetworkPolicyIngressRule ports:[]NetworkPolicyPort from:[]NetworkPolicyPeer
NetworkPolicyEgressRule ports:[]NetworkPolicyPort to:[]NetworkPolicyPeer
NetworkPolicyPort protocol port:x endPort:i
NetworkPolicyPeer podSelector:LabelSelector namespaceSelector:LabelSelector ipBlock:IPBlock
IPBlock cidr! except:[]
Ingress kind apiVersion metadata:ObjectMeta spec:IngressSpec status:IngressStatus
IngressSpec ingressClassName defaultBackend:IngressBackend tls:[]IngressTLS rules:[]IngressRule
IngressBackend service:IngressServiceBackend resource:TypedLocalObjectReference
IngressServiceBackend name! port:ServiceBackendPort
ServiceBackendPort name number:i
IngressTLS hosts:[] secretName
IngressRule host http:HTTPIngressRuleValue
HTTPIngressRuleValue paths!:[]HTTPIngressPath
HTTPIngressPath path pathType! backend!:IngressBackend
IngressStatus loadBalancer:IngressLoadBalancerStatus
IngressLoadBalancerStatus ingress:[]IngressLoadBalancerIngress
IngressLoadBalancerIngress ip hostname ports:[]IngressPortStatus
IngressPortStatus port!:i protocol! error
IngressClass kind apiVersion metadata:ObjectMeta spec:IngressClassSpec
IngressClassSpec controller parameters:IngressClassParametersReference
IngressClassParametersReference apiGroup kind! name! scope namespace
`,
  podSchemas,
);
