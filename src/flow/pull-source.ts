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
 * locked until it ends or is cancelled.
 *
 * @throws TypeError if a web stream is locked already
 */
export function pullFrom<T>(source: AsyncIterable<T> | ReadableStream<T>): PullSource<T> {
  if ('getReader' in source) {
    const reader = source.getReader();
    const release = (): void => {
      reader.releaseLock();
    };
    return {
      pull: () => answered<T>(() => reader.read(), release),
      cancel: () => {
        ignored(reader.cancel());
        release();
      },
    };
  }
  const iterator = source[Symbol.asyncIterator]();
  return {
    pull: () => answered(() => iterator.next()),
    cancel: () => {
      // A generator returns only after the `next()` that is under way: whatever a Node stream holds open would stay open as long.
      (source as { readonly destroy?: () => void }).destroy?.();
      ignored(iterator.return?.());
    },
  };
}

/** One answer of a source; `atEnd` is called when it was the last, or an error. */
function answered<T>(ask: () => Promise<IteratorResult<T, unknown>>, atEnd?: () => void): Observable<T> {
  return new Observable((subscriber) => {
    ask().then(
      (result) => {
        if (result.done === true) atEnd?.();
        else subscriber.next(result.value);
        subscriber.complete();
      },
      (error: unknown) => {
        atEnd?.();
        subscriber.error(error);
      },
    );
  });
}

/** Nobody is left to hear how a source closes. */
function ignored(closing: Promise<unknown> | undefined): void {
  closing?.then(undefined, () => undefined);
}
