import { defer, Observable, type SchedulerLike, type Subscription, takeWhile } from 'rxjs';
import { type ErrorCode, reasonOf } from '../types/outcome.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type Completer, type CompletionEvent, ProviderError } from '../types/provider.js';
import type { AttemptTimeouts } from '../types/sending.js';

/** The longest that a provider may ask to be left alone, in milliseconds: a day. Nobody would know that the run still goes on. */
export const MAX_HOLD_MS = 24 * 60 * 60 * 1000;

/**
 * Sends one request, bounded in time. It ends after a `finish` event or with a {@link ProviderError}; whatever else a provider
 * throws becomes one of the class `final`. An error whose body falls silent is what was known of it by then. What may pass only after
 * more than {@link MAX_HOLD_MS} is `fatal`.
 *
 * @param isOver - asked at each event: whether nobody wants another
 */
export function attempt(
  provider: Completer,
  request: CompletionRequest,
  { silenceMs, totalMs }: AttemptTimeouts,
  scheduler: SchedulerLike,
  isOver = (): boolean => false,
): Observable<CompletionEvent> {
  return new Observable((subscriber) => {
    const startedAt = scheduler.now();
    let heardAt = startedAt;
    let finished = false;
    /** What is known of an error whose body has not come to its end. */
    let known: (() => ProviderError) | undefined;
    let timer: Subscription | undefined;

    const fail = (error: unknown): void => {
      subscriber.error(error instanceof ProviderError ? withinADay(error) : asThrown(error));
    };
    /** One timer for both bounds, which is not set anew at each event: it looks how long ago the last one was. */
    const watch = (): void => {
      const now = scheduler.now();
      // A clock may be set back.
      heardAt = Math.min(heardAt, now);
      const silentMs = heardAt + silenceMs - now;
      const leftMs = Math.min(silentMs, startedAt + totalMs - now);
      if (leftMs > 0) {
        if (leftMs < Infinity) timer = scheduler.schedule(watch, leftMs);
        return;
      }
      const what = silentMs > 0 ? `no end within ${totalMs} ms` : `silence for ${silenceMs} ms`;
      fail(known?.() ?? failure('request_timeout', `the request timed out: ${what}`));
    };

    watch();
    const answer = defer(() => provider.complete(request)).pipe(
      takeWhile(({ type }) => type !== 'finish' && !isOver(), true),
    );
    subscriber.add(
      answer.subscribe({
        next: (event) => {
          heardAt = scheduler.now();
          finished = event.type === 'finish';
          if (event.type === 'alive') known = event.failure ?? known;
          if (heardAt - startedAt < totalMs) subscriber.next(event);
          else watch();
        },
        error: fail,
        complete: () => {
          if (finished) subscriber.complete();
          else fail(failure('connection_error', 'the answer broke off before its end'));
        },
      }),
    );
    return () => timer?.unsubscribe();
  });
}

/** What a provider threw that is none of its errors. */
export function asThrown(cause: unknown): ProviderError {
  const message = `the provider threw: ${reasonOf(cause)}`;
  return new ProviderError(message, { kind: 'final', code: 'bad_request', cause });
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
