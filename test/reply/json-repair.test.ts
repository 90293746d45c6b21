import { describe, expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { entriesIn } from './read-reply.js';

const format = json({ repair: jsonRepair });

describe('what is repaired', () => {
  test.each([
    [`[{'index': 1, 'value': 'a'}]`, 'a'],
    [`{'results': [{'index': 1, 'value': "it's"}]}`, "it's"],
    [`{"results": [{"index": 1, "value": "a",},]}`, 'a'],
    [`{results: [{index: 1, value: a}]}`, 'a'],
    [`[{“index”: 1, “value”: “a”}]`, 'a'],
    [`[{"index": 1 /* the first */, "value": "a"} // done\n]`, 'a'],
    [`[{"index": 1, // the first\n "value": "a"}] // done\n`, 'a'],
    [`[{"index": 1, "value": True}]`, true],
    [`[{'index': 1, 'value': {'x': None, 'y': [1 2]}}]`, { x: null, y: [1, 2] }],
    [`[{"index": 1, "value": "line\nbreak"}]`, 'line\nbreak'],
    [`[{"index": 1, "value": "say "hi""}]`, 'say "hi"'],
    [`{'index': 1, 'value': 'a'}\n{'index': 2, 'value': 'b'}`, 'a'],
    [`{'index': 1, 'value': [1, 2]}`, [1, 2]],
    [`<think>['x</think> Sure: {'index': 1, 'value': 'a'} Done.`, 'a'],
  ])('%s', (text, value) => {
    expect(entriesIn(format, text).entries).toContainEqual([1, value]);
  });

  test('is what the only record needs, too', () => {
    expect(entriesIn(format, `{'value': 'a'}`, { ids: [1] }).entries).toEqual([[undefined, 'a']]);
  });

  test.each([
    ['True ', true],
    ['abc', 'abc'],
    ['-é', '-é'],
  ])('may be a value alone: %s', (text, value) => {
    expect(jsonRepair.parse(text)).toBe(value);
  });

  test('is only repaired if that was asked for', () => {
    expect(entriesIn(json(), `[{'index': 1, 'value': 'a'}]`)).toEqual({ entries: [], malformed: 1 });
  });
});

describe('what would be invented', () => {
  test.each([
    ['a value that is not there', `{"index": 1, "value": }`],
    ['the end of a string', `{'index': 1, 'value': 'abc}`],
    ['the end of a string before a key', `{'index': 1, 'value': 'abc, w: 2}`],
    ['the end of a string before a list', `{'index': [1, 'abc, 2], 'x': 3}`],
    ['the end of a number', `{'index': 1, 'value': 2.}`],
    ['the end of an exponent', `{'index': 1, 'value': 2e}`],
    ['the end of an object', `{'index': 1, 'value': 'abc'`],
    ['the end of a list', `{'index': 1, 'value': ['abc'}`],
    ['one entry of two', `{"index": 1 "value": "a" "index": 2 "value": "b"}`],
    ['another quote', `{'index': 1, 'value': 'it's'}`],
    ['a text without its backslash', `{'index': 1, 'value': 'C:\\dir'}`],
    ['a list without its rest', `{'index': 1, 'value': [1, ...]}`],
    ['a call without its name', `{'index': 1, 'value': f('a')}`],
    ['a text of two', `{'index': 1, 'value': 'a' + 'b'}`],
    ['a text of a string and what stands behind it', `{"index": 1, "value": "a"b , "x": 2}`],
    ['a number of what a quote goes on', `{"index": 1, "value": 5"stars": 2}`],
    ['a number of a sign', '- '],
    ['a text of an escape', ':\\n'],
    ['a text of a comment', '/* c *///'],
  ])('%s', (_, text) => {
    for (const written of [text, `[${text}]`])
      expect(entriesIn(format, written).entries.filter(([id]) => id !== undefined)).toEqual([]);
    expect(() => jsonRepair.parse(text)).toThrow();
  });

  test.each(['{', '{}', '[}', "{'a'", "'", "{'a':'b'}}", `{'a': ${'['.repeat(10_000)}`])(
    '%j throws, or is what it says',
    (text) => {
      let value: unknown;
      try {
        value = jsonRepair.parse(text);
      } catch {
        return;
      }
      expect(value).toEqual({});
    },
  );

  test('nothing, at the end of a reply that is not whole', () => {
    const text = `{'index': 1, 'value': 'a'}\n{'index': 2, 'value': 'b'}`;
    expect(entriesIn(format, text, { isWhole: false }).entries).toEqual([]);
  });

  test('nothing of a reply of which something could be read', () => {
    const text = `{"index": 1, "value": "a"}\n{'index': 2, 'value': 'b'}`;
    expect(entriesIn(format, text).entries).toEqual([[1, 'a']]);
  });
});
