import { estimateTokens } from '../prompt/estimate-tokens.js';
import { tokenWeight } from '../prompt/token-weight.js';
import type { Price } from '../types/sending.js';
import type { ModelParts } from './define-model.js';

/** What {@link operatorOptions} gives. */
export type OperatorSettings<T, R> = ReturnType<typeof operatorOptions<T, R>>;

/** What a model's options say of prompts, and of live calls, by the names that the operators know. */
export function operatorOptions<T, R>({ provider, options, format, countTokens }: ModelParts<T, R>) {
  const price = { inputPerMillion: options.priceInputPerMillion, outputPerMillion: options.priceOutputPerMillion };
  const prompt = {
    system: options.systemPrompt,
    template: options.batchPromptTemplate,
    encoding: options.recordFormat,
    format,
    content: options.recordContent,
    ids: options.recordIds,
    maxOutputTokens: options.maxOutputTokens,
    maxTokens: options.batchMaxTokens,
    countTokens: countTokens ?? ((text: string) => estimateTokens(text.length)),
    fields: options.request,
  };
  const { maxTokens } = prompt;
  return {
    provider,
    format,
    price,
    order: options.order,
    strategy: options.failureStrategy,
    deadlineMs: options.recordDeadlineMs,
    maxCost: options.budgetMaxCost ?? Infinity,
    batch: { maxCount: options.batchSize, maxWaitMs: options.batchTimeoutMs },
    prompt,
    /** Weighs records by their tokens, which a prompt has at most `maxTokens` of; `undefined` without. */
    byTokens: maxTokens === undefined ? undefined : () => tokenWeight({ ...prompt, maxTokens }),
    call: {
      maxRetries: options.maxRetries,
      timeoutMs: options.requestTimeoutMs,
      totalTimeoutMs: options.requestTotalTimeoutMs,
      concurrency: options.concurrency,
      whenOpen: options.failureWhenOpen,
      price,
    },
  };
}

/** What a job costs at such prices: half (OpenAI, "Batch API"; Anthropic, "Batch processing", "Pricing"). */
export function jobPrice({ inputPerMillion, outputPerMillion }: Price): Price {
  return { inputPerMillion: half(inputPerMillion), outputPerMillion: half(outputPerMillion) };
}

function half(price: number | undefined): number | undefined {
  return price === undefined ? undefined : price / 2;
}
