import type { GateOptions } from '../flow/gate.js';
import { requireOneOf } from '../flow/require.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError, type ProviderFactory } from '../types/provider.js';
import { abortable } from './abortable.js';
import { connectionError } from './answer-error.js';
import { chatBody, readChat } from './openai-chat.js';
import { createProvider } from './create-provider.js';
import { openEvent, readAnswer, readError } from './read-answer.js';
import { redact, secretsIn } from './redact.js';
import { requireSetting } from './require-setting.js';
import { STRUCTURED, type Structured } from './structured.js';

/** Options of {@link http}. */
export interface HttpOptions extends GateOptions {
  /** Where the API lives: requests go to `<baseUrl>/chat/completions`. */
  readonly baseUrl: string;
  /** The model's name, as the server knows it. */
  readonly model: string;
  /** Sent as a bearer token. @defaultValue none */
  readonly apiKey?: string | undefined;
  /** Further headers of each request. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether replies are asked for piece by piece; a server that answers in one piece is understood. @defaultValue true */
  readonly stream?: boolean;
  /**
   * What is sent so that the reply is JSON: `json_schema` the reply's schema, where there is one; `json_object` OpenAI's JSON mode,
   * for servers that do not know schemas; `off` nothing. @defaultValue 'json_schema'
   */
  readonly structured?: Structured;
  /** Whether the server enforces a schema that it is sent; many ignore it silently. @defaultValue false */
  readonly enforcesSchema?: boolean;
  /** Most characters of one event in a stream; more is an error. @defaultValue 1048576 */
  readonly maxEventCharacters?: number;
  /** What requests are made with. @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Any server that speaks OpenAI's chat completions (vLLM, Ollama, llama.cpp, gateways), through `fetch`, without an SDK. Runs in a
 * page, where the key must not be: put a backend in between.
 *
 * @example
 * ```ts
 * callLLM(http({ baseUrl: 'http://localhost:11434/v1', model: 'llama3.2' }))
 * ```
 *
 * @throws TypeError if `model` is missing, `baseUrl` is not an http(s) address or a header cannot be sent; RangeError if
 * another option is out of its range
 */
export function http(options: HttpOptions): Provider {
  const { model, apiKey, stream = true, structured = 'json_schema', enforcesSchema = false } = options;
  requireSetting('model', model);
  requireOneOf('structured', structured, STRUCTURED);
  const url = `${requireBaseUrl(options.baseUrl)}/chat/completions`;
  const secrets = [...(apiKey === undefined ? [] : [apiKey]), ...secretsIn(Object.values(options.headers ?? {}))];
  const headers = requireHeaders({
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream, application/json' : 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...options.headers,
  });

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const body = JSON.stringify(chatBody(request, { model, stream, structured, maxTokensField: 'max_tokens' }));
    const send = options.fetch ?? globalThis.fetch;
    try {
      const response = await send(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      yield openEvent(response, secrets);
      if (!response.ok) yield* readError(response, secrets);
      yield* readAnswer(response, readChat, secrets, options.maxEventCharacters);
    } catch (error) {
      throw error instanceof ProviderError ? error : connectionError(error, secrets);
    }
  }

  return createProvider({
    ...options,
    name: 'http',
    capabilities: { streaming: stream, enforcesSchema: structured === 'json_schema' && enforcesSchema },
    complete: (request) => abortable((signal) => complete(request, signal)),
  });
}

/** The provider `http` of model files: needs `model` and `base.url`. */
export const httpFactory: ProviderFactory = {
  name: 'http',
  connect: ({ structured, baseUrl, ...settings }) => {
    requireSetting('base.url', baseUrl);
    return http({
      ...settings,
      baseUrl,
      structured: structured === 'auto' ? 'json_schema' : structured,
      enforcesSchema: structured === 'json_schema',
    });
  },
};

function requireBaseUrl(baseUrl: string): string {
  requireSetting('baseUrl', baseUrl);
  const isHttp = URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol);
  if (!isHttp || /[?#]/.test(baseUrl))
    throw new TypeError(
      `baseUrl must be an http or https address, without query and fragment; got ${redact(baseUrl, [])}`,
    );
  const { username, password } = new URL(baseUrl);
  if (username !== '' || password !== '')
    throw new TypeError('baseUrl must hold no user and no password: send them in headers, as authorization');
  return baseUrl.replace(/\/+$/, '');
}

/** Later ones replace earlier ones of the same name, however it is written. */
function requireHeaders(entries: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(entries)) {
    try {
      headers.set(name, value);
    } catch {
      // The error's own message quotes the value.
      throw new TypeError(`the header ${name} has characters that HTTP cannot carry, in its name or in its value`);
    }
  }
  return headers;
}
