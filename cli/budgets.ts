/**
 * What a page may weigh, gzipped, in kB (1,000 bytes). The browser tests measure those marked "measured". The last
 * three are ratchets: a little above the measure, to be lowered whenever it falls. Why the simulator is heavier than
 * wished is told in `docs/decisions/0005-worker-size.md`.
 */
export const budgetsKb = {
  /** HTML of one page, with every drawing made at build. */
  html: 40,
  css: 15.5,
  /** Fonts preloaded by the page. */
  fonts: 52,
  /** JavaScript of a page after 5 s without input (measured; here: what the HTML asks for). */
  idleJs: 6,
  /** JavaScript of the main thread once the stage is awake and a part's card has been shown (measured). */
  awakeJs: 49.7,
  /** The same where the stage shows a fleet: its chart is drawn on a canvas (measured). */
  awakeFleetJs: 54.1,
  /** The same on the page of a lab, whose editor, tests and process are on the page too (measured). */
  awakeLabJs: 53.9,
  /** The same on the playground, whose files, form and library are on the page too (measured). */
  awakePlaygroundJs: 55.2,
  /** The same on the page of a lab once its editor has the focus and a program was compiled (measured). */
  labJs: 330,
  /** The full editor of a lab, loaded when its text area is focused. */
  editor: 150,
  /** The thread that compiles the reader's program, loaded with the first test. */
  compiler: 85,
  /** The simulation thread without the chunks and packs below: what it starts with. */
  worker: 55.2,
  /** What kubectl leaves outside its pack, loaded with the first command. */
  terminal: 11.2,
  /** Where it is made known. */
  kubectl: 1,
  /** The YAML parser and the reader of manifests, loaded with the first file. */
  yaml: 33,
  /** Where the work of `kubectl diff` and `edit` is made known. */
  editing: 1,
  /** Where the thread asks for kubectl and for what few lines need. */
  typing: 1,
  /** What applying a file would change, loaded when somebody asks. */
  changes: 2,
  /** Several API servers behind one address, loaded with the first scenario that has them. */
  replicas: 3,
  /** Where etcdctl and etcdutl are made known. */
  etcdctl: 1,
  /** The library of CEL, which goals and kinds of one's own share; what goals do with it. */
  celints: 24,
  cel: 2,
  /** Where kinds and admission policies of one's own are made known, for a scenario that has them. */
  extensions: 1,
  /** The chains of causes, loaded with the first Why?. */
  why: 10,
  /** The fold of the Timeline view, loaded when it is first opened. */
  timeline: 5,
  /** The tables behind the scheduler's decisions, loaded when they are opened. */
  explain: 6,
  /** The inside of components and nodes, loaded when one is opened. */
  inside: 17.6,
  /** The tests of one lab; and where the process of a lab is made known. */
  lab: 2.5,
  /** Where the tests and the cluster of each lab are found. */
  labs: 1,
  /** The cluster of one lab. */
  scenario: 1,
  /** What runs a test of a lab in a cluster of its own. */
  trial: 4,
  /** Running two futures and telling them apart, loaded with the first. */
  futures: 3,
  /** The solved cluster beside the reader's, loaded when somebody is stuck. */
  stuck: 2,
  /** The way of a request through rules and wires, loaded when one is followed. */
  follow: 3,
  /** The latest records with a pattern for each, loaded when a lesson is recorded. */
  records: 2,
  /** Going to a shared moment, loaded when one is asked for. */
  visit: 2,
  /** What the bundler adds to files that others import from. */
  'rolldown-runtime': 0.5,
  /** The reader of scenario files, with the schema of their YAML: loaded by the playground. */
  ownscenario: 32,
} as const;

/** What the packs of the simulator may weigh, gzipped, in kB; `src/paging/packs.ts` tells what is in each. */
export const packsKb: Readonly<Record<string, number>> = {
  api: 39.3,
  etcd: 14.5,
  apiserver: 36,
  scheduler: 17.5,
  controllers: 17.6,
  kubelet: 39.5,
  view: 21.7,
  services: 15.9,
  mirroring: 1,
  deployments: 7.9,
  sets: 10.9,
  jobs: 15.6,
  autoscaling: 11.8,
  storage: 7.4,
  quota: 4,
  eviction: 5,
  network: 9.7,
  access: 2,
  cloud: 3.6,
  runtimes: 1.4,
  modes: 5.5,
  nodeparts: 4.4,
  programs: 7.9,
  member: 2.7,
  discovery: 1.5,
  extensions: 16.1,
  lab: 4.9,
  texts: 13.5,
  kubectl: 27.1,
  describe: 14.6,
  templates: 4.5,
  rollout: 4.2,
  rights: 7.2,
  visits: 9.6,
  commands: 8.9,
  editing: 10,
  etcdctl: 9.8,
};

/** What the simulation thread of a page may load in all: to open its stage, and until all on the page was done. */
export const lessonsKb: Readonly<Record<string, readonly [opened: number, played: number]>> = {
  '/': [264.5, 264.5],
  '/kubectl-apply/pod/': [293.5, 350],
  '/introduction/four-jobs/': [286, 340.5],
  '/control-plane/autoscaling/': [319, 398.5],
  '/playground/': [320.5, 320.5],
};

/** What the project wants where it allows itself more; printed beside the measure, so that nobody forgets. */
export const wishesKb: Readonly<Partial<Record<keyof typeof budgetsKb, number>>> = { worker: 60, awakeJs: 45 };
