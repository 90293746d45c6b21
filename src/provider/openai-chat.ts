import type { CompletionRequest } from '../types/prompt.js';
import type { CompletionEvent } from '../types/provider.js';
import type { FinishReason, JsonSchema, Usage } from '../types/reply.js';
import { answerError, errorIn } from './answer-error.js';
import { arrayAt, fieldAt, isObject, numberAt, textAt } from './json-body.js';
import { brokeOff, type PieceReader } from './read-answer.js';
import type { Structured } from './structured.js';

export interface ChatBodyOptions {
  readonly model: string;
  readonly stream: boolean;
  readonly structured: Structured;
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
  const format = responseFormat(options.structured, replySchema);
  return {
    ...fields,
    model: options.model,
    messages: [...(system === undefined ? [] : [{ role: 'system' as const, content: system }]), ...messages],
    stream: options.stream,
    ...(options.stream ? { stream_options: { include_usage: true } } : {}),
    ...(format === undefined ? {} : { response_format: format }),
    ...(maxOutputTokens === undefined ? {} : { [options.maxTokensField]: maxOutputTokens }),
  };
}

function responseFormat(structured: Structured, schema: JsonSchema | undefined): object | undefined {
  if (structured === 'json_object') return { type: 'json_object' };
  if (structured === 'off' || schema === undefined) return undefined;
  return { type: 'json_schema', json_schema: { name: 'reply', strict: true, schema } };
}

/** Reads the pieces of a chat completion: chunks of a stream, or a whole completion as one piece. */
export class ChatReader implements PieceReader {
  /** Only `[DONE]` ends a stream: usage comes after the reason. */
  readonly ended = false;
  readonly #secrets: readonly string[];
  #reason: FinishReason | undefined;
  #refused = false;
  #usage: Usage | null = null;

  /** @param secrets - texts that must not appear in an error */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  read(piece: unknown): string {
    const error = errorIn(piece);
    if (error !== undefined) throw answerError(error, this.#secrets, Date.now());
    const usage = fieldAt(piece, 'usage');
    if (isObject(usage)) this.#usage = readUsage(usage);
    const choice = arrayAt(piece, 'choices')[0];
    const message = fieldAt(choice, 'delta') ?? fieldAt(choice, 'message');
    const reason = textAt(choice, 'finish_reason');
    if (reason !== '') this.#reason = FINISH_REASONS.find((known) => known === reason) ?? 'unknown';
    const refusal = textAt(message, 'refusal');
    this.#refused ||= refusal !== '';
    return textAt(message, 'content') + refusal;
  }

  finish(saidDone: boolean): CompletionEvent {
    if (this.#reason === undefined && !saidDone) throw brokeOff();
    return { type: 'finish', reason: this.#refused ? 'refusal' : (this.#reason ?? 'unknown'), usage: this.#usage };
  }
}

/** Those that OpenAI calls as we do. */
const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content_filter'];

function readUsage(usage: object): Usage {
  return {
    inputTokens: numberAt(usage, 'prompt_tokens') ?? 0,
    outputTokens: numberAt(usage, 'completion_tokens') ?? 0,
    cachedInputTokens: numberAt(usage, 'prompt_tokens_details', 'cached_tokens') ?? 0,
  };
}
