import { expect, test } from 'vitest';
import { MAX_IN_FLIGHT, slowRun } from '../../bench/slow-run.js';
import { scaled } from '../scale.js';

const MB = 2 ** 20;
/** With a million this is the measurement of docs/back-pressure.md. */
const RECORDS = scaled(50_000, 1_000_000);
/** As much as may be live more than at first: less than one record would take of each, and with a million of them less than 64 MB. */
const GROWTH = 4 * MB + 60 * RECORDS;

test(
  `${RECORDS} records through a slow provider: no more are in flight than may be, and memory stays flat`,
  { timeout: 600_000 },
  async () => {
    const { read, ok, most, live } = await slowRun(RECORDS);

    const inMB = live.map((bytes) => (bytes / MB).toFixed(1));
    console.log(`most in flight: ${most} of ${MAX_IN_FLIGHT}; live heap in MB: ${inMB.join(' ')}`);
    expect([read, ok]).toEqual([RECORDS, RECORDS]);
    expect(most).toBeLessThanOrEqual(MAX_IN_FLIGHT);
    expect(Math.max(...live) - (live[0] ?? 0)).toBeLessThan(GROWTH);
  },
);
