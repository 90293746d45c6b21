import { catchError, concat, defer, EMPTY, type Observable, type OperatorFunction, throwError } from 'rxjs';

/** Applies `operator` so that an error of the source passes only after all that the operator still had to give. */
export function errorLast<T, R>(operator: OperatorFunction<T, R>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      let rest: Observable<never> = EMPTY;
      const calm = source.pipe(
        catchError((error: unknown) => {
          rest = throwError(() => error);
          return EMPTY;
        }),
      );
      return concat(
        calm.pipe(operator),
        defer(() => rest),
      );
    });
}
