import { existsSync } from 'node:fs';
import { defineConfig, devices } from '@playwright/test';

/** Set by scripts/test.mjs; without it Playwright's own Chromium is used. */
const executablePath = process.env.PW_CHROMIUM;
/** Set by scripts/test.mjs to a free one. */
const port = process.env.SITE_PORT ?? '4399';
const origin = `http://localhost:${port}`;
/** Labs, and in the long run a reader's journey, also run in Firefox, driven over BiDi as the distribution has it. */
const firefox = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';

/** `npm run test:long`: what is too long for each run. */
const isLong = process.env.COURSE === 'whole';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  workers: 2,
  // A second try, and Playwright says which test needed it: a loaded machine is late now and then.
  retries: 1,
  timeout: 60_000,
  reporter: [['list', { printSteps: false }]],
  webServer: {
    command: `node scripts/preview.mjs --port ${port}`,
    url: `${origin}/`,
    reuseExistingServer: false,
    timeout: 30_000,
  },
  use: { baseURL: origin, trace: 'off' },
  projects: [
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        viewport: { width: 1280, height: 900 },
        launchOptions: {
          args: ['--disable-background-networking', '--disable-component-update'],
          ...(executablePath ? { executablePath } : {}),
        },
      },
    },
    ...(existsSync(firefox)
      ? [
          {
            name: 'firefox',
            // Not the keyboard's way: once Tab has left the page's end, the driven window has no focus, and keys do nothing.
            testMatch: isLong ? /\/(escape|journey|lab|labpages)\.spec\.ts$/ : /\/(escape|lab|labpages)\.spec\.ts$/,
            use: {
              browserName: 'firefox' as const,
              channel: 'moz-firefox',
              viewport: { width: 1280, height: 900 },
              launchOptions: { executablePath: firefox },
            },
          },
        ]
      : []),
  ],
});
