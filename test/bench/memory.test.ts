import { expect, test } from 'vitest';
import { slowRun } from '../../bench/slow-run.js';

/** A full collection now and then leaves some of what has just been used. */
const NOISE = 2 ** 20;

test('bench memory: four times as many records leave no more behind', async () => {
  await slowRun(2000);

  const few = await slowRun(5000);
  const many = await slowRun(20_000);

  expect([few.ok, many.ok, many.most]).toEqual([5000, 20_000, few.most]);
  // What each of the 15,000 records more may leave is less than its own text.
  expect(Math.max(...many.live) - Math.max(...few.live)).toBeLessThan(NOISE);
});
