import { concat, defer, EMPTY, mergeMap, NEVER, of, throwError, timer } from 'rxjs';
import { requireDelay, requireInteger } from '../../flow/require.js';
import type { CompletionEvent } from '../../types/provider.js';
import { fakeError, type FakeErrorCode, type FakeErrorOptions } from './fake-error.js';
import type { FakeCall, FakeReply } from './fake-reply.js';

/** Options of {@link failing}. */
export interface FailingOptions extends FakeErrorOptions {
  /** How long the answer takes, in milliseconds from 0. @defaultValue 0 */
  readonly afterMs?: number;
}

/**
 * An answer that is no reply.
 *
 * @throws RangeError if `afterMs` is out of its range
 * @example
 * ```ts
 * fakeProvider([failing('rate_limited', { retryAfterMs: 500 }), answering(sentimentOf)]) // the second request is answered
 * ```
 */
export function failing(code: FakeErrorCode, options: FailingOptions = {}): (call: FakeCall) => FakeReply {
  const { afterMs = 0, ...error } = options;
  requireDelay('afterMs', afterMs, 0);
  return ({ scheduler }) => timer(afterMs, scheduler).pipe(mergeMap(() => throwError(() => fakeError(code, error))));
}

/** A request to which nothing is ever said: what times out, or is let go. A reply that falls silent is one of marbles: `--a`. */
export function hanging(): FakeReply {
  return NEVER;
}

/**
 * A reply whose connection breaks after some characters. A shorter one comes whole.
 *
 * @param characters - UTF-16 code units that still come, an integer from 0
 * @throws RangeError if `characters` is out of its range
 */
export function cutAfter(characters: number, reply: FakeReply): (call: FakeCall) => FakeReply {
  requireInteger('characters', characters, 0);
  return ({ play }) =>
    defer(() => {
      let left = characters;
      return play(reply).pipe(
        mergeMap((event) => {
          if (event.type !== 'text') return of(event);
          const text = event.text.slice(0, left);
          left -= event.text.length;
          if (left > 0) return of(event);
          const last: CompletionEvent = { type: 'text', text };
          return concat(
            text === '' ? EMPTY : of(last),
            throwError(() => fakeError('connection_error', { message: 'the fake broke off its reply' })),
          );
        }),
      );
    });
}
