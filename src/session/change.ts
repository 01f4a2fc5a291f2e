/** What applying a manifest would do to one object, as the server says in a dry run. */
export interface Change {
  /** `deployment.apps/web`, or what the file says of an object that the server refuses. */
  readonly name: string;
  readonly verdict: 'created' | 'changed' | 'unchanged' | 'refused';
  /** Warnings, or why it is refused, as kubectl prints them. */
  readonly said: readonly string[];
  /** Fields that the object has otherwise afterwards. */
  readonly fields: readonly FieldChange[];
  /** The hunks of `kubectl diff`. */
  readonly lines: readonly string[];
}

/** A field by its path, with both values in short; '' where it is not there. */
export interface FieldChange {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}
