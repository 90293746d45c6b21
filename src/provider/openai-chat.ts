import type { CompletionRequest } from '../types/prompt.js';
import { type CompletionEvent, ProviderError } from '../types/provider.js';
import type { FinishReason, JsonSchema, Usage } from '../types/reply.js';
import { answerError, type ErrorAnswer } from './answer-error.js';

export interface ChatBodyOptions {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the reply's schema is sent. */
  readonly structured: boolean;
  /** What the limit of the reply's tokens is called: OpenAI's own name, or the one that servers like it understand. */
  readonly maxTokensField: 'max_completion_tokens' | 'max_tokens';
}

/** The body of a request to OpenAI's chat completions. */
export interface ChatBody {
  readonly model: string;
  readonly messages: { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[];
  readonly stream: boolean;
  readonly [field: string]: unknown;
}

export function chatBody(request: CompletionRequest, options: ChatBodyOptions): ChatBody {
  const { system, messages, replySchema, maxOutputTokens, fields } = request;
  return {
    ...fields,
    model: options.model,
    messages: [...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), ...messages],
    stream: options.stream,
    ...(options.stream ? { stream_options: { include_usage: true } } : {}),
    ...(replySchema === undefined || !options.structured ? {} : { response_format: responseFormat(replySchema) }),
    ...(maxOutputTokens === undefined ? {} : { [options.maxTokensField]: maxOutputTokens }),
  };
}

function responseFormat(schema: JsonSchema) {
  return { type: 'json_schema', json_schema: { name: 'reply', strict: true, schema } };
}

/**
 * Reads the pieces of a chat completion: chunks of a stream, or a whole completion as one piece. Takes them as they come, whatever
 * a server that only resembles OpenAI leaves out.
 */
export class ChatReader {
  readonly #secrets: readonly string[];
  #reason: FinishReason | undefined;
  #refused = false;
  #usage: Usage | null = null;

  /** @param secrets - texts that must not appear in an error */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  /** The text in one piece, '' if there is none. Throws the error that a server put into the stream. */
  read(piece: unknown): string {
    const error = errorIn(piece);
    if (error !== undefined) throw answerError(error, this.#secrets, Date.now());
    const usage = field(piece, 'usage');
    if (isObject(usage)) this.#usage = readUsage(usage);
    const choice = arrayOf(field(piece, 'choices'))[0];
    const message = field(choice, 'delta') ?? field(choice, 'message');
    const reason = textOf(field(choice, 'finish_reason'));
    if (reason !== '') this.#reason = FINISH_REASONS.find((known) => known === reason) ?? 'unknown';
    const refusal = textOf(field(message, 'refusal'));
    this.#refused ||= refusal !== '';
    return textOf(field(message, 'content')) + refusal;
  }

  /** The end of the answer. Throws if the reply had none: `saidDone` is true if the server at least said that it was done. */
  finish(saidDone: boolean): CompletionEvent {
    if (this.#reason === undefined && !saidDone)
      throw new ProviderError('the answer broke off before its end', { kind: 'retryable', code: 'connection_error' });
    return { type: 'finish', reason: this.#refused ? 'refusal' : (this.#reason ?? 'unknown'), usage: this.#usage };
  }
}

/** Those that OpenAI calls as we do. */
const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content_filter'];

/** The error in a body of OpenAI's form, `{"error": {…}}`, or of its looser relatives (`{"error": "…"}`). */
export function errorIn(body: unknown): ErrorAnswer | undefined {
  const error = field(body, 'error');
  if (error === undefined || error === null) return undefined;
  const optional = (name: string): string | undefined => textOf(field(error, name)) || undefined;
  const code = field(error, 'code');
  return {
    // Servers that are not OpenAI write the status there, and in a stream nowhere else.
    status: typeof code === 'number' && code >= 400 && code < 600 ? code : undefined,
    headers: undefined,
    message: optional('message') ?? textOf(error),
    code: optional('code'),
    type: optional('type'),
    param: optional('param'),
  };
}

/** What a text says in JSON; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readUsage(usage: object): Usage {
  return {
    inputTokens: numberOf(field(usage, 'prompt_tokens')),
    outputTokens: numberOf(field(usage, 'completion_tokens')),
    cachedInputTokens: numberOf(field(field(usage, 'prompt_tokens_details'), 'cached_tokens')),
  };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function field(value: unknown, name: string): unknown {
  return isObject(value) ? (Reflect.get(value, name) as unknown) : undefined;
}

function arrayOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
