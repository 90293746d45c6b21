import { randomUUID } from 'node:crypto';
import { messageList } from '../chat-request.js';
import type { StreamErrorFault } from '../fault.js';
import { fieldAt, type JsonObject } from '../json.js';
import type { PromptCount } from '../prompt-cache.js';
import { countTokens } from '../../prompt/count-tokens.js';
import { openaiErrors, streamError } from './openai-error.js';
import { openaiHeaders, openaiLimitHeaders } from './openai-headers.js';
import { type Answer, bearerKey, type ErrorResponse, eventText, type ReplyStream, type Wire } from './wire.js';

/** OpenAI's chat completions: `POST /v1/chat/completions` (platform.openai.com/docs/api-reference/chat). */
export const openaiChat: Wire = {
  errors: openaiErrors,
  caching: 'prefix',
  promptField: 'messages',
  badLines: [': keep-alive', 'data: {not json'],
  headers: openaiHeaders,
  limitHeaders: openaiLimitHeaders,
  key: bearerKey,
  headError: () => null,
  bodyError,
  model: (body) => body.model,
  messages: (body) => messageList(body.messages),
  schema: (body) => fieldAt(body, 'response_format', 'json_schema', 'schema'),
  maxTokens: (body) => body.max_completion_tokens ?? body.max_tokens,
  whole,
  failed: (_, fault) => errorBody(fault),
  stream: (answer) => new ChunkWriter(answer),
};

function bodyError(body: JsonObject): ErrorResponse | null {
  if ((body.n ?? 1) !== 1) return openaiErrors.notInStandIn('n');
  if (Array.isArray(body.tools) && body.tools.length > 0) return openaiErrors.notInStandIn('tools');
  return null;
}

function errorBody({ error }: StreamErrorFault): JsonObject {
  return { error: error ?? streamError() };
}

function usageOf(prompt: PromptCount, text: string): JsonObject {
  const completion = countTokens(text);
  return {
    prompt_tokens: prompt.tokens,
    completion_tokens: completion,
    total_tokens: prompt.tokens + completion,
    prompt_tokens_details: { cached_tokens: prompt.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

function whole({ reply, prompt, persona }: Answer): JsonObject {
  const text = reply.segments.join('');
  const message = { role: 'assistant', content: null, refusal: null, [reply.field]: text };
  return {
    ...head('chat.completion', persona),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finish }],
    usage: usageOf(prompt, text),
  };
}

/** Writes the chunks of one stream: they share id, time and model. */
class ChunkWriter implements ReplyStream {
  readonly #answer: Answer;
  readonly #head: JsonObject;
  /** `stream_options.include_usage`: every chunk has `usage` then, `null` but in the last one. */
  readonly #withUsage: boolean;

  constructor(answer: Answer) {
    this.#answer = answer;
    this.#head = head('chat.completion.chunk', answer.persona);
    this.#withUsage = fieldAt(answer.body, 'stream_options', 'include_usage') === true;
  }

  open(): string {
    const content = this.#answer.reply.field === 'content' ? '' : null;
    return this.#chunk({ role: 'assistant', content, refusal: null });
  }

  delta(text: string): string {
    return this.#chunk({ [this.#answer.reply.field]: text });
  }

  close(): string {
    const { reply, prompt } = this.#answer;
    const usage = usageOf(prompt, reply.segments.join(''));
    const last = this.#withUsage ? eventText({ ...this.#head, choices: [], usage }) : '';
    return `${this.#chunk({}, reply.finish)}${last}data: [DONE]\n\n`;
  }

  error(fault: StreamErrorFault): string {
    return eventText(errorBody(fault));
  }

  #chunk(delta: JsonObject, finish: string | null = null): string {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return eventText({ ...this.#head, choices, ...(this.#withUsage ? { usage: null } : {}) });
  }
}

function head(object: string, { model, claim }: Answer['persona']): JsonObject {
  return {
    id: `chatcmpl-${randomUUID()}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: claim,
  };
}
