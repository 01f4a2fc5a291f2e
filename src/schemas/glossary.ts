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
  /** The lesson that teaches it, as in its address: `control-plane/etcd`. */
  lesson: z.string().optional(),
});

/** An entry of the glossary. */
export type Term = z.infer<typeof termSchema>;
