import OpenAI, { APIConnectionError, APIError, OpenAIError } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { createGate, type GateOptions } from '../flow/gate.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError, type ProviderFactory } from '../types/provider.js';
import { abortable } from './abortable.js';
import { answerError, connectionError, unsendable } from './answer-error.js';
import { readChatResponse } from './chat-response.js';
import { chatBody, errorIn } from './openai-chat.js';
import { secretsIn } from './redact.js';
import { requireSetting } from './require-setting.js';

export interface OpenAIOptions extends GateOptions {
  /** The model's name, as the API knows it. */
  readonly model: string;
  /** Whether replies arrive piece by piece. @defaultValue true */
  readonly stream?: boolean;
  /** Whether the reply's schema is sent, where there is one. @defaultValue true */
  readonly structured?: boolean;
  /** Whether the server enforces a schema that it is sent: OpenAI does, many that speak its API do not. @defaultValue by the client's base URL */
  readonly enforcesSchema?: boolean;
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
  const { model, stream = true, structured = true, enforcesSchema = isOpenAI(client.baseURL) } = options;
  requireSetting('model', model);

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    let isOpen = false;
    try {
      const body = chatBody(request, { model, stream, structured, maxTokensField: 'max_completion_tokens' });
      const response = await client.chat.completions
        .create(body as unknown as ChatCompletionCreateParams, { signal, maxRetries: 0, timeout: NO_TIMEOUT_MS })
        .asResponse();
      isOpen = true;
      yield { type: 'open', status: response.status };
      // The SDK's own reader passes over comments, and over an answer that is no stream although one was asked for.
      yield* readChatResponse(response, secretsOf(client));
    } catch (error) {
      throw asProviderError(error, isOpen, secretsOf(client));
    }
  }

  return {
    name: 'openai',
    model,
    capabilities: { streaming: stream, enforcesSchema: structured && enforcesSchema },
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
      ...(structured === 'json_schema' ? { enforcesSchema: true } : {}),
      ...(concurrency === undefined ? {} : { concurrency }),
    });
  },
};

/** OpenAI's own hosts, those of its regions included. */
function isOpenAI(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && /(?:^|\.)api\.openai\.com$/.test(new URL(baseUrl).hostname);
}

function asProviderError(error: unknown, isOpen: boolean, secrets: readonly string[]): ProviderError {
  if (error instanceof ProviderError) return error;
  if (isOpen || error instanceof APIConnectionError) return connectionError(error, secrets);
  // Of the SDK's own errors without an answer, one says that the key could not be fetched: that may pass.
  if (!(error instanceof APIError))
    return error instanceof OpenAIError ? connectionError(error, secrets) : unsendable(error, secrets);
  // The SDK types these by the class of the error; here any of them may come.
  const { status, headers, message, error: body } = error as APIError;
  const plain = { message: message.replace(/^\d{3} /, ''), code: undefined, type: undefined, param: undefined };
  return answerError({ ...(errorIn({ error: body }) ?? plain), status, headers }, secrets, Date.now());
}

/** All that may be secret in what the client sends, as it is now: its key may be fetched anew for each request. */
function secretsOf(client: OpenAI): readonly string[] {
  const key = client.apiKey === null ? [] : [client.apiKey];
  // The SDK shows the headers that it was given to its subclasses only.
  const options = Reflect.get(client, '_options') as { readonly defaultHeaders?: unknown } | undefined;
  return [...key, ...secretsIn(textsIn(options?.defaultHeaders))];
}

/** The texts in headers, in whichever form the SDK takes them. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Headers) return [...value.values()];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
