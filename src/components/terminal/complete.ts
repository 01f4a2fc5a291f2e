/** What can stand at the end of a line, and where its last word begins. */
export interface Completion {
  readonly from: number;
  readonly options: readonly string[];
}

/** Names that are known now, by plural, and the files of the page. */
export interface Known {
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly files: readonly string[];
}

const MOST = 8;
const VERBS: Readonly<Record<string, readonly string[]>> = {
  annotate: ['kind'],
  apply: [],
  'cluster-info': [],
  cordon: ['nodes'],
  create: ['configmap', 'deployment', 'namespace', 'service'],
  delete: ['kind'],
  describe: ['kind'],
  events: [],
  explain: ['kind'],
  expose: ['kind'],
  get: ['kind'],
  label: ['kind'],
  logs: ['pods'],
  patch: ['kind'],
  rollout: ['history', 'pause', 'restart', 'resume', 'status', 'undo'],
  run: [],
  scale: ['kind'],
  set: ['image'],
  taint: ['node'],
  uncordon: ['nodes'],
  version: [],
  wait: ['kind'],
};
const KINDS: Readonly<Record<string, string>> = {
  pods: 'pod pods po',
  nodes: 'node nodes no',
  deployments: 'deployment deployments deploy',
  replicasets: 'replicaset replicasets rs',
  services: 'service services svc',
  namespaces: 'namespace namespaces ns',
  configmaps: 'configmap configmaps cm',
  endpointslices: 'endpointslice endpointslices',
  events: 'event events ev',
  leases: 'lease leases',
};
const FLAGS = ['-f', '-l', '-n', '-o', '-w', '--all', '--dry-run=server', '--force', '--grace-period=0', '--replicas='];
const FORMATS = ['json', 'jsonpath=', 'name', 'wide', 'yaml'];

/** Completes the last word of a kubectl line. Pure; an empty last word completes only after a blank. */
export function complete(line: string, known: Known): Completion {
  const words = line.split(/\s+/).filter((word, index) => word !== '' || index > 0);
  const word = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const options = candidates(before, word, known)
    .filter((option) => option.startsWith(word) && option !== word)
    .slice(0, MOST);
  return { from: line.length - word.length, options };
}

function candidates(before: readonly string[], word: string, known: Known): readonly string[] {
  if (before.length === 0) return word === '' ? [] : ['kubectl'];
  if (before[0] !== 'kubectl') return [];
  if (before.length === 1) return Object.keys(VERBS);
  const last = before.at(-1) ?? '';
  if (last === '-f' || last === '--filename') return known.files;
  if (last === '-n' || last === '--namespace') return known.names['namespaces'] ?? [];
  if (last === '-o' || last === '--output') return FORMATS;
  if (word.startsWith('-')) return FLAGS;
  const plain = before.slice(1).filter((part) => !part.startsWith('-'));
  const [verb = '', second = '', third = ''] = plain;
  const wanted = VERBS[verb] ?? [];
  if (plain.length === 1) return wanted.flatMap((what) => first(what, word, known));
  if (verb === 'rollout' && plain.length === 2) return first('kind', word, known);
  const kind = verb === 'rollout' || verb === 'set' ? third : second;
  return kind === '' || wanted.length === 0 ? [] : namesOf(kind, known);
}

function first(what: string, word: string, known: Known): readonly string[] {
  if (what !== 'kind') return known.names[what] ?? [what];
  const slash = word.indexOf('/');
  if (slash >= 0) return namesOf(word.slice(0, slash), known).map((name) => `${word.slice(0, slash)}/${name}`);
  return Object.values(KINDS).flatMap((forms) => forms.split(' ').slice(0, 2));
}

function namesOf(kind: string, { names }: Known): readonly string[] {
  const plural = Object.entries(KINDS).find(([, forms]) => forms.split(' ').includes(kind))?.[0];
  return names[plural ?? ''] ?? [];
}
