import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JsonScanner } from '../../src/reply/json-scanner.js';
import { hostileText } from './json-texts.js';
import { looksOf } from './looks.js';
import { always } from './runs.js';

/**
 * Most often that one character may be looked at or copied: in pieces of one character, tags are looked for in the last eleven
 * each time. A look at all that came before would be some hundreds in texts of `LENGTH`.
 */
const MOST_LOOKS = 250;
const LENGTH = 800;

function looks(pieces: readonly string[]): number {
  const scanner = new JsonScanner('index', () => undefined);
  return looksOf(() => {
    for (const piece of pieces) scanner.push(piece);
  });
}

/** Texts that repeat, so that whatever is looked at again and again adds up. */
const repeated = fc
  .tuple(hostileText, fc.array(hostileText, { minLength: 1, maxLength: 3 }))
  .filter(([, parts]) => parts.join('') !== '')
  .map(([start, parts]) => start + parts.join('').repeat(Math.ceil(LENGTH / parts.join('').length)));

describe('the work of the scanner', () => {
  test('is linear in the length of any text, in pieces of one character', () => {
    always([repeated], (text) => {
      expect(looks(text.split(''))).toBeLessThan(MOST_LOOKS * text.length);
    });
  });

  test('is linear in the length of any text, in one piece', () => {
    always([repeated], (text) => {
      expect(looks([text])).toBeLessThan(MOST_LOOKS * text.length);
    });
  });

  test.each([
    ['an array of objects', `[${'{"index":1,"value":"some text"},'.repeat(2000)}]`],
    ['an object that is one entry', `{"index":1,${'"key":["value"],'.repeat(4000)}"end":1}`],
    ['one long string', `["${'\\"a'.repeat(20_000)}"]`],
    ['one long key', `{"${'a'.repeat(60_000)}":1}`],
    ['one long number', `[${'1'.repeat(60_000)}]`],
    ['prose', 'Some prose. '.repeat(5000)],
    ['thoughts', `<think>${'[1] '.repeat(15_000)}</think>`],
    ['brackets that open', '[{'.repeat(30_000)],
    ['brackets that break off', '{a['.repeat(20_000)],
    ['tags that are none', '<thinking <think</'.repeat(3000)],
  ])('is linear for %s', (_, text) => {
    const [quarter, whole] = [text.slice(0, text.length / 4), text].map((part) => looks(part.split('')) / part.length);
    expect(whole!).toBeLessThan(1.5 * quarter! + 1);
    expect(whole!).toBeLessThan(MOST_LOOKS);
  });
});
