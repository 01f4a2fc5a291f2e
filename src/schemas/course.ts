import { z } from 'zod';

/** `src/content/course.yaml`: what the folders of the lessons cannot say about the course. */
export const courseSchema = z.strictObject({
  chapters: z.array(
    z.strictObject({
      folder: z.string().regex(/^\d\d-[a-z0-9-]+$/, 'a folder below chapters/, such as 03-control-plane'),
      title: z.string().min(1),
      about: z.string().min(1).max(120),
    }),
  ),
  shortPath: z.array(z.string()).length(3),
});
