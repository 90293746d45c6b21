import { identity, type Observable, of, type OperatorFunction, pipe, type SchedulerLike } from 'rxjs';
import type { Model, ModelOverrides } from '../src/model/define-model.js';
import { contentReader } from '../src/prompt/content.js';
import { contentOnce } from '../src/prompt/content-once.js';
import { tokenWeight, type TokenWeightOptions } from '../src/prompt/token-weight.js';
import { Budget } from '../src/provider/budget.js';
import { endOnFatal } from '../src/provider/fatal.js';
import { estimateTokens } from '../src/prompt/estimate-tokens.js';
import type { EventsObserver } from '../src/types/events.js';
import type { GatePriority } from '../src/types/gate.js';
import type { Outcome } from '../src/types/outcome.js';
import type { BatchPrompt } from '../src/types/prompt.js';
import { bufferTimeOrCount, type BufferTimeOrCountOptions } from './bufferTimeOrCount.js';
import { callLLM, type CallLLMOptions } from './callLLM.js';
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
 * - *holds at most* the records in flight; a source that can be pulled is bounded by {@link pullThrough}.
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
  const { onFatal = 'error', abandonWhen, release, evidence, positional, ...others } = overrides;
  const { events, random, scheduler, ...rest } = others;
  const { provider, options, format } = model.with(rest);
  const timing = { random, scheduler };

  const { batchSize: maxCount, batchTimeoutMs: maxWaitMs, batchMaxTokens: maxTokens } = options;
  const asked = {
    system: options.systemPrompt,
    template: options.batchPromptTemplate,
    encoding: options.recordFormat,
    format,
    countTokens: model.countTokens ?? ((text: string) => estimateTokens(text.length)),
  };
  const prompt: ToBatchPromptOptions<S> = {
    ...asked,
    content: options.recordContent,
    ids: options.recordIds,
    maxOutputTokens: options.maxOutputTokens,
    fields: options.request,
    maxTokens,
    ...timing,
  };
  const prepare = batchBy(prompt, { maxCount, maxWaitMs, ...timing }, asked);
  const price = { inputPerMillion: options.priceInputPerMillion, outputPerMillion: options.priceOutputPerMillion };
  const sending: CallLLMOptions<S> = {
    maxRetries: options.maxRetries,
    timeoutMs: options.requestTimeoutMs,
    totalTimeoutMs: options.requestTotalTimeoutMs,
    concurrency: options.concurrency,
    whenOpen: options.failureWhenOpen,
    price,
    deadlineMs: options.recordDeadlineMs,
    abandonWhen,
    events,
    ...timing,
  };
  const parse = parseIndexed<S, R>({ format, release, evidence, positional, events });
  const order = options.order === 'input' ? inOrder<Outcome<S, R>>() : identity;

  return endOnFatal(onFatal, (latch) => {
    const run = { latch, budget: new Budget(options.budgetMaxCost ?? Infinity) };
    const ask = (priority: GatePriority) => pipe(callLLM<S>(provider, { ...sending, run, priority }), parse);
    const again = ask('recovery');
    const attempt = (failed: BatchPrompt<S>): Observable<Outcome<S, R>> => of(failed).pipe(again);
    const recover = recoverFailed({ strategy: options.failureStrategy, attempt, price, events });
    return (records) => records.pipe(prepare(), ask('fresh'), recover, order);
  });
}

/** Batches and prompts; with `maxTokens`, batches by the tokens of the records too, whose content is read once for both. */
function batchBy<T>(
  prompt: ToBatchPromptOptions<T>,
  buffer: BufferTimeOrCountOptions<T>,
  weighing: Omit<TokenWeightOptions, 'maxTokens'>,
): () => OperatorFunction<T, BatchPrompt<T>> {
  const { content = 'text', maxTokens } = prompt;
  const plain = pipe(bufferTimeOrCount(buffer), toBatchPrompt(prompt));
  if (maxTokens === undefined) return () => plain;
  const { maxWeight, weight } = tokenWeight({ ...weighing, maxTokens });
  return () => {
    const once = contentOnce(contentReader(content), weight);
    return pipe(
      bufferTimeOrCount({ ...buffer, maxWeight, weight: once.weigh }),
      toBatchPrompt({ ...prompt, content: once.content }),
    );
  };
}
