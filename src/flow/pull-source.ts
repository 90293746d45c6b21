import { Observable } from 'rxjs';

/** A source that gives a record only when it is asked for one. */
export interface PullSource<T> {
  /** Gives the next record and completes; completes without a record at the end. Not called again before it has. */
  pull(): Observable<T>;
  /** No record is wanted any more; not called after the end. */
  cancel(): void;
}

/**
 * Opens an AsyncIterable or a web `ReadableStream` as a {@link PullSource}: one `next()` or `read()` a pull. On cancel, `return()` or
 * the reader's `cancel()` is called, and not awaited. A Node stream is destroyed at once, also while it is being read. A web stream is
 * locked until it is cancelled.
 *
 * @throws TypeError if a web stream is locked already
 */
export function pullFrom<T>(source: AsyncIterable<T> | ReadableStream<T>): PullSource<T> {
  const iterator: Reading<T> = 'getReader' in source ? iterate(source.getReader()) : source[Symbol.asyncIterator]();
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
      // A generator returns only after the `next()` that is under way: whatever a Node stream holds open would stay open as long.
      (source as { readonly destroy?: () => void }).destroy?.();
      // Nobody is left to hear how the source closes.
      iterator.return?.().then(undefined, () => undefined);
    },
  };
}

/** Not every browser iterates streams. */
function iterate<T>(reader: ReadableStreamDefaultReader<T>): Reading<T> {
  return {
    next: () => reader.read(),
    return: () => {
      const cancelled = reader.cancel();
      reader.releaseLock();
      return cancelled;
    },
  };
}

interface Reading<T> {
  next(): Promise<IteratorResult<T, unknown>>;
  return?(): Promise<unknown>;
}
