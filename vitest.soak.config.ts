import { defineConfig } from 'vitest/config';

/** The long forms of tests that have a short one in `npm test`. */
export default defineConfig({
  test: {
    include: [
      'test/demand/memory.test.ts',
      'test/fault/faults.test.ts',
      'test/property/attribution.test.ts',
      'test/property/deadlock.test.ts',
      'test/property/formats.test.ts',
      'test/property/jobs.test.ts',
    ],
    env: { RXJS_LLM_SOAK: '1' },
    testTimeout: 3_600_000,
  },
});
