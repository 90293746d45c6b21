import { type Observable, type Observer, Subject, type Subscriber, takeUntil } from 'rxjs';

/**
 * Subscribes `observer` to `source` for as long as `subscriber` lives: also a source that emits synchronously stops at
 * once when `subscriber` closes. What `observer.next` throws goes to `observer.error`, and ends the subscription.
 */
export function follow<T>(source: Observable<T>, subscriber: Subscriber<unknown>, observer: Observer<T>): void {
  const stop = new Subject<void>();
  let stopped = false;
  const halt = (): void => {
    stopped = true;
    stop.next();
  };
  subscriber.add(halt);
  source.pipe(takeUntil(stop)).subscribe({
    next: (value) => {
      try {
        observer.next(value);
      } catch (error) {
        halt();
        observer.error(error);
      }
    },
    error: (error: unknown) => {
      observer.error(error);
    },
    complete: () => {
      if (!stopped) observer.complete();
    },
  });
}
