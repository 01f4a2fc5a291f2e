/** Pages under this address are cross-origin isolated, as WebContainer needs; no other page is. */
export const ISOLATED = '/lab/node/';

/** The headers that isolate a page. `public/_headers` and `vercel.json` repeat them; a test compares. */
export const ISOLATION: Readonly<Record<string, string>> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** What the policy of these pages allows beside the site's own: WebContainer lives in a frame of its makers' site. */
export const CONTAINER_POLICY = [
  "frame-src 'self' https://stackblitz.com https://*.webcontainer.io",
  "connect-src 'self' https://stackblitz.com",
] as const;
