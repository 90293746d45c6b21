import { filter, Observable, type OperatorFunction, share, Subject, take } from 'rxjs';

/**
 * Gives a function that sends single values through one stream, so that many of them share what it does. The stream lives while any of
 * them waits.
 *
 * @param work - gives results of many values, in any order
 * @param isOf - tells whether a result is of a value
 * @param countOf - how many results a value has
 */
export function together<T, R>(
  work: OperatorFunction<T, R>,
  isOf: (result: R, value: T) => boolean,
  countOf: (value: T) => number,
): (value: T) => Observable<R> {
  const values = new Subject<T>();
  const results = values.pipe(work, share());
  return (value) =>
    new Observable((subscriber) => {
      results
        .pipe(
          filter((result) => isOf(result, value)),
          take(countOf(value)),
        )
        .subscribe(subscriber);
      values.next(value);
    });
}
