import type { Files } from '../../sim/index.ts';
import { play, SETTLE_MS } from './checkexercise.ts';
import type { ExerciseModel, LessonModel, ScriptStep } from './model.ts';
import { exerciseSpec, parseFiles } from './run.ts';

/** An exercise and where it is from. */
export interface Trial {
  readonly lesson: LessonModel;
  readonly exercise: ExerciseModel;
  /** `control-plane/etcd#mute`, for people. */
  readonly name: string;
}

/** Somebody who tries at random waits for so many moves at most after a line: with etcd stopped, news never ends. */
const PATIENCE_MOVES = 150;

/** Whether a script solves an exercise it was not written for. A step that cannot be carried out there does nothing. */
export function passes({ lesson, exercise }: Trial, lines: readonly string[], files: Files): boolean {
  const spec = exerciseSpec(lesson, exercise);
  const { place } = exercise;
  const steps: readonly ScriptStep[] = lines.map((line) => ({ line, place }));
  const own = parseFiles(exercise.files);
  return spec !== undefined && play(spec, steps, { ...own, ...files }, SETTLE_MS, PATIENCE_MOVES).isSolved;
}

/** Whether the solution of one exercise solves another. */
export function passesBy(trial: Trial, other: Trial): boolean {
  const { solution, files, solutionFiles } = other.exercise;
  const lines = solution.map(({ line }) => line);
  return passes(trial, lines, parseFiles({ ...files, ...solutionFiles }));
}

/**
 * A command sequence as somebody would type it who knows kubectl but has not read the exercise: up to six lines over
 * the names in the scenario. The same seed gives the same lines. A sequence that has every step of the solution is
 * none.
 */
export function randomLines({ lesson, exercise }: Trial, seed: number): readonly string[] {
  const draw = drawsOf(seed);
  const names = namesOf(lesson, exercise);
  for (;;) {
    const lines = Array.from({ length: 1 + draw(6) }, () =>
      (FORMS[draw(FORMS.length)] ?? '').replace(/[A-Z]{2,}/g, fill),
    );
    const isSolution = exercise.solution.every(({ line }) => /^advance/.test(line) || lines.includes(line));
    if (!isSolution) return lines;
  }
  function fill(word: string): string {
    const list = names[word] ?? WORDS[word] ?? [''];
    return list[draw(list.length)] ?? '';
  }
}

const FORMS: readonly string[] = [
  'kubectl get KIND',
  'kubectl describe KIND',
  'kubectl run THING --image=IMAGE',
  'kubectl create deployment THING --image=IMAGE --replicas=COUNT',
  'kubectl delete pod POD',
  'kubectl delete deployment OWNER',
  'kubectl delete node NODE',
  'kubectl scale deployment OWNER --replicas=COUNT',
  'kubectl rollout restart deployment OWNER',
  'kubectl cordon NODE',
  'kubectl uncordon NODE',
  'kubectl taint nodes NODE THING=yes:NoSchedule',
  'kubectl label pod POD app=THING --overwrite',
  'kubectl logs POD',
  'kill node/NODE',
  'start node/NODE',
  'cut node/NODE',
  'stop kubelet/NODE',
  'stop PROCESS',
  'start PROCESS',
  'advance TIME',
];

const WORDS: Readonly<Record<string, readonly string[]>> = {
  KIND: ['pods', 'nodes', 'deployments', 'services', 'replicasets', 'events'],
  IMAGE: ['nginx:1.27', 'redis:7', 'nginx:1.99'],
  COUNT: ['0', '1', '2', '3', '5'],
  PROCESS: ['kube-scheduler', 'kube-apiserver', 'etcd'],
  TIME: ['5s', '60s', '400s'],
};

/** The names a reader could take from the scenario's files. */
function namesOf(lesson: LessonModel, { scenario }: ExerciseModel): Readonly<Record<string, readonly string[]>> {
  const { nodes = 3, objects = [] } = lesson.scenarios[scenario] ?? {};
  const ships = typeof nodes === 'number' ? Array.from({ length: nodes }, (_, index) => `node-${index + 1}`) : [];
  const of = (kind: string) => objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name);
  return {
    NODE: typeof nodes === 'number' ? ships : nodes.map(({ name }) => name),
    POD: [...of('Pod'), 'web'],
    OWNER: [...of('Deployment'), 'web'],
    THING: ['web', 'api', ...of('Pod'), ...of('Deployment'), ...of('Service')],
  };
}

/** Whole numbers in [0, bound) from a seed: a small linear congruential generator, good enough to choose words. */
function drawsOf(seed: number): (bound: number) => number {
  let state = (Math.imul(seed + 1, 0x9e3779b1) ^ 0x5f356495) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * bound);
  };
}
