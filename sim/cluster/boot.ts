import { addResources, pathOf, resourceNamed } from '../api/index.ts';
import type { Kind } from '../api/kind.ts';
import type { KubeObject } from '../api/meta.ts';
import { addPodParts, type PodPart } from '../api/podspec/parts.ts';
import { addPlugins } from '../apiserver/admission/index.ts';
import type { AdmissionPlugin } from '../apiserver/admission/plugin.ts';
import { type Aggregation, aggregating } from '../apiserver/aggregating.ts';
import { type Answering, answering } from '../apiserver/answering.ts';
import { apiServer } from '../apiserver/apiserver.ts';
import { EXTENSIONS, type Extending, extending } from '../apiserver/extending.ts';
import { processTokenFor } from '../apiserver/guard/token.ts';
import { addDescribers, type Describers } from '../client/describing.ts';
import type { Controller } from '../controllers/controller.ts';
import { type Discovering, discovering } from '../controllers/discovering.ts';
import { addControllers } from '../controllers/index.ts';
import { manager } from '../controllers/manager.ts';
import { addInformers } from '../controllers/requests.ts';
import { etcd } from '../etcd/etcd.ts';
import { assert } from '../kernel/assert.ts';
import { address } from '../kernel/message.ts';
import { Simulation } from '../kernel/simulation.ts';
import { Timeline, type TimelineOptions } from '../kernel/timeline.ts';
import type { TraceRecord } from '../kernel/trace.ts';
import type { Value } from '../kernel/value.ts';
import { type Actor, createWorld, enlist, type Program, READER, type World } from '../kernel/world.ts';
import { type HookRunner, hooking } from '../kubelet/hooking.ts';
import { type Housekeeper, housekeeping } from '../kubelet/housekeeping.ts';
import { type Initializer, initializing } from '../kubelet/initializing.ts';
import { kubelet } from '../kubelet/kubelet.ts';
import { type Mounter, mounting } from '../kubelet/mounting.ts';
import { type Scraping, scraping } from '../kubelet/scraping.ts';
import { type StaticPods, statics } from '../kubelet/statics.ts';
import { network } from '../net/cni.ts';
import { type Datapath, datapath } from '../net/datapath.ts';
import { RUNTIMES } from '../protocol/cri.ts';
import { etcdProcesses, isMember } from '../protocol/etcd.ts';
import { LAB_PROCESSES, type LabKind } from '../protocol/lab.ts';
import { controlPlaneIp } from '../protocol/network.ts';
import { KUBECTL } from '../protocol/terminal.ts';
import { type Computing, computing } from '../runtime/computing.ts';
import { containerd } from '../runtime/cri.ts';
import { type Dialect, dialects } from '../runtime/dialect.ts';
import { type Image, registry as images, type Missing } from '../runtime/images.ts';
import { type Meter, metering } from '../runtime/metering.ts';
import { addContainerPrograms } from '../runtime/programs/index.ts';
import type { Program as ContainerProgram } from '../runtime/programs/program.ts';
import type { Plugin } from '../scheduler/plugin.ts';
import { addSchedulerPlugins } from '../scheduler/plugins/index.ts';
import { addSchedulerInformers, scheduler } from '../scheduler/scheduler.ts';
import { type Addon, addAddons, addonsOf, objectsOfAddons } from './addons.ts';
import { addBootObjects, bootstrap } from './bootstrap.ts';
import { applyCommand, isTyped } from './commands.ts';
import { applyFault, parseFault } from './faults.ts';
import { rootCaOf } from './rootca.ts';
import type { ClusterShape, NodeShape } from './shape.ts';
import { placed } from './spreading.ts';

/** The machine of the control plane. */
export const CONTROL_PLANE = 'control-plane';

/** Every program of a cluster, by component name; packs add theirs. */
const registry: Record<string, Program> = {
  [etcd.name]: etcd,
  [apiServer.name]: apiServer,
  [scheduler.name]: scheduler,
  [manager.name]: manager,
  [bootstrap.name]: bootstrap,
  [containerd.name]: containerd,
  [network.name]: network,
  [kubelet.name]: kubelet,
};

/** More programs, from a chunk of their own. kubectl is one: it is enlisted at boot and starts with the first command. */
export function addPrograms(programs: readonly Program[]): void {
  for (const program of programs) registry[program.name] = program;
}

/** What a pack adds to every cluster; what it does not name it adds nothing to. */
export interface ClusterPack {
  readonly kinds?: readonly Kind[];
  readonly plugins?: readonly AdmissionPlugin[];
  readonly controllers?: readonly Controller[];
  /** Resources that kube-controller-manager watches for them, as `poddisruptionbudgets.policy`. */
  readonly watched?: readonly string[];
  /** What a new cluster holds because of it. */
  readonly objects?: readonly KubeObject[];
  /** Rules about parts of a pod's spec. */
  readonly podParts?: readonly PodPart[];
  /** Plugins of kube-scheduler, and resources that it watches for them. */
  readonly schedulerPlugins?: readonly Plugin[];
  readonly schedulerWatched?: readonly string[];
  /** What makes volumes ready in kubelet. */
  readonly mounter?: Mounter;
  /** What runs init containers in kubelet. */
  readonly initializer?: Initializer;
  /** What runs lifecycle hooks in kubelet. */
  readonly hooks?: HookRunner;
  /** What issues tokens of ServiceAccounts and answers reviews in the API server. */
  readonly answering?: Answering;
  /** What runs pods from files in kubelet. */
  readonly staticPods?: StaticPods;
  /** What watches over a node's memory and disk in kubelet, and what measures them in the runtime. */
  readonly housekeeper?: Housekeeper;
  readonly meter?: Meter;
  /** What tells scrapers in kubelet what pods use, and what the CPU does in the runtime. */
  readonly metrics?: Scraping;
  readonly cpu?: Computing;
  /** Runtimes beside containerd, by the name of their process. */
  readonly dialects?: Readonly<Record<string, Dialect>>;
  /** Where images come from. */
  readonly findImage?: (name: string) => Image | Missing;
  /** How other API servers join the API. */
  readonly aggregation?: Aggregation;
  /** How kinds that objects describe join the API, and how the control loops learn of them. */
  readonly extending?: Extending;
  readonly discovering?: Discovering;
  /** Programs of containers, by the name of their executable. */
  readonly containerPrograms?: Readonly<Record<string, ContainerProgram>>;
  /** How kubectl describes the kinds. */
  readonly describers?: readonly Describers[];
  readonly programs?: readonly Program[];
  /** What a node's kernel makes of rules and names. */
  readonly datapath?: Datapath;
  readonly addons?: readonly Addon[];
}

/** Extends every cluster that boots afterwards; a second time changes nothing. */
export function addPack(pack: ClusterPack): void {
  const { kinds = [], plugins = [], controllers = [], watched = [], objects = [], describers = [] } = pack;
  addResources(kinds);
  addPlugins(plugins);
  addControllers(controllers);
  addInformers(watched.flatMap((name) => resourceNamed(name) ?? []));
  addBootObjects(objects);
  addPodParts(pack.podParts ?? []);
  addSchedulerPlugins(pack.schedulerPlugins ?? []);
  const seen = (pack.schedulerWatched ?? []).flatMap((name) => resourceNamed(name) ?? []);
  addSchedulerInformers(seen.map((resource) => ({ name: resource.plural, path: pathOf(resource, '') })));
  if (pack.mounter !== undefined) mounting.mounter = pack.mounter;
  if (pack.initializer !== undefined) initializing.initializer = pack.initializer;
  if (pack.hooks !== undefined) hooking.runner = pack.hooks;
  if (pack.housekeeper !== undefined) housekeeping.keeper = pack.housekeeper;
  if (pack.answering !== undefined) answering.desk = pack.answering;
  if (pack.staticPods !== undefined) statics.keeper = pack.staticPods;
  if (pack.meter !== undefined) metering.meter = pack.meter;
  if (pack.findImage !== undefined) images.find = pack.findImage;
  if (pack.metrics !== undefined) scraping.metrics = pack.metrics;
  if (pack.aggregation !== undefined) aggregating.layer = pack.aggregation;
  if (pack.extending !== undefined) extending.layer = pack.extending;
  if (pack.discovering !== undefined) discovering.layer = pack.discovering;
  if (pack.cpu !== undefined) computing.cpu = pack.cpu;
  for (const [name, dialect] of Object.entries(pack.dialects ?? {})) dialects.set(name, dialect);
  addContainerPrograms(pack.containerPrograms ?? {});
  addDescribers(describers);
  addPrograms(pack.programs ?? []);
  if (pack.datapath !== undefined) datapath.path = pack.datapath;
  addAddons(pack.addons ?? []);
}

/** What a cluster's timeline may be told beside its shape. */
export type ClusterOptions = Pick<TimelineOptions, 'freeze' | 'trace' | 'observe' | 'answer' | 'checkpoints'>;

/** Boots a cluster before virtual 0 and gives its history, which begins there, quiet. */
export function createCluster(shape: ClusterShape, options: ClusterOptions = {}): Timeline {
  return openTimeline(bootWorld(shape, options.freeze ?? false), options);
}

/** A history that begins at a world made earlier. */
export function openTimeline(world: World, options: ClusterOptions = {}): Timeline {
  return new Timeline(world, { registry, apply: applyCommand, ...options });
}

/** Boots the same cluster again while somebody watches: each record is heard before its receiver acts on it. */
export function watchBoot(shape: ClusterShape, watch: (record: TraceRecord, world: World) => void): void {
  bootWorld(shape, false, watch);
}

/** With these a server has kinds that no kubectl knows by itself: it asks when it meets a word it does not know. */
const WITH_KINDS: readonly string[] = [EXTENSIONS, 'metrics-server'];

function bootWorld(shape: ClusterShape, freeze: boolean, watch?: (record: TraceRecord, world: World) => void): World {
  const world = createWorld(shape.seed, shape.network);
  world.now = -shape.bootMs;
  const simulation = new Simulation(world, registry, { freeze, record: watch && ((entry) => watch(entry, world)) });
  for (const actor of placed(shape, controlPlane(shape))) simulation.spawn(actor);
  const hosts = shape.nodes.map(({ name }) => name);
  const members = etcdMembers(shape).map(({ name, machine }) => ({ process: name, machine }));
  const runtimes = Object.fromEntries(shape.nodes.flatMap(({ name, runtime }) => (runtime ? [[name, runtime]] : [])));
  const discovers = shape.addons.some((name) => WITH_KINDS.includes(name));
  const terminal = { hosts, runtimes, people: shape.users, etcd: members, discovers };
  const reader = { name: KUBECTL, machine: READER, component: 'kubectl', config: terminal };
  for (const actor of placed(shape, [reader])) enlist(world, actor);
  for (const [index, node] of shape.nodes.entries()) {
    for (const actor of placed(shape, nodeActors(shape, node, index))) simulation.spawn(actor);
  }
  const token = (account: string) => processTokenFor(keyOf(shape), account);
  const addons = addonsOf(shape).flatMap((addon) => addon.actors(shape, token));
  for (const actor of placed(shape, addons)) simulation.spawn(actor);
  for (const { at, line } of beforeStart(shape)) {
    simulation.runUntil(at);
    carryOut(simulation, line, shape);
  }
  simulation.runUntil(-1);
  world.now = 0;
  world.recorded = 0;
  world.delivered = 0;
  const boot = simulation.inspect(address('bootstrap')) as { failures: readonly string[]; waiting: number };
  assert(boot.failures.length === 0, `the objects of the scenario are accepted; refused: ${boot.failures.join('; ')}`);
  assert(boot.waiting === 0, `the cluster boots within ${shape.bootMs} ms; ${boot.waiting} objects were not created`);
  return world;
}

/** What breaks and what people do before 0, in the order of time. */
function beforeStart({ faults, done }: ClusterShape): readonly { readonly at: number; readonly line: string }[] {
  const lines = [...done, ...faults.map(({ at, fault }) => ({ at, line: fault }))];
  return lines.map((entry, index) => ({ ...entry, index })).sort((a, b) => a.at - b.at || a.index - b.index);
}

function carryOut(simulation: Simulation, line: string, { files }: ClusterShape): void {
  const { world } = simulation;
  if (isTyped(line)) {
    applyCommand(simulation, { kind: 'kubectl', run: `before${world.now}`, line, files }, '');
    return;
  }
  const fault = parseFault(line, world);
  assert(typeof fault !== 'string', `the scenario's fault is one: ${fault as string}`);
  applyFault(simulation, fault, '');
}

function controlPlane(shape: ClusterShape): readonly Actor[] {
  const { timings, objects, lab, users, addons } = shape;
  const on = (component: string, config: Actor['config'] = timings): Actor => {
    return { name: address(component), machine: CONTROL_PLANE, component, config };
  };
  return [
    ...etcdMembers(shape),
    on(apiServer.name, {
      ...timings,
      addons: shape.addons,
      serviceAccountKey: keyOf(shape),
      advertiseAddress: controlPlaneIp(1),
      etcd: etcdProcesses(shape.etcd.members),
    }),
    on(scheduler.name, {
      ...timings,
      ...(shape.scheduler && { configuration: shape.scheduler as Value }),
      ...(lab === 'score-plugin' ? { profile: LAB_PROFILE } : {}),
    }),
    on(manager.name, {
      ...timings,
      rootCa: rootCaOf(keyOf(shape)),
      ...(addons.includes(EXTENSIONS) ? { discovers: true } : {}),
      ...(lab === 'replicaset-controller' ? { disabledControllers: [lab] } : {}),
    }),
    on(bootstrap.name, { objects: [...objectsOfAddons(shape), ...objects], users }),
    ...(lab === undefined || hasOwnPlace(lab) ? [] : [on(LAB_PROCESSES[lab], { ...timings, program: '' })]),
  ];
}

/** A lab whose process stands where the one does that it takes the place of: on nodes, or among etcd's members. */
function hasOwnPlace(lab: LabKind): boolean {
  return lab === 'kube-proxy' || isMember(LAB_PROCESSES[lab]);
}

/** The scheduler's profile in the lab: the reader's plugin alone scores, so the best node is the one with its highest number. */
const LAB_PROFILE = { plugin: 'MyScore', weight: 1 };

/** One member beside the API server, or several, each on a machine of its own. One may run the program of a lab. */
function etcdMembers({ etcd: { members, ...flags }, timings, lab }: ClusterShape): readonly Actor[] {
  const cluster = etcdProcesses(members);
  const { etcdFsyncMs: fsyncMs, etcdElectionTimeoutMs: electionMs } = timings;
  const config = { ...(fsyncMs && { fsyncMs }), ...(electionMs && { electionMs }), ...flags, cluster };
  return cluster.map((name) => {
    const component = lab !== undefined && LAB_PROCESSES[lab] === name ? name : etcd.name;
    return { name, machine: members === 1 ? CONTROL_PLANE : name, component, config };
  });
}

/** The processes of a node, in the order in which a machine starts them. kube-proxy comes with a pack. */
function nodeActors(shape: ClusterShape, node: NodeShape, index: number): readonly Actor[] {
  const { timings, images, addons } = shape;
  const nodes = shape.nodes.map(({ name }) => name);
  const token = processTokenFor(keyOf(shape), KUBE_PROXY);
  const proxyMode = node.proxyMode ?? shape.proxyMode;
  const how = { proxyMode, hasDns: addons.includes('dns') };
  const config = {
    ...timings,
    token,
    node: node.name,
    index,
    nodes,
    apiServers: shape.apiServers ?? 1,
    shape: node,
    images,
    registry: shape.registry ?? {},
    ...how,
  };
  const { engine, service } = RUNTIMES[node.runtime ?? 'containerd'];
  const proxy = shape.lab === 'kube-proxy' ? LAB_PROCESSES[shape.lab] : KUBE_PROXY;
  const components = [network.name, ...new Set([engine, service]), kubelet.name, proxy];
  return components.flatMap((component) => {
    if (registry[component] === undefined) return [];
    return [{ name: address(`${component}/${node.name}`), machine: node.name, component, config }];
  });
}

const KUBE_PROXY = 'kube-proxy';

/** The key that this cluster signs tokens with. */
function keyOf({ seed }: ClusterShape): string {
  return `sa.key ${seed}`;
}
