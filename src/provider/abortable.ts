import { Observable } from 'rxjs';

/** An observable of what `produce` yields; unsubscribing aborts the signal that it was given. */
export function abortable<T>(produce: (signal: AbortSignal) => AsyncIterable<T>): Observable<T> {
  return new Observable((subscriber) => {
    const controller = new AbortController();
    const { signal } = controller;
    const run = async (): Promise<void> => {
      try {
        for await (const value of produce(signal)) {
          if (signal.aborted) return;
          subscriber.next(value);
        }
        subscriber.complete();
      } catch (error) {
        // After an abort nobody listens, and the error is only the abort's own.
        if (!signal.aborted) subscriber.error(error);
      }
    };
    void run();
    return () => {
      controller.abort();
    };
  });
}
