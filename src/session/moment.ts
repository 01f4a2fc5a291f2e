/** One thing that was done to a cluster, and where in its history: after so many deliveries, at that instant. */
export type Deed = Place &
  (
    | { readonly kind: 'kubectl'; readonly run: string; readonly line: string; readonly files: readonly FileText[] }
    | { readonly kind: 'interrupt'; readonly run: string }
    /** The editor of a run is closed, with this text. */
    | { readonly kind: 'saved'; readonly run: string; readonly text: string }
    /** A fault as it is typed: `kill node/node-b`. */
    | { readonly kind: 'fault'; readonly line: string }
  );

/** A file's name and its text. */
export type FileText = readonly [name: string, text: string];

interface Place {
  readonly at: number;
  readonly delivered: number;
}

/** One exact moment of one cluster of a page: doing the same again leads to it. */
export interface Moment extends Place {
  /** The session of the page. */
  readonly session: string;
  /** With each command the files that have changed since the command before it, or since the author's text. */
  readonly deeds: readonly Deed[];
  /**
   * What trace and world come to there, 16 hex digits. The simulator's fingerprint: where another version behaves
   * otherwise, its hash is another.
   */
  readonly hash: string;
  /** The scenario file of the cluster, where the reader chooses it. */
  readonly scenario?: string | undefined;
}

/** A moment and how somebody looked at it. */
export interface SharedMoment extends Moment {
  readonly view: string;
  /** Id of the pinned part; '' for none. */
  readonly selection: string;
}
