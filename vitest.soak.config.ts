import { defineConfig } from 'vitest/config';

/** The long form of tests that have a short one in `npm test`. */
export default defineConfig({
  test: {
    include: ['test/demand/memory.test.ts'],
    env: { DEMAND_RECORDS: '1000000' },
  },
});
