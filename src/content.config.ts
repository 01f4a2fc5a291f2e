import { defineCollection } from 'astro:content';
import { file, glob } from 'astro/loaders';
import { termSchema } from './schemas/glossary.ts';
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

/** The words of the course. */
const glossary = defineCollection({ loader: file('src/content/glossary/terms.yaml'), schema: termSchema });

export const collections = { chapters, glossary };
