import { APIConnectionError, APIError, OpenAI, OpenAIError } from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { CompletionRequest } from '../types/prompt.js';
import type { ConnectionSettings, Provider } from '../types/provider.js';
import { errorIn, plainAnswer } from './answer-error.js';
import type { WatchAnswer } from './error-watch.js';
import { chatBody, readChat } from './openai-chat.js';
import { secretsIn, textsIn } from './redact.js';
import { requireSetting } from './require-setting.js';
import {
  type Sdk,
  type SdkCall,
  sdkProvider,
  type SdkProviderOptions,
  type SdkRequestOptions,
} from './sdk-provider.js';

/** Chat completions, at OpenAI or at Azure. */
export function chatProvider(name: string, client: OpenAI, options: SdkProviderOptions): Provider {
  const { model, stream = true, structured = 'json_schema' } = options;
  const sdk: Sdk = {
    name,
    baseUrl: client.baseURL,
    call: () =>
      callThrough(client, (watched, request, requestOptions) => {
        const body = chatBody(request, { model, stream, structured, maxTokensField: 'max_completion_tokens' });
        return watched.chat.completions
          .create(body as unknown as ChatCompletionCreateParams, requestOptions)
          .asResponse();
      }),
    reader: () => readChat,
    explain,
  };
  return sdkProvider(sdk, options);
}

/** A call through a client like that one, whose answers are watched. */
export function callThrough(
  client: OpenAI,
  create: (watched: OpenAI, request: CompletionRequest, options: SdkRequestOptions) => Promise<Response>,
): SdkCall {
  let watched = client;
  return {
    send: (request, options, watch) => {
      watched = watchedBy(client, watch);
      return create(watched, request, options);
    },
    secrets: () => secretsOf(watched),
  };
}

function watchedBy(client: OpenAI, watch: WatchAnswer): OpenAI {
  // The SDK has no way to see a single request's answer, and shows its `fetch` to nobody.
  const fetch = Reflect.get(client, 'fetch') as typeof globalThis.fetch;
  const options = Reflect.get(client, '_options') as { readonly apiKey?: unknown } | undefined;
  try {
    return client.withOptions({
      fetch: async (...request) => watch(await fetch(...request)),
      // A key may have been set since the client was made.
      ...(typeof options?.apiKey === 'function' || client.apiKey === null ? {} : { apiKey: client.apiKey }),
    });
  } catch {
    // Some clients cannot be had twice (with certificates, say). The SDK alone reads their errors.
    return client;
  }
}

/** A client as model files describe it: needs `api.key`. */
export function connectOpenAI({ apiKey, baseUrl }: ConnectionSettings): OpenAI {
  requireSetting('api.key', apiKey);
  return new OpenAI({ apiKey, ...(baseUrl === undefined ? {} : { baseURL: baseUrl }), maxRetries: 0 });
}

/** What an error of the SDK says. */
export const explain: Sdk['explain'] = (error) => {
  if (error instanceof APIConnectionError) return 'connection';
  // Of the SDK's own errors without an answer, one says that the key could not be fetched: that may pass.
  if (!(error instanceof APIError)) return error instanceof OpenAIError ? 'keyless' : 'unsendable';
  // The SDK types these by the class of the error; here any of them may come.
  const { status, headers, message, error: body } = error as APIError;
  return { ...(errorIn({ error: body }) ?? plainAnswer(message)), status, headers };
};

/** All that may be secret in what the client sends, as it is now: its key may be fetched anew for each request. */
export function secretsOf(client: OpenAI): readonly string[] {
  const key = client.apiKey === null ? [] : [client.apiKey];
  // The SDK shows the headers that it was given to its subclasses only.
  const options = Reflect.get(client, '_options') as { readonly defaultHeaders?: unknown } | undefined;
  return [...key, ...secretsIn(textsIn(options?.defaultHeaders))];
}
