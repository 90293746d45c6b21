import { describe, expect, test } from 'vitest';
import { delimited, type DelimitedFormatOptions } from '../../src/reply/delimited.js';
import { jsonSchema } from '../../src/reply/json-schema.js';

const QUOTING = 'Put a text that has |, " or a line break in double quotes, and write each " in it twice.';
const NUMBERED = 'Reply with one line for each input and nothing else, under its number, in this form: ';
const NAMED = 'Reply with one line for each input and nothing else, under the name that it is given by, in this form: ';

const rating = jsonSchema({ type: 'object', properties: { mood: { type: 'string' }, stars: { type: 'integer' } } });
const word = jsonSchema({ type: 'string' });

describe('columns are asked for', () => {
  test.each<[string, DelimitedFormatOptions<unknown>, readonly (number | string)[], string]>([
    ['of numbered records', {}, [1, 2], `${NUMBERED}1|<your answer>\n${QUOTING}`],
    ['of named records', {}, ['n-a', 'n-b'], `${NAMED}name|<your answer>\n${QUOTING}`],
    ['of one record', {}, [1], `Reply with one line only, in this form: |<your answer>\n${QUOTING}`],
    ['of one named record', {}, ['n-a'], `Reply with one line only, in this form: |<your answer>\n${QUOTING}`],
    ['by their names', { columns: ['why', 'value'] }, [1, 2], `${NUMBERED}1|<why>|<value>\n${QUOTING}`],
    ['by the name of the only field', { columns: ['mood'], value: '*' }, [1, 2], `${NUMBERED}1|<mood>\n${QUOTING}`],
    [
      'by the fields of a schema, of one record',
      { value: '*', schema: rating },
      [1],
      `Reply with one line only, in this form: |<mood>|<stars>\n${QUOTING} Your answer follows this JSON Schema: ` +
        '{"type":"object","properties":{"mood":{"type":"string"},"stars":{"type":"integer"}}}',
    ],
    [
      'with a schema',
      { schema: word },
      [1, 2],
      `${NUMBERED}1|<your answer>\n${QUOTING} Your answer follows this JSON Schema: {"type":"string"}`,
    ],
    [
      'with another separator',
      { separator: ';;' },
      [1, 2],
      `${NUMBERED}1;;<your answer>\n${QUOTING.replace('|', ';;')}`,
    ],
  ])('%s', (_, options, ids, text) => {
    expect(delimited(options).instruction({ ids })).toBe(text);
  });
});

describe('a pattern is asked for', () => {
  const lines = { path: '^(?<index>\\d+): (?<value>\\w+)$' };
  const parts = { path: '/(?<index>\\d+): (?<value>\\w+)/g' };

  test.each<[string, DelimitedFormatOptions<unknown>, readonly (number | string)[], string]>([
    [
      'in lines of numbered records',
      lines,
      [1, 2],
      'Reply with one line for each input that matches this regular expression, in which the group index is its number, ' +
        `and the group value is your answer: ${lines.path}`,
    ],
    [
      'in parts of a text',
      parts,
      [1, 2],
      'Reply with a part for each input that matches this regular expression, in which the group index is its number, ' +
        'and the group value is your answer: (?<index>\\d+): (?<value>\\w+)',
    ],
    [
      'of named records',
      { path: '^(?<key>\\S+): (?<mood>\\w+)$', index: 'key', value: 'mood' },
      ['n-a', 'n-b'],
      'Reply with one line for each input that matches this regular expression, in which the group key is its name, ' +
        'and the group mood is your answer: ^(?<key>\\S+): (?<mood>\\w+)$',
    ],
    [
      'of one record',
      lines,
      [1],
      `Reply with one line that matches this regular expression, in which the group value is your answer: ${lines.path}`,
    ],
    [
      'of one record in a text',
      parts,
      ['n-a'],
      'Reply with a part that matches this regular expression, in which the group value is your answer: ' +
        '(?<index>\\d+): (?<value>\\w+)',
    ],
    [
      'of all groups, with a schema',
      { path: '^(?<index>\\d+): (?<mood>\\w+)$', value: '*', schema: jsonSchema({ type: 'object' }) },
      [1, 2],
      'Reply with one line for each input that matches this regular expression, in which the group index is its number, ' +
        'and the other groups are your answer: ^(?<index>\\d+): (?<mood>\\w+)$ ' +
        'Your answer follows this JSON Schema: {"type":"object"}',
    ],
  ])('%s', (_, options, ids, text) => {
    expect(delimited(options).instruction({ ids })).toBe(text);
  });

  test('but not without a group of its own: the message says which', () => {
    expect(() => delimited({ path: '(?<index>a)', value: '*' })).toThrow(
      new RangeError('path must have a group named for each field; got (?<index>a)'),
    );
    expect(() => delimited({ path: '(?<index>a)(?<x>b)' })).toThrow(
      new RangeError('path must have a group named value; got (?<index>a)(?<x>b)'),
    );
    expect(() => delimited({ path: '(?<value>' })).toThrow(
      expect.objectContaining({ cause: expect.any(SyntaxError) as unknown }),
    );
  });
});
