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
  /** Lessons for one evening, in order. */
  evening: z.array(z.string()).min(1),
  /** What each week of a semester reads. */
  semester: z.array(z.strictObject({ about: z.string().min(1), lessons: z.array(z.string()).min(1) })),
  /** Questions of the placement quiz, each with what its reader would have seen. */
  placement: z.array(
    z.strictObject({
      at: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+#predict-\d$/, 'a prediction such as control-plane/etcd#predict-2'),
      given: z.string().min(10),
    }),
  ),
});
