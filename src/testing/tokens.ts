import { decode, encode } from 'gpt-tokenizer/encoding/o200k_base';
import type { ChatMessage } from './chat-request.js';

/**
 * Tokens around each message and around the whole prompt, as OpenAI's cookbook counts them for chat models ("How to count
 * tokens with tiktoken", `num_tokens_from_messages`): the message's start, its role's separator and its end, and as much
 * for the start of the answer. The role itself is one token more.
 */
const MESSAGE_OVERHEAD = 3;
const ANSWER_OVERHEAD = 3;

/** A text may spell `<|endoftext|>`: it is no special token then, and nothing to refuse. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** The tokenizer's time grows with the square of a word's length: 100,000 letters without a blank take seconds. */
const LONGEST_WORD = 2000;
const LONG_WORD = new RegExp(`\\S{${LONGEST_WORD}}|\\s{${LONGEST_WORD}}`);
const SLICE = new RegExp(`[^]{1,${LONGEST_WORD / 2}}`, 'gu');

/** The ids of a text's tokens (`o200k_base`). With words of 2,000 characters or more it is cut first, and may get a few more. */
function tokenize(text: string): readonly number[] {
  if (!LONG_WORD.test(text)) return encode(text, AS_TEXT);
  return (text.match(SLICE) ?? []).flatMap((slice) => encode(slice, AS_TEXT));
}

export function countTokens(text: string): number {
  return tokenize(text).length;
}

/** The text's first `most` tokens; the whole text if it has no more. A character that would be cut in two is left out. */
export function firstTokens(text: string, most: number): string {
  const tokens = tokenize(text);
  return tokens.length <= most ? text : decode(tokens.slice(0, most)).replace(/\ufffd+$/, '');
}

/**
 * A prompt's tokens, as many as OpenAI would bill for the messages; a schema in the request is not counted. Tokens that
 * are no text have the id -1.
 */
export function promptTokens(messages: readonly ChatMessage[]): readonly number[] {
  const overhead = (length: number): number[] => Array.from({ length }, () => -1);
  return messages
    .flatMap(({ role, text }) => [...overhead(MESSAGE_OVERHEAD), ...tokenize(role), ...tokenize(text)])
    .concat(overhead(ANSWER_OVERHEAD));
}

/** OpenAI caches prompts of 1024 tokens or more, in steps of 128 (platform.openai.com/docs/guides/prompt-caching). */
const SHORTEST_CACHED = 1024;
const CACHE_STEP = 128;
/** Prompts that are remembered: enough for a few kinds of requests in turn, little enough to compare with each of them. */
const REMEMBERED = 16;

/** Remembers the last long prompts, and finds what a new one begins with in them. */
export class PromptCache {
  #prompts: (readonly number[])[] = [];

  /** The number of tokens that the prompt shares with an earlier one, from its start; then remembers it. */
  cachedTokens(prompt: readonly number[]): number {
    if (prompt.length < SHORTEST_CACHED) return 0;
    const shared = Math.max(0, ...this.#prompts.map((earlier) => commonPrefix(earlier, prompt)));
    this.#prompts = [prompt, ...this.#prompts.slice(0, REMEMBERED - 1)];
    return shared < SHORTEST_CACHED ? 0 : shared - (shared % CACHE_STEP);
  }
}

function commonPrefix(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((token, position) => token !== other[position]);
  return differs === -1 ? one.length : differs;
}
