import { Observable, Subject, type Subscription } from 'rxjs';
import { pullFrom, type PullSource } from '../src/flow/pull-source.js';
import { requireDemand } from '../src/flow/require.js';

/** Options of {@link pullThrough}. */
export interface PullThroughOptions {
  /** Most records between the source and their outcomes, an integer from 1. */
  readonly maxInFlight: number;
  /**
   * Records are asked for in runs of this many, once there is room for a whole run: the batch size, so that full batches stay
   * full. An integer from 1 to `maxInFlight`. @defaultValue 1
   */
  readonly quantum?: number;
}

/**
 * Emits what `pipeline` makes of the records of a source that is only asked for as many as there is room for: a slow model slows
 * the source down.
 *
 * ```text
 * asked    ab----cd----|       maxInFlight: 2, quantum: 2
 *          pullThrough(source, records => records.pipe(mlPredict(model)), options)
 * result   -----(AB)--(CD)|
 * ```
 *
 * - *emits* what `pipeline` emits. It has to give one value a record (a filter goes outside): each gives back one place. A
 *   buffer in it needs a finite `maxWaitMs`, since no further record comes before the last ones have left.
 * - *completes* with `pipeline`.
 * - *errors* with `pipeline`, which gets the error of the source.
 * - *on unsubscribe* the source's `return()` is called, and not awaited; a Node stream is destroyed, a web stream cancelled.
 * - *holds at most* `maxInFlight` records, besides what a stream reads ahead by itself (its `highWaterMark`).
 *
 * @example
 * ```ts
 * pullThrough(rows, rows$ => rows$.pipe(mlPredict(model)), { maxInFlight: 400, quantum: 20 })
 * ```
 *
 * @param source - an AsyncIterable (a Node stream, an async generator) or a web stream, opened on subscription; or what opens a
 *   {@link PullSource}
 * @param pipeline - what becomes of the records
 * @throws RangeError if an option is out of its range
 * @see {@link pushThrough} for sources that cannot be asked
 * @see [Back-pressure](../docs/back-pressure.md)
 */
export function pullThrough<T, O>(
  source: AsyncIterable<T> | ReadableStream<T> | (() => PullSource<T>),
  pipeline: (records: Observable<T>) => Observable<O>,
  { maxInFlight, quantum = 1 }: PullThroughOptions,
): Observable<O> {
  requireDemand({ maxInFlight, quantum });

  return new Observable((subscriber) => {
    const opened = typeof source === 'function' ? source() : pullFrom(source);
    const records = new Subject<T>();
    /** Places that are free. */
    let credit = maxInFlight;
    /** Records of the current run that are still to be asked for. */
    let run = 0;
    let pulling: Subscription | undefined;
    /** Guards the loop below: outcomes and records that come within it are seen by its next turn. */
    let pumping = false;
    let ended = false;

    /** Asks for one record; true if it, or the end, came at once. */
    const pull = (): boolean => {
      const seen = { record: false, end: false };
      let isSync = true;
      pulling = opened.pull().subscribe({
        next: (record) => {
          seen.record = true;
          run--;
          credit--;
          records.next(record);
        },
        error: (error: unknown) => {
          ended = true;
          records.error(error);
        },
        complete: () => {
          seen.end = true;
          if (!seen.record) {
            ended = true;
            records.complete();
          } else if (!isSync) {
            pumping = false;
            pump();
          }
        },
      });
      isSync = false;
      return seen.end;
    };

    const pump = (): void => {
      if (pumping) return;
      pumping = true;
      while (!ended && !subscriber.closed && records.observed && (run > 0 || credit >= quantum)) {
        if (run === 0) run = quantum;
        if (!pull()) return;
      }
      pumping = false;
    };

    /** Records for as long as the pipeline takes any: after a fatal answer, say, it takes none. */
    const wanted = new Observable<T>((taker) => {
      taker.add(records.subscribe(taker));
      pump();
    });

    subscriber.add(() => {
      pulling?.unsubscribe();
      if (!ended) opened.cancel();
    });
    subscriber.add(
      pipeline(wanted).subscribe({
        next: (outcome) => {
          subscriber.next(outcome);
          credit++;
          pump();
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      }),
    );
  });
}
