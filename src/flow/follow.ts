import { type Observable, type Observer, Subject, type Subscriber, takeUntil } from 'rxjs';

/**
 * Subscribes `observer` to `source` for as long as `subscriber` lives: also a source that emits synchronously stops at
 * once when `subscriber` closes. What the source says while the observer is at work on something earlier waits for its turn. What
 * `observer.next` throws goes to `observer.error`, and ends the subscription.
 */
export function follow<T>(source: Observable<T>, subscriber: Subscriber<unknown>, observer: Observer<T>): void {
  const stop = new Subject<void>();
  let stopped = false;
  /** What came from within, and whether the observer is at work. */
  const waiting: (() => void)[] = [];
  let working = false;

  const halt = (): void => {
    stopped = true;
    waiting.length = 0;
    stop.next();
  };
  const inTurn = (work: () => void): void => {
    waiting.push(work);
    if (working) return;
    working = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
    working = false;
  };

  subscriber.add(halt);
  source.pipe(takeUntil(stop)).subscribe({
    next: (value) => {
      inTurn(() => {
        try {
          observer.next(value);
        } catch (error) {
          halt();
          observer.error(error);
        }
      });
    },
    error: (error: unknown) => {
      inTurn(() => {
        observer.error(error);
      });
    },
    complete: () => {
      if (stopped) return;
      inTurn(() => {
        observer.complete();
      });
    },
  });
}
