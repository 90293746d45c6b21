import { describe, expect, test } from 'vitest';
import { asDeclared, fieldNames, fieldSchema, itemSchema } from '../../src/reply/declared-type.js';
import { jsonSchema } from '../../src/reply/json-schema.js';

describe('a JSON Schema as a Standard Schema', () => {
  const schema = {
    type: 'object',
    properties: { mood: { type: 'string' }, of: { type: 'object', properties: { stars: { type: 'integer' } } } },
    required: ['mood'],
    'x-note': 'ours',
  };
  const standard = jsonSchema(schema)['~standard'];

  test('says who checks it, and gives the schema back, as a copy', () => {
    expect(standard).toMatchObject({ version: 1, vendor: 'ajv' });
    for (const give of [standard.jsonSchema.input, standard.jsonSchema.output]) {
      const given = give({ target: 'draft-2020-12' });
      expect(given).toEqual(schema);
      expect(given).not.toBe(schema);
    }
  });

  test('gives a value that matches as it is', () => {
    const value = { mood: 'good' };
    expect(standard.validate(value)).toEqual({ value });
  });

  test('says what does not match, the first of it, and where', () => {
    expect(standard.validate({ mood: 'good', of: { stars: 'many' } })).toEqual({
      issues: [{ message: 'must be integer', path: ['of', 'stars'] }],
    });
    expect(standard.validate({ mood: 5, of: { stars: 'many' } })).toHaveProperty('issues.length', 1);
    expect(standard.validate({})).toEqual({
      issues: [{ message: "must have required property 'mood'", path: [] }],
    });
  });

  test('is refused if it is none, or contradicts itself', () => {
    expect(() => jsonSchema({ type: 'text' })).toThrow('schema is invalid');
    expect(() => jsonSchema({ type: 'string', minimum: 1 })).toThrow('strict mode');
  });
});

describe('a text as its declared type', () => {
  test.each<[string, Readonly<Record<string, unknown>> | undefined, unknown]>([
    ['5', undefined, '5'],
    ['5', {}, '5'],
    [' 5 ', { type: 'number' }, 5],
    ['+05.50', { type: 'number' }, 5.5],
    ['5', { type: 'integer' }, 5],
    ['5', { type: ['integer', 'string'] }, '5'],
    ['5 stars', { type: 'number' }, '5 stars'],
    [' true ', { type: 'boolean' }, true],
    ['false', { type: 'boolean' }, false],
    ['yes', { type: 'boolean' }, 'yes'],
    ['null', { type: ['integer', 'null'] }, null],
    ['nil', { type: ['integer', 'null'] }, 'nil'],
    ['null', { type: 'integer' }, 'null'],
    ['null', { enum: [1, null] }, null],
    ['null', { enum: [1, 2] }, 'null'],
    ['2', { enum: [1, 2] }, 2],
    ['2', { const: 2 }, 2],
    ['2', { anyOf: [{ type: 'integer' }, { $ref: '#/$defs/no' }], $defs: { no: { type: 'boolean' } } }, 2],
    ['true', { oneOf: [{ type: 'integer' }, { $ref: '#/$defs/no' }], $defs: { no: { type: 'boolean' } } }, true],
    ['2', { $ref: '#/$defs/n', $defs: { n: { type: 'integer' } } }, 2],
  ])('%j of %j', (text, schema, value) => {
    expect(asDeclared(text, schema)).toBe(value);
  });
});

describe('the parts of a schema', () => {
  const properties = { a: { type: 'integer' }, b: true };
  const $defs = { x: { type: 'object', properties }, list: { type: 'array', items: { type: 'integer' } } };

  test('are found where the schema is a reference, too', () => {
    expect(fieldNames({ properties })).toEqual(['a', 'b']);
    expect(fieldNames({ $ref: '#/$defs/x', $defs })).toEqual(['a', 'b']);
    expect(fieldSchema({ $ref: '#/$defs/x', $defs }, 'a')).toEqual({ type: 'integer', $defs });
    expect(itemSchema({ $ref: '#/$defs/list', $defs })).toEqual({ type: 'integer', $defs });
    expect(itemSchema({ type: 'array' })).toEqual({});
    expect(itemSchema({ type: 'string' })).toBeUndefined();
  });

  test('are none of another reference', () => {
    for (const $ref of ['a.json#/$defs/x', '#/$defs/x/properties', '#/$defs/y', '#/$defs/toString', 5])
      expect(fieldNames({ $ref, $defs })).toEqual([]);
    expect(fieldNames({ $ref: '#/$defs/x' })).toEqual([]);
    expect(fieldNames({ $ref: '#/$defs/x', $defs: null })).toEqual([]);
  });

  test('are none where the schema has no schemas', () => {
    for (const none of [undefined, {}, { properties: null }, { properties: ['a'] }, { properties: 'ab' }])
      expect(fieldNames(none)).toEqual([]);
    expect(fieldSchema({ properties }, 'b')).toBeUndefined();
    expect(fieldSchema({ properties }, 'toString')).toBeUndefined();
    expect(fieldSchema(undefined, 'a')).toBeUndefined();
  });
});
