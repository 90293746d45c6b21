import { describe, expect, test } from 'vitest';
import { json, type JsonFormatOptions } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonSchema } from '../../src/reply/json-schema.js';

const word = jsonSchema({ type: 'string' });
const path = jsonPath('$.data[*]');
const ENTRIES = 'Reply with JSON only, with one entry for each input, under ';

describe('JSON is asked for', () => {
  test.each<[string, JsonFormatOptions<unknown>, readonly (number | string)[], string]>([
    [
      'of numbered records',
      {},
      [1, 2],
      `${ENTRIES}its number, in this form: {"results": [{"index": 1, "value": <your answer>}, …]}`,
    ],
    [
      'of named records',
      { index: 'key', value: 'mood' },
      ['n-a', 'n-b'],
      `${ENTRIES}the name that it is given by, in this form: {"results": [{"key": "<name>", "mood": <your answer>}, …]}`,
    ],
    ['of one record', {}, [1], 'Reply with JSON only, in this form: {"value": <your answer>}'],
    [
      'of one record, with all fields',
      { value: '*' },
      ['n-a'],
      `Reply with JSON only, in this form: {<your answer's fields>}`,
    ],
    [
      'with all fields',
      { value: '*' },
      [1, 2],
      `${ENTRIES}its number, in this form: {"results": [{"index": 1, <your answer's fields>}, …]}`,
    ],
    [
      'with a schema',
      { schema: word },
      [1, 2],
      `${ENTRIES}its number, in this form: {"results": [{"index": 1, "value": <your answer>}, …]} ` +
        '<your answer> follows this JSON Schema: {"type":"string"}',
    ],
    [
      'by a path',
      { path },
      [1, 2],
      `${ENTRIES}its number; the JSONPath $.data[*] selects {"index": 1, "value": <your answer>}, …`,
    ],
    [
      'of one record by a path, with a schema',
      { path, schema: word },
      [1],
      'Reply with JSON only; the JSONPath $.data[*] selects {"value": <your answer>} ' +
        '<your answer> follows this JSON Schema: {"type":"string"}',
    ],
  ])('%s', (_, options, ids, text) => {
    expect(json(options).instruction({ ids })).toBe(text);
  });

  test.each([
    [{ index: '' }, 'index and value must be two fields; got "" and "value"'],
    [{ value: '' }, 'index and value must be two fields; got "index" and ""'],
    [{ index: 'a', value: 'a' }, 'index and value must be two fields; got "a" and "a"'],
  ])('but not with %j', (options, message) => {
    expect(() => json(options)).toThrow(new RangeError(message));
  });
});

/** An object that has exactly these fields. */
function strict(properties: Readonly<Record<string, unknown>>) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false };
}

describe('the schema of a whole reply', () => {
  const fields = { mood: { type: 'string' }, stars: { $ref: '#/$defs/stars' } };
  const $defs = { stars: { type: 'integer' } };
  const schema = jsonSchema({ type: 'object', properties: fields, $defs });

  test('has a list of entries that name the ids', () => {
    const value = { type: 'string' };
    expect(json({ schema: word }).replySchema({ ids: [1, 2] })).toEqual(
      strict({
        results: { type: 'array', items: strict({ index: { type: 'integer', enum: [1, 2] }, value }) },
      }),
    );
    expect(json({ schema: word, index: 'key' }).replySchema({ ids: ['n-a', 'n-b'] })).toEqual(
      strict({
        results: { type: 'array', items: strict({ key: { type: 'string', enum: ['n-a', 'n-b'] }, value }) },
      }),
    );
  });

  test('has the value alone for one record', () => {
    expect(json({ schema: word }).replySchema({ ids: [1] })).toEqual(strict({ value: { type: 'string' } }));
  });

  test('has its definitions at the root', () => {
    const value = { type: 'object', properties: fields };
    expect(json({ schema }).replySchema({ ids: [1] })).toEqual({ ...strict({ value }), $defs });
    expect(json({ schema, value: '*' }).replySchema({ ids: [1] })).toEqual({ ...strict(fields), $defs });
    const index = { type: 'integer', enum: [1, 2] };
    expect(json({ schema, value: '*' }).replySchema({ ids: [1, 2] })).toEqual({
      ...strict({ results: { type: 'array', items: strict({ index, ...fields }) } }),
      $defs,
    });
    expect(json({ schema: word }).replySchema({ ids: [1] })).not.toHaveProperty('$defs');
  });

  test('is none with all fields of what names none', () => {
    for (const other of [{ type: 'string' }, { type: 'object' }, { enum: ['a'] }])
      for (const ids of [[1], [1, 2]])
        expect(json({ schema: jsonSchema(other), value: '*' }).replySchema({ ids })).toBeUndefined();
  });

  test('is none without a schema, or with a path', () => {
    expect(json().replySchema({ ids: [1, 2] })).toBeUndefined();
    expect(json({ path, schema: word }).replySchema({ ids: [1, 2] })).toBeUndefined();
  });
});
