import { expect, test } from 'vitest';
import { figuresOf } from '../../bench/forked.js';
import type { OldSpaceReport } from '../../bench/old-space-client.js';
import { slowRun } from '../../bench/slow-run.js';

/** A full collection now and then leaves some of what has just been used. */
const NOISE = 2 ** 20;

test('bench memory: four times as many records leave no more behind', async () => {
  // The code of a run that lasts is compiled again and again, and takes room of its own.
  await slowRun(20_000);

  const few = await slowRun(5000);
  const many = await slowRun(20_000);

  expect([few.ok, many.ok, many.most]).toEqual([5000, 20_000, few.most]);
  // What each of the 15,000 records more may leave is less than its own text.
  expect(Math.max(...many.live) - Math.max(...few.live)).toBeLessThan(NOISE);
});

test('bench memory: what a batch was made of does not outlive it', async () => {
  const records = 40_000;

  // So much that what is in flight is little of it, and so little that it is collected some ten times.
  const { grown } = await figuresOf<OldSpaceReport>('old-space-client.ts', { records }, ['--max-semi-space-size=8']);

  // It was 300 bytes while those who wait were in sets, and is 30.
  expect(grown / records).toBeLessThan(100);
});
