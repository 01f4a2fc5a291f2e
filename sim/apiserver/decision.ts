import type { KubeObject } from '../api/meta.ts';
import type { FieldError } from '../api/resource.ts';
import type { Status } from '../api/status.ts';

/** How a change came through admission. */
export interface Passage {
  readonly changedBy: readonly string[];
  /** `NodeRestriction: it is the status of its own pod`, for each plugin that had to look. */
  readonly said: readonly string[];
}

/** What becomes of an object that a request wants to change. Computed again when somebody else was faster. */
export type Decision =
  | ((
      | {
          /** Write it; `thenRemove`: and then delete it. */
          readonly type: 'write';
          readonly object: KubeObject;
          readonly warnings: readonly string[];
          readonly thenRemove: boolean;
        }
      | { readonly type: 'remove'; readonly object: KubeObject }
      /** Nothing to write: answered with what is there. */
      | { readonly type: 'keep'; readonly object: KubeObject; readonly warnings: readonly string[] }
    ) & { readonly passage?: Passage })
  /** `by`: the plugin of admission that refuses it; `errors`: why it is invalid. */
  | {
      readonly type: 'fail';
      readonly status: Status;
      readonly by?: string;
      readonly errors?: readonly FieldError[];
    };

/** The decision to refuse. */
export function refused(status: Status): Decision {
  return { type: 'fail', status };
}
