import { createParser } from 'eventsource-parser';
import { createGate, type GateOptions } from '../flow/gate.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type Provider, ProviderError, type ProviderFactory } from '../types/provider.js';
import { abortable } from './abortable.js';
import { answerError, connectionError } from './answer-error.js';
import { chatBody, ChatReader, errorIn } from './openai-chat.js';
import { requireSetting } from './require-setting.js';

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
  /** Whether the reply's schema is sent, where there is one. @defaultValue true */
  readonly structured?: boolean;
  /** Whether the server enforces a schema that it is sent; many ignore it silently. @defaultValue false */
  readonly enforcesSchema?: boolean;
  /** Most characters of one event in a stream; more is an error. @defaultValue 1048576 */
  readonly maxEventCharacters?: number;
  /** @defaultValue the global `fetch` */
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
 * @throws TypeError if `model` is missing or `baseUrl` is not an http(s) address; RangeError if `concurrency` is not an integer
 * from 1
 */
export function http(options: HttpOptions): Provider {
  const { model, apiKey, stream = true, structured = true, enforcesSchema = false } = options;
  requireSetting('model', model);
  const url = `${requireBaseUrl(options.baseUrl)}/chat/completions`;
  const headers = {
    'content-type': 'application/json',
    accept: stream ? 'text/event-stream, application/json' : 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    ...options.headers,
  };
  const secrets = [...(apiKey === undefined ? [] : [apiKey]), ...Object.values(options.headers ?? {})];
  const maxEvent = options.maxEventCharacters ?? 2 ** 20;

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const body = JSON.stringify(chatBody(request, { model, stream, structured, maxTokensField: 'max_tokens' }));
    const send = options.fetch ?? globalThis.fetch;
    try {
      const response = await send(url, { method: 'POST', headers, body, signal });
      yield { type: 'open', status: response.status };
      if (!response.ok) throw await errorOf(response, secrets);
      const isStream = response.headers.get('content-type')?.includes('text/event-stream') ?? false;
      yield* isStream ? readStream(response, secrets, maxEvent) : readWhole(response, secrets);
    } catch (error) {
      throw error instanceof ProviderError ? error : connectionError(error, secrets);
    }
  }

  return {
    name: 'http',
    model,
    capabilities: { streaming: stream, enforcesSchema: structured && enforcesSchema },
    gate: createGate(options),
    complete: (request) => abortable((signal) => complete(request, signal)),
  };
}

/** The provider `http` of model files: needs `model` and `base.url`. */
export const httpFactory: ProviderFactory = {
  name: 'http',
  connect: ({ model, apiKey, baseUrl, concurrency, structured }) => {
    requireSetting('base.url', baseUrl);
    return http({
      model,
      apiKey,
      baseUrl,
      structured: structured !== 'off',
      enforcesSchema: structured === 'json_schema',
      concurrency,
    });
  },
};

async function* readStream(
  response: Response,
  secrets: readonly string[],
  maxEvent: number,
): AsyncGenerator<CompletionEvent> {
  const reader = new ChatReader(secrets);
  const events: CompletionEvent[] = [];
  const seen = { done: false };
  const parser = createParser({
    maxBufferSize: maxEvent,
    onEvent: ({ data }) => {
      if (data === '[DONE]') seen.done = true;
      else {
        const text = reader.read(parsePiece(data));
        events.push(text === '' ? { type: 'alive' } : { type: 'text', text });
      }
    },
    onComment: () => {
      events.push({ type: 'alive' });
    },
    onError: (error) => {
      if (error.type === 'max-buffer-size-exceeded') throw unreadable('an event of the stream is too long');
    },
  });
  for await (const piece of textOf(response)) {
    let failed: { readonly error: unknown } | undefined;
    try {
      parser.feed(piece);
    } catch (error) {
      failed = { error };
    }
    // What came before an error in the same piece stands.
    yield* events.splice(0);
    if (failed !== undefined) throw failed.error;
    if (seen.done) break;
  }
  yield reader.finish(seen.done);
}

async function* readWhole(response: Response, secrets: readonly string[]): AsyncGenerator<CompletionEvent> {
  const reader = new ChatReader(secrets);
  const text = reader.read(parsePiece(await response.text()));
  if (text !== '') yield { type: 'text', text };
  yield reader.finish(false);
}

/** The body as text; `for await` over a body does not work in every browser. */
async function* textOf({ body }: Response): AsyncGenerator<string> {
  if (body === null) return;
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}

async function errorOf(response: Response, secrets: readonly string[]): Promise<ProviderError> {
  const { status, headers } = response;
  const text = await response.text();
  const plain = { message: text, code: undefined, type: undefined, param: undefined };
  const said = errorIn(tryParse(text)) ?? plain;
  return answerError({ ...said, message: said.message || response.statusText, status, headers }, secrets, Date.now());
}

function parsePiece(text: string): unknown {
  const parsed = tryParse(text);
  if (parsed === undefined) throw unreadable(`not JSON: ${text.slice(0, 80)}`);
  return parsed;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(why: string): ProviderError {
  return new ProviderError(`the answer cannot be read: ${why}`, { kind: 'retryable', code: 'connection_error' });
}

function requireBaseUrl(baseUrl: string): string {
  requireSetting('baseUrl', baseUrl);
  const isHttp = URL.canParse(baseUrl) && /^https?:$/.test(new URL(baseUrl).protocol);
  if (!isHttp) throw new TypeError(`baseUrl must be an http or https address; got ${baseUrl}`);
  return baseUrl.replace(/\/+$/, '');
}
