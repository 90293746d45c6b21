import type { CompletionRequest } from '../types/prompt.js';
import type { FinishReason, JsonSchema } from '../types/reply.js';
import { fieldAt, textAt } from './json-body.js';
import type { ReadPiece } from './read-answer.js';
import type { Structured } from './structured.js';
import { usageOf } from './usage.js';

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

/** Reads a chunk of a streamed chat completion, or a whole one. Usage comes after the reason: only `[DONE]` ends a stream. */
export const readChat: ReadPiece = (piece) => {
  const choice = fieldAt(piece, 'choices', 0);
  const message = fieldAt(choice, 'delta') ?? fieldAt(choice, 'message');
  const reason = textAt(choice, 'finish_reason');
  const known = reason === '' ? undefined : (FINISH_REASONS.find((name) => name === reason) ?? 'unknown');
  const refusal = textAt(message, 'refusal');
  return {
    text: textAt(message, 'content') + refusal,
    reason: refusal === '' ? known : 'refusal',
    usage: usageOf(
      fieldAt(piece, 'usage', 'prompt_tokens'),
      fieldAt(piece, 'usage', 'completion_tokens'),
      fieldAt(piece, 'usage', 'prompt_tokens_details', 'cached_tokens'),
    ),
  };
};

/** Those that OpenAI calls as we do. */
const FINISH_REASONS: readonly FinishReason[] = ['stop', 'length', 'content_filter'];
