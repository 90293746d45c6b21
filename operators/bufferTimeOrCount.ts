import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { follow } from '../src/flow/follow.js';
import { takeTurns } from '../src/flow/turns.js';
import { requireAtLeast, requireDelay, requireInteger, requireOneOf } from '../src/flow/require.js';

/** Options of {@link bufferTimeOrCount}. */
export interface BufferTimeOrCountOptions<T> {
  /** Most records in a batch, an integer from 1; `Infinity` lets time and weight decide. @defaultValue Infinity */
  readonly maxCount?: number;
  /**
   * Longest wait of a batch's first record, in milliseconds from 0; `Infinity` starts no timer. A batch that waited as
   * long leaves as it is. @defaultValue Infinity
   */
  readonly maxWaitMs?: number;
  /** Most weight of a batch, in the unit of `weight`; a heavier record leaves alone. @defaultValue Infinity */
  readonly maxWeight?: number;
  /** The weight of one record, from 0; called once a record. A throw, or what is no
   * such number, errors the stream. @defaultValue 1 each */
  readonly weight?: (record: T) => number;
  /** What an error of the source does to a partial batch: it leaves before the error, or not at all. @defaultValue 'emit' */
  readonly onSourceError?: 'emit' | 'discard';
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Emits arrays of records, each as soon as it is full or its first record has waited long enough.
 *
 * ```text
 * source   -a-b-c-----d-----------|
 *          bufferTimeOrCount({ maxCount: 3, maxWaitMs: 5 })
 * result   -----x----------y------|     x = [a, b, c], y = [d]
 * ```
 *
 * - *emits* when `maxCount` or `maxWeight` is reached, when a batch's first record has waited `maxWaitMs`, and at the end.
 *   A batch is never empty, and all batches one after the other are the input. A record that would lift a batch over
 *   `maxWeight` leaves that batch behind and opens the next. A record due in the same instant as the timer goes by the
 *   scheduler's order: it is in the batch that leaves, or the first of the next.
 * - *completes* with the source, after the last partial batch.
 * - *errors* with the source, or with what `weight` throws; a partial batch leaves first (`onSourceError`).
 * - *on unsubscribe* the partial batch is dropped, and the timer with it.
 * - *holds at most* one batch; a timer is alive only while a batch is open.
 *
 * @example
 * ```ts
 * records$.pipe(bufferTimeOrCount({ maxCount: 20, maxWaitMs: 1000 }))
 * ```
 *
 * @throws RangeError if a limit is not a number in its range
 * @see {@link toBatchPrompt}
 * @see [Choosing a batch size](../docs/batch-size.md)
 */
export function bufferTimeOrCount<T>(options: BufferTimeOrCountOptions<T>): OperatorFunction<T, T[]> {
  const { maxCount = Infinity, maxWaitMs = Infinity, maxWeight = Infinity, weight = () => 1 } = options;
  const { onSourceError = 'emit', scheduler = asyncScheduler } = options;
  requireInteger('maxCount', maxCount, 1);
  requireDelay('maxWaitMs', maxWaitMs, 0);
  requireAtLeast('maxWeight', maxWeight, 0);
  requireOneOf('onSourceError', onSourceError, ['emit', 'discard']);

  return (source) =>
    new Observable((subscriber) => {
      /** The open batch and its weight. */
      let batch: T[] = [];
      let batchWeight = 0;
      /** Alive from a batch's first record until the batch leaves. */
      let timer: Subscription | undefined;
      const inTurn = takeTurns();

      const emit = (): void => {
        const full = batch;
        timer?.unsubscribe();
        timer = undefined;
        batch = [];
        batchWeight = 0;
        if (full.length > 0) subscriber.next(full);
      };

      subscriber.add(() => timer?.unsubscribe());
      follow(
        source,
        subscriber,
        {
          next: (record) => {
            const recordWeight = weight(record);
            requireAtLeast('weight', recordWeight, 0);
            if (batchWeight + recordWeight > maxWeight) emit();
            batch.push(record);
            batchWeight += recordWeight;
            if (batch.length >= maxCount || batchWeight >= maxWeight) emit();
            else if (maxWaitMs < Infinity && !subscriber.closed)
              timer ??= scheduler.schedule(() => {
                inTurn(emit);
              }, maxWaitMs);
          },
          last: (failed) => {
            if (failed && onSourceError === 'discard') batch = [];
            emit();
          },
        },
        inTurn,
      );
    });
}
