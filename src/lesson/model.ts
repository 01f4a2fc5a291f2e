import type { GoalSpec, PlanItem, ScenarioFile } from '../../sim/index.ts';
import type { LabFile } from '../lab/labfile.ts';

/** Where something stands in a lesson's source; both count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A mistake, said so that it can be mended: where, what, why here, what to do. */
export interface Problem {
  readonly place: Place;
  readonly title: string;
  readonly reason?: string;
  readonly fix?: string;
  /** Worth knowing, but the lesson works. */
  readonly isWarning?: boolean;
}

/** A step of a Solution or a Wrong: a kubectl line, a fault, or `advance 30s`. */
export interface ScriptStep {
  readonly line: string;
  readonly place: Place;
}

/** A plan item that knows where it was written. */
export type PlacedItem = PlanItem & { readonly place: Place };

/** A step of the story, and the record that is its moment. */
export interface BeatModel {
  readonly id: string;
  /** The pattern of its record, without the word `first`. */
  readonly at: string;
  /** It says `first`: several records match before the next beat, and the first of them is meant. */
  readonly isFirst: boolean;
  /** Its place in the whole lesson, from 1. */
  readonly number: number;
  /** Its text without markup. */
  readonly text: string;
  /** It comes at least, and at most, so long after the Beat or Do before it: `45s`. */
  readonly after?: string;
  readonly within?: string;
  readonly place: Place;
}

/** A question before a Do; the simulator knows the answer. */
export interface PredictModel {
  /** `predict-1`, in order of the page. */
  readonly id: string;
  readonly ask: string;
  readonly reveal: string;
  /** Plan items before it. */
  readonly after: number;
  readonly options: readonly OptionModel[];
  readonly place: Place;
}

/** An answer to choose. */
export interface OptionModel {
  readonly when: string;
  readonly misses?: string;
  readonly text: string;
  readonly place: Place;
}

/** A goal of an exercise and its sentence. */
export interface GoalModel extends GoalSpec {
  readonly text: string;
  readonly place: Place;
}

/** An exercise as written. Its id names the session `exercise:<id>`. */
export interface ExerciseModel {
  readonly id: string;
  readonly scenario: string;
  readonly rung: string;
  /** Its situation, without markup. */
  readonly text: string;
  readonly goals: readonly GoalModel[];
  readonly hints: readonly HintModel[];
  readonly wrongs: readonly WrongModel[];
  readonly solution: readonly ScriptStep[];
  /** Manifests that its editor begins with, and those of the solution. */
  readonly files: Readonly<Record<string, string>>;
  readonly solutionFiles: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** A hint; with `when`, it is offered only while that holds. */
export interface HintModel {
  readonly when?: string;
  /** The misconception that it answers; `when` is then how that shows. */
  readonly belief?: string;
  readonly text: string;
  readonly place: Place;
}

/** What readers try that does not work, and the hint it should lead to. */
export interface WrongModel {
  readonly hint?: string;
  readonly steps: readonly ScriptStep[];
  /** Manifests as they are then. */
  readonly files: Readonly<Record<string, string>>;
  readonly place: Place;
}

/** A fenced `sh` block of the text: commands, each with what it printed. */
export interface ShellModel {
  readonly runs: readonly { readonly line: string; readonly output: string; readonly place: Place }[];
  /** Plan items before it. */
  readonly after: number;
}

/** A question about an earlier lesson, answered from memory. */
export interface RecallModel {
  /** `recall-1`, in order of the page. */
  readonly id: string;
  /** The lesson it looks back on: `control-plane/etcd`. */
  readonly from: string;
  /** How it is answered; `open` is judged by the reader. */
  readonly form: 'open' | 'choose' | 'order' | 'click';
  readonly question: string;
  /** choose: the options as written. order: the right order. click: the one right part. open: none. */
  readonly options: readonly string[];
  /** For choose: which option is right. */
  readonly right: number;
  /** The answer, or why it is the answer. */
  readonly answer: string;
  readonly place: Place;
}

/** A part that the reader builds. Its cluster is scenario.lab.yaml; it names the session `lab:<id>`. */
export interface LabModel {
  readonly id: string;
  /** What the reader writes: TypeScript that a process runs, or objects that kubectl applies. */
  readonly file: LabFile;
  /** What stands in it as text, without markup. */
  readonly text: string;
  /** Each `when` is the id of a test. */
  readonly hints: readonly HintModel[];
  readonly start: string;
  readonly solution: string;
  /** The tests as they name themselves. */
  readonly tests: readonly { readonly id: string; readonly says: string }[];
  readonly place: Place;
}

/** A link of the text. */
export interface LinkModel {
  /** As written: `/glossary/#etcd`. */
  readonly to: string;
  readonly place: Place;
}

/** A command that the text names in passing: `kubectl cordon`. */
export interface CommandModel {
  readonly text: string;
  readonly place: Place;
}

/** A word that the glossary should know. */
export interface WordModel {
  readonly text: string;
  readonly place: Place;
}

/** A note on a figure of the port. */
export interface PortModel {
  readonly name: string;
  /** Whether it says where the picture fails. */
  readonly isLeak: boolean;
  readonly place: Place;
}

/** The stage of a lesson. */
export interface StageModel {
  readonly id: string;
  readonly scenario: string;
  readonly view: 'diagram' | 'port' | 'timeline' | 'tables' | 'log';
  readonly tools: readonly ('terminal' | 'faults' | 'editor')[];
  readonly place: Place;
}

/** A lesson as written: everything the page and the check need, without running anything. */
export interface LessonModel {
  readonly file: string;
  readonly title: string;
  readonly stage: StageModel | undefined;
  readonly plan: readonly PlacedItem[];
  readonly beats: readonly BeatModel[];
  readonly predicts: readonly PredictModel[];
  readonly exercises: readonly ExerciseModel[];
  readonly labs: readonly LabModel[];
  readonly shells: readonly ShellModel[];
  readonly recalls: readonly RecallModel[];
  readonly ports: readonly PortModel[];
  readonly links: readonly LinkModel[];
  /** What its text names in backticks and begins with kubectl. */
  readonly commands: readonly CommandModel[];
  /** The terms its text introduces, in bold. */
  readonly terms: readonly WordModel[];
  /** The names of Kubernetes in its text: kinds, plugins, reasons, programs. */
  readonly names: readonly WordModel[];
  /** What a link to this page can name: headings, beats, exercises. */
  readonly anchors: readonly string[];
  /** Words that are read; those of exercises are not counted. */
  readonly words: number;
  /** Flesch-Kincaid grade of its prose. */
  readonly grade: number;
  /** The manifests of the page, by file name. */
  readonly files: Readonly<Record<string, string>>;
  readonly scenarios: Readonly<Record<string, ScenarioFile>>;
}

/** A lesson and what is wrong with it. */
export interface LessonReading {
  readonly lesson: LessonModel;
  readonly problems: readonly Problem[];
}
