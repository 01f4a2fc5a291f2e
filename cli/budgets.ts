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
  awakeJs: 49.6,
  /** The same where the stage shows a fleet: its chart is drawn on a canvas (measured). */
  awakeFleetJs: 53.9,
  /** The same on the page of a lab, whose editor, tests and process are on the page too (measured). */
  awakeLabJs: 53.8,
  /** The same on the playground, whose files, form and library are on the page too (measured). */
  awakePlaygroundJs: 55,
  /** The same on the page of a lab once its editor has the focus and a program was compiled (measured). */
  labJs: 330,
  /** The full editor of a lab, loaded when its text area is focused. */
  editor: 150,
  /** The thread that compiles the reader's program, loaded with the first test. */
  compiler: 85,
  /** The simulation thread without the chunks below: the simulator alone. */
  worker: 201.3,
  /** Kinds and control loops beside the base, loaded with the simulator. */
  kinds: 113.4,
  /** The process of kube-proxy, which kinds and the lab share. */
  kubeproxy: 2.3,
  /** Dates in words, which kinds and kubectl share. */
  longtime: 1,
  /** kubectl, loaded with the first command. */
  kubectl: 64,
  /** The YAML parser and the reader of manifests, loaded with the first file. */
  yaml: 33,
  /** The work of `kubectl diff` and `edit`, loaded with the first line that names it, or before the list of changes. */
  editing: 6.7,
  /** Where the thread asks for kubectl and for what few lines need. */
  typing: 1,
  /** What applying a file would change, loaded when somebody asks. */
  changes: 2,
  /** Several API servers behind one address, loaded with the first scenario that has them. */
  replicas: 3,
  /** etcdctl and etcdutl, loaded with the first line that names one. */
  etcdctl: 11,
  /** What makes a member's disk from a snapshot, which etcdctl and the lab share. */
  restore: 1,
  /** The library of CEL, which goals and kinds of one's own share; what goals do with it. */
  celints: 24,
  cel: 2,
  /** Kinds and admission policies of one's own, loaded with a scenario that has them. */
  extensions: 18.5,
  /** What clients hear of such kinds, which kubectl and the control loops share. */
  discovery: 1.2,
  /** The chains of causes, loaded with the first Why?. */
  why: 10,
  /** The fold of the Timeline view, loaded when it is first opened. */
  timeline: 5,
  /** The tables behind the scheduler's decisions, loaded when they are opened. */
  explain: 6,
  /** The inside of components and nodes, loaded when one is opened. */
  inside: 17.4,
  /** What stands for the reader's program in the cluster; and, as chunks of their own, the tests of each lab. */
  lab: 5.2,
  /** Where the tests and the cluster of each lab are found. */
  labs: 1,
  /** The cluster of one lab. */
  scenario: 1,
  /** What runs a test of a lab in a cluster of its own. */
  trial: 4,
  /** Running two futures and telling them apart, loaded with the first. */
  futures: 3,
  /** Telling two clusters apart, which futures and help for the stuck share. */
  differences: 2,
  /** The solved cluster beside the reader's, loaded when somebody is stuck. */
  stuck: 2,
  /** The way of a request through rules and wires, loaded when one is followed. */
  follow: 3,
  /** The latest records with a pattern for each, loaded when a lesson is recorded. */
  records: 2,
  /** Going to a shared moment, loaded when one is asked for. */
  visit: 2,
  /** The reader of scenario files, with the schema of their YAML: loaded by the playground. */
  ownscenario: 32,
} as const;

/** What the project wants where it allows itself more; printed beside the measure, so that nobody forgets. */
export const wishesKb: Readonly<Partial<Record<keyof typeof budgetsKb, number>>> = { worker: 60, awakeJs: 45 };
