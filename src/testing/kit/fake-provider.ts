import { asyncScheduler, defer, finalize, type Observable, tap, throwError } from 'rxjs';
import type { GateOptions } from '../../flow/gate.js';
import { createProvider } from '../../provider/create-provider.js';
import { reasonOf } from '../../types/outcome.js';
import type { CompletionRequest } from '../../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError } from '../../types/provider.js';
import { scriptError } from './fake-error.js';
import type { FakeCall, FakeReply } from './fake-reply.js';
import { marbleReply, type ReplyValues, requireMarbles } from './marbles.js';
import { recordsOf } from './write-reply.js';

/** Options of {@link fakeProvider}. */
export interface FakeProviderOptions extends GateOptions {
  /** Whether the model is said to keep to the reply's schema. @defaultValue false */
  readonly enforcesSchema?: boolean;
}

/** A request that a fake got. */
export interface FakeRequest extends Pick<FakeCall, 'number' | 'request' | 'records'> {
  /** When it came, in milliseconds of the scheduler: from the start of `TestScheduler.run`. */
  readonly at: number;
  /** `aborted`: it was let go before its end (a timeout, an unsubscribe). `null` while it is under way. */
  readonly end: 'answered' | 'failed' | 'aborted' | null;
  /** When it ended; `null` while it is under way. */
  readonly endedAt: number | null;
}

/** A provider without a model, that tells what it was asked. */
export interface FakeProvider extends Provider {
  /** The requests so far, in the order in which they came. */
  readonly requests: readonly FakeRequest[];
}

/**
 * A provider that answers from a script. Gate, retries, timeouts and events are the library's own. All times are those of the scheduler:
 * virtual within `TestScheduler.run`, and with fake timers.
 *
 * ```text
 * request  ^
 *          fakeProvider('--a-b|', { a: '[{"index": 1, "value": "good"},', b: '{"index": 2, "value": "bad"}]' })
 * reply    --a-b|
 * ```
 *
 * - A letter of the marbles is a piece of the reply's text, `|` is the end that a model gives it, and `#` an error that is retried, or the
 *   one in `values`. Marbles without an end fall silent.
 * - A list has a reply for each request, in the order in which they come; a request that is sent again takes the next one. When the list is
 *   used up, a further request ends the stream with an error that says so.
 *
 * @param script - the reply to each request, or a list with one for each
 * @param values - what the letters of marbles stand for @defaultValue each letter is its own text
 * @throws RangeError if marbles cannot be read, or an option of the gate is out of its range
 * @example
 * ```ts
 * const provider = fakeProvider(answering((text) => (text.includes('bad') ? 'negative' : 'positive'), { latencyMs: 20 }));
 * const model = defineModel<Review>({ provider, batchSize: 20 });
 * ```
 */
export function fakeProvider(
  script: FakeReply | readonly FakeReply[],
  values: ReplyValues = {},
  options: FakeProviderOptions = {},
): FakeProvider {
  const { enforcesSchema = false, ...gate } = options;
  const { scheduler = asyncScheduler } = gate;
  for (const reply of isList(script) ? script : [script]) if (typeof reply === 'string') requireMarbles(reply, values);
  const requests: Seen[] = [];

  const play = (reply: FakeReply, call: FakeCall): Observable<CompletionEvent> => {
    if (typeof reply === 'string') return marbleReply(reply, values, scheduler);
    return typeof reply === 'function' ? play(reply(call), call) : reply;
  };

  const complete = (request: CompletionRequest): Observable<CompletionEvent> =>
    defer(() => {
      const records = recordsOf(request).map(({ text }) => text);
      const seen: Seen = {
        number: requests.length + 1,
        request,
        records,
        at: scheduler.now(),
        end: null,
        endedAt: null,
      };
      requests.push(seen);
      const { number } = seen;
      const call: FakeCall = { number, request, records, scheduler, play: (reply) => play(reply, call) };
      return answered(() => play(replyTo(number, script), call)).pipe(logged(seen, () => scheduler.now()));
    });

  const capabilities = { streaming: true, enforcesSchema };
  const provider = createProvider({ ...gate, name: 'fake', model: 'scripted', capabilities, complete });
  return Object.assign(provider, { requests });
}

/** A request while it is under way. */
type Seen = { -readonly [Field in keyof FakeRequest]: FakeRequest[Field] };

function isList(script: FakeReply | readonly FakeReply[]): script is readonly FakeReply[] {
  return Array.isArray(script);
}

function replyTo(number: number, script: FakeReply | readonly FakeReply[]): FakeReply {
  if (!isList(script)) return script;
  const reply = script[number - 1];
  if (reply === undefined)
    throw scriptError(`the fake has a reply for each of ${script.length} requests; this is request ${number}`);
  return reply;
}

/** An error of the script itself ends the stream; a `ProviderError` is an answer. */
function answered(reply: () => Observable<CompletionEvent>): Observable<CompletionEvent> {
  try {
    return reply();
  } catch (error) {
    return throwError(() =>
      error instanceof ProviderError ? error : scriptError(`the reply of the fake threw: ${reasonOf(error)}`, error),
    );
  }
}

/** Keeps how a request ends. */
function logged(seen: Seen, now: () => number) {
  const ended = (end: Seen['end']): void => {
    seen.end ??= end;
    seen.endedAt ??= now();
  };
  return (reply: Observable<CompletionEvent>): Observable<CompletionEvent> =>
    reply.pipe(
      tap({
        next: ({ type }) => {
          if (type === 'finish') ended('answered');
        },
        error: () => {
          ended('failed');
        },
        complete: () => {
          ended('failed');
        },
      }),
      finalize(() => {
        ended('aborted');
      }),
    );
}
