import { describe, expect, test } from 'vitest';
import { delimited } from '../../src/reply/delimited.js';
import { withoutThoughts } from '../../src/reply/delimited/pattern-taker.js';
import { entriesIn, placesIn } from './read-reply.js';

const LONGEST = 10_000;
const cut = { isWhole: false };

describe('lines that a pattern matches', () => {
  const format = delimited({ path: '^(?<index>\\d+)\\. (?<value>\\w+)$' });
  const sure = { unread: [], firstPayload: 0, opensReply: true };

  test('are of one payload, whatever stands between them', () => {
    expect(placesIn(format, '1. a\n2. b\nand\n3. c')).toEqual({ entries: ['1@0/0', '2@1/0', '3@2/0'], ...sure });
  });

  test('come after the thoughts', () => {
    expect(entriesIn(format, '<think>\n1. x\n</think>\n2. a').entries).toEqual([['2', 'a']]);
    expect(placesIn(format, '1. x\n</think>\n1. a')).toEqual({
      entries: ['1@0/0', '1@1/1'],
      ...sure,
      firstPayload: 1,
    });
  });

  test('are thoughts up to the last of them before a closing tag', () => {
    expect(placesIn(format, '1. x\n2. y\n</think>\n1. a')).toEqual({
      entries: ['1@0/0', '2@1/0', '1@2/1'],
      ...sure,
      firstPayload: 1,
    });
  });

  test('begin behind a byte-order mark, whatever piece it comes in', () => {
    const reader = format.reader({ ids: [1, 2] });
    expect(reader.push('')).toEqual([]);
    expect(reader.push('\uFEFF1. a\n').map(({ id }) => id)).toEqual(['1']);
  });

  test('end with their line break: what follows it is no empty line', () => {
    const any = delimited({ path: '^(?<value>.*)$' });
    expect(entriesIn(any, 'a\n\nb\n').entries.map(([, value]) => value)).toEqual(['a', '', 'b']);
  });

  test('keep carriage returns, but for the one at their end', () => {
    const any = delimited({ path: '^(?<index>\\d)=(?<value>[^=]+)$' });
    expect(entriesIn(any, '1=a\rb\r\n').entries).toEqual([['1', 'a\rb']]);
  });

  test('are as long as that, and not longer', () => {
    const longest = `1. ${'a'.repeat(LONGEST - 3)}`;
    expect(placesIn(format, `${longest}\n2. b`)).toEqual({ entries: ['1@0/0', '2@1/0'], ...sure });
    expect(entriesIn(format, `${longest}\n2. b`).malformed).toBe(0);
    expect(entriesIn(format, `${longest}a\n${longest}a\n2. b`)).toEqual({ entries: [['2', 'b']], malformed: 2 });
    // A place that is none of the entries': told once.
    expect(placesIn(format, `2. b\n${longest}a\n${longest}a\n`).unread).toEqual(['0/1']);
  });

  test('were all there are, if the reply opens with them', () => {
    expect(placesIn(format, '1. a\nWe have', cut)).toEqual({ entries: ['1@0/0'], ...sure });
  });

  test('may have been an example, if words came before something that was cut off', () => {
    const unread = (text: string): readonly string[] => placesIn(format, `So:\n${text}`, cut).unread;
    expect(unread('1. a\n2. b')).toEqual(['0/0']);
    expect(unread('1. a\n')).toEqual(['0/0']);
    expect(unread('1. a\nWe have')).toEqual(['0/1']);
    expect(unread('1. a\nand\n2. b\n3. c')).toEqual(['1/1']);
    expect(unread(`1. a\n2. ${'b'.repeat(LONGEST - 3)}`)).toEqual(['0/0']);
    expect(unread(`1. a\n2. ${'b'.repeat(LONGEST - 2)}`)).toEqual(['0/1']);
  });

  test('give no value without a group that took part', () => {
    const path = '^(?<index>\\d)(?: (?<mood>\\w))?$';
    expect(entriesIn(delimited({ path, value: '*' }), '1\n2 g').entries).toEqual([
      ['1', undefined],
      ['2', { mood: 'g' }],
    ]);
    expect(entriesIn(delimited({ path, value: 'mood' }), '1\n2 g').entries).toEqual([
      ['1', undefined],
      ['2', 'g'],
    ]);
  });
});

describe('matches in a whole text', () => {
  const format = delimited({ path: '/(?<index>\\d*)(?<value>[a-z]*)/g' });

  test('are not empty', () => {
    expect(entriesIn(format, '1a, 2b').entries).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
  });

  test('are of one payload, and known at the end', () => {
    const known = { firstPayload: 0, opensReply: false };
    expect(placesIn(format, '1a 2b')).toEqual({ entries: ['1@0/0', '2@1/0'], unread: [], ...known });
    expect(format.reader({ ids: [1, 2] }).push('1a 2b')).toEqual([]);
  });

  test('may have been examples, if words parted them and something was cut off', () => {
    const pairs = delimited({ path: '/(?<index>\\d+)=(?<value>\\w+)/g' });
    const unread = (text: string): readonly string[] => placesIn(pairs, text, cut).unread;
    expect(unread('1=a, and 2=b, ')).toEqual([]);
    expect(unread('So: 1=a, 2=b, ')).toEqual([]);
    expect(unread('So: 1=a, and 2=b, ')).toEqual(['0/1']);
    expect(unread('So: 1=a, 2=b, as')).toEqual(['0/1']);
    expect(placesIn(pairs, 'So: 1=a, and 2=b, as').unread).toEqual([]);
  });
});

test.each([
  ['a', 'a'],
  ['\uFEFFa', 'a'],
  ['<think>x</think>a', 'a'],
  ['a <think>x</think>b', 'a b'],
  ['a<thinking>x</thinking> b <THINK>y</THINK>c', 'a b c'],
  ['x</think>a', 'a'],
  ['x</think>y</think>a', 'a'],
  ['<think>x</think>y</think>a<think>z</think>b', 'ab'],
  ['<think>x<think>y</think>a', 'a'],
  ['a<think>x', 'a'],
  ['<think>x', ''],
  ['<think>\uFEFFx</think>a', 'a'],
])('what is said in %j is %j', (text, said) => {
  expect(withoutThoughts(text)).toBe(said);
});
