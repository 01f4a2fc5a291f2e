import {
  applyCommand,
  type ClusterCommand,
  type ClusterShape,
  certificateOf,
  createCluster,
  hashTexts,
  isTyped,
  type ParsedFile,
  parseFault,
  type Simulation,
  type TraceRecord,
} from '../../../sim/index.ts';
import { addKinds } from '../../../sim/packs/kinds.ts';
import { addKubectl } from '../../../sim/packs/kubectl.ts';
import type { SchedulerState } from '../../../sim/scheduler/state.ts';
import { type Dice, dice } from '../draw.ts';
import { unsettled } from './converged.ts';
import { type Act, drawAct, drawShape } from './draw.ts';
import { Evictions } from './evictions.ts';
import { runsTwice } from './identity.ts';
import { CALM_SIZE, drawWorkloads, type Manifest, URGENT, type Workloads } from './manifests.ts';
import { Ordinals } from './ordinals.ts';
import { misplaced, overfilledInMind } from './placement.ts';
import { Sizes } from './sizes.ts';
import { Taints } from './taints.ts';
import { Truth } from './truth.ts';

/** What a run came to: sentences about what was not as it must be. */
export interface WorkloadResult {
  readonly problems: readonly string[];
  /** The lines that were carried out, with their times. */
  readonly log: readonly string[];
  /** Over every record of the history, when it was asked for; else ''. */
  readonly hash: string;
}

/** How a run is looked at. */
export interface WorkloadOptions {
  /** How many things are done to the cluster; default 16. */
  readonly steps?: number;
  /** Freezes every value, so that a handler that changes one fails at once. */
  readonly freeze?: boolean;
  readonly hash?: boolean;
}

/** Everything has to come right within this time: evictions take 5 minutes, back-offs up to 6, a Job's pods several. */
const PATIENCE_MS = 40 * 60_000;
const LOOK_MS = 10_000;
/** After this time without a broken part no request of before is under way any more. */
const REST_MS = 60_000;
const WAITS_MS = [50, 500, 3000, 15_000, 60_000];

/** Draws a cluster, workloads and troubles from a seed, plays them, and looks at every write. */
export function playWorkloads(seed: number, options: WorkloadOptions = {}): WorkloadResult {
  addKinds();
  addKubectl();
  return new Run(seed, options).play();
}

class Run {
  readonly #roll: Dice;
  readonly #shape: ClusterShape;
  readonly #workloads: Workloads;
  readonly #simulation: Simulation;
  readonly #truth = new Truth();
  readonly #sizes = new Sizes(this.#truth);
  readonly #evictions = new Evictions(this.#truth);
  readonly #ordinals = new Ordinals(this.#truth);
  readonly #taints = new Taints(this.#truth);
  readonly #forced = new Set<string>();
  readonly #log: string[] = [];
  readonly #steps: number;
  readonly #hashes: string[] | undefined;
  #runs = 0;
  #problem = '';
  #hasWritten = true;
  #hasStarted = false;
  #assumed: { readonly pod: string; readonly node: string } | undefined;
  /** Since when the control plane is whole; undefined while it is not. */
  #whole: number | undefined = Number.NEGATIVE_INFINITY;

  constructor(seed: number, { steps = 16, freeze = false, hash = false }: WorkloadOptions) {
    this.#roll = dice(seed);
    this.#shape = drawShape(seed, this.#roll);
    this.#workloads = drawWorkloads(this.#roll);
    this.#steps = steps;
    this.#hashes = hash ? [] : undefined;
    const observe = (record: TraceRecord) => this.#hear(record);
    this.#simulation = createCluster(this.#shape, { freeze, trace: false, observe }).simulation;
    const { nodes, etcd, network } = this.#shape;
    const names = this.#workloads.manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    this.#log.push(`${nodes.length} nodes, ${etcd.members} etcd, ${JSON.stringify(network)}: ${names.join(' ')}`);
  }

  play(): WorkloadResult {
    this.#applyAll();
    this.#run(1000 + this.#roll(20_000));
    for (let step = 0; step < this.#steps && this.#problem === ''; step++) {
      this.#act(drawAct(this.#roll, this.#workloads, this.#shape, this.#truth));
      this.#run(this.#roll(WAITS_MS[this.#roll(WAITS_MS.length)] ?? 0));
    }
    if (this.#problem === '') this.#mend();
    const problems = this.#problem === '' ? this.#settle() : [this.#problem];
    const hash = this.#hashes === undefined ? '' : hashTexts(this.#hashes, (text) => text);
    return { problems, log: this.#log, hash };
  }

  #hear(record: TraceRecord): void {
    this.#hashes?.push(hashTexts([record], (one) => JSON.stringify(one)));
    if (record.type === 'delivered' && record.message.kind === 'startContainerDone') this.#hasStarted = true;
    if (record.type !== 'noted') return;
    const { what } = record.note;
    if (what === 'etcd/committed' || what === 'etcd/restored') this.#hasWritten = true;
    if (what !== 'scheduler/assumed') return;
    const { about, namespace, node } = record.note as unknown as Readonly<Record<string, string>>;
    this.#assumed = { pod: `${namespace}/${about?.slice('pod/'.length)}`, node: node ?? '' };
  }

  #run(ms: number): void {
    const until = this.#simulation.world.now + ms;
    while (this.#problem === '' && this.#simulation.step(until)) {
      if (this.#hasWritten) this.#look();
      if (this.#assumed !== undefined) this.#lookAtScheduler(this.#assumed);
      if (this.#hasStarted) this.#problem ||= runsTwice(this.#simulation, this.#truth, this.#forced);
      this.#hasStarted = false;
    }
    this.#simulation.runUntil(until);
  }

  /** Every write that was committed, in its order. */
  #look(): void {
    this.#hasWritten = false;
    for (const change of this.#truth.follow(this.#simulation)) {
      const always = misplaced(change, this.#truth) || this.#evictions.take(change);
      const atRest = [this.#sizes, this.#ordinals, this.#taints].map((one) => one.take(change)).find(Boolean) ?? '';
      const isAtRest = this.#whole !== undefined && change.at >= this.#whole + REST_MS;
      this.#problem ||= always || (isAtRest ? atRest : '');
    }
  }

  #lookAtScheduler({ pod, node }: { readonly pod: string; readonly node: string }): void {
    this.#assumed = undefined;
    const state = this.#simulation.world.states.get('kube-scheduler') as SchedulerState;
    this.#problem ||= overfilledInMind(state, node, pod);
  }

  #act({ line, file, evicts }: Act): void {
    this.#log.push(`${(this.#simulation.world.now / 1000).toFixed(3)} s  ${line}`);
    if (evicts !== undefined) for (const key of evicts) this.#evict(key);
    else {
      const files = file === undefined ? {} : { [`${file.metadata.name}.yaml`]: asFile([file]) };
      this.#do(line, files);
    }
    const force = /^kubectl delete pod (\S+) --force/.exec(line);
    if (force !== null) this.#forced.add(`default/${force[1]}`);
  }

  #do(line: string, files: Readonly<Record<string, ParsedFile>> = {}): void {
    if (isTyped(line)) this.#command({ kind: 'kubectl', run: `fuzz-${++this.#runs}`, line, files });
    else {
      const fault = parseFault(line, this.#simulation.world);
      if (typeof fault === 'string') this.#problem = `"${line}": ${fault}`;
      else this.#command({ kind: 'fault', fault });
    }
    const isWhole = isControlPlaneWhole(this.#simulation);
    if (!isWhole) this.#whole = undefined;
    else this.#whole ??= this.#simulation.world.now;
  }

  /** As a Timeline does it, without the checkpoints that nobody goes back to. */
  #command(command: ClusterCommand): void {
    const { world } = this.#simulation;
    const id = `command#${++world.commanded}`;
    this.#simulation.record({ type: 'commanded', seq: 0, at: world.now, id, command });
    applyCommand(this.#simulation, command, id);
  }

  #evict(key: string): void {
    const [namespace = '', name = ''] = key.split('/');
    const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } };
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/eviction`;
    const certificate = certificateOf('drainer', 'system:masters');
    this.#command({ kind: 'request', request: { method: 'POST', path, body, certificate } });
  }

  #applyAll(): void {
    this.#do('kubectl apply -f all.yaml', { 'all.yaml': asFile(this.#workloads.manifests) });
  }

  /** Faults stop; people want again what they wanted in the beginning, in a size that fits. */
  #mend(): void {
    const { deployments, statefulSets, daemonSets, manifests } = this.#workloads;
    const isScaled = (name: string) =>
      manifests.some((one) => one.kind === 'HorizontalPodAutoscaler' && one.metadata.name === name);
    const lines = [
      ...this.#shape.nodes.flatMap(({ name }) => [`kubectl uncordon ${name}`, `kubectl taint nodes ${name} fuzz-`]),
      `kubectl delete deployment ${URGENT} --wait=false`,
    ];
    this.#mendWith(['repair'], REST_MS);
    for (let run = 1; run <= this.#runs; run++) this.#command({ kind: 'interrupt', run: `fuzz-${run}` });
    this.#mendWith(lines, 60_000);
    for (let time = 0; time < 2 && this.#problem === ''; time++) {
      this.#applyAll();
      this.#run(10_000);
      const sizes = [
        ...deployments.filter((name) => !isScaled(name)).map((name) => `deployment/${name}`),
        ...statefulSets.map((name) => `statefulset/${name}`),
      ].map((owner) => `kubectl scale ${owner} --replicas=${CALM_SIZE}`);
      this.#mendWith([...deployments.map((name) => `kubectl rollout resume deployment/${name}`), ...sizes], 60_000);
    }
    // A StatefulSet that waits for a pod with a bad image waits for ever: a known limit of upstream's.
    const stuck = [...statefulSets, ...daemonSets].map((name) => `kubectl delete pods -l app=${name} --wait=false`);
    this.#mendWith(stuck, 1000);
  }

  #mendWith(lines: readonly string[], waitMs: number): void {
    for (const line of lines) {
      if (this.#problem !== '') return;
      this.#act({ line });
      this.#run(200);
    }
    this.#run(waitMs);
  }

  #settle(): readonly string[] {
    const limit = this.#simulation.world.now + PATIENCE_MS;
    for (;;) {
      const problems = this.#problem !== '' ? [this.#problem] : unsettled(this.#truth, this.#simulation);
      if (problems.length === 0 || this.#problem !== '' || this.#simulation.world.now >= limit) return problems;
      this.#run(LOOK_MS);
    }
  }
}

function asFile(documents: readonly Manifest[]): ParsedFile {
  return { text: JSON.stringify(documents), documents: documents as ParsedFile['documents'] & object };
}

/** Its processes run, and its machines reach one another. Nodes may be dead. */
function isControlPlaneWhole({ world }: Simulation): boolean {
  const machines = new Set(world.actors.filter(isControl).map(({ machine }) => machine));
  const isCut = [...world.network.cut].some((link) => link.split('|').every((machine) => machines.has(machine)));
  const isUp = world.actors.every((actor, index) => !isControl(actor) || world.up[index]);
  return isUp && !isCut && ![...world.network.isolated].some((machine) => machines.has(machine));
}

function isControl({ component }: { readonly component: string }): boolean {
  return ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].includes(component);
}
