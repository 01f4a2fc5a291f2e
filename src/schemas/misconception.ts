import { z } from 'zod';

const sentence = z.string().min(10).max(240);

/** An entry of `src/content/misconceptions/catalogue.yaml`. */
export const misconceptionSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by dashes'),
  /** The mistaken sentence. */
  belief: sentence,
  /** How it is. */
  truth: sentence,
  /** The lesson that clears it, as in its address, and the beat, heading or exercise there. */
  lesson: z.string().min(1),
  anchor: z.string().min(1),
  /** How it shows in the reader's cluster: what is so, or `did` and a command or pattern, joined by `and`. */
  when: z.string().min(1),
  /** What somebody who believes it does, and the record that shows how it is. */
  replay: z.strictObject({
    does: z.string().min(1).array().min(1),
    /** The pattern of that record, after the last command. */
    watch: z.string().min(1),
    says: sentence,
  }),
});

/** A mistaken belief, how it is, how it shows, and a replay that contradicts it. */
export type Misconception = z.infer<typeof misconceptionSchema>;
