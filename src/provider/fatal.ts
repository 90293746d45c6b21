import {
  concat,
  defer,
  EMPTY,
  identity,
  type Observable,
  type OperatorFunction,
  Subject,
  takeUntil,
  throwError,
} from 'rxjs';
import { errorLast } from '../flow/errorLast.js';
import { type Failure, LlmError } from '../types/outcome.js';

/** Remembers the first fatal answer of a stream. */
export interface FatalLatch {
  readonly failure: Failure | undefined;
  /** Emits the failure when it comes. */
  readonly tripped: Observable<Failure>;
  trip(failure: Failure): void;
}

/**
 * Applies an operator that may trip the latch. With `error`, the source is then unsubscribed, as if it had completed; what the
 * operator still has to give is given, and the stream errors with {@link LlmError}. With `outcome`, the source goes on. An error of
 * the source, too, passes only after all that the operator had to give.
 */
export function endOnFatal<T, R>(
  onFatal: 'error' | 'outcome',
  build: (latch: FatalLatch) => OperatorFunction<T, R>,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      const latch = createLatch();
      return concat(
        source.pipe(onFatal === 'error' ? takeUntil(latch.tripped) : identity, errorLast(build(latch))),
        defer(() => {
          const { failure } = latch;
          if (failure === undefined || onFatal === 'outcome') return EMPTY;
          return throwError(() => new LlmError('fatal_answer', failure));
        }),
      );
    });
}

function createLatch(): FatalLatch {
  const tripped = new Subject<Failure>();
  let first: Failure | undefined;
  return {
    tripped,
    get failure() {
      return first;
    },
    trip: (failure) => {
      if (first !== undefined) return;
      first = failure;
      tripped.next(failure);
    },
  };
}
