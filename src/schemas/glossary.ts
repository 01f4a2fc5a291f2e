import { z } from 'zod';

/** One entry of the glossary: `src/content/glossary/terms.yaml`. Its id is the anchor on the page. */
export const termSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words joined by dashes'),
  term: z.string().min(1),
  /** Other names for the same. */
  also: z.string().array().optional(),
  group: z.enum(['parts', 'records', 'work', 'network', 'trouble']),
  definition: z.string().min(20).max(260),
  /** The figure of the port that stands for it. */
  port: z.string().optional(),
  /** What it is often called, and should not be. */
  avoid: z.string().optional(),
  /** False for a word that also means other things: its uses in lessons are not linked. */
  link: z.literal(false).optional(),
  /** Where it is seen: a beat or a section of a lesson, `control-plane/etcd#beat-news`. */
  see: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+#[a-z0-9-]+$/, 'a place in a lesson')
    .optional(),
  /** Or a line of the terminal that shows it, run in the cluster of the cheat sheet, and words it must print. */
  try: z.strictObject({ line: z.string(), after: z.string().array().optional(), shows: z.string() }).optional(),
  /** The lesson that teaches it, as in its address: `control-plane/etcd`. */
  lesson: z.string().optional(),
});

/** An entry of the glossary. */
export type Term = z.infer<typeof termSchema>;
