import mdx from '@astrojs/mdx';
import preact from '@astrojs/preact';
import { defineConfig } from 'astro/config';

export default defineConfig({
  site: 'https://course.example',
  integrations: [mdx(), preact()],
  build: { inlineStylesheets: 'never', format: 'directory' },
  trailingSlash: 'always',
  devToolbar: { enabled: false },
  server: { port: 4321 },
  vite: { worker: { format: 'es' } },
});
