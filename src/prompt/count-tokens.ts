import { encode } from 'gpt-tokenizer/encoding/o200k_base';

/** A text may spell `<|endoftext|>`: it is no special token then, and nothing to refuse. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };

/** The tokenizer's time grows with the square of a word's length: 100,000 letters without a blank take seconds. */
const LONGEST_WORD = 2000;
const LONG_WORD = new RegExp(`\\S{${LONGEST_WORD}}|\\s{${LONGEST_WORD}}`);
const SLICE = new RegExp(`[^]{1,${LONGEST_WORD / 2}}`, 'gu');

/**
 * The ids of a text's tokens in `o200k_base`, the encoding of OpenAI's models since GPT-4o. A text with words of 2,000 characters
 * or more is cut before, so that it takes no longer than others, and may get a few tokens more.
 */
export function tokenize(text: string): readonly number[] {
  if (!LONG_WORD.test(text)) return encode(text, AS_TEXT);
  return (text.match(SLICE) ?? []).flatMap((slice) => encode(slice, AS_TEXT));
}

/**
 * Counts the tokens of a text, for `batch.max.tokens`: as OpenAI's models since GPT-4o do; others count a little differently.
 * Needs `gpt-tokenizer`.
 *
 * @example
 * ```ts
 * defineModel({ provider, batchSize: 100, batchMaxTokens: 8000 }, { countTokens })
 * ```
 *
 * @see {@link tokenize}
 */
export function countTokens(text: string): number {
  return tokenize(text).length;
}
