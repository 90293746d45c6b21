import { noop, type Observable, Subject, type Subscriber, takeUntil } from 'rxjs';
import { takeTurns } from './turns.js';

/** What is done with what a source says. */
interface Follower<T> {
  readonly next: (value: T) => void;
  /** What is done before the source's end is passed on. @defaultValue nothing */
  readonly last?: (failed: boolean) => void;
  /** What is done about an error, the source's or one that was thrown here. @defaultValue it is passed on, after `last` */
  readonly error?: (error: unknown) => void;
  /** What is done about the source's completion. @defaultValue it is passed on, after `last` */
  readonly complete?: () => void;
}

/**
 * Follows a source for as long as `subscriber` lives: also a source that emits synchronously stops at once when `subscriber` closes.
 * What `next` throws goes to `error`, which has to close `subscriber`.
 *
 * @param inTurn - what the source says while the follower is at work on something earlier waits for its turn, together with
 *   whatever else takes turns there
 */
export function follow<T>(
  source: Observable<T>,
  subscriber: Subscriber<unknown>,
  {
    next,
    last = noop,
    error = (reason) => {
      last(true);
      subscriber.error(reason);
    },
    complete = () => {
      last(false);
      subscriber.complete();
    },
  }: Follower<T>,
  inTurn = takeTurns(),
): void {
  const stop = new Subject<void>();
  const take = <V>(handle: (value: V) => void): ((value: V) => void) => {
    const whileOpen = (value: V): void => {
      if (subscriber.closed) return;
      try {
        handle(value);
      } catch (reason) {
        error(reason);
      }
    };
    return (value) => {
      inTurn(whileOpen, value);
    };
  };

  subscriber.add(() => {
    stop.next();
  });
  source.pipe(takeUntil(stop)).subscribe({
    next: take(next),
    error: take(error),
    complete: take(complete) as () => void,
  });
}
