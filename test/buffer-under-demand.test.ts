import { concatMap, delay, EMPTY, from, type Observable, of, range, tap, toArray, VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { bufferTimeOrCount } from '../operators/bufferTimeOrCount.js';
import { pullThrough } from '../operators/pullThrough.js';
import type { PullSource } from '../src/flow/pull-source.js';

/** Runs to the end in virtual time, and gives all that came. */
function allOf<T>(scheduler: VirtualTimeScheduler, source: Observable<T>): readonly T[] {
  let all: readonly T[] | undefined;
  source.pipe(toArray()).subscribe((values) => {
    all = values;
  });
  scheduler.flush();
  if (all === undefined) throw new Error('the stream did not complete');
  return all;
}

test("Reactor's bufferTimeout (reactor-core#994, #2236, #3012): a consumer that is slower than its source loses nothing", () => {
  const scheduler = new VirtualTimeScheduler();
  const records = range(0, 1000).pipe(concatMap((record) => of(record).pipe(delay(1, scheduler))));

  const batches = allOf(
    scheduler,
    records.pipe(
      bufferTimeOrCount({ maxCount: 20, maxWaitMs: 10, scheduler }),
      concatMap((batch) => of(batch).pipe(delay(500, scheduler))),
    ),
  );

  expect(batches.flat()).toEqual(Array.from({ length: 1000 }, (_, record) => record));
  expect(batches.every(({ length }) => length > 0 && length <= 20)).toBe(true);
});

test("akka's, and so Pekko's, groupedWithin (akka.net#7879): demand that comes back does not flush a batch that is still young", () => {
  const scheduler = new VirtualTimeScheduler();
  const arrivedAt: number[] = [];
  const batches: { readonly records: readonly number[]; readonly waitedMs: number }[] = [];
  let record = 0;
  /** Gives a record each 30 ms, so that a batch's timer of 100 ms is under way when places come back. */
  const source: PullSource<number> = {
    pull: () => (record < 30 ? of(record++).pipe(delay(30, scheduler)) : EMPTY),
    cancel: () => undefined,
  };
  const slowly = (records: Observable<number>): Observable<number> =>
    records.pipe(
      tap((one) => (arrivedAt[one] = scheduler.now())),
      bufferTimeOrCount({ maxCount: 4, maxWaitMs: 100, scheduler }),
      tap((batch) => batches.push({ records: batch, waitedMs: scheduler.now() - (arrivedAt[batch[0] ?? 0] ?? 0) })),
      concatMap((batch) => from(batch).pipe(concatMap((one) => of(one).pipe(delay(70, scheduler))))),
    );

  const outcomes = allOf(
    scheduler,
    pullThrough(() => source, slowly, { maxInFlight: 6, quantum: 2 }),
  );

  expect(outcomes).toEqual(Array.from({ length: 30 }, (_, position) => position));
  const young = batches.filter(({ records, waitedMs }) => records.length < 4 && waitedMs < 100);
  expect(young).toEqual([]);
  // There was something to tell: places came back while batches were waiting for more.
  expect(batches.some(({ records }) => records.length < 4)).toBe(true);
});
