import {
  catchError,
  concat,
  defer,
  EMPTY,
  map,
  NEVER,
  type Observable,
  type SchedulerLike,
  takeUntil,
  takeWhile,
  tap,
  throwError,
  timeout,
  timer,
} from 'rxjs';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError } from '../types/provider.js';

/** Bounds of one request, in milliseconds; `Infinity` for none. */
export interface AttemptTimeouts {
  /** Longest wait for the headers, and longest silence after them. */
  readonly silenceMs: number;
  /** Longest time for the whole request. */
  readonly totalMs: number;
}

/**
 * Sends one request, bounded in time. It ends after a `finish` event or with a {@link ProviderError}; whatever else a provider
 * throws becomes one of the class `final`.
 */
export function attempt(
  provider: Provider,
  request: CompletionRequest,
  { silenceMs, totalMs }: AttemptTimeouts,
  scheduler: SchedulerLike,
): Observable<CompletionEvent> {
  return defer(() => {
    let finished = false;
    const events = provider.complete(request).pipe(
      takeWhile(({ type }) => type !== 'finish', true),
      tap(({ type }) => {
        finished = type === 'finish';
      }),
    );
    return concat(
      events,
      defer(() => (finished ? EMPTY : throwError(() => brokenOff()))),
    ).pipe(
      silenceMs === Infinity
        ? (same) => same
        : timeout({
            each: silenceMs,
            scheduler,
            with: () => throwError(() => timedOut(`silence for ${silenceMs} ms`)),
          }),
      takeUntil(totalMs === Infinity ? NEVER : expiry(totalMs, scheduler)),
    );
  }).pipe(catchError((error: unknown) => throwError(() => asProviderError(error))));
}

function expiry(totalMs: number, scheduler: SchedulerLike): Observable<never> {
  return timer(totalMs, scheduler).pipe(
    map(() => {
      throw timedOut(`no end within ${totalMs} ms`);
    }),
  );
}

function timedOut(what: string): ProviderError {
  return new ProviderError(`the request timed out: ${what}`, { kind: 'retryable', code: 'request_timeout' });
}

function brokenOff(): ProviderError {
  return new ProviderError('the answer broke off before its end', { kind: 'retryable', code: 'connection_error' });
}

function asProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  return new ProviderError(`the provider threw: ${error instanceof Error ? error.message : String(error)}`, {
    kind: 'final',
    code: 'bad_request',
    cause: error,
  });
}
