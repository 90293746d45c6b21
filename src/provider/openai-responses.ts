import type { OpenAI } from 'openai';
import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import type { Provider, ProviderFactory } from '../types/provider.js';
import { callThrough, connectOpenAI, explain } from './openai-sdk.js';
import { responsesBody, responseReader } from './responses-body.js';
import { optionsOf, sdkProvider, type SdkProviderOptions } from './sdk-provider.js';

/** The last events of a stream repeat the whole reply, and the instructions with it. */
const MAX_EVENT_CHARACTERS = 2 ** 24;

/**
 * OpenAI's responses, through the official SDK, as {@link openai} is. OpenAI stores nothing of them, unless a prompt's `fields`
 * say `store: true`.
 *
 * @example
 * ```ts
 * callLLM(openaiResponses(new OpenAI(), { model: 'gpt-4.1-mini' }))
 * ```
 *
 * @param client - its key, base URL and headers are used
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 */
export function openaiResponses(client: OpenAI, options: SdkProviderOptions): Provider {
  const { model, stream = true, structured = 'json_schema' } = options;
  return sdkProvider(
    {
      name: 'openai-responses',
      baseUrl: client.baseURL,
      call: () =>
        callThrough(client, (watched, request, requestOptions) => {
          const body = responsesBody(request, { model, stream, structured });
          return watched.responses.create(body as ResponseCreateParams, requestOptions).asResponse();
        }),
      reader: responseReader,
      explain,
      maxEventCharacters: MAX_EVENT_CHARACTERS,
    },
    options,
  );
}

/** The provider `openai-responses` of model files: needs `model` and `api.key`. */
export const openaiResponsesFactory: ProviderFactory = {
  name: 'openai-responses',
  connect: (settings) => openaiResponses(connectOpenAI(settings), optionsOf(settings)),
};
