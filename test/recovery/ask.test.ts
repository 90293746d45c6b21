import { expect, test } from 'vitest';
import { promptsFor } from '../../marbles/recoverFailed/outcomes.js';
import { Ask } from '../../src/recovery/ask.js';
import { Costs } from '../../src/recovery/costs.js';
import type { FailedOutcome, Outcome } from '../../src/types/outcome.js';
import type { AskablePrompt } from '../../src/types/prompt.js';

const [prompt] = promptsFor({ asks: ['ab'] }) as [AskablePrompt<string>];
const at = (index: number) => ({ index, batchId: 'b1', attempts: 1 });
const failedAt = (record: string, index: number): FailedOutcome<string> => ({
  ...{ record, ...at(index), value: null },
  error: { code: 'record_missing', message: 'missing', ...at(index) },
});
const valueAt = (record: string, index: number): Outcome<string, string> => ({
  ...{ record, ...at(index), value: record, error: null },
});

/** Records that are asked again, and what is passed of the outcomes that come. */
function again(...outcomes: readonly Outcome<string, string>[]) {
  const costs = new Costs(1);
  const failed = [failedAt('a', 0), failedAt('b', 1)];
  const ask = new Ask(costs, prompt, new Ask(costs, prompt), failed);
  const passed: Outcome<string, string>[] = [];
  for (const outcome of outcomes) ask.take(outcome, (one) => passed.push(one));
  return { passed: passed.map(({ record, index, attempts }) => ({ record, index, attempts })), ask };
}

test('an outcome under the index of another record is none', () => {
  const { passed, ask } = again(valueAt('b', 0), valueAt('a', 1));
  expect(passed).toEqual([]);
  expect([...(ask.waiting?.keys() ?? [])]).toEqual([0, 1]);
});

test('only the first outcome of a record counts, and only of those that were asked', () => {
  const { passed, ask } = again(valueAt('a', 0), valueAt('a', 0), valueAt('c', 2));
  expect(passed).toEqual([{ record: 'a', index: 0, attempts: 2 }]);
  expect([...(ask.waiting?.keys() ?? [])]).toEqual([1]);
});
