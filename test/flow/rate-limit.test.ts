import { VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { createRateLimit } from '../../src/flow/rate-limit.js';
import { collectGarbage } from '../collect-garbage.js';

/** A limit in virtual time, after each amount was spent at its second. */
function limitAfter(perMinute: number, spent: readonly (readonly [second: number, amount: number])[]) {
  const clock = new VirtualTimeScheduler();
  const limit = createRateLimit(perMinute, clock);
  for (const [second, amount] of spent) {
    clock.frame = second * 1000;
    limit.spend(amount);
  }
  return { clock, limit };
}

const waitAfter = (perMinute: number, spent: readonly (readonly [number, number])[], amount: number): number =>
  limitAfter(perMinute, spent).limit.waitMs(amount);

describe('a rate', () => {
  test("lets a second's worth start at once, and at least one", () => {
    expect(waitAfter(6000, [[0, 99]], 1)).toBe(0);
    expect(waitAfter(6000, [[0, 100]], 1)).toBe(10);
    expect(waitAfter(6, [], 1)).toBe(0);
    expect(waitAfter(6, [[0, 1]], 1)).toBe(10_000);
  });

  test('takes what is spent without a wait from what has come in until then', () => {
    const spent = [
      [0, 10],
      [20, 10],
    ] as const;
    expect(waitAfter(600, spent, 10)).toBe(1000);
  });

  test('does not wait for a share that is missing by rounding alone', () => {
    expect(1 - 0.9).toBeLessThan(0.1);
    expect(waitAfter(60, [[0, 0.9]], 0.1)).toBe(0);
  });

  test('lets what spends nothing wait only until nothing is owed, however much the minute holds', () => {
    expect(waitAfter(600, [[0, 605]], 0)).toBe(59_500);
    expect(waitAfter(600, [[0, 605]], 1)).toBe(60_000);
  });

  test('needs no more memory the longer it is used', () => {
    const { clock, limit } = limitAfter(60, []);
    const spend = (times: number): number => {
      for (let time = 0; time < times; time++) {
        clock.frame += 10_000;
        limit.spend(1);
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = spend(1000);
    expect(spend(400_000) - before).toBeLessThan(5_000_000);
    expect(limit.waitMs(1)).toBe(1000);
  });
});

describe('what is given back', () => {
  test('is taken once from what the minute holds', () => {
    const spent = [
      [0, 60],
      [0, -30],
    ] as const;
    expect(waitAfter(60, spent, 60)).toBe(60_000);
  });

  test('is no more than was spent, and leaves the rest of an amount', () => {
    const half = [
      [0, 30],
      [0, -10],
    ] as const;
    expect(waitAfter(60, half, 45)).toBe(60_000);
    const twice = [
      [0, 5],
      [0, -10],
    ] as const;
    expect(waitAfter(60, twice, 60)).toBe(0);
  });

  test('leaves the minute with the rest of its amount', () => {
    const spent = [
      [0, 30],
      [0, -10],
      [60, 30],
      [91, 20],
    ] as const;
    expect(waitAfter(60, spent, 20)).toBe(29_000);
  });

  test('comes from as many amounts as it takes, and from no other', () => {
    const more = [
      [0, 10],
      [1, 10],
      [1, -15],
    ] as const;
    expect(waitAfter(60, more, 55)).toBe(4000);
    const less = [
      [0, 10],
      [1, 10],
      [1, -5],
    ] as const;
    expect(waitAfter(60, less, 50)).toBe(59_000);
  });

  test('comes from what the minute still holds', () => {
    const spent = [
      [0, 30],
      [30, 30],
      [61, -10],
    ] as const;
    expect(waitAfter(60, spent, 35)).toBe(0);
  });
});
