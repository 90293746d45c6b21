import { type Observer, Subject } from 'rxjs';

/**
 * Gives a function that reports to `observer`. What the observer throws is reported to rxjs's `onUnhandledError`.
 *
 * @throws TypeError if it is no observer
 */
export function createReporter<E>(observer: Pick<Observer<E>, 'next'> | undefined): (event: E) => void {
  if (observer === undefined) return () => undefined;
  if (typeof observer.next !== 'function') throw new TypeError('events must be an observer: { next: (event) => … }');
  // A subject wraps the observer as rxjs does any consumer, so that a throw cannot come back into the operator.
  const events = new Subject<E>();
  events.subscribe({
    next: (event) => {
      observer.next(event);
    },
  });
  return (event) => {
    events.next(event);
  };
}
