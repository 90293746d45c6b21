import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../operators/inOrder.js';
import { always } from './runs.js';

interface Item {
  readonly index: number;
}

/** Feeds indices one after the other; those of `within` from within the handler of the outcome with that number. */
function feed(indices: readonly number[], end: 'complete' | 'error', within: ReadonlyMap<number, readonly number[]>) {
  const source = new Subject<Item>();
  const fed: Item[] = [];
  const left: Item[] = [];
  const later = new Map(within);
  let finished: unknown;
  const feedAll = (some: readonly number[] = []): void => {
    for (const index of some) {
      fed.push({ index });
      source.next(fed.at(-1)!);
    }
  };
  const subscription = source.pipe(inOrder<Item>()).subscribe({
    next: (item) => {
      left.push(item);
      const more = later.get(left.length - 1);
      later.delete(left.length - 1);
      feedAll(more);
    },
    error: (error: unknown) => (finished = error),
    complete: () => (finished = 'complete'),
  });
  feedAll(indices);
  // What waited for an outcome that did not come is fed now.
  for (const [number, more] of later) if (later.delete(number)) feedAll(more);
  const before = [...left];
  if (end === 'complete') source.complete();
  else source.error('broken');
  return { fed, left, before, finished, subscription };
}

const end = fc.constantFrom('complete', 'error');
const some = fc.array(fc.nat(9), { maxLength: 12 });

describe('inOrder', () => {
  test('gives any permutation in order, each as soon as all before it have left', () => {
    const permutation = fc.nat(9).chain((size) => fc.shuffledSubarray([...Array(size).keys()], { minLength: size }));
    always([permutation, fc.nat(9), end], (all, fed, how) => {
      const indices = all.slice(0, fed);
      const { left, before, finished } = feed(indices, how, new Map());
      let awaited = 0;
      while (indices.includes(awaited)) awaited++;
      expect(before.map(({ index }) => index)).toStrictEqual([...Array(awaited).keys()]);
      expect(left.map(({ index }) => index)).toStrictEqual([...indices].sort((a, b) => a - b));
      expect(finished).toBe(how === 'complete' ? 'complete' : 'broken');
    });
  });

  test('loses nothing and gives nothing twice, also with gaps and repeated indices, and from within a handler', () => {
    always([some, fc.array(fc.tuple(fc.nat(5), some), { maxLength: 3 }), end], (indices, within, how) => {
      const { fed, left } = feed(indices, how, new Map(within));
      expect(left).toHaveLength(fed.length);
      expect(new Set(left)).toStrictEqual(new Set(fed));
    });
  });

  test('keeps the order when outcomes come from within a handler', () => {
    const permutation = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
    always([permutation, fc.nat(5), fc.nat(3), end], (indices, place, first, how) => {
      const within = new Map([[place, indices.slice(first + 1)]]);
      const { fed, left } = feed(indices.slice(0, first + 1), how, within);
      expect(left.map(({ index }) => index)).toStrictEqual(fed.map(({ index }) => index).sort((a, b) => a - b));
    });
  });
});
