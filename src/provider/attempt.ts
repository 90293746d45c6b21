import { defer, Observable, takeWhile } from 'rxjs';
import { type ErrorCode, reasonOf } from '../types/outcome.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type Completer, type CompletionEvent, ProviderError } from '../types/provider.js';
import type { Timeouts } from '../types/sending.js';

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
  timeouts: Timeouts,
  isOver = (): boolean => false,
): Observable<CompletionEvent> {
  return new Observable((subscriber) => {
    let finished = false;
    /** What is known of an error whose body has not come to its end. */
    let known: (() => ProviderError) | undefined;

    const fail = (error: unknown): void => {
      subscriber.error(error instanceof ProviderError ? withinADay(error) : asThrown(error));
    };
    const timed = timeouts.start((why) => {
      try {
        fail(known?.() ?? failure('request_timeout', `the request timed out: ${why}`));
      } catch (error) {
        fail(error);
      }
    });
    const answer = defer(() => provider.complete(request)).pipe(
      takeWhile(({ type }) => type !== 'finish' && !isOver(), true),
    );
    subscriber.add(
      answer.subscribe({
        next: (event) => {
          timed.heard();
          finished = event.type === 'finish';
          if (event.type === 'alive') known = event.failure ?? known;
          subscriber.next(event);
        },
        error: fail,
        complete: () => {
          if (finished) subscriber.complete();
          else fail(failure('connection_error', 'the answer broke off before its end'));
        },
      }),
    );
    return () => {
      timed.end();
    };
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
