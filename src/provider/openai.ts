import type { OpenAI } from 'openai';
import type { Provider, ProviderFactory } from '../types/provider.js';
import { chatProvider, connectOpenAI } from './openai-sdk.js';
import { optionsOf, type SdkProviderOptions } from './sdk-provider.js';

export { azure, azureFactory, AZURE_API_VERSION } from './azure.js';
export { openaiResponses, openaiResponsesFactory } from './openai-responses.js';

/** Options of all providers on OpenAI's SDK. */
export type OpenAIOptions = SdkProviderOptions;

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
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 */
export function openai(client: OpenAI, options: OpenAIOptions): Provider {
  return chatProvider('openai', client, options);
}

/** The provider `openai` of model files: needs `model` and `api.key`. */
export const openaiFactory: ProviderFactory = {
  name: 'openai',
  connect: (settings) => openai(connectOpenAI(settings), optionsOf(settings)),
};
