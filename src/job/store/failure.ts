import { catchError, type MonoTypeOperatorFunction } from 'rxjs';
import { JobError } from '../../types/job.js';

/**
 * Names what a store could not do. What the caller did wrong, and what has been named already, stays as it is.
 *
 * @param shown - what may be shown of the cause
 */
export function tellStoreFailure<T>(
  what: string,
  shown: (cause: Error) => Error = (cause) => cause,
): MonoTypeOperatorFunction<T> {
  return catchError((error: unknown) => {
    if (error instanceof RangeError || error instanceof JobError) throw error;
    const cause = shown(error instanceof Error ? error : new Error(String(error)));
    throw new JobError('store', `the store could not ${what}: ${cause.message}`, cause);
  });
}
