import { defineConfig } from 'vitest/config';

/** What `npm run test:mutation` runs for each mutant: what holds operators, `src/reply` and `src/flow`, and is fast. */
export default defineConfig({
  test: {
    include: [
      'test/marbles.test.ts',
      'test/buffer-under-demand.test.ts',
      'test/{flow,predictor,prompt,property,recovery,reply}/**/*.test.ts',
      'test/demand/streams.test.ts',
      'test/demand/ended-pipeline.test.ts',
      'test/model/*.test.ts',
      'test/provider/provider-gate.test.ts',
      'test/testing/kit/fake*.test.ts',
    ],
    exclude: ['test/property/job-bodies.test.ts', 'test/predictor/server.test.ts', 'test/model/accepted.test.ts'],
    setupFiles: ['test/fixed-seed.ts'],
    env: { RXJS_LLM_MAX_RUNS: '100' },
    testTimeout: 60_000,
  },
});
