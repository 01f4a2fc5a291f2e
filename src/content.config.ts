import { defineCollection } from 'astro:content';
import { glob } from 'astro/loaders';
import { lessonSchema } from './schemas/lesson.ts';

/** Lessons: `01-control-plane/02-etcd/index.mdx` is the page /control-plane/etcd/. The numbers only give the order. */
const chapters = defineCollection({
  loader: glob({
    base: './src/content/chapters',
    pattern: '**/index.mdx',
    generateId: ({ entry }) => entry.replace(/\/?index\.mdx$/, '').replace(/(^|\/)\d+-/g, '$1'),
  }),
  schema: lessonSchema,
});

export const collections = { chapters };
