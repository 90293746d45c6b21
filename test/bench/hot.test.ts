import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type HotFigures, hotRun, percentile } from '../../bench/hot-run.js';

function figuresOf(batchTimeoutMs: number): HotFigures | undefined {
  const scheduler = new VirtualTimeScheduler();
  let figures: HotFigures | undefined;
  hotRun({ records: 2000, batchTimeoutMs, scheduler, now: () => scheduler.now() }).subscribe((made) => {
    figures = made;
  });
  scheduler.flush();
  return figures;
}

describe('bench hot, in virtual time', () => {
  test.each([
    // A batch is full 19 ms after its first record came.
    [100, { p50: 9, p99: 19 }],
    [10, { p50: 5, p99: 10 }],
  ])('with a timeout of %i ms, a record waits for its batch and for nothing else', (batchTimeoutMs, waited) => {
    const { lost, waits = [] } = figuresOf(batchTimeoutMs) ?? {};

    expect([lost, waits.length]).toEqual([0, 2000]);
    expect({ p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }).toEqual(waited);
  });
});

describe('percentile', () => {
  test('is the wait that so large a share does not exceed', () => {
    const waits = Array.from({ length: 200 }, (_, place) => place + 1);

    expect([0.5, 0.99, 1].map((share) => percentile(waits, share))).toEqual([100, 198, 200]);
  });
});
