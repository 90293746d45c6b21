import fc from 'fast-check';
import { countTokens as exact, decode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { countTokens, tokenize } from '../../src/prompt/count-tokens.js';
import { always } from '../property/runs.js';

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.lorem({ mode: 'sentences', maxCount: 4 }));

describe('countTokens', () => {
  test.each([
    ['', 0],
    ['Hello world', 2],
    // As in OpenAI's cookbook, "How to count tokens with tiktoken".
    ['antidisestablishmentarianism', 6],
  ])('counts %j', (text, tokens) => {
    expect(countTokens(text)).toBe(tokens);
  });

  test('counts any text as its encoding does, and keeps all of it', () => {
    always([texts], (text) => {
      expect(countTokens(text)).toBe(exact(text, { disallowedSpecial: new Set() }));
      // A half of a pair is no character.
      expect(decode(tokenize(text))).toBe(text.toWellFormed());
    });
  });

  test.each(['<|endoftext|>', '<|endofprompt|>', 'a <|im_start|> b'])(
    'takes %j for text, not for a command',
    (text) => {
      expect(countTokens(text)).toBeGreaterThan(1);
      expect(decode(tokenize(text))).toBe(text);
    },
  );

  test.each([
    ['letters', 'a'],
    ['blanks', ' '],
    ['newlines', '\n'],
    ['pairs', '😀'],
    ['digits', '7'],
  ])('counts a word of a million %s in slices, since a whole one would take hours', (_, character) => {
    const text = character.repeat(1_000_000);
    const slice = countTokens(character.repeat(1000));

    expect(countTokens(text)).toBe(1000 * slice);
    expect(decode(tokenize(text))).toBe(text);
  });

  test.each([1, 999, 1000, 1001, 1999, 2000, 2001, 2999, 5000])(
    'cuts a word from 2,000 characters on, and gets no more than a token a slice more: %i characters',
    (length) => {
      for (const part of ['a', 'xyz', '-', ' \n', 'ab1']) {
        const word = part.repeat(length).slice(0, length);
        const [tokens, whole] = [countTokens(word), exact(word)];
        expect(tokens).toBeGreaterThanOrEqual(whole);
        expect(tokens).toBeLessThanOrEqual(length < 2000 ? whole : whole + Math.ceil(length / 1000) - 1);
      }
    },
  );
});
