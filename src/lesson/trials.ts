import type { ExerciseModel, LessonModel } from './model.ts';
import { forkOf, open, outcomeOf, play, SETTLE_MS, type Stop, take } from './play.ts';
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

/** Lines in a random sequence, at most. */
const MOST_LINES = 6;

/** A line that somebody tried, and what was tried after it: sequences that begin alike are played once. */
export interface Try {
  readonly line: string;
  readonly next: Try[];
}

/** Whether the solution of one exercise solves another. A step that cannot be carried out there does nothing. */
export function passesBy({ lesson, exercise }: Trial, { exercise: other }: Trial): boolean {
  const spec = exerciseSpec(lesson, exercise);
  const files = parseFiles({ ...exercise.files, ...other.files, ...other.solutionFiles });
  return spec !== undefined && play(spec, other.solution, files).isSolved;
}

/** Plays all these sequences, each from the end of the one it goes on from, and gives those that solve the exercise. */
export function solving({ lesson, exercise }: Trial, tries: readonly Try[]): readonly (readonly string[])[] {
  const spec = exerciseSpec(lesson, exercise);
  if (spec === undefined) return [];
  const { place } = exercise;
  const files = parseFiles(exercise.files);
  const found = (before: Stop, lines: readonly string[], after: readonly Try[]): readonly (readonly string[])[] =>
    after.flatMap(({ line, next }) => {
      const stop = take(before, { line, place }, files, PATIENCE_MOVES);
      const typed = [...lines, line];
      const { isSolved } = outcomeOf(forkOf(stop), SETTLE_MS);
      return [...(isSolved ? [typed] : []), ...found(stop, typed, next)];
    });
  return found(open(spec), [], tries);
}

/**
 * So many command sequences, as somebody would type them who knows kubectl but has not read the exercise: up to six
 * lines over the names in the scenario. Each is a random line after nothing, or after another sequence. No two are
 * equal, and none has every step of the solution. The same seed gives the same sequences.
 */
export function randomTries({ lesson, exercise }: Trial, count: number, seed = 1): readonly Try[] {
  const draw = drawsOf(seed);
  const names = namesOf(lesson, exercise);
  const first: Try[] = [];
  const all: { readonly lines: readonly string[]; readonly next: Try[] }[] = [];
  while (all.length < count) {
    const before = draw(MOST_LINES) === 0 ? undefined : all[draw(all.length)];
    const { lines = [], next = first } = before ?? {};
    const line = (FORMS[draw(FORMS.length)] ?? '').replace(/[A-Z]{2,}/g, fill);
    const typed = [...lines, line];
    if (typed.length > MOST_LINES || next.some((other) => other.line === line) || isSolution(typed)) continue;
    const more: Try = { line, next: [] };
    next.push(more);
    all.push({ lines: typed, next: more.next });
  }
  return first;
  function fill(word: string): string {
    const list = names[word] ?? WORDS[word] ?? [''];
    return list[draw(list.length)] ?? '';
  }
  function isSolution(lines: readonly string[]): boolean {
    return exercise.solution.every(({ line }) => /^advance/.test(line) || lines.includes(line));
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
