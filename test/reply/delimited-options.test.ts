import { describe, expect, test } from 'vitest';
import { delimited, type DelimitedFormatOptions } from '../../src/reply/delimited.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { entriesIn } from './read-reply.js';

describe('a pattern may be written', () => {
  test.each([
    ['as its source', '^(?<index>\\d) (?<value>[a-z])$', '1 a'],
    ['between slashes', '/^(?<index>\\d) (?<value>[a-z])$/', '1 a'],
    ['with a flag', '/^(?<index>\\d) (?<value>[A-Z])$/i', '1 a'],
    ['with several', '/(?<index>\\d) (?<value>[A-Z])/gi', 'So 1 a'],
    ['on several lines', '/(?<index>\\d)\n(?<value>[a-z])/g', '1\na'],
    ['with a slash that ends it', '(?<index>\\d)/(?<value>[a-z])/', '1/a/'],
    ['with slashes around its beginning', '/(?<index>\\d)/ (?<value>[a-z])', '/1/ a'],
    ['as a RegExp', /^(?<index>\d) (?<value>[A-Z])$/i, '1 a'],
    // Where the last match ended is no matter of the next line.
    ['with the flag y, which says nothing', '/(?<index>\\d) (?<value>[a-z])/y', 'So 1 a'],
    ['as a RegExp with the flag y', /(?<index>\d) (?<value>[a-z])/y, 'So 1 a'],
    ['as a RegExp that repeats a repetition', /^(?:x*)*(?<index>\d) (?<value>[a-z])$/, '1 a'],
  ])('%s', (_, path, text) => {
    expect(entriesIn(delimited({ path }), text)).toEqual({ entries: [['1', 'a']], malformed: 0 });
  });
});

test.each<[string, DelimitedFormatOptions<unknown>]>([
  ['a separator that begins with a letter', { separator: 'a|' }],
  ['a separator that ends with one', { separator: '|a' }],
  ['a column without a name', { columns: ['', 'value'] }],
  ['a value that is the index', { index: 'value', columns: ['mood'] }],
])('%s is refused', (_, options) => {
  expect(() => delimited(options)).toThrow(RangeError);
});

test.each<[string, DelimitedFormatOptions<unknown>]>([
  ['columns', {}],
  ['a pattern', { path: '(?<value>a)' }],
])('%s cannot be enforced; the values are checked by the schema', (_, options) => {
  const schema = jsonSchema({ type: 'string' });
  const format = delimited({ ...options, schema });
  expect(format.schema).toBe(schema);
  expect(format.replySchema({ ids: [1, 2] })).toBeUndefined();
});
