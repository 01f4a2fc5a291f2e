import { fileURLToPath } from 'node:url';
import { unified } from '@astrojs/markdown-remark';
import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';
import { isolation } from './src/lab/container/isolation.ts';
import { codeClasses } from './src/markdown/codeclasses.ts';
import { manifests } from './src/markdown/manifests.ts';
import { tables } from './src/markdown/tables.ts';
import { terms } from './src/markdown/terms.ts';
import { needs } from './src/paging/needs.ts';
import { chunking, packing } from './src/paging/plugin.ts';
import { preview } from './src/preview/integration.ts';

const root = fileURLToPath(new URL('.', import.meta.url)).replace(/\/$/, '');

export default defineConfig({
  site: 'https://course.example',
  trailingSlash: 'always',
  integrations: [mdx(), preact(), preview(), needs()],
  markdown: {
    processor: unified({ remarkPlugins: [manifests, terms], rehypePlugins: [tables], smartypants: { dashes: false } }),
    // Astro warns that Shiki writes style attributes; `codeClasses` removes them, and a browser test watches.
    shikiConfig: { theme: 'css-variables', transformers: [codeClasses] },
  },
  // Nothing is inlined but the island loader, whose hash Astro writes into the page's policy (see public/_headers
  // for what a <meta> policy cannot say).
  build: { format: 'directory', inlineStylesheets: 'never' },
  security: {
    csp: {
      directives: [
        "default-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'none'",
      ],
    },
  },
  vite: {
    // Scripts and styles find one another by where they are, whatever folder the site stands in.
    experimental: { renderBuiltUrl: () => ({ relative: true }) },
    plugins: [isolation()],
    build: { assetsInlineLimit: 0 },
    // Files of the simulation thread are known by their names: cli/sizes.ts and the browser tests weigh them apart.
    worker: {
      format: 'es',
      plugins: () => [packing(root)],
      rolldownOptions: {
        output: {
          entryFileNames: '_astro/[name].[hash].js',
          chunkFileNames: '_astro/worker-chunk.[name].[hash].js',
          codeSplitting: {
            includeDependenciesRecursively: false,
            groups: [{ name: chunking(root) }],
          },
        },
      },
    },
  },
  server: { port: 4321 },
  devToolbar: { enabled: false },
});
