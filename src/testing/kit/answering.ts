import { concat, concatMap, from, map, of, timer } from 'rxjs';
import { requireDelay } from '../../flow/require.js';
import type { CompletionEvent } from '../../types/provider.js';
import type { FakeCall, FakeReply } from './fake-reply.js';
import { type FakeAnswer, writeReply } from './write-reply.js';

/** Options of {@link answering}. */
export interface AnsweringOptions {
  /** From the request to the first entry of the reply, in milliseconds from 0. @defaultValue 0 */
  readonly latencyMs?: number | ((call: FakeCall) => number);
  /** From one entry to the next, in milliseconds from 0. @defaultValue 0: the reply comes at once */
  readonly betweenMs?: number;
}

/**
 * A reply in JSON, with the answer to each record, as the request's schema or instruction asks for it. Each entry is a piece of its own.
 *
 * ```text
 * request  ^ for the records x, y
 *          answering((text) => sentimentOf(text), { latencyMs: 3, betweenMs: 2 })
 * reply    ---x-(y|)
 * ```
 *
 * @param answer - the value of a record; `undefined` leaves the record out of the reply. A `ProviderError` that it throws
 * ({@link fakeError}) is the answer to the whole request
 * @throws RangeError if an option is out of its range
 * @example
 * ```ts
 * fakeProvider(answering((text) => (text.includes('bad') ? 'negative' : 'positive'), { latencyMs: 20 }))
 * ```
 */
export function answering(answer: FakeAnswer, options: AnsweringOptions = {}): (call: FakeCall) => FakeReply {
  const { latencyMs = 0, betweenMs = 0 } = options;
  if (typeof latencyMs === 'number') requireDelay('latencyMs', latencyMs, 0);
  requireDelay('betweenMs', betweenMs, 0);
  return (call) => {
    const { request, scheduler } = call;
    const entries = writeReply(request, answer);
    const latency = typeof latencyMs === 'number' ? latencyMs : latencyMs(call);
    return concat(
      timer(latency, scheduler).pipe(map((): CompletionEvent => ({ type: 'open', status: 200 }))),
      from(entries).pipe(
        concatMap((text, at) => {
          const piece: CompletionEvent = { type: 'text', text };
          return at === 0 || betweenMs === 0 ? of(piece) : timer(betweenMs, scheduler).pipe(map(() => piece));
        }),
      ),
      of<CompletionEvent>({ type: 'finish', reason: 'stop', usage: null }),
    );
  };
}
