import { asyncScheduler, Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { follow } from '../src/flow/follow.js';
import { requireAtLeast, requireDelay, requireInteger, requireOneOf } from '../src/flow/require.js';

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
  /** The weight of one record, from 0; called once a record. A throw errors the stream. @defaultValue 1 each */
  readonly weight?: (record: T) => number;
  /** What an error of the source does to a partial batch: it leaves before the error, or not at all. @defaultValue 'emit' */
  readonly onSourceError?: 'emit' | 'discard';
  /** @defaultValue rxjs's `asyncScheduler` */
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
      /** Alive from a batch's first record until the batch is closed. */
      let timer: Subscription | undefined;
      /** Closed batches on their way out; a re-entrant record may close another while one is being emitted. */
      const ready: T[][] = [];
      let emitting = false;
      /** What is left to do after the last batch. */
      let finish: (() => void) | undefined;

      const close = (): void => {
        timer?.unsubscribe();
        timer = undefined;
        if (batch.length > 0) ready.push(batch);
        batch = [];
        batchWeight = 0;
      };

      const emit = (): void => {
        if (emitting) return;
        emitting = true;
        for (let next = ready.shift(); next !== undefined; next = ready.shift()) subscriber.next(next);
        emitting = false;
        finish?.();
      };

      const closeAndEmit = (): void => {
        close();
        emit();
      };

      const fail = (error: unknown): void => {
        if (onSourceError === 'discard') batch = [];
        finish = () => {
          subscriber.error(error);
        };
        closeAndEmit();
      };

      subscriber.add(() => timer?.unsubscribe());
      follow(source, subscriber, {
        next: (record) => {
          const recordWeight = weight(record);
          if (batchWeight + recordWeight > maxWeight) close();
          batch.push(record);
          batchWeight += recordWeight;
          if (batch.length >= maxCount || batchWeight >= maxWeight) close();
          else if (maxWaitMs < Infinity) timer ??= scheduler.schedule(closeAndEmit, maxWaitMs);
          emit();
        },
        error: fail,
        complete: () => {
          finish = () => {
            subscriber.complete();
          };
          closeAndEmit();
        },
      });
    });
}
