import { z } from 'zod';

/** The frontmatter of a lesson's index.mdx. Unknown keys are mistakes, so they are refused. */
export const lessonSchema = z.strictObject({
  title: z.string().min(1),
  description: z.string().min(1).max(200),
  kicker: z.string().optional(),
  /** What it asks of a reader who has read what comes before it. */
  difficulty: z.enum(['easy', 'middle', 'hard']).optional(),
  crumb: z.strictObject({ chapter: z.string(), title: z.string() }).optional(),
});
