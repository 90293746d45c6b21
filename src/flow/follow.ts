import { type Observable, type Observer, Subject, type Subscriber, takeUntil } from 'rxjs';
import { takeTurns } from './turns.js';

/**
 * Subscribes `observer` to `source` for as long as `subscriber` lives: also a source that emits synchronously stops at
 * once when `subscriber` closes. What `observer.next` throws goes to `observer.error`, which has to close `subscriber`.
 *
 * @param inTurn - what the source says while the observer is at work on something earlier waits for its turn, together with
 *   whatever else takes turns there
 */
export function follow<T>(
  source: Observable<T>,
  subscriber: Subscriber<unknown>,
  observer: Observer<T>,
  inTurn = takeTurns(),
): void {
  const stop = new Subject<void>();
  const observe = (work: () => void): void => {
    inTurn(() => {
      if (subscriber.closed) return;
      try {
        work();
      } catch (error) {
        observer.error(error);
      }
    });
  };

  subscriber.add(() => {
    stop.next();
  });
  source.pipe(takeUntil(stop)).subscribe({
    next: (value) => {
      observe(() => {
        observer.next(value);
      });
    },
    error: (error: unknown) => {
      observe(() => {
        observer.error(error);
      });
    },
    complete: () => {
      observe(() => {
        observer.complete();
      });
    },
  });
}
