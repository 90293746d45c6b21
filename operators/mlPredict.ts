import {
  identity,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  type OperatorFunction,
  pipe,
  type SchedulerLike,
} from 'rxjs';
import { Room } from '../src/flow/room.js';
import type { Model, ModelOverrides } from '../src/model/define-model.js';
import type { OperatorSettings } from '../src/model/operator-options.js';
import { Budget } from '../src/provider/budget.js';
import { endOnFatal } from '../src/provider/fatal.js';
import type { EventsObserver } from '../src/types/events.js';
import type { Outcome } from '../src/types/outcome.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import { bufferTimeOrCount, type BufferTimeOrCountOptions } from './bufferTimeOrCount.js';
import { callLLM } from './callLLM.js';
import { inOrder } from './inOrder.js';
import { parseIndexed } from './parseIndexed.js';
import { recoverFailed } from './recoverFailed.js';
import { toBatchPrompt, type ToBatchPromptOptions } from './toBatchPrompt.js';

/** What belongs to a run and not to its model. */
export interface RunOptions<T = unknown> {
  /** Where attempts, retries, holds and warnings are reported. @defaultValue nowhere */
  readonly events?: EventsObserver | undefined;
  /** Whether a fatal answer errors the stream after all outcomes, or is only their error. @defaultValue 'error' */
  readonly onFatal?: 'error' | 'outcome';
  /** When the answer to a request is not wanted any more: see `callLLM`. @defaultValue all are wanted */
  readonly abandonWhen?: ((prompt: BatchPrompt<T>) => Observable<unknown>) | undefined;
  /** When an outcome may leave its reply: see `parseIndexed`. @defaultValue 'auto' */
  readonly release?: 'auto' | 'early' | 'end' | undefined;
  /** Whether errors quote the reply: see `parseIndexed`. @defaultValue 'excerpt' */
  readonly evidence?: 'excerpt' | 'none' | undefined;
  /** Whether a reply without any index may be taken in order: see `parseIndexed`. @defaultValue false */
  readonly positional?: boolean | undefined;
  /** Where jitter and nonces come from: gives a number from 0 up to 1. @defaultValue Math.random */
  readonly random?: (() => number) | undefined;
  /** What timers run on. @defaultValue rxjs's `asyncScheduler` */
  readonly scheduler?: SchedulerLike | undefined;
}

/**
 * Emits one outcome for each record: batches the records, asks the model, reads the replies, and asks again for what failed.
 *
 * ```text
 * source   -a-b-c----|
 *          mlPredict(model, { batchSize: 2 })
 * result   ------(AB)--(C|)
 * ```
 *
 * - *emits* exactly one outcome for every record that entered, in the order of the records (`order: 'arrival'`: as they finish).
 * - *completes* when the source has and every outcome has left.
 * - *errors* with the source, and with {@link LlmError} after a fatal answer; each after the outcomes of all records that entered.
 * - *on unsubscribe* requests are aborted, timers stopped, and records dropped.
 * - *holds at most* the records that have come, and prompts for four times as many requests as may be in flight (all prompts, with a
 *   deadline or `abandonWhen`); a source that can be pulled is bounded by {@link pullThrough}.
 *
 * It is `bufferTimeOrCount`, `toBatchPrompt`, `callLLM`, `parseIndexed`, `recoverFailed` and `inOrder`, one after the other.
 *
 * @example
 * ```ts
 * reviews$.pipe(mlPredict(sentiment, { batchSize: 50 }))
 * ```
 *
 * @param model - made by `defineModel` or `modelFromOptions`
 * @param overrides - options of the model for this query, under any of their names, and what belongs to the run
 * @throws TypeError or RangeError naming the option, the value and what is allowed
 * @see [The model and its options](../docs/model.md)
 */
export function mlPredict<T, R, S extends T = T>(
  model: Model<T, R>,
  overrides: ModelOverrides<T, R> & RunOptions<NoInfer<T>> = {},
): OperatorFunction<S, Outcome<S, R>> {
  const {
    onFatal = 'error',
    abandonWhen,
    release,
    evidence,
    positional,
    events,
    random,
    scheduler,
    ...rest
  } = overrides;
  const { provider, format, price, order, strategy, deadlineMs, maxCost, batch, prompt, byTokens, call } = model
    .with(rest)
    .operatorOptions();
  const timing = { random, scheduler };

  const prepare = batchBy<S>({ ...batch, ...timing }, { ...prompt, ...timing }, byTokens);
  const parse = parseIndexed<S, R>({ format, release, evidence, positional, events });
  // Whoever may be given up while it waits has to be at the gate.
  const canLeave = (deadlineMs ?? abandonWhen) !== undefined;
  const places = canLeave ? Infinity : AHEAD * (call.concurrency ?? provider.gate.concurrency);

  return endOnFatal(onFatal, (latch) => {
    const sending = {
      ...call,
      deadlineMs,
      abandonWhen,
      events,
      ...timing,
      run: { latch, budget: new Budget(maxCost) },
    };
    const room = new Room(places);
    const again = pipe(callLLM<S>(provider, { ...sending, priority: 'recovery' }), parse);
    const attempt = (failed: BatchPrompt<S>): Observable<Outcome<S, R>> => of(failed).pipe(again);
    const recover = recoverFailed({ strategy, attempt, price, events });
    const fresh = room.inside(callLLM<S>(provider, sending), ({ done }) => done);
    const sorted = order === 'input' ? inOrder<Outcome<S, R>>() : identity;
    return (records) => records.pipe(prepare(room.door()), fresh, parse, recover, sorted);
  });
}

/**
 * So many times as many prompts as may be in flight are made ahead: some of them wait to be sent again. What comes behind them waits as
 * records: a prompt that waits holds its text and its place at the gate.
 */
const AHEAD = 4;

/** Batches and prompts; with `byTokens`, batches by the tokens of the records too, whose content is read once for both. */
function batchBy<T>(
  batching: BufferTimeOrCountOptions<T>,
  prompt: ToBatchPromptOptions<T>,
  byTokens: OperatorSettings<T, unknown>['byTokens'],
): (door: MonoTypeOperatorFunction<T[]>) => OperatorFunction<T, BatchPrompt<T>> {
  const [batch, ask] = [bufferTimeOrCount(batching), toBatchPrompt(prompt)];
  const weigh = byTokens?.();
  return (door) => {
    if (weigh === undefined) return pipe(batch, door, ask);
    const { content, ...weighing } = weigh();
    return pipe(bufferTimeOrCount({ ...batching, ...weighing }), door, toBatchPrompt({ ...prompt, content }));
  };
}
