import { defer, merge, mergeAll, Observable, type OperatorFunction, Subject } from 'rxjs';
import { follow } from './follow.js';

/**
 * Emits at once what `take` passes of a value, and merges in the stream that it then may open. Unlike `mergeMap`, it
 * subscribes to nothing for a value that opens none.
 */
export function branch<T, R>(
  take: (value: T, pass: (result: R) => void) => Observable<R> | undefined,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      const branches = new Subject<Observable<R>>();
      const passed = new Observable<R>((subscriber) => {
        const pass = (result: R): void => {
          subscriber.next(result);
        };
        follow(source, subscriber, {
          next: (value) => {
            const opened = take(value, pass);
            if (opened !== undefined) branches.next(opened);
          },
          last: () => {
            branches.complete();
          },
        });
      });
      return merge(branches.pipe(mergeAll()), passed);
    });
}
