import { expect, test, vi } from 'vitest';
import { pullThrough } from '../../operators/pullThrough.js';
import { pullFrom } from '../../src/flow/pull-source.js';

test('a source that cannot be closed is just let go', () => {
  const endless = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: false, value: 1 }) }) };
  expect(() => pullFrom(endless as AsyncIterable<number>).cancel()).not.toThrow();
});

test.each(['end', 'error'] as const)('a source is not closed after its own %s', async (how) => {
  const closed = vi.fn(async () => ({ done: true as const, value: undefined }));
  const next = async (): Promise<IteratorResult<number>> => {
    if (how === 'error') throw new Error('broken');
    return { done: true, value: undefined };
  };
  const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next, return: closed }) };
  const ended = new Promise<void>((resolve) => {
    const run = pullThrough(source, (records) => records, { maxInFlight: 1 }).subscribe({
      error: () => resolve(),
      complete: () => resolve(),
    });
    run.add(resolve);
  });
  await ended;
  expect(closed).not.toHaveBeenCalled();
});
