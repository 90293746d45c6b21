import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'examples/**/*.test.ts'],
    // Property tests run 10,000 times and machines are noisy: a slow test is no failure, a hanging one is.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
