import fc from 'fast-check';
import { EMPTY, NEVER, Observable, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { type AdaptiveLimit, createAdaptiveLimit } from '../../src/flow/adaptive-limit.js';
import { createGate } from '../../src/flow/gate.js';
import { Budget } from '../../src/provider/budget.js';
import { always } from './runs.js';

const MINUTE = 60_000;

/** When each of `weights` starts at a gate that they all wait for from the beginning, in milliseconds of virtual time. */
function startsAt(
  weights: readonly number[],
  rates: { requestsPerMinute?: number; tokensPerMinute?: number },
): number[] {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ concurrency: Infinity, scheduler, ...rates });
  const starts: number[] = [];
  for (const tokens of weights) {
    const work = new Observable<never>((subscriber) => {
      starts.push(scheduler.now());
      subscriber.complete();
    });
    gate.pass(work, { tokens }).subscribe();
  }
  scheduler.maxFrames = Infinity;
  scheduler.flush();
  return starts;
}

/** The most that was spent within a minute, wherever it begins. */
function mostInAMinute(starts: readonly number[], weights: readonly number[]): number {
  let most = 0;
  let sum = 0;
  let first = 0;
  starts.forEach((start, last) => {
    sum += weights[last] ?? 0;
    for (; (starts[first] ?? start) <= start - MINUTE; first++) sum -= weights[first] ?? 0;
    most = Math.max(most, sum);
  });
  return most;
}

test('never starts more than the rate in any minute, and loses no start', () => {
  always([fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 400 })], (perMinute, count) => {
    const starts = startsAt(Array<number>(count).fill(0), { requestsPerMinute: perMinute });
    expect(starts).toHaveLength(count);
    expect(mostInAMinute(starts, Array<number>(count).fill(1))).toBeLessThanOrEqual(perMinute);
  });
});

test.each([60, 600, 6000])(
  'at %i a minute, three minutes let through three times as many, and none more than that',
  (rate) => {
    const starts = startsAt(Array<number>(3 * rate + 1).fill(0), { requestsPerMinute: rate });

    expect(mostInAMinute(starts, Array<number>(starts.length).fill(1))).toBe(rate);
    expect(starts.filter((start) => start < 3 * MINUTE)).toHaveLength(3 * rate);
  },
);

test('after a pause, too, a minute holds no more than the rate', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ concurrency: Infinity, scheduler, requestsPerMinute: 600 });
  const starts: number[] = [];
  const work = new Observable<never>((subscriber) => {
    starts.push(scheduler.now());
    subscriber.complete();
  });
  for (const at of [0, 30_000, 31_000, 95_000, 100_500])
    scheduler.schedule(() => Array.from({ length: 400 }, () => gate.pass(work).subscribe()), at);
  scheduler.maxFrames = Infinity;
  scheduler.flush();

  expect(starts).toHaveLength(2000);
  expect(mostInAMinute(starts, Array<number>(starts.length).fill(1))).toBeLessThanOrEqual(600);
});

test('reaches the rate: what waits starts as soon as it may', () => {
  always([fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 2, max: 120 })], (perMinute, count) => {
    const last = startsAt(Array<number>(count).fill(0), { requestsPerMinute: perMinute }).at(-1) ?? 0;
    // Each start is late by less than the millisecond that timers round up to.
    expect(last).toBeLessThanOrEqual(((count - 1) * MINUTE) / perMinute + count);
  });
});

test('spends no more tokens in any minute than the rate, but for a piece of work that alone is more', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 40 });
  always([fc.integer({ min: 60, max: 6000 }), weights], (perMinute, all) => {
    const starts = startsAt(all, { tokensPerMinute: perMinute });
    expect(starts).toHaveLength(all.length);
    expect(mostInAMinute(starts, all)).toBeLessThanOrEqual(Math.max(perMinute, ...all));
  });
});

test('what was expected and not spent can be spent by others', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ scheduler, tokensPerMinute: 60 });
  gate.pass(EMPTY, { tokens: 60 }).subscribe();
  gate.spend(-59);
  let startedAt = -1;
  gate.pass(EMPTY, { tokens: 1 }).subscribe({ complete: () => (startedAt = scheduler.now()) });
  scheduler.flush();
  expect(startedAt).toBe(1000);
});

test('what was spent beyond the expectation is waited for', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ scheduler, tokensPerMinute: 60 });
  gate.pass(EMPTY, { tokens: 1 }).subscribe();
  gate.spend(9);
  let startedAt = -1;
  gate.pass(EMPTY, { tokens: 1 }).subscribe({ complete: () => (startedAt = scheduler.now()) });
  scheduler.flush();
  expect(startedAt).toBe(10_000);
});

test('leaves no timer when nobody waits any more', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ scheduler, requestsPerMinute: 1 });
  gate.pass(EMPTY).subscribe();
  gate.pass(NEVER).subscribe().unsubscribe();
  expect(scheduler.actions.filter(({ closed }) => !closed)).toStrictEqual([]);
});

test('a limit that adapts stays between 1 and its ceiling, halves on overload, and comes back by one a round', () => {
  const steps = fc.array(fc.record({ isOverload: fc.boolean(), age: fc.nat(5) }), { maxLength: 60 });
  always([fc.integer({ min: 1, max: 64 }), steps], (ceiling, all) => {
    const limit = createAdaptiveLimit(ceiling);
    let loweredAt = -Infinity;
    all.forEach(({ isOverload, age }, now) => {
      const before = limit.current;
      if (!isOverload) limit.succeeded();
      else limit.overloaded(now - age, now);
      if (!isOverload) expect(limit.current - before).toBeOneOf([0, 1]);
      else if (now - age < loweredAt) expect(limit.current).toBe(before);
      else {
        expect(limit.current).toBe(Math.max(1, Math.floor(before / 2)));
        loweredAt = now;
      }
      expect(limit.current).toBeGreaterThanOrEqual(1);
      expect(limit.current).toBeLessThanOrEqual(ceiling);
    });
  });
});

/** How many rounds have to go well until the limit has that height; what is left of one by rounding is none. */
function roundsUntil(limit: AdaptiveLimit, height: number): number {
  let rounds = 0;
  for (let round = limit.current; limit.current < height; round = limit.current) {
    limit.succeeded();
    rounds += 1 / round;
  }
  return Math.round(rounds);
}

test('comes back by one a good round, and by one in four near where it was too much', () => {
  const limit = createAdaptiveLimit(16);
  limit.overloaded(0, 0);

  expect(limit.current).toBe(8);
  expect(roundsUntil(limit, 12)).toBe(4);
  expect(roundsUntil(limit, 16)).toBe(16);
});

test('rises by one a good round again above where it was too much', () => {
  const limit = createAdaptiveLimit(16);
  limit.overloaded(0, 0);
  limit.overloaded(1, 1);

  expect(limit.current).toBe(4);
  expect([6, 8, 9, 16].map((height) => roundsUntil(limit, height))).toEqual([2, 8, 1, 7]);
});

test('an adaptive gate lets half as many in flight after an overload, and only errors that mean one lower it', () => {
  const scheduler = new VirtualTimeScheduler();
  const gate = createGate({ concurrency: 8, adaptive: true, scheduler, isOverload: (error) => error === 'too much' });
  gate.pass(throwError(() => 'something else')).subscribe({ error: () => undefined });
  expect(gate.limit).toBe(8);
  gate.pass(throwError(() => 'too much')).subscribe({ error: () => undefined });
  expect(gate.limit).toBe(4);
  const running = Array.from({ length: 10 }, () => gate.pass(timer(5, scheduler)).subscribe());
  expect(gate.inFlight).toBe(4);
  running.forEach((subscription) => {
    subscription.unsubscribe();
  });
  expect(gate.inFlight).toBe(0);
});

test('a budget never lets more be set aside and spent than its maximum', () => {
  const step = fc.record({ expected: fc.nat(50), real: fc.double({ min: 0, max: 1, noNaN: true }) });
  always([fc.nat(300), fc.array(step, { maxLength: 40 })], (max, steps) => {
    const budget = new Budget(max);
    let spent = 0;
    for (const { expected, real } of steps) {
      const admitted = budget.reserve(expected);
      expect(admitted).toBe(spent + expected <= max);
      if (!admitted) continue;
      budget.settle(expected, expected * real);
      spent += expected * real;
    }
    expect(spent).toBeLessThanOrEqual(max);
  });
});
