import { expect, test } from 'vitest';
import { pullFrom } from '../../src/flow/pull-source.js';

test('a source that cannot be closed is just let go', () => {
  const endless = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }) }) };
  expect(() => pullFrom(endless as AsyncIterable<number>).cancel()).not.toThrow();
});
