import { EMPTY, map, Observable, type OperatorFunction, Subject, takeUntil, tap, throwError } from 'rxjs';
import { follow } from '../src/flow/follow.js';
import { PushSource } from '../src/flow/push-source.js';
import { requireDemand, requireInteger, requireOneOf } from '../src/flow/require.js';
import { type FailedOutcome, LlmError, type Outcome } from '../src/types/outcome.js';
import { pullThrough, type PullThroughOptions } from './pullThrough.js';

export interface PushThroughOptions extends PullThroughOptions {
  /** Most records that wait until there is room for them, an integer from 0. What comes when as many wait, overflows. */
  readonly maxWaiting: number;
  /**
   * What gives way when a record overflows: `dropOldest` the one that has waited longest, `dropNewest` the one that comes. With
   * `error` it is that one too, and the source is let go: the stream errors after the outcomes of all records that had come.
   */
  readonly overflow: 'dropOldest' | 'dropNewest' | 'error';
}

/**
 * Emits what `pipeline` makes of the records of a source that cannot be asked to wait, and an outcome for each record that is dropped
 * because too many wait.
 *
 * ```text
 * source   -abcd-------|
 *          pushThrough(records => records.pipe(mlPredict(model)),
 *            { maxInFlight: 1, maxWaiting: 1, overflow: 'dropOldest' })
 * result   ---bcA---D--|       b and c are dropped: each waited when the next came
 * ```
 *
 * - *emits* the outcomes of `pipeline`, and a {@link FailedOutcome} with the code `dropped`, at once, for each record that is dropped:
 *   exactly one outcome for each record. `index` is the record's position in the source. `pipeline` has to give one outcome a
 *   record, as in {@link pullThrough}; `inOrder()` in it holds outcomes back, and they count as in flight; `inOrder()` after
 *   `pushThrough` puts the dropped ones in their places too.
 * - *completes* with `pipeline`, which gets the end of the source after the last record that waits.
 * - *errors* with `pipeline`, which gets the error of the source likewise; with `overflow: 'error'` with an {@link LlmError} of the type
 *   `overflow`. If `pipeline` ends before, what waits is dropped.
 * - *on unsubscribe* what waits is forgotten.
 * - *holds at most* `maxInFlight` and `maxWaiting` records.
 *
 * @example
 * ```ts
 * clicks$.pipe(pushThrough(clicks$ => clicks$.pipe(mlPredict(model)), { maxInFlight: 400, quantum: 20, maxWaiting: 1000, overflow: 'dropOldest' }))
 * ```
 *
 * @param pipeline - what becomes of the records
 * @throws RangeError if an option is out of its range
 * @see {@link pullThrough} for sources that can be asked
 */
export function pushThrough<T, R>(
  pipeline: (records: Observable<T>) => Observable<Outcome<T, R>>,
  { maxWaiting, overflow, ...demand }: PushThroughOptions,
): OperatorFunction<T, Outcome<T, R>> {
  requireDemand(demand);
  requireInteger('maxWaiting', maxWaiting, 0);
  requireOneOf('overflow', overflow, ['dropOldest', 'dropNewest', 'error']);
  const tooMany = `${maxWaiting} records were waiting`;

  return (source) =>
    new Observable((subscriber) => {
      const queue = new PushSource<Arrival<T>>();
      /** Positions in the source of the records in the pipeline, by their positions there. */
      const positions = new Map<number, number>();
      /** Records that have come, and those of them that have gone into the pipeline. */
      let came = 0;
      let entered = 0;
      const overflowed = new Subject<void>();

      const enter = ({ record, index }: Arrival<T>): T => {
        positions.set(entered++, index);
        return record;
      };
      const leave = (outcome: Outcome<T, R>): Outcome<T, R> => {
        const index = positions.get(outcome.index) ?? outcome.index;
        positions.delete(outcome.index);
        return outcome.error === null
          ? { ...outcome, index }
          : { ...outcome, index, error: { ...outcome.error, index } };
      };
      const drop = (arrivals: readonly Arrival<T>[], why: string): void => {
        for (const arrival of arrivals) subscriber.next(dropped(arrival, why));
      };
      const dropAll = (): void => {
        drop(queue.waiting.splice(0), 'the pipeline ended before its turn');
      };

      pullThrough(
        () => queue,
        (arrivals) => pipeline(arrivals.pipe(map(enter))).pipe(map(leave)),
        demand,
      )
        .pipe(tap({ error: dropAll, complete: dropAll }))
        .subscribe(subscriber);
      if (subscriber.closed) return;
      follow(source.pipe(takeUntil(overflowed)), subscriber, {
        next: (record) => {
          queue.push({ record, index: came++ });
          if (queue.waiting.length <= maxWaiting) return;
          if (overflow === 'error') {
            queue.end(throwError(() => new LlmError({ code: 'dropped', message: tooMany }, 'overflow')));
            overflowed.next();
          }
          drop(queue.waiting.splice(overflow === 'dropOldest' ? 0 : -1, 1), tooMany);
        },
        error: (error) => {
          queue.end(throwError(() => error as unknown));
        },
        complete: () => {
          queue.end(EMPTY);
        },
      });
    });
}

interface Arrival<T> {
  readonly record: T;
  readonly index: number;
}

function dropped<T>({ record, index }: Arrival<T>, message: string): FailedOutcome<T> {
  const base = { index, batchId: '', attempts: 0 };
  return { ...base, record, value: null, error: { ...base, code: 'dropped', message } };
}
