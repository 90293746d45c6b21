import type { Anthropic, Middleware } from '@anthropic-ai/sdk';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import type { Provider, ProviderFactory } from '../types/provider.js';
import { messagesBody, type MessagesBodyOptions, messageReader } from './anthropic-messages.js';
import { connectAnthropic, explain, headersOf } from './anthropic-sdk.js';
import { secretsIn } from './redact.js';
import { optionsOf, type SdkCall, sdkProvider, type SdkProviderOptions } from './sdk-provider.js';
import type { Structured } from './structured.js';

/** Options of {@link anthropic}. */
export interface AnthropicOptions extends SdkProviderOptions {
  /**
   * Whether the reply's schema is sent, and so enforced, where there is one. Anthropic has no JSON mode: `json_object` is an error.
   * @defaultValue 'json_schema'
   */
  readonly structured?: Structured;
  /**
   * Most tokens of a reply whose prompt has no limit of its own, an integer from 1; Anthropic wants one with each request. A reply
   * that reaches it ends there: its last records are `length_stop`. @defaultValue 4096
   */
  readonly maxTokens?: number;
  /** Whether the system instruction, which all prompts share, is marked to be cached for some minutes. @defaultValue true */
  readonly promptCache?: boolean;
}

/**
 * Anthropic's messages, through the official SDK. The client's own retries and timeout are set aside for each request: the
 * operators retry, so that every request passes the gate.
 *
 * @example
 * ```ts
 * callLLM(anthropic(new Anthropic(), { model: 'claude-haiku-4-5' }))
 * ```
 *
 * @param client - its key or token, base URL and headers are used
 * @throws TypeError if `model` is missing; RangeError if another option is out of its range
 */
export function anthropic(client: Anthropic, options: AnthropicOptions): Provider {
  const { model, stream = true, structured = 'json_schema', maxTokens = 4096, promptCache = true } = options;
  if (!Number.isInteger(maxTokens) || maxTokens < 1)
    throw new RangeError(`maxTokens must be an integer from 1; got ${String(maxTokens)}`);
  if (structured === 'json_object')
    throw new RangeError('structured must be json_schema or off; got json_object, and Anthropic has no JSON mode');
  const body = { model, stream, structured: structured === 'json_schema', maxTokens, promptCache };
  return sdkProvider(
    {
      name: 'anthropic',
      baseUrl: client.baseURL,
      call: () => call(client, body),
      reader: messageReader,
      explain,
    },
    options,
  );
}

/** The provider `anthropic` of model files: needs `model` and `api.key`. Its `base.url` is without `/v1`, as the SDK has it. */
export const anthropicFactory: ProviderFactory = {
  name: 'anthropic',
  connect: (settings) => anthropic(connectAnthropic(settings), optionsOf(settings)),
};

function call(client: Anthropic, options: MessagesBodyOptions): SdkCall {
  /** The key as it was sent: the SDK may fetch it for each request, and does not keep it then. */
  let sent: readonly string[] = [];
  return {
    send: (request, requestOptions, watch) => {
      const body = messagesBody(request, options) as MessageCreateParams;
      const listen: Middleware = async (outgoing, next) => {
        sent = KEY_HEADERS.map((name) => outgoing.headers.get(name)?.replace(/^bearer /i, '') ?? '');
        return watch(await next(outgoing));
      };
      return client.messages.create(body, { ...requestOptions, middleware: [listen] }).asResponse();
    },
    secrets: () => [client.apiKey ?? '', client.authToken ?? '', ...sent, ...secretsIn(headersOf(client))],
  };
}

const KEY_HEADERS = ['authorization', 'x-api-key'];
