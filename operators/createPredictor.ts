import { AsyncSubject, asyncScheduler, forkJoin, map, Observable, Subject } from 'rxjs';
import { createBatchQueue } from '../src/flow/batch-queue.js';
import type { InLine } from '../src/flow/line.js';
import type { Model, ModelOverrides } from '../src/model/define-model.js';
import { contentReader } from '../src/prompt/content.js';
import type { Outcome } from '../src/types/outcome.js';
import { mlPredict, type RunOptions } from './mlPredict.js';

/** Answers single records, of many callers together. */
export interface Predictor<T, R> {
  /** Each subscription is a caller: it gets the outcome of the record, and the end. Unsubscribing gives its place back. */
  predict<S extends T>(record: S): Observable<Outcome<S, R>>;
  /** The same, asked at once. Rejects with the signal's reason when that is aborted, which gives its place back. */
  predictAsync<S extends T>(record: S, options?: { readonly signal?: AbortSignal | undefined }): Promise<Outcome<S, R>>;
  /** Asks for what waits, at once, and takes no more callers. Resolves when every caller has its outcome, or has left. */
  close(): Promise<void>;
}

/**
 * Gives a predictor: each of its callers gets the outcome of its own record, while the records of many share requests.
 *
 * ```text
 * predict(a)   -a-------A|        batchSize: 2; one request asks for a and b
 * predict(b)   ---b-----B|
 * ```
 *
 * - *emits* to each caller exactly one outcome, as its entry closes, and completes it. A batch leaves when `batchSize` callers wait,
 *   or its first one has waited `batchTimeoutMs`; who unsubscribes before takes its record out of it. When all callers of a request
 *   have left, it is aborted. `index` counts the records that were asked for.
 * - *completes* each caller after its outcome; `close()` asks for all that waits, and resolves after the last outcome.
 * - *errors* a caller that comes after `close()`, with a TypeError. A fatal answer is the outcome of all who wait, and who come later:
 *   nothing more is sent.
 * - *on unsubscribe* of the last caller nothing is left: no request, no timer.
 * - *holds at most* the records of its callers.
 *
 * It is `mlPredict`, with a queue in front that can be left. Its budget is one for all callers.
 *
 * @example
 * ```ts
 * const predictor = createPredictor(sentiment, { batchSize: 20, batchTimeoutMs: 50 });
 * const outcome = await predictor.predictAsync({ text: 'Great phone.' });
 * ```
 *
 * @param model - made by `defineModel` or `modelFromOptions`
 * @param overrides - options of the model for this predictor, and what belongs to its run
 * @throws TypeError or RangeError naming the option, the value and what is allowed
 * @see {@link mlPredict}
 * @see [Many callers, few calls](../docs/predictor.md)
 */
export function createPredictor<T, R>(
  model: Model<T, R>,
  overrides: ModelOverrides<T, R> & Omit<RunOptions, 'onFatal' | 'abandonWhen'> = {},
): Predictor<T, R> {
  const { events, release, evidence, positional, random, scheduler = asyncScheduler, ...rest } = overrides;
  const own = model.with(rest);
  const { batchSize, batchTimeoutMs, recordContent } = own.options;
  const read = contentReader(recordContent);
  const callers = new Subject<Caller<T, R>>();
  /** How the stream of outcomes ended. */
  const ended = new AsyncSubject<void>();
  const queue = createBatchQueue<Caller<T, R>>(batchSize, batchTimeoutMs, scheduler, (caller) => {
    callers.next(caller);
  });
  let isClosed = false;

  callers
    .pipe(
      mlPredict<Caller<T, R>, R>(own as unknown as Model<Caller<T, R>, R>, {
        ...{ events, release, evidence, positional, random, scheduler },
        recordContent: ({ record }) => read(record),
        // What has left the queue is a batch already.
        batchTimeoutMs: 0,
        order: 'arrival',
        onFatal: 'outcome',
        abandonWhen: ({ records }) => forkJoin(records.map(({ left }) => left)),
      }),
      map(({ record: caller, ...outcome }) => {
        caller.answer({ ...outcome, record: caller.record });
      }),
    )
    .subscribe(ended);

  const predict = <S extends T>(record: S): Observable<Outcome<S, R>> =>
    new Observable((subscriber) => {
      if (isClosed) throw new TypeError('the predictor is closed');
      let isAnswered = false;
      const left = new AsyncSubject<void>();
      const answer = (outcome: Outcome<S, R>): void => {
        isAnswered = true;
        subscriber.next(outcome);
        subscriber.complete();
      };
      const caller = { before: undefined, after: undefined, record, left, answer } as Caller<T, R>;
      subscriber.add(() => {
        if (isAnswered || queue.take(caller)) return;
        left.next();
        left.complete();
      });
      subscriber.add(ended.subscribe({ error: (error: unknown) => subscriber.error(error) }));
      if (!subscriber.closed) queue.add(caller);
    });

  return {
    predict,
    predictAsync: (record, { signal } = {}) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const asking = predict(record).subscribe({ next: resolve, error: reject });
        const leave = (): void => {
          asking.unsubscribe();
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', leave);
        asking.add(() => signal?.removeEventListener('abort', leave));
      }),
    close: () => {
      isClosed = true;
      queue.flush();
      callers.complete();
      return new Promise((resolve) => {
        // What broke the stream was told to every caller.
        ended.subscribe({ complete: resolve, error: () => resolve() });
      });
    },
  };
}

interface Caller<T, R> extends InLine<Caller<T, R>> {
  readonly record: T;
  /** Emits if the caller leaves after its batch, and before its outcome. */
  readonly left: AsyncSubject<void>;
  answer(outcome: Outcome<T, R>): void;
}
