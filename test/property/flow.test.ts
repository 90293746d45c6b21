import fc from 'fast-check';
import { concatMap, delay, from, mergeMap, of, type OperatorFunction, Subject, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { fullJitter } from '../../src/flow/backoff.js';
import { errorLast } from '../../src/flow/errorLast.js';
import { always } from './runs.js';

describe('fullJitter', () => {
  const share = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const bounds = fc.record({ initialMs: fc.nat(5000), maxMs: fc.nat(60_000) });

  test('waits a random share of a bound that doubles up to the most, however many retries there are', () => {
    always([fc.integer({ min: 1, max: 5000 }), share, bounds], (retry, random, backoff) => {
      const wait = fullJitter(retry, () => random, backoff);
      let bound = Math.min(backoff.initialMs, backoff.maxMs);
      for (let turn = 1; turn < retry && bound > 0 && bound < backoff.maxMs; turn++)
        bound = Math.min(backoff.maxMs, bound * 2);
      expect(wait).toBeCloseTo(random * bound, 6);
      expect(wait === bound && bound > 0).toBe(false);
    });
  });
});

test('a first wait of nothing stays nothing, however many retries there are', () => {
  expect(fullJitter(2000, () => 0.5, { initialMs: 0, maxMs: 1000 })).toBe(0);
});

describe('errorLast', () => {
  const slow = (scheduler: VirtualTimeScheduler): OperatorFunction<number, number> =>
    mergeMap((value) => of(value).pipe(delay(value, scheduler)));
  const oneByOne = (scheduler: VirtualTimeScheduler): OperatorFunction<number, number> =>
    concatMap((value) => from([value, value]).pipe(delay(value, scheduler)));

  test('lets an error of the source pass after all that the operator still had to give', () => {
    const operators = fc.constantFrom(slow, oneByOne);
    always(
      [operators, fc.array(fc.nat(9), { maxLength: 5 }), fc.constantFrom('complete', 'error', 'sync')],
      (make, values, how) => {
        const scheduler = new VirtualTimeScheduler();
        const collect = (end: 'complete' | 'error') => {
          const source = new Subject<number>();
          const seen: unknown[] = [];
          source.pipe(errorLast(make(scheduler))).subscribe({
            next: (value) => seen.push(value),
            error: (error: unknown) => seen.push(error),
            complete: () => seen.push('complete'),
          });
          values.forEach((value) => source.next(value));
          source[end]('broken');
          scheduler.flush();
          return seen;
        };
        const whole = collect('complete');
        const broken = collect(how === 'complete' ? 'complete' : 'error');
        expect(broken.slice(0, -1)).toStrictEqual(whole.slice(0, -1));
        expect(broken.at(-1)).toBe(how === 'complete' ? 'complete' : 'broken');
      },
    );
  });
});
