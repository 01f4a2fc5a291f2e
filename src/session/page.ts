import type { SessionSpec } from '../../sim/index.ts';
import type { Speed } from './playback.ts';
import type { Frame, ViewName } from './protocol.ts';

/** What a stage offers beside its views. */
export type Tool = 'terminal' | 'faults' | 'editor';

/** A cluster of the page: the stage's own, or an exercise's, whose id is `exercise:<id>`. */
export interface PageSession {
  /** What the banner over the stage calls it. */
  readonly title: string;
  readonly spec: SessionSpec;
  /** Manifests by file name, as the author wrote them. */
  readonly files: Readonly<Record<string, string>>;
}

/** The packs of the simulator that a page is known to need. Others are loaded when they are missed. */
export interface PacksOf {
  /** To open the session of the stage. */
  readonly first: readonly string[];
  /** While the page is played and its exercises are solved. */
  readonly later: readonly string[];
  /** The files of the first, beside the thread's own: they are asked for while that one is on its way. */
  readonly files: readonly string[];
}

/** The stage of a page. */
export interface StageSpec {
  /** Which session it shows first. */
  readonly id: string;
  readonly view: ViewName;
  readonly tools: readonly Tool[];
  /** The speed before the reader chooses one. */
  readonly speed?: Speed;
}

/**
 * A part of the page that wakes. Its HTML stands in an element with `data-widget` and `data-id`; on waking, the
 * component of that kind hydrates it with `props` and the store.
 */
export interface WidgetSpec {
  readonly kind: 'predict' | 'exercise' | 'lab' | 'manifest' | 'terminal' | 'recall' | 'playground' | 'replay';
  readonly id: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** Everything the page knows before it wakes: the JSON of `<script type="application/json" id="page-spec">`. */
export interface PageSpec {
  /** Address of the page, `/apply/pod/`. Progress is kept under it. */
  readonly path: string;
  readonly stage: StageSpec;
  /** The first frame of the stage's session, as drawn at build. */
  readonly frame: Frame;
  readonly sessions: Readonly<Record<string, PageSession>>;
  readonly widgets: readonly WidgetSpec[];
  /** Found out in the thread that was built, after the pages. */
  readonly packs?: PacksOf;
  /** On the playground: the name of the scenario that it opens with. Its files stand in the page. */
  readonly library?: string;
}
