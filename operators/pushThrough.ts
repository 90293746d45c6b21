import { EMPTY, noop, Observable, type OperatorFunction, Subject, tap, throwError } from 'rxjs';
import { follow } from '../src/flow/follow.js';
import { takeTurns } from '../src/flow/turns.js';
import { requireDemand, requireInteger, requireOneOf } from '../src/flow/require.js';
import { type FailedOutcome, type Failure, LlmError, type Outcome } from '../src/types/outcome.js';
import type { PullThroughOptions } from './pullThrough.js';

/** Options of {@link pushThrough}. */
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
 * @see [Back-pressure](../docs/back-pressure.md)
 */
export function pushThrough<T, R>(
  pipeline: (records: Observable<T>) => Observable<Outcome<T, R>>,
  { maxInFlight, quantum = 1, maxWaiting, overflow }: PushThroughOptions,
): OperatorFunction<T, Outcome<T, R>> {
  requireDemand({ maxInFlight, quantum });
  requireInteger('maxWaiting', maxWaiting, 0);
  requireOneOf('overflow', overflow, ['dropOldest', 'dropNewest', 'error']);

  return (source) =>
    new Observable((subscriber) => {
      const records = new Subject<T>();
      const waiting: Arrival<T>[] = [];
      /** Positions in the source of the records in the pipeline, by their positions there. */
      const positions = new Map<number, number>();
      /** Records that have come, and those of them that have gone into the pipeline. */
      let came = 0;
      let entered = 0;
      /** Places that are free, and those of the current run that nobody has taken yet. */
      let credit = maxInFlight;
      let run = 0;
      /** How the source has ended. */
      let end: Observable<never> | undefined;
      const inTurn = takeTurns();

      const admit = (): void => {
        while (records.observed && (run > 0 || credit >= quantum)) {
          const arrival = waiting.shift();
          if (arrival === undefined) break;
          run = (run || quantum) - 1;
          credit--;
          positions.set(entered++, arrival.index);
          records.next(arrival.record);
        }
        if (waiting.length === 0) end?.subscribe(records);
      };
      const leave = (outcome: Outcome<T, R>): void => {
        const index = positions.get(outcome.index) ?? outcome.index;
        positions.delete(outcome.index);
        subscriber.next({ ...outcome, index, error: outcome.error && { ...outcome.error, index } } as Outcome<T, R>);
        credit++;
        inTurn(admit);
      };
      const drop = (from: number, count: number): void => {
        for (const arrival of waiting.splice(from, count)) subscriber.next(dropped(arrival));
      };
      /** Also what comes while the others are given. */
      const dropAll = (): void => {
        while (waiting.length > 0) drop(0, Infinity);
      };
      const accept = (record: T): void => {
        waiting.push({ record, index: came++ });
        // At once, also within a turn: it must not be dropped while there is room.
        admit();
        if (waiting.length <= maxWaiting) return;
        drop(overflow === 'dropOldest' ? 0 : -1, 1);
        if (overflow === 'error') throw new LlmError(DROPPED, 'overflow');
      };
      const finish = (how: Observable<never>): void => {
        end = how;
        admit();
      };

      subscriber.add(
        pipeline(records).subscribe({
          next: leave,
          error: (error: unknown) => {
            dropAll();
            subscriber.error(error);
          },
          complete: () => {
            dropAll();
            subscriber.complete();
          },
        }),
      );
      if (subscriber.closed) return;
      follow(source.pipe(tap(accept)), subscriber, {
        next: noop,
        error: (error) => {
          finish(throwError(() => error));
        },
        complete: () => {
          finish(EMPTY);
        },
      });
    });
}

const DROPPED: Failure = { code: 'dropped', message: 'too many records were waiting, or nothing took them any more' };

interface Arrival<T> {
  readonly record: T;
  readonly index: number;
}

function dropped<T>({ record, index }: Arrival<T>): FailedOutcome<T> {
  const base = { index, batchId: '', attempts: 0 };
  return { ...base, record, value: null, error: { ...base, ...DROPPED } };
}
