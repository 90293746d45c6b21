import { catchError, concat, defer, EMPTY, type Observable, type OperatorFunction, throwError } from 'rxjs';

/**
 * Applies `operator` so that an error of the source passes only after all that the operator still had to give.
 *
 * @param end - what comes after that, if the source did not fail
 */
export function errorLast<T, R>(
  operator: OperatorFunction<T, R>,
  end: () => Observable<never> = () => EMPTY,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let rest = end;
      const calm = source.pipe(
        catchError((error: unknown) => {
          rest = () => throwError(() => error);
          return EMPTY;
        }),
      );
      return concat(
        calm.pipe(operator),
        defer(() => rest()),
      );
    });
}
