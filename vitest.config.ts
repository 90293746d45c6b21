import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Half of the tests wait for processes of their own: one worker a core keeps the machine busy.
    maxWorkers: '100%',
    // Property tests run 10,000 times and machines are noisy: a slow test is no failure, a hanging one is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
