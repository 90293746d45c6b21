import OpenAI, { APIConnectionError, APIError } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { createGate, type GateOptions } from '../flow/gate.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError, type ProviderFactory } from '../types/provider.js';
import { abortable } from './abortable.js';
import { answerError, connectionError } from './answer-error.js';
import { chatBody, ChatReader } from './openai-chat.js';
import { requireSetting } from './require-setting.js';

export interface OpenAIOptions extends GateOptions {
  /** The model's name, as the API knows it. */
  readonly model: string;
  /** Whether replies arrive piece by piece. @defaultValue true */
  readonly stream?: boolean;
  /** Whether the reply's schema is sent, and so enforced, where there is one. @defaultValue true */
  readonly structured?: boolean;
}

/** The longest timeout that timers can hold; the operators bound requests themselves. */
const NO_TIMEOUT_MS = 2 ** 31 - 1;

/**
 * OpenAI's chat completions, through the official SDK. The client's own retries and timeout are set aside for each request: the
 * operators retry, so that every request passes the gate.
 *
 * @example
 * ```ts
 * callLLM(openai(new OpenAI(), { model: 'gpt-4.1-mini' }))
 * ```
 *
 * @param client - its key, base URL and headers are used
 * @throws TypeError if `model` is missing; RangeError if `concurrency` is not an integer from 1
 */
export function openai(client: OpenAI, options: OpenAIOptions): Provider {
  const { model, stream = true, structured = true } = options;
  requireSetting('model', model);

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const secrets = client.apiKey === null ? [] : [client.apiKey];
    try {
      const body = chatBody(request, { model, stream, structured, maxTokensField: 'max_completion_tokens' });
      const { data, response } = await client.chat.completions
        .create(body as unknown as ChatCompletionCreateParams, { signal, maxRetries: 0, timeout: NO_TIMEOUT_MS })
        .withResponse();
      yield { type: 'open', status: response.status };
      const reader = new ChatReader(secrets);
      for await (const piece of Symbol.asyncIterator in data ? data : [data]) {
        const text = reader.read(piece);
        yield text === '' ? { type: 'alive' } : { type: 'text', text };
      }
      yield reader.finish(false);
    } catch (error) {
      throw asProviderError(error, secrets);
    }
  }

  return {
    name: 'openai',
    model,
    capabilities: { streaming: stream, enforcesSchema: structured },
    gate: createGate(options),
    complete: (request) => abortable((signal) => complete(request, signal)),
  };
}

/** The provider `openai` of model files: needs `model` and `api.key`. */
export const openaiFactory: ProviderFactory = {
  name: 'openai',
  connect: ({ model, apiKey, baseUrl, concurrency, structured }) => {
    requireSetting('api.key', apiKey);
    const client = new OpenAI({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }), maxRetries: 0 });
    return openai(client, {
      model,
      structured: structured !== 'off',
      ...(concurrency === undefined ? {} : { concurrency }),
    });
  },
};

function asProviderError(error: unknown, secrets: readonly string[]): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return connectionError(error, secrets);
  // The SDK types these by the class of the error; here any of them may come.
  const { status, headers, message, code, type, param } = error as APIError;
  const details = { code: code ?? undefined, type, param: param ?? undefined };
  return answerError({ status, headers, message, ...details }, secrets, Date.now());
}
