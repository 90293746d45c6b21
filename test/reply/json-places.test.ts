import { describe, expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { entriesIn, placesIn } from './read-reply.js';

const sure = { unread: [], firstPayload: 0, opensReply: true };
const cut = { isWhole: false };
const one = (index: number): string => `{"index": ${index}, "value": "a"}`;

describe('plain JSON', () => {
  const format = json();

  test('breaks off at a line break in a string, and what follows is a payload of its own', () => {
    expect(placesIn(format, `[${one(1)}, {"index": 2, "value": "b\n[${one(3)}]`)).toEqual({
      entries: ['1@0/0', '3@1/1'],
      ...sure,
      unread: ['0/0'],
    });
  });

  test('breaks off where a comma is missing', () => {
    expect(placesIn(format, `[${one(1)} ${one(2)}]`).entries).toEqual(['1@0/0', '2@1/1']);
    expect(placesIn(format, `[${one(1)} ${one(2)}]`).unread).toEqual(['0/0']);
  });

  test('breaks off at a sign, too: what stands before it is no list with what follows', () => {
    expect(placesIn(format, `[${one(1)}; ${one(2)}`)).toEqual({
      entries: ['1@0/0', '2@1/1'],
      ...sure,
      unread: ['0/0'],
    });
  });

  test('has keys that are no JSON, which name nothing', () => {
    expect(placesIn(format, String.raw`{"\x": [${one(1)}]}`)).toEqual({ entries: ['1@0/0'], ...sure });
  });

  test('that does not close is unread if it has data', () => {
    expect(placesIn(format, '[1, 2').unread).toEqual(['0/0']);
    expect(placesIn(format, '[1, 2', cut).unread).toEqual(['0/0']);
    expect(placesIn(format, 'So [', cut).unread).toEqual(['0/0']);
    expect(placesIn(format, 'So [').unread).toEqual([]);
    expect(placesIn(format, '[', cut).unread).toEqual([]);
    expect(placesIn(format, '[').unread).toEqual([]);
  });

  test('that closed may have been an example, if the reply was cut off, and does not open with it', () => {
    expect(placesIn(format, one(1))).toEqual({ entries: ['1@0/0'], ...sure });
    expect(placesIn(format, one(1), cut)).toEqual({ entries: ['1@0/0'], ...sure });
    expect(placesIn(format, `So: ${one(1)}`).unread).toEqual([]);
    expect(placesIn(format, `So: ${one(1)}`, cut).unread).toEqual(['0/0']);
    expect(placesIn(format, `So: ${one(1)} No`, cut).unread).toEqual(['0/1']);
  });

  test('may be values without fields, but not for the only record', () => {
    expect(entriesIn(format, '["a", 5]').entries).toEqual([
      [undefined, 'a'],
      [undefined, 5],
    ]);
    expect(entriesIn(format, '["a", 5]', { ids: [1] })).toEqual({ entries: [], malformed: 0 });
  });
});

describe('JSON by a path', () => {
  const format = json({ path: jsonPath('$.data[*]') });
  const document = `{"data": [${one(1)}]}`;
  const known = { firstPayload: 0, opensReply: false };

  test('is read at the end, and its nodes are parts', () => {
    const reader = format.reader({ ids: [1, 2] });
    expect(reader.push(document)).toEqual([]);
    expect(reader.end(true)).toEqual([{ document: 0, payload: 0, nested: true, id: 1, value: 'a' }]);
    expect(placesIn(format, document)).toEqual({ entries: ['1@0/0'], unread: [], ...known });
  });

  test('comes after the thoughts', () => {
    expect(placesIn(format, `${document}</think>${document}`)).toEqual({
      entries: ['1@0/0', '1@1/1'],
      unread: [],
      firstPayload: 1,
      opensReply: false,
    });
  });

  test('was all there is, if the reply opens with it', () => {
    expect(placesIn(format, document, cut).unread).toEqual([]);
    expect(placesIn(format, `So: ${document}`, cut).unread).toEqual(['0/0']);
    expect(placesIn(format, `So: ${document}`).unread).toEqual([]);
  });

  test('is unread if it is data that is no JSON', () => {
    expect(placesIn(format, '[x]').unread).toEqual([]);
    expect(placesIn(format, "['x']").unread).toEqual(['0/0']);
    expect(placesIn(format, '{x: 1}').unread).toEqual(['0/0']);
    expect(placesIn(format, `${document} {"data": [`).unread).toEqual(['1/0']);
  });
});

describe('repaired JSON', () => {
  const format = json({ repair: jsonRepair });
  const loose = `{'index': 1, 'value': 'a'}`;

  test('leaves nothing unread', () => {
    expect(placesIn(format, loose)).toEqual({ entries: ['1@0/0'], ...sure });
    expect(entriesIn(format, loose)).toEqual({ entries: [[1, 'a']], malformed: 0 });
  });

  test('comes after the thoughts', () => {
    const after = { unread: [], firstPayload: 1, opensReply: true };
    expect(placesIn(format, `${one(1)}</think>${one(2)}`)).toEqual({ entries: ['1@0/0', '2@1/1'], ...after });
  });

  test('is counted as malformed, and unread, where it says something else', () => {
    const text = `[{"index": 1, "value": f("a")}]`;
    expect(entriesIn(format, text)).toEqual({ entries: [], malformed: 1 });
    expect(placesIn(format, text)).toEqual({ entries: [], ...sure, unread: ['0/0'] });
  });

  test('is nothing more, once something of the reply could be read', () => {
    const reader = format.reader({ ids: [1, 2] });
    expect(reader.push(one(2)).map(({ id }) => id)).toEqual([2]);
    expect(reader.push(` ${loose}`)).toEqual([]);
    expect(reader.end(true)).toEqual([]);
  });

  test('is no reply of more than 100,000 characters', () => {
    const padded = (length: number): string => loose.padEnd(length);
    expect(entriesIn(format, padded(100_000)).entries).toEqual([[1, 'a']]);
    expect(entriesIn(format, padded(100_001)).entries).toEqual([]);
  });
});
