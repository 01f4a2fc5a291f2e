import type {
  Answer,
  Focus,
  GoalState,
  LabCall,
  LabReply,
  LogEntry,
  ManifestProblem,
  Move,
  Reached,
  Scene,
  SessionSpec,
  Step,
  TableView,
  Terminal,
} from '../../sim/index.ts';
import type { Explanation, Question, Unexplained } from '../../sim/packs/explain.ts';
import type { Ends, Followed, FollowQuestion } from '../../sim/packs/follow.ts';
import type { Inside } from '../../sim/packs/inside.ts';
import type { Selector } from '../../sim/view/selector.ts';
import type { TimelineView } from '../../sim/view/timeline.ts';
import type { CaseResult } from '../lab/trial.ts';
import type { Change } from './change.ts';
import type { Difference, Futures, Stuck } from './difference.ts';
import type { Moment } from './moment.ts';
import type { PacksOf } from './page.ts';

/** The views of a stage. */
export type ViewName = 'diagram' | 'port' | 'timeline' | 'tables' | 'log';

/** What a session is opened with: a stage of the page, or one of its exercises. */
export interface OpenSession {
  /** `web`, or an exercise's id. */
  readonly id: string;
  readonly spec: SessionSpec;
  /** Manifests by file name, as text. */
  readonly files: Readonly<Record<string, string>>;
  /** What was done on another visit. */
  readonly saved?: SavedSession;
  /** In place of the cluster that the session has now. */
  readonly isAnew?: boolean;
}

/** Enough to come back to the same moment: the commands do it, for the cluster is deterministic. */
export interface SavedSession {
  /** The text of each file as the reader left it. */
  readonly files: Readonly<Record<string, string>>;
  /** JSON text of the logged commands. */
  readonly commands: string;
  readonly now: number;
  /** The scenario file of a cluster that the reader has chosen; the page's author has written none for it. */
  readonly scenario?: string | undefined;
}

/** What is wrong with a scenario file, where, why, and what to do. */
export interface ScenarioProblem {
  /** Counted from 1. */
  readonly line: number;
  readonly title: string;
  readonly reason: string;
  readonly fix: string;
}

/** What the page asks of the worker. Every request is answered by one reply with the same number. */
export type Request =
  /** `packs`: what the session is known to need of the simulator. */
  | { readonly ask: 'open'; readonly open: OpenSession; readonly packs?: PacksOf | undefined }
  /** Which packs of the simulator are loaded. */
  | { readonly ask: 'packs' }
  | { readonly ask: 'type'; readonly line: string }
  | { readonly ask: 'interrupt'; readonly run: string }
  /** The editor that a run has opened is closed: this is in its file. */
  | { readonly ask: 'saved'; readonly run: string; readonly text: string }
  | { readonly ask: 'do'; readonly command: string }
  | { readonly ask: 'play' }
  | { readonly ask: 'move' }
  /** One narrated step on, or one message, and no further: the author's commands are not run. */
  | { readonly ask: 'step'; readonly by?: 'message' }
  /** To an instant, or just after a record of it. */
  | { readonly ask: 'seek'; readonly to: number; readonly seq?: number }
  | { readonly ask: 'undo' }
  | { readonly ask: 'restore' }
  | { readonly ask: 'reset' }
  /** `after`: items of the plan before the question. */
  | { readonly ask: 'foresee'; readonly beat: string; readonly patterns: readonly string[]; readonly after: number }
  | { readonly ask: 'edit'; readonly file: string; readonly text: string }
  /** What applying a file would change, found out in a copy of the cluster. */
  | { readonly ask: 'changes'; readonly file: string }
  /** Takes a file away from the reader's own. */
  | { readonly ask: 'discard'; readonly file: string }
  /** `beside`: a second view of the same moment. */
  | { readonly ask: 'show'; readonly view: ViewName; readonly beside?: ViewName | undefined; readonly focus: Focus }
  /** Why something is as it is: for the forms of a question see `sim/view/why/question.ts`. */
  | { readonly ask: 'why'; readonly question: string }
  /** Runs one test of a lab in a cluster of its own. `lab` is the lesson's address, `test` the id of the case. */
  | { readonly ask: 'check'; readonly lab: string; readonly test: string; readonly program: string }
  | { readonly ask: 'save' }
  /** The present moment, to be shared. */
  | { readonly ask: 'moment' }
  /** Puts the reader's own history aside, and goes to a shared moment. */
  | { readonly ask: 'visit'; readonly moment: Moment }
  /** Ends the visit: back to the reader's own history, or on from here. */
  | { readonly ask: 'leave'; readonly keep: boolean }
  /** The tables behind a decision of the scheduler. */
  | { readonly ask: 'explain'; readonly question: Question }
  /** What is inside a component or a node now. */
  | { readonly ask: 'inside'; readonly part: string }
  /** Runs two futures from here, for so many virtual milliseconds, and shows where they part. */
  | { readonly ask: 'futures'; readonly difference: Difference; readonly forMs: number }
  /** The two futures that were run last, at another instant. */
  | { readonly ask: 'compare'; readonly at: number }
  /** Where requests may begin and end now. */
  | { readonly ask: 'ends' }
  /** The way of a request, found in a copy of the cluster. */
  | { readonly ask: 'follow'; readonly question: FollowQuestion }
  /** The latest records, with a selector for each; or those that tell what was done. */
  | { readonly ask: 'records'; readonly isStory?: true }
  /** Solves the exercise in another cluster, and compares. */
  | { readonly ask: 'stuck'; readonly steps: readonly string[]; readonly files: Readonly<Record<string, string>> }
  /** Fingerprints of the present instant: by these, histories in a browser and in Node are compared. */
  | { readonly ask: 'hash' };

/** While the worker works on a request: what it needs to know from the reader's program. A {@link Said} answers. */
export interface Asked {
  readonly question: number;
  readonly call: LabCall;
}

/** What the program said. It overtakes the requests that wait. */
export interface Said {
  readonly question: number;
  readonly reply: LabReply;
}

/** A request as it travels: to which session, and which number its reply has. */
export interface Envelope {
  readonly number: number;
  readonly session: string;
  readonly request: Request;
}

/** Everything the page shows of a session at one instant. */
export interface Frame {
  readonly session: string;
  readonly now: number;
  readonly end: number;
  readonly scene: Scene;
  /** The latest narrated step that has arrived, and how many there are. */
  readonly step: Step | undefined;
  readonly marks: readonly { readonly number: number; readonly at: number }[];
  readonly reached: readonly Reached[];
  /** The beat that was asked for, of several in one instant; without it, the last one reached is present. */
  readonly beat?: string;
  /** The command Play would run next, when the author's next item is one. */
  readonly nextDo: string | undefined;
  readonly terminals: readonly Terminal[];
  readonly goals: readonly GoalState[];
  readonly isSolved: boolean;
  /** The answers to the hints' questions, in their order. */
  readonly findings: readonly boolean[];
  readonly broken: readonly string[];
  /** Of the process of a lab: what its program logged last, and its latest crash since it was deployed. */
  readonly lab?: LabState;
  readonly canUndo: boolean;
  readonly canRestore: boolean;
  /** Live names for completion, by plural. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Only when the Tables view is shown. */
  readonly tables?: readonly TableView[];
  /** Only when the Log view is shown. */
  readonly log?: readonly LogEntry[];
  /** Only when the Timeline view is shown. */
  readonly timeline?: TimelineView;
}

/** A record as an author of beats needs it. */
export interface RecordLine {
  readonly seq: number;
  readonly at: number;
  /** All that a pattern can say of it. */
  readonly text: string;
  readonly selector: Selector;
  readonly isRoutine: boolean;
}

/** What a lab shows of the reader's process. */
export interface LabState {
  /** The program that runs; '' before the first. */
  readonly program: string;
  readonly logs: readonly { readonly at: number; readonly text: string }[];
  readonly crash: { readonly at: number; readonly message: string; readonly line: number | undefined } | undefined;
}

/** What a request gave. `problem` is a sentence for the reader. */
export interface Reply {
  readonly number: number;
  readonly frame?: Frame;
  readonly move?: Move;
  readonly problem?: string;
  /** The message that was stepped to. */
  readonly told?: string;
  readonly records?: readonly RecordLine[];
  readonly foreseen?: readonly boolean[];
  readonly problems?: readonly ManifestProblem[];
  readonly changes?: readonly Change[];
  /** Why a scenario file is not opened. */
  readonly refused?: readonly ScenarioProblem[];
  readonly saved?: SavedSession;
  readonly run?: string;
  /** How a test of a lab ended. */
  readonly result?: CaseResult;
  readonly answer?: Answer;
  readonly moment?: Moment;
  /** Whether the moment that was gone to is, to the last byte, the one that was shared. */
  readonly isSame?: boolean;
  readonly explanation?: Explanation | Unexplained;
  readonly inside?: Inside;
  readonly futures?: Futures;
  /** What differs from the solved cluster. */
  readonly stuck?: Stuck;
  readonly ends?: Ends;
  readonly followed?: Followed;
  /** Of the trace so far and of the serialised world, 16 hex digits each. */
  readonly packs?: readonly string[];
  readonly hash?: readonly [trace: string, world: string];
}
