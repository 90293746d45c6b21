import type { GateOptions } from '../flow/gate.js';
import { MAX_DELAY_MS, requireOneOf } from '../flow/require.js';
import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, type ConnectionSettings, type Provider, ProviderError } from '../types/provider.js';
import { abortable } from './abortable.js';
import { answerError, connectionError, type ErrorAnswer, unsendable } from './answer-error.js';
import { createProvider } from './create-provider.js';
import { ErrorWatch, type WatchAnswer } from './error-watch.js';
import { openEvent, readAnswer, type ReadPiece } from './read-answer.js';
import { requireSetting } from './require-setting.js';
import { STRUCTURED, type Structured } from './structured.js';

/** What all providers that stand on an SDK are told. */
export interface SdkProviderOptions extends GateOptions {
  /** The model's name, as the API knows it. */
  readonly model: string;
  /** Whether replies arrive piece by piece. @defaultValue true */
  readonly stream?: boolean;
  /**
   * What is sent so that the reply is JSON: `json_schema` the reply's schema, where there is one;
   * `json_object` OpenAI's JSON mode, which enforces no schema; `off` nothing. @defaultValue 'json_schema'
   */
  readonly structured?: Structured;
  /**
   * Whether the server holds the model to a schema that it is sent: the makers' own APIs do, many that speak them do not.
   * @defaultValue true on the hosts of OpenAI, Azure and Anthropic
   */
  readonly enforcesSchema?: boolean | undefined;
}

/** The hosts of those who made the APIs, of their regions and resources included. */
const OWN_HOST =
  /(?:^|\.)(?:api\.openai\.com|openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com|api\.anthropic\.com)$/;

/** Sets the client's own retries and timeout aside: the operators retry, so that every request passes the gate. */
export interface SdkRequestOptions {
  readonly signal: AbortSignal;
  readonly maxRetries: 0;
  readonly timeout: number;
  /** Records and keys go to the host that was named, and to no other. */
  readonly fetchOptions: { readonly redirect: 'manual' | 'error' };
}

/**
 * What each call through an SDK is made with; the operators bound it in time.
 *
 * @param redirect - with `manual` a redirect is an answer like any other; with `error` it is a failed connection, and Node's `fetch` keeps
 *   no copy of the body
 */
export function sdkRequest(
  signal: AbortSignal,
  redirect: SdkRequestOptions['fetchOptions']['redirect'] = 'manual',
): SdkRequestOptions {
  return { signal, maxRetries: 0, timeout: MAX_DELAY_MS, fetchOptions: { redirect } };
}

/** One request through an SDK. */
export interface SdkCall {
  /** Resolves with the answer's headers, before its body; rejects with an error of the SDK. It reads what `watch` gives for an answer. */
  send(request: CompletionRequest, options: SdkRequestOptions, watch: WatchAnswer): Promise<Response>;
  /** All that may be secret in what was sent, as it is now. */
  secrets(): readonly string[];
}

/** What an SDK can do, as far as providers care. */
export interface Sdk {
  readonly name: string;
  /** Where the client sends its requests. */
  readonly baseUrl: string;
  call(): SdkCall;
  /** Reads the pieces of one answer. */
  reader(): ReadPiece;
  /** Most characters of one event in a stream. @defaultValue 1048576 */
  readonly maxEventCharacters?: number;
  /**
   * What the SDK's error says: an answer of the server; that it found no server (`connection`), or no key to send (`keyless`), which may
   * pass; or that the request can never be sent.
   */
  explain(error: unknown): ErrorAnswer | 'connection' | 'keyless' | 'unsendable';
}

/** @throws TypeError if `model` is missing; RangeError if another option is out of its range */
export function sdkProvider(sdk: Sdk, options: SdkProviderOptions): Provider {
  const { model, stream = true, structured = 'json_schema', enforcesSchema = isOwnHost(sdk.baseUrl) } = options;
  requireSetting('model', model);
  requireOneOf('structured', structured, STRUCTURED);

  async function* complete(request: CompletionRequest, signal: AbortSignal): AsyncGenerator<CompletionEvent> {
    const call = sdk.call();
    let isOpen = false;
    try {
      const errors = new ErrorWatch(() => call.secrets());
      const answer = call.send(request, sdkRequest(signal), errors.watch);
      yield* errors.until(answer);
      const response = await answer;
      isOpen = true;
      yield openEvent(response, call.secrets());
      // The SDKs' own readers pass over comments, and over an answer that is no stream although one was asked for.
      yield* readAnswer(response, sdk.reader(), call.secrets(), sdk.maxEventCharacters);
    } catch (error) {
      throw asProviderError(error, isOpen ? 'connection' : sdk.explain(error), call.secrets());
    }
  }

  return createProvider({
    ...options,
    name: sdk.name,
    capabilities: { streaming: stream, enforcesSchema: structured === 'json_schema' && enforcesSchema },
    complete: (request) => abortable((signal) => complete(request, signal)),
  });
}

export function isOwnHost(baseUrl: string): boolean {
  return URL.canParse(baseUrl) && OWN_HOST.test(new URL(baseUrl).hostname);
}

export function asProviderError(
  error: unknown,
  why: ReturnType<Sdk['explain']>,
  secrets: readonly string[],
): ProviderError {
  if (error instanceof ProviderError) return error;
  if (why === 'connection' || why === 'keyless') return connectionError(error, secrets, why === 'keyless');
  return why === 'unsendable' ? unsendable(error, secrets) : answerError(why, secrets, Date.now());
}

/** Settings of a model file, as options of a provider. */
export function optionsOf(settings: ConnectionSettings): SdkProviderOptions & { readonly structured: Structured } {
  const { model, concurrency, adaptive, requestsPerMinute, tokensPerMinute, structured } = settings;
  return {
    model,
    structured: structured === 'auto' ? 'json_schema' : structured,
    // Who names the schema in a model file says that the server holds to it.
    enforcesSchema: structured === 'json_schema' ? true : undefined,
    concurrency,
    adaptive,
    requestsPerMinute,
    tokensPerMinute,
  };
}
