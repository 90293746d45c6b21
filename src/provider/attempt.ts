import {
  catchError,
  defer,
  identity,
  map,
  NEVER,
  type Observable,
  type SchedulerLike,
  takeUntil,
  takeWhile,
  tap,
  timeout,
  timer,
} from 'rxjs';
import { type ErrorCode, reasonOf } from '../types/outcome.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type Completer, type CompletionEvent, ProviderError } from '../types/provider.js';
import type { AttemptTimeouts } from '../types/sending.js';

/** The longest that a provider may ask to be left alone, in milliseconds: a day. Nobody would know that the run still goes on. */
export const MAX_HOLD_MS = 24 * 60 * 60 * 1000;

/**
 * Sends one request, bounded in time. It ends after a `finish` event or with a {@link ProviderError}; whatever else a provider
 * throws becomes one of the class `final`. An error whose body falls silent is what was known of it by then. What may pass only after more than {@link MAX_HOLD_MS} is `fatal`.
 */
export function attempt(
  provider: Completer,
  request: CompletionRequest,
  { silenceMs, totalMs }: AttemptTimeouts,
  scheduler: SchedulerLike,
): Observable<CompletionEvent> {
  return defer(() => {
    let finished = false;
    /** What is known of an error whose body has not come to its end. */
    let known: (() => ProviderError) | undefined;
    const timedOut = (what: string): never => {
      throw known?.() ?? failure('request_timeout', `the request timed out: ${what}`);
    };
    return provider.complete(request).pipe(
      takeWhile(({ type }) => type !== 'finish', true),
      tap({
        next: (event) => {
          finished = event.type === 'finish';
          if (event.type === 'alive') known = event.failure ?? known;
        },
        complete: () => {
          if (!finished) throw failure('connection_error', 'the answer broke off before its end');
        },
      }),
      silenceMs === Infinity
        ? identity
        : timeout({ each: silenceMs, scheduler, with: () => timedOut(`silence for ${silenceMs} ms`) }),
      takeUntil(
        totalMs === Infinity
          ? NEVER
          : timer(totalMs, scheduler).pipe(map(() => timedOut(`no end within ${totalMs} ms`))),
      ),
    );
  }).pipe(
    catchError((error: unknown) => {
      if (error instanceof ProviderError) throw withinADay(error);
      const message = `the provider threw: ${reasonOf(error)}`;
      throw new ProviderError(message, { kind: 'final', code: 'bad_request', cause: error });
    }),
  );
}

function withinADay(error: ProviderError): ProviderError {
  const { message, code, status, kind, retryAfterMs: waitMs = 0 } = error;
  if (kind !== 'retryable' || waitMs <= MAX_HOLD_MS) return error;
  const days = (waitMs / MAX_HOLD_MS).toFixed(1);
  return new ProviderError(`${message}; not to be asked again for ${days} days`, {
    kind: 'fatal',
    code,
    status,
    cause: error.cause,
  });
}

function failure(code: ErrorCode, message: string): ProviderError {
  return new ProviderError(message, { kind: 'retryable', code });
}
