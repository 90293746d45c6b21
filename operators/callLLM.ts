import { mergeMap, type Observable, of, type OperatorFunction, type SchedulerLike } from 'rxjs';
import { endOnFatal } from '../src/provider/fatal.js';
import { Budget } from '../src/provider/budget.js';
import type { EventsObserver } from '../src/types/events.js';
import type { GatePriority } from '../src/types/gate.js';
import type { Failure } from '../src/types/outcome.js';
import type { AskablePrompt, BatchPrompt } from '../src/types/prompt.js';
import type { Provider } from '../src/types/provider.js';
import type { ReplyChunk } from '../src/types/reply.js';
import type { Backoff, Price, RunContext, SendSettings } from '../src/types/sending.js';

/** Options of {@link callLLM}. */
export interface CallLLMOptions<T = unknown> {
  /** Most times one request is sent again, an integer from 0. @defaultValue 3 */
  readonly maxRetries?: number;
  /** The waits between, in milliseconds: random shares of bounds that double. @defaultValue 500 at first, 30000 at most */
  readonly backoff?: Partial<Backoff>;
  /** Longest wait for the headers, and longest silence in the stream, in milliseconds above 0. @defaultValue 30000 */
  readonly timeoutMs?: number;
  /** Longest time for a whole request, in milliseconds above 0. @defaultValue 300000 */
  readonly totalTimeoutMs?: number;
  /** This stream's requests start only while fewer are in flight at the provider, an integer from 1. @defaultValue the gate's */
  readonly concurrency?: number | undefined;
  /** Most requests that may wait at the gate; a prompt beyond that ends as `overloaded`. @defaultValue Infinity */
  readonly maxWaiting?: number;
  /** Who passes the gate first. @defaultValue 'fresh' */
  readonly priority?: GatePriority;
  /**
   * What a request does while the provider's circuit is open, because too many have failed: it waits for a probe to be answered, or
   * ends at once as `circuit_open`. @defaultValue 'wait'
   */
  readonly whenOpen?: 'wait' | 'fail';
  /**
   * What a fatal answer does (bad key, unknown model, rejected schema, no quota). `error` stops the source and errors the stream
   * after the last chunk; with `outcome` the source goes on. Either way nothing more is sent, and every prompt that was not on
   * the wire gets that failure as its error chunk. @defaultValue 'error'
   */
  readonly onFatal?: 'error' | 'outcome';
  /**
   * Asked for each prompt that is to be sent: when what it gives emits, nobody wants the answer any more. The request is aborted, or is
   * not sent, and its prompt ends as `abandoned`. @defaultValue none: all answers are wanted
   */
  readonly abandonWhen?: ((prompt: BatchPrompt<T>) => Observable<unknown>) | undefined;
  /**
   * Longest life of a prompt's records, in milliseconds from when the prompt was made, through waiting and retries; what is on the
   * wire then is aborted, and ends as `deadline_exceeded`. @defaultValue Infinity
   */
  readonly deadlineMs?: number | undefined;
  /**
   * Most money that this stream may spend, in the currency of `price`: when what was spent, what is in flight and the next prompt
   * are more, it ends as `budget_exhausted`. What replies cost is only known afterwards, so the requests in flight may go over it
   * by their output. @defaultValue Infinity
   */
  readonly maxCost?: number | undefined;
  /** What this stream shares with others of the same run, in place of `onFatal` and `maxCost`. @defaultValue nothing */
  readonly run?: RunContext | undefined;
  /** Prices, to report each attempt's cost. @defaultValue none */
  readonly price?: Price | undefined;
  /** Where attempts, retries, holds and the circuit are reported. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
  /** Where jitter comes from: gives a number from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Emits the provider's answer to each prompt, piece by piece as it arrives.
 *
 * ```text
 * source   -p-q----------|
 *          callLLM(provider, { concurrency: 2 })
 * result   ---p-q--q-P--Q|     pieces of text, then exactly one last chunk a prompt (P, Q)
 * ```
 *
 * - *emits* chunks of several prompts interleaved, and exactly one last chunk for each prompt: its end, or an error. Requests
 *   wait at the provider's gate, retries before fresh prompts. Answers that may pass (408, 409, 429, 5xx, connection, silence)
 *   are retried with full jitter, unless text has arrived; `retry-after` holds the whole gate, and so does a circuit that opens.
 * - *completes* when the source has, and every prompt has its last chunk.
 * - *errors* with the source, and with {@link LlmError} after a fatal answer; each after every prompt's last chunk.
 * - *on unsubscribe* requests are aborted on the wire, and waiting ones are dropped.
 * - *holds at most* the prompts that wait (`maxWaiting`) and those in flight (`concurrency`).
 *
 * @example
 * ```ts
 * prompts$.pipe(callLLM(openai(client, { model: 'gpt-4.1-mini' }), { maxRetries: 3 }))
 * ```
 *
 * @param provider - answers the requests; its gate is shared by all streams that use it
 * @throws RangeError if an option is out of its range
 * @see {@link parseIndexed}
 * @see [Providers](../docs/providers.md)
 */
export function callLLM<T>(
  provider: Provider,
  options: CallLLMOptions<NoInfer<T>> = {},
): OperatorFunction<BatchPrompt<T>, ReplyChunk<T>> {
  const { onFatal = 'error', abandonWhen } = options;
  const { maxWaiting, deadlineMs, maxCost, ...fixed } = provider.sendSettings(options);
  const { gate } = provider;
  const overloaded: Failure = { code: 'overloaded', message: 'too many requests are waiting', kind: 'retryable' };

  const ask = (run: RunContext): OperatorFunction<BatchPrompt<T>, ReplyChunk<T>> => {
    const settings: SendSettings = { ...fixed, ...run };
    return mergeMap((prompt): Observable<ReplyChunk<T>> => {
      const error = prompt.error ?? run.latch.failure ?? (gate.waiting < maxWaiting ? undefined : overloaded);
      if (error !== undefined) return of({ prompt, attempt: 0, done: true, error });
      // Without an error, it can be asked.
      const sending = {
        prompt: prompt as AskablePrompt<T>,
        deadlineAt: prompt.bornAt + deadlineMs,
        abandoned: abandonWhen?.(prompt),
      };
      return provider.send(sending, settings);
    });
  };
  if (options.run !== undefined) return ask(options.run);
  return endOnFatal(onFatal, (latch) => ask({ latch, budget: new Budget(maxCost) }));
}
