import { Observable } from 'rxjs';

/** A source that gives a record only when it is asked for one. */
export interface PullSource<T> {
  /** Gives the next record and completes; completes without a record at the end. Not called again before it has. */
  pull(): Observable<T>;
  /** No record is wanted any more; not called after the end. */
  cancel(): void;
}

/** Opens an AsyncIterable as a {@link PullSource}: one `next()` a pull; `return()` is called on cancel, and not awaited. */
export function pullFrom<T>(iterable: AsyncIterable<T>): PullSource<T> {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    pull: () =>
      new Observable((subscriber) => {
        iterator.next().then(
          (result) => {
            if (result.done !== true) subscriber.next(result.value);
            subscriber.complete();
          },
          (error: unknown) => {
            subscriber.error(error);
          },
        );
      }),
    cancel: () => {
      // Nobody is left to hear how the source closes.
      iterator.return?.().then(undefined, () => undefined);
    },
  };
}
