import { describe, expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { entriesIn, placesIn } from './read-reply.js';

const format = json();
const sure = { unread: [], firstPayload: 0, opensReply: true };
const one = (index: number): string => `{"index": ${index}, "value": "a"}`;
const cut = { isWhole: false };

describe('brackets in prose', () => {
  test.each(['[note]', '{fn}', '[n1]', '[1a]', '[f("x")]', '[-x]', '[,]', '{:"a"}', '{…}', '{; of x}'])(
    'are no data that cannot be read: %s',
    (words) => {
      const text = `${one(1)} as in ${words} and so on`;
      expect(placesIn(format, text)).toEqual({ entries: ['1@0/0'], ...sure });
      expect(entriesIn(format, text).malformed).toBe(0);
    },
  );

  test.each(['["a', '[{', '[[', '{"a": {'])('are data, where they hold a value: %s', (data) => {
    expect(placesIn(format, `${one(1)} ${data}`)).toEqual({ entries: ['1@0/0'], ...sure, unread: ['1/0'] });
  });
});

describe('the key of the list', () => {
  test.each([
    '{results:[',
    '{results: [',
    '{results  :\n  [',
    "{'results': [",
    '{“results”: [',
    '{`results` : [',
    '{the results: [',
  ])('need not be JSON: %j', (opening) => {
    expect(placesIn(format, `${opening}${one(1)}]}`)).toEqual({ entries: ['1@1/1'], ...sure });
  });

  test.each(['{index: 1, results: [', '{results = [', '{results [', "{'results': and ["])(
    'is nothing more than that: %j',
    (opening) => {
      expect(placesIn(format, `${opening}${one(1)}]}`)).toEqual({ entries: ['1@1/1'], ...sure, unread: ['0/0'] });
    },
  );
});

test.each([`[${one(1)},, ${one(2)}]`, `[${one(1)}: ${one(2)}]`, `[${one(1)}, , ${one(2)}`])(
  'a list breaks off where a value is missing: %s',
  (text) => {
    expect(placesIn(format, text)).toEqual({ entries: ['1@0/0', '2@1/1'], ...sure, unread: ['0/0'] });
  },
);

describe('thoughts', () => {
  const read = (text: string, size: number) => {
    const reader = format.reader({ ids: [1, 2] });
    const entries = (text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []).flatMap((piece) => reader.push(piece));
    reader.end(true);
    return { payloads: entries.map(({ payload }) => payload), firstPayload: reader.firstPayload };
  };

  test.each([1, 5, 9_999])('are what stands before a closing tag, in pieces of %i', (size) => {
    expect(read(`${one(1)}</think>${one(1)}`, size)).toEqual({ payloads: [0, 1], firstPayload: 1 });
    expect(read(`Hm.</think>${one(1)}`, size)).toEqual({ payloads: [0], firstPayload: 0 });
    expect(read(`<think>${one(1)}</think>${one(1)}`, size)).toEqual({ payloads: [0], firstPayload: 0 });
  });

  test.each([1, 5, 9_999])('end once, and leave what stood before them, in pieces of %i', (size) => {
    for (const thought of ['<think></think>', '<think>Hm.</think>', '<thinking>[</thinking>'])
      expect(read(`${one(1)} ${thought} Or: ${one(2)}`, size)).toEqual({ payloads: [0, 1], firstPayload: 0 });
  });
});

describe('a fence opens a reply', () => {
  test.each(['```', '```\n', '```json\n', ' ```json ', '\n\n```jsonc\n\n'])('as %j', (fence) => {
    expect(placesIn(format, fence + one(1), cut)).toEqual({ entries: ['1@0/0'], ...sure });
  });

  test.each(['``', '````', '```json: ', '1. ', '``` a '])('but not %j', (opening) => {
    expect(placesIn(format, opening + one(1)).opensReply).toBe(false);
  });
});
