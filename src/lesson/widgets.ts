import type { LabFile } from '../lab/labfile.ts';

/** What a Predict is made of. The right options are those whose patterns hold in the simulator, never marked by hand. */
export interface PredictProps {
  readonly id: string;
  readonly ask: string;
  /** Items of the plan before it. */
  readonly after: number;
  /** The beat that decides it, its number and its text. */
  readonly reveal: string;
  readonly beat: number;
  readonly because: string;
  readonly options: readonly {
    readonly text: string;
    readonly when: string;
    /** Why a reader who chose it is mistaken; '' when nothing is known of it. */
    readonly refutation: string;
  }[];
  /** For each option, whether its pattern holds in the author's run. */
  readonly outcome: readonly boolean[];
}

/** What the card of an exercise is made of; its situation stands above it as text. */
export interface ExerciseProps {
  readonly id: string;
  readonly session: string;
  readonly rung: string;
  readonly goals: readonly { readonly kind: 'reach' | 'hold' | 'did' | 'never'; readonly text: string }[];
  /** `belief` is the misconception that a hint answers. */
  readonly hints: readonly { readonly text: string; readonly when?: string; readonly belief?: string }[];
  readonly solution: readonly {
    readonly line: string;
    /** For a step that only lets time pass: how long, in ms. */
    readonly advanceMs?: number;
  }[];
  readonly solutionFiles: Readonly<Record<string, string>>;
}

/** What a lab is made of; its story stands above it as text. */
export interface LabProps {
  readonly id: string;
  readonly session: string;
  /** The address of the lesson: its tests are loaded by it. */
  readonly lab: string;
  /** What the reader writes. */
  readonly file: LabFile;
  /** The process that runs the program; '' where kubectl applies it. */
  readonly process: string;
  readonly start: string;
  readonly solution: string;
  readonly tests: readonly { readonly id: string; readonly says: string }[];
  /** For the test that each belongs to. */
  readonly hints: readonly { readonly text: string; readonly when: string }[];
  /** What can be broken while the program works: faults, with what each does. */
  readonly faults: readonly { readonly line: string; readonly says: string }[];
}

/** A question answered from memory. Nothing waits for the answer. */
export interface RecallProps {
  readonly id: string;
  readonly form: 'open' | 'choose' | 'order' | 'click';
  readonly question: string;
  /** In the order in which they are shown. */
  readonly options: readonly string[];
  /** Indexes of options: for order, the right order; else the one that is right. Empty for open. */
  readonly right: readonly number[];
  /** For click: the option that each part of the stage stands for, by the id of the part. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly answer: string;
}

/** A file of the page in its editor. */
export interface ManifestProps {
  readonly id: string;
  readonly file: string;
  readonly text: string;
  readonly session: string;
}

/** The terminal of the stage. */
export interface TerminalProps {
  /** Lines the author's plan runs, for suggestions before anything is known. */
  readonly suggestions: readonly string[];
}
