import { defineConfig } from 'vitest/config';

/** The long form of the crash test; `npm test` has the short one. */
export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    env: { RXJS_LLM_SOAK: '1' },
    testTimeout: 120_000,
    maxConcurrency: 4,
  },
});
