import { readFileSync } from 'node:fs';
import { type PlanItem, runPlan, type ScenarioFile, Session, START } from '../../sim/index.ts';
import type { Misconception } from '../schemas/misconception.ts';
import { misconceptions } from './misconceptions.ts';
import { parseFiles } from './run.ts';
import { parseScenario } from './scenarios.ts';

const FOLDER = 'src/content/misconceptions';
/** The beat of a replay. */
export const WATCH = 'watch';
/** A replay takes about ten seconds of the cluster's time after its last command; a restart of the API server, more. */
export const MOST_MS = 15_000;
/** How it shows may be in the record only after so long: a status is written, a cache is told. */
const LOOK_MS = 3000;

let scenario: ScenarioFile | undefined;

/** The cluster of all replays. */
export function replayScenario(): ScenarioFile {
  if (scenario !== undefined) return scenario;
  const file = `${FOLDER}/scenario.harbour.yaml`;
  const read = parseScenario(file, readFileSync(file, 'utf8'));
  if (read.scenario === undefined) throw new Error(`${file}: ${read.problems[0]?.title}`);
  scenario = read.scenario;
  return scenario;
}

/** What `-f` may read there. */
export function replayFiles(): Readonly<Record<string, string>> {
  return FILES;
}

/** A replay as a plan: what is done, then the record to watch. */
export function planOf({ replay }: Misconception): readonly PlanItem[] {
  const dos = replay.does.map((command): PlanItem => ({ kind: 'do', command }));
  return [...dos, { kind: 'beat', id: WATCH, at: replay.watch.replace(/^first\s+/, '') }];
}

/** What became of a replay. */
export interface Replayed {
  /** From its last command to the record to watch, in ms; undefined when that does not come. */
  readonly tookMs: number | undefined;
  /** Whether the belief showed before anything was done, and whether it showed then. */
  readonly isSilent: boolean;
  readonly isShown: boolean;
}

/** Carries a replay out. */
export function runReplay(entry: Misconception): Replayed {
  const asks = misconceptions().map(({ when }) => when);
  const index = misconceptions().indexOf(entry);
  const session = new Session({ scenario: replayScenario(), plan: [], goals: [], asks });
  const isSilent = session.findings[index] === false;
  const progress = runPlan(session.timeline, planOf(entry), START, WATCH, parseFiles(FILES));
  if (progress === undefined) return { tookMs: undefined, isSilent, isShown: false };
  const last = session.past.findLast((record) => record.type === 'commanded')?.at ?? 0;
  const tookMs = (progress.reached[0]?.at ?? 0) - last;
  const isShownAtOnce = session.findings[index] === true;
  session.seek(session.now + LOOK_MS);
  return { tookMs, isSilent, isShown: isShownAtOnce || session.findings[index] === true };
}

const pod = (name: string, cpu: string) => `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
spec:
  containers:
    - name: ${name}
      image: nginx:1.27
      resources:
        requests:
          cpu: ${cpu}
`;

const FILES: Readonly<Record<string, string>> = {
  'lamp.yaml': pod('lamp', '100m'),
  'vast.yaml': pod('vast', '64'),
  'thin.yaml': pod('thin', '10m'),
  'wall.yaml': `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: wall
spec:
  podSelector:
    matchLabels:
      app: stall
  policyTypes: [Ingress]
`,
  'idle.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: idle
spec:
  replicas: 1
  selector:
    matchLabels:
      app: idle
  template:
    metadata:
      labels:
        app: idle
    spec:
      containers:
        - name: idle
          image: nginx:1.27
          resources:
            requests:
              cpu: 900m
`,
};
