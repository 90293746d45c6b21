import {
  EMPTY,
  identity,
  Observable,
  type OperatorFunction,
  Subject,
  type Subscriber,
  takeUntil,
  throwError,
} from 'rxjs';
import { errorLast } from '../flow/errorLast.js';
import { requireOneOf } from '../flow/require.js';
import { type Failure, LlmError } from '../types/outcome.js';
import type { Latch } from '../types/sending.js';

/** Remembers the first fatal answer of a stream, and whether anybody still listens. */
class FatalLatch implements Latch {
  failure: Failure | undefined;
  readonly tripped = new Subject<Failure>();
  readonly #subscriber: Subscriber<unknown>;

  constructor(subscriber: Subscriber<unknown>) {
    this.#subscriber = subscriber;
  }

  /** The stream was let go: a permit that comes back while it is taken down must not send what waits for it. */
  get closed(): boolean {
    return this.#subscriber.closed;
  }

  trip(failure: Failure): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.tripped.next(failure);
  }
}

/**
 * Applies an operator that may trip the latch. With `error`, the source is then unsubscribed, as if it had completed; what the
 * operator still has to give is given, and the stream errors with {@link LlmError}. With `outcome`, the source goes on. An error of
 * the source, too, passes only after all that the operator had to give.
 *
 * @throws RangeError if `onFatal` is neither
 */
export function endOnFatal<T, R>(
  onFatal: 'error' | 'outcome',
  build: (latch: FatalLatch) => OperatorFunction<T, R>,
): OperatorFunction<T, R> {
  requireOneOf('onFatal', onFatal, ['error', 'outcome']);
  return (source) =>
    new Observable((subscriber) => {
      const latch = new FatalLatch(subscriber);
      const isOutcome = onFatal === 'outcome';
      const end = (): Observable<never> => {
        const { failure } = latch;
        return failure === undefined || isOutcome ? EMPTY : throwError(() => new LlmError(failure));
      };
      source.pipe(isOutcome ? identity : takeUntil(latch.tripped), errorLast(build(latch), end)).subscribe(subscriber);
    });
}
