import { defineConfig, devices } from '@playwright/test';

/** Set by scripts/test.mjs; without it Playwright's own Chromium is used. */
const executablePath = process.env.PW_CHROMIUM;

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '*.spec.ts',
  workers: 1,
  timeout: 60_000,
  reporter: [['list', { printSteps: false }]],
  webServer: {
    command: 'node --env-file=tooling.env node_modules/astro/bin/astro.mjs preview --port 4399',
    url: 'http://localhost:4399/',
    reuseExistingServer: false,
    timeout: 30_000,
  },
  use: { baseURL: 'http://localhost:4399', trace: 'off' },
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
  ],
});
