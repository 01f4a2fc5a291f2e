import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'sim/**/*.test.ts',
      'src/**/*.test.{ts,tsx}',
      'cli/**/*.test.ts',
      'scripts/**/*.test.ts',
      'test/*.test.ts',
      'test/tidy/**/*.test.ts',
      'test/golden/**/*.test.ts',
      'test/simulation/**/*.test.ts',
      'test/conformance/**/*.test.ts',
    ],
    // The tests of a lab are run by the lesson check, against each of its programs.
    exclude: ['node_modules/**', 'src/content/**'],
    // Generous: a busy machine is no reason to fail, and a test that hangs is found anyway.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Vitest leaves a core to its own reporting, which is half of a machine with two.
    maxWorkers: '100%',
  },
});
