import { delay, EMPTY, mergeMap, of, Subject, take, tap, throwError, timer, VirtualTimeScheduler } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { mlPredict } from '../../operators/mlPredict.js';
import { pullThrough } from '../../operators/pullThrough.js';
import { pushThrough } from '../../operators/pushThrough.js';
import type { PullSource } from '../../src/flow/pull-source.js';
import { defineModel } from '../../src/model/define-model.js';
import { createProvider } from '../../src/provider/create-provider.js';
import { LlmError, type Outcome } from '../../src/types/outcome.js';
import { ProviderError } from '../../src/types/provider.js';

/** A model whose provider refuses every request after a while. */
function refused(scheduler: VirtualTimeScheduler) {
  const failure = new ProviderError('no', { kind: 'fatal', code: 'unauthorized' });
  const provider = createProvider({
    name: 'refusing',
    model: 'any',
    scheduler,
    capabilities: { streaming: true, enforcesSchema: false },
    complete: () => timer(5, scheduler).pipe(mergeMap(() => throwError(() => failure))),
  });
  return defineModel<number>({ provider, batchSize: 2, batchTimeoutMs: 20, recordContent: String });
}

describe('a pipeline that ends before its source', () => {
  test.each(
    (['dropOldest', 'dropNewest', 'error'] as const).flatMap((overflow) =>
      (['input', 'arrival'] as const).map((order) => [overflow, order] as const),
    ),
  )('leaves no record of pushThrough without an outcome: %s, %s', (overflow, order) => {
    const scheduler = new VirtualTimeScheduler();
    const source = new Subject<number>();
    const outcomes: Outcome<number, unknown>[] = [];
    let error: unknown;
    let came = 0;
    const push = (): void => {
      source.next(came++);
    };
    source
      .pipe(
        pushThrough((records) => records.pipe(mlPredict(refused(scheduler), { scheduler, order })), {
          maxInFlight: 4,
          quantum: 2,
          maxWaiting: 100,
          overflow,
        }),
      )
      .subscribe({
        next: (outcome) => {
          outcomes.push(outcome);
          // Some come while the last ones are given.
          if (outcome.error?.code === 'dropped' && came < 14) push();
        },
        error: (thrown: unknown) => (error = thrown),
      });

    for (let record = 0; record < 10; record++) push();
    scheduler.flush();

    expect(error).toBeInstanceOf(LlmError);
    expect(came).toBe(14);
    expect(outcomes.map(({ record }) => record).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 14 }, (_, record) => record),
    );
    expect(outcomes.every(({ record, index }) => record === index)).toBe(true);
  });

  test.each([
    [
      'a fatal answer',
      (scheduler: VirtualTimeScheduler) => mlPredict<number, unknown>(refused(scheduler), { scheduler }),
    ],
    ['enough', () => take<number>(3)],
  ])('asks pullThrough for no record that it would not take: after %s', (_, pipeline) => {
    const scheduler = new VirtualTimeScheduler();
    let pulled = 0;
    let entered = 0;
    let cancelled = false;
    const source: PullSource<number> = {
      pull: () => (pulled < 1000 ? of(pulled++).pipe(delay(1, scheduler)) : EMPTY),
      cancel: () => (cancelled = true),
    };

    pullThrough(
      () => source,
      (records) =>
        records.pipe(
          tap(() => entered++),
          pipeline(scheduler) as ReturnType<typeof take<unknown>>,
        ),
      { maxInFlight: 8, quantum: 4 },
    ).subscribe({ error: () => undefined });
    scheduler.flush();

    // The one that had been asked for already cannot be given back.
    expect(pulled - entered).toBeLessThanOrEqual(1);
    expect(pulled).toBeLessThan(20);
    expect(cancelled).toBe(true);
  });

  test('takes records of pullThrough also if it subscribes to them late', () => {
    const scheduler = new VirtualTimeScheduler();
    const seen: unknown[] = [];
    let pulled = 0;
    const source: PullSource<number> = { pull: () => (pulled < 5 ? of(pulled++) : EMPTY), cancel: () => undefined };

    pullThrough(
      () => source,
      (records) => timer(10, scheduler).pipe(mergeMap(() => records)),
      { maxInFlight: 2 },
    ).subscribe((value) => seen.push(value));
    scheduler.flush();

    expect(seen).toEqual([0, 1, 2, 3, 4]);
  });
});
