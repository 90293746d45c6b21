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

/** A prompt's tokens, and after how many of them a block ends that is to be cached. */
export interface PromptTokens {
  /** Their ids; tokens that are no text have the id -1. */
  readonly tokens: readonly number[];
  /** In rising order. */
  readonly marks: readonly number[];
}

/** A prompt's tokens, as many as OpenAI would bill for the messages; a schema in the request is not counted. */
export function promptTokens(messages: readonly ChatMessage[]): PromptTokens {
  const tokens: number[] = [];
  const marks: number[] = [];
  const add = (more: readonly number[]): void => more.forEach((token) => tokens.push(token));
  for (const { role, text, marks: ends = [] } of messages) {
    add(overhead(MESSAGE_OVERHEAD));
    add(tokenize(role));
    let from = 0;
    for (const end of ends) {
      add(tokenize(text.slice(from, end)));
      marks.push(tokens.length);
      from = end;
    }
    add(tokenize(text.slice(from)));
  }
  add(overhead(ANSWER_OVERHEAD));
  return { tokens, marks };
}

function overhead(length: number): readonly number[] {
  return Array.from({ length }, () => -1);
}
