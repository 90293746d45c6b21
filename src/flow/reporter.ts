import { type Observer, Subject } from 'rxjs';

/**
 * Gives a function that reports to `observer`. What the observer throws is reported to rxjs's `onUnhandledError`.
 */
export function createReporter<E>(observer: Pick<Observer<E>, 'next'> | undefined): (event: E) => void {
  if (observer === undefined) return () => undefined;
  // A subject wraps the observer as rxjs does any consumer, so that a throw cannot come back into the operator.
  const events = new Subject<E>();
  events.subscribe((event) => {
    observer.next(event);
  });
  return (event) => {
    events.next(event);
  };
}
