import { decode } from 'gpt-tokenizer/encoding/o200k_base';
import { tokenize } from '../prompt/count-tokens.js';
import type { ChatMessage } from './chat-request.js';

/**
 * Tokens around each message and around the whole prompt, as OpenAI's cookbook counts them for chat models ("How to count
 * tokens with tiktoken", `num_tokens_from_messages`): the message's start, its role's separator and its end, and as much
 * for the start of the answer. The role itself is one token more.
 */
const MESSAGE_OVERHEAD = 3;
const ANSWER_OVERHEAD = 3;

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
