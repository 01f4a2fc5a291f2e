/** Why a line of the real kubectl is not here, and what comes nearest. */
interface Refusal {
  readonly why: string;
  /** A line to type instead. */
  readonly instead?: string;
}

const NO_INPUT = 'programs here read no input';

/** The beginnings of such lines. */
const REFUSED: Readonly<Record<string, Refusal>> = {
  'apply edit-last-applied': { why: 'it changes only an annotation', instead: 'kubectl edit TYPE NAME' },
  'apply set-last-applied': { why: 'it changes only an annotation', instead: 'kubectl apply -f FILE' },
  attach: { why: NO_INPUT, instead: 'kubectl logs POD' },
  'auth reconcile': { why: 'rules are only made and changed as other objects are', instead: 'kubectl apply -f FILE' },
  certificate: { why: 'the API server here serves no CertificateSigningRequests' },
  'cluster-info dump': { why: 'it would print each object there is', instead: 'kubectl get all -A -o yaml' },
  completion: { why: 'this terminal is no shell' },
  'config delete-cluster': { why: 'there is only this cluster' },
  'config set-cluster': { why: 'there is only this cluster' },
  cp: {
    why: 'containers here have no tar, and no files but those of their volumes',
    instead: 'kubectl exec POD -- cat FILE',
  },
  'create secret tls': { why: 'nobody here has a key pair', instead: 'kubectl create secret generic' },
  debug: {
    why: 'there are no ephemeral containers, and programs here read no input',
    instead: 'kubectl describe pod POD, kubectl logs POD, or kubectl exec POD -- COMMAND',
  },
  kustomize: { why: 'there is one folder, and no kustomization is read', instead: 'kubectl apply -f FILE' },
  options: { why: 'each command lists its own', instead: 'kubectl COMMAND --help' },
  plugin: { why: 'this terminal finds no other programs' },
  'port-forward': {
    why: 'nothing on this machine would use the port: no browser and no curl is here',
    instead: 'kubectl exec POD -- wget -qO- http://SERVICE, from a pod of the cluster',
  },
  proxy: { why: 'nothing on this machine would use the port', instead: 'kubectl get --raw PATH' },
};

/** The commands of the real kubectl that are not here. */
export const refused: readonly string[] = Object.keys(REFUSED);

/** The refusal of such a line, or undefined when it is none. `words` begin with the verb. */
export function refusalOf(words: readonly string[]): readonly string[] | undefined {
  const name = refused.find((text) => text.split(' ').every((word, index) => words[index] === word));
  const refusal = name === undefined ? undefined : REFUSED[name];
  if (refusal === undefined) return undefined;
  const { why, instead } = refusal;
  return [
    `kubectl ${name} is not in this simulator: ${why}.`,
    ...(instead ? [`The nearest thing here: ${instead}`] : []),
  ];
}
