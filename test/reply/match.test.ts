import { describe, expect, test } from 'vitest';
import { isSame, type MatchOptions, matchEntries, readId } from '../../src/reply/match.js';
import type { RecordId } from '../../src/types/prompt.js';
import type { ReplyEntry } from '../../src/types/reply.js';

/** An entry that is a document of its own; all of one payload, if nothing else is said. */
function entry(id: unknown, value: unknown, rest: Partial<ReplyEntry> = {}): ReplyEntry {
  return { id, value, document: 0, payload: 0, nested: false, ...rest };
}

/** What each record gets: its value, or the failure's message; and the warnings. */
function match(ids: readonly RecordId[], entries: readonly ReplyEntry[], options: Partial<MatchOptions> = {}) {
  const warnings: string[] = [];
  const answers = matchEntries(ids, entries, { positional: false, doubts: [], ...options }, (code, message) => {
    warnings.push(`${code}: ${message}`);
  });
  const said = answers.map((answer) => {
    if (answer === undefined) return undefined;
    return answer.failure ? `${answer.failure.code}: ${answer.failure.message}` : (answer.value ?? 'no value');
  });
  return { answers: said, warnings };
}

const CONTRADICTS = 'ambiguous_index: the reply contradicts itself';

describe('an id', () => {
  test.each([
    [1, 1],
    [9, 9],
    ['1', 1],
    [' 12 ', 12],
    ['1.0', 1],
    ['1.00', 1],
    ['123456789012345', 123456789012345],
    ['1234567890123456', null],
    [1.5, null],
    ['1.5', null],
    ['-1', null],
    ['a1', null],
    ['1a', null],
    ['1 a', null],
    ['a', null],
    ['', null],
    [[1], null],
    [true, null],
    [null, null],
    [undefined, null],
  ])('among numbers: %j is %j', (id, read) => {
    expect(readId(id, [1, 2])).toBe(read);
  });

  test.each([
    ['a', 'a'],
    ['x', 'x'],
    [1, null],
    [undefined, null],
  ])('among names: %j is %j', (id, read) => {
    expect(readId(id, ['a', 'b'])).toBe(read);
  });
});

describe('entries without any index', () => {
  const list = ['a', 'b'].map((value) => entry(undefined, value, { nested: true }));
  const none = { answers: [undefined, undefined], warnings: [] };

  test('are taken in order, if that is allowed and they are one list', () => {
    expect(match([1, 2], list, { positional: true })).toEqual({
      answers: ['a', 'b'],
      warnings: ['positional_match: the reply has no index; it was taken in order'],
    });
    const objects = ['a', 'b'].map((value, document) => entry(undefined, value, { document }));
    expect(match([1, 2], objects, { positional: true }).answers).toEqual(['a', 'b']);
  });

  test('are none without that', () => {
    expect(match([1, 2], list)).toEqual(none);
  });

  test('are none if something was unread, if there are more or fewer, or of two lists', () => {
    const positional = true;
    expect(match([1, 2], list, { positional, doubts: [{ document: 0, payload: 0 }] })).toEqual(none);
    expect(match([1, 2], list.slice(1), { positional })).toEqual(none);
    expect(match([1, 2], [...list, ...list], { positional })).toEqual(none);
    expect(match([1, 2], [list[0]!, { ...list[1]!, document: 1 }], { positional })).toEqual(none);
    expect(match([1, 2], [list[0]!, entry(undefined, 'b')], { positional })).toEqual(none);
    expect(match([1, 2], [], { positional })).toEqual(none);
  });
});

describe('the entry of the only record', () => {
  test('is one that has a value, if any does', () => {
    expect(match([1], [entry(undefined, undefined), entry(undefined, 'a')]).answers).toEqual(['a']);
    expect(match([1], [entry(undefined, undefined)]).answers).toEqual(['no value']);
    expect(match([1], []).answers).toEqual([undefined]);
  });

  test('is ambiguous if two have different ones', () => {
    expect(match([1], [entry(undefined, 'a'), entry(undefined, 'b')]).answers).toEqual([CONTRADICTS]);
    expect(match([1], [entry(undefined, 'a'), entry(undefined, 'a')]).answers).toEqual(['a']);
  });

  test('is of the payload in which something was unread', () => {
    const doubts = [{ document: 1, payload: 1 }];
    const entries = [entry(undefined, 'a'), entry(undefined, 'b', { document: 1, payload: 1 })];
    expect(match([1], entries, { doubts }).answers).toEqual(['b']);
    const nested = entries.map((one) => ({ ...one, payload: 1, nested: true }));
    expect(match([1], nested, { doubts }).answers).toEqual(['b']);
  });
});

describe('of several payloads', () => {
  const other = { document: 1, payload: 1 };
  const all = [entry(1, 'a'), entry(2, 'b')];

  test('one counts that names all records, if no other says anything else', () => {
    expect(match([1, 2], [...all, entry(1, 'a', other)]).answers).toEqual(['a', 'b']);
    expect(match([1, 2], [entry(1, 'a', other), ...all]).answers).toEqual(['a', 'b']);
    expect(match([1, 2], [...all, entry(1, 'x', other)]).answers).toEqual([CONTRADICTS, CONTRADICTS]);
    const third = { document: 2, payload: 2 };
    expect(match([1, 2], [...all, entry(1, 'a', other), entry(1, 'x', third)]).answers).toEqual([
      CONTRADICTS,
      CONTRADICTS,
    ]);
  });

  test('none counts if none names all records', () => {
    expect(match([1, 2], [entry(1, 'a'), entry(2, 'b', other)]).answers).toEqual([CONTRADICTS, CONTRADICTS]);
  });

  test('those that name no record do not matter', () => {
    expect(match([1, 2], [entry(1, 'a'), entry(9, 'x', other)])).toEqual({ answers: ['a', undefined], warnings: [] });
  });

  test('only the one counts in which something was unread', () => {
    const doubts = [other];
    expect(match([1, 2], all, { doubts }).answers).toEqual([undefined, undefined]);
    expect(match([1, 2], [...all, entry(2, 'x', other)], { doubts }).answers).toEqual([CONTRADICTS, CONTRADICTS]);
    expect(match([1, 2], [entry(9, 'a'), entry(2, 'x', other)], { doubts }).answers).toEqual([undefined, 'x']);
  });

  test('lists of one payload are told apart by their documents, where something was unread', () => {
    const list = [entry(1, 'a', { nested: true }), entry(2, 'b', { nested: true })];
    expect(match([1, 2], list, { doubts: [{ document: 0, payload: 0 }] }).answers).toEqual(['a', 'b']);
    expect(match([1, 2], list, { doubts: [{ document: 1, payload: 0 }] }).answers).toEqual([undefined, undefined]);
    expect(match([1, 2], all, { doubts: [{ document: 1, payload: 0 }] }).answers).toEqual(['a', 'b']);
    const mixed = [entry(1, 'a', { nested: true }), entry(2, 'b', { document: 1 })];
    expect(match([1, 2], mixed, { doubts: [{ document: 1, payload: 0 }] }).answers).toEqual([undefined, undefined]);
  });
});

describe('within a payload', () => {
  test('an index of no record is told of', () => {
    expect(match([1, 2], [entry(1, 'a'), entry(2, 'b')]).warnings).toEqual([]);
    expect(match([1, 2], [entry(1, 'a'), entry(9, 'b'), entry('x', 'c')])).toEqual({
      answers: ['a', undefined],
      warnings: ['unknown_index: 2 entries name no record of the prompt'],
    });
  });

  test('indices of exactly 0 to n-1 are shifted', () => {
    expect(match([1, 2], [entry(0, 'a'), entry('1', 'b')])).toEqual({
      answers: ['a', 'b'],
      warnings: ['shifted_indices: the reply counts from 0'],
    });
  });

  test('any other set with a 0 is ambiguous', () => {
    const message = 'ambiguous_index: the reply counts from 0, but not to n-1';
    expect(match([1, 2], [entry(0, 'a'), entry(2, 'b')]).answers).toEqual([undefined, message]);
    expect(match([1, 2], [entry(0, 'a'), entry(1, 'b'), entry(2, 'c')]).answers).toEqual([message, message]);
    expect(match([1, 2, 3], [entry(0, 'a'), entry(1, 'b')]).answers).toEqual([message, undefined, undefined]);
  });

  test('parts of an entry that turned out to be whole do not count', () => {
    const part = entry(2, 'x', { nested: true });
    expect(match([1, 2], [part, entry(1, 'a')]).answers).toEqual(['a', undefined]);
    expect(match([1, 2], [part, entry(1, 'a', { document: 1 })]).answers).toEqual(['a', 'x']);
    expect(match([1, 2], [part, entry(1, 'a', { nested: true })]).answers).toEqual(['a', 'x']);
  });
});

test('values are the same whatever the order of their fields', () => {
  expect(isSame({ a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 })).toBe(true);
  expect(isSame([1, 2], [2, 1])).toBe(false);
  expect(isSame({ a: 1 }, { a: 2 })).toBe(false);
  expect(isSame({ a: null }, {})).toBe(false);
});
