import { expect, test } from 'vitest';
import { costsOf } from '../../bench/cost.js';
import { readReviews } from '../../bench/reviews.js';

test('bench cost: with 240 reviews, all goals are reached that are set for 10,000', async () => {
  const results = await costsOf(readReviews(new URL('../../examples/data/reviews.jsonl', import.meta.url)));

  const goals = results.flatMap(({ name, goals = [] }) => goals.map(({ goal, reached }) => ({ name, goal, reached })));
  expect(goals).toHaveLength(16);
  expect(goals.filter(({ reached }) => !reached)).toEqual([]);
  // An answer costs no more than one that is asked for alone, whatever the prompt, the format and the faults.
  expect(results).toHaveLength(24);
  expect(results.filter(({ vs }) => !(vs['one call a record']! < 1))).toEqual([]);
});
