import {
  catchError,
  concat,
  defer,
  EMPTY,
  mergeMap,
  type Observable,
  type OperatorFunction,
  Subject,
  takeUntil,
  throwError,
} from 'rxjs';

/**
 * Does some work for each value, so much of it at once. The first failure, of the source or of work, stops the source, and passes
 * after the work that is under way.
 */
export function lastFailure<T, R>(concurrency: number, work: (value: T) => Observable<R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let failure: { readonly error: unknown } | undefined;
      const failed = new Subject<void>();
      const fail = (error: unknown): Observable<never> => {
        failure ??= { error };
        failed.next();
        return EMPTY;
      };
      return concat(
        source.pipe(
          catchError(fail),
          takeUntil(failed),
          mergeMap(
            (value) => (failure === undefined ? defer(() => work(value)).pipe(catchError(fail)) : EMPTY),
            concurrency,
          ),
        ),
        defer(() => {
          const { error } = failure ?? {};
          return failure === undefined ? EMPTY : throwError(() => error);
        }),
      );
    });
}
