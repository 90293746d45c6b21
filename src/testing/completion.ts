import { randomUUID } from 'node:crypto';
import type { EncodedRecord } from '../prompt/encoding.js';
import type { ChatMessage } from './chat-request.js';
import type { Fault, StandInRequest } from './fault.js';
import type { JsonObject } from './json.js';
import type { Persona, Settings } from './options.js';
import { replyLayout } from './reply-layout.js';
import { firstCharacters, replySegments } from './reply-text.js';
import { countTokens, firstTokens } from './tokens.js';

/** A reply that has been decided, before any of it is sent. */
export interface Reply {
  /** Its text: segment k of n ends after k/n of the reply's time. */
  readonly segments: readonly string[];
  /** The field of the message that the text stands in. */
  readonly field: 'content' | 'refusal';
  readonly finish: 'stop' | 'length' | 'content_filter';
}

/** Answers a request's records, and lets a fault or the request's token limit change the reply. */
export function decideReply(
  request: StandInRequest,
  messages: readonly ChatMessage[],
  { answer }: Pick<Settings, 'answer'>,
  fault: Fault | undefined,
): Reply {
  if (fault?.kind === 'refusal') return { segments: [fault.message], field: 'refusal', finish: 'stop' };
  const { body, records } = request;
  const answers = records.map(({ id, text }, position) => answer(text, { id, position, request }));
  const segments = rewrite(replySegments(replyLayout(body, messages, records), records, answers), records, fault);
  const reply: Reply = { segments, field: 'content', finish: 'stop' };
  if (fault?.kind === 'finish')
    return { ...reply, segments: firstCharacters(segments, fault.characters), finish: fault.reason };
  return limitTokens(reply, body.max_completion_tokens ?? body.max_tokens);
}

function rewrite(
  segments: readonly string[],
  records: readonly EncodedRecord[],
  fault: Fault | undefined,
): readonly string[] {
  return fault?.kind === 'reply' ? [fault.rewrite(segments.join(''), records)] : segments;
}

function limitTokens(reply: Reply, limit: unknown): Reply {
  if (typeof limit !== 'number') return reply;
  const text = reply.segments.join('');
  const kept = firstTokens(text, limit);
  if (kept === text) return reply;
  return { ...reply, segments: firstCharacters(reply.segments, Array.from(kept).length), finish: 'length' };
}

/** Tokens that went in. */
export interface PromptCount {
  readonly tokens: number;
  readonly cached: number;
}

/** `usage` as OpenAI writes it. */
export function usageOf(prompt: PromptCount, text: string): JsonObject {
  const completion = countTokens(text);
  return {
    prompt_tokens: prompt.tokens,
    completion_tokens: completion,
    total_tokens: prompt.tokens + completion,
    prompt_tokens_details: { cached_tokens: prompt.cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  };
}

/** The body of a response that is not streamed. */
export function completionBody(reply: Reply, prompt: PromptCount, persona: Persona): JsonObject {
  const text = reply.segments.join('');
  const message = { role: 'assistant', content: null, refusal: null, [reply.field]: text };
  return {
    ...head('chat.completion', persona),
    choices: [{ index: 0, message, logprobs: null, finish_reason: reply.finish }],
    usage: usageOf(prompt, text),
  };
}

/** Writes the chunks of one stream: they share id, time and model. */
export class ChunkWriter {
  readonly #head: JsonObject;
  readonly #withUsage: boolean;

  /** @param withUsage - `stream_options.include_usage`: every chunk has `usage` then, `null` but in the last one */
  constructor(persona: Persona, withUsage: boolean) {
    this.#head = head('chat.completion.chunk', persona);
    this.#withUsage = withUsage;
  }

  delta(delta: JsonObject, finish: string | null = null): JsonObject {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
    return { ...this.#head, choices, ...(this.#withUsage ? { usage: null } : {}) };
  }

  usage(usage: JsonObject): JsonObject {
    return { ...this.#head, choices: [], usage };
  }
}

function head(object: string, { model, claim }: Persona): JsonObject {
  return {
    id: `chatcmpl-${randomUUID()}`,
    object,
    created: Math.floor(Date.now() / 1000),
    model,
    system_fingerprint: claim,
  };
}
