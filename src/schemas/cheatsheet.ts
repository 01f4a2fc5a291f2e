import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by dashes');
/** A lesson and, after #, a place in it: `control-plane/etcd#beat-news`. */
const taught = z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+(#[a-z0-9-]+)?$/, 'a lesson such as control-plane/etcd');

/** `src/content/cheatsheet/lines.yaml`: lines by what they are for. What they print stands nowhere: it is run. */
export const cheatSheetSchema = z.strictObject({
  /** Files that `-f` may read. */
  files: z.record(z.string(), z.string()),
  groups: z
    .strictObject({
      id,
      title: z.string().min(1),
      /** The scenario beside the file in which the lines run, each in a future of its own. */
      scenario: id,
      lines: z
        .strictObject({
          line: z.string().min(1),
          for: z.string().min(10).max(160),
          taught,
          /** What is typed, broken or waited for before it: `kubectl cordon node-a`, `stop etcd-1`, `advance 20s`. */
          after: z.string().array().optional(),
          /** Words that its output must have: the reason why it stands here. */
          shows: z.string().min(1),
          /** The exit code, where it is not 0. */
          exit: z.number().int().optional(),
        })
        .array()
        .min(2),
    })
    .array()
    .min(1),
});

/** The cheat sheet as written. */
export type CheatSheetFile = z.infer<typeof cheatSheetSchema>;
