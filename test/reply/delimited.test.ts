import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { delimited } from '../../src/reply/delimited.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { entriesIn } from './read-reply.js';

describe('a line', () => {
  test.each([
    ['1|a', [['1', 'a']]],
    ['1 | a b ', [['1', 'a b']]],
    ['"1"|"a"', [['1', 'a']]],
    ['1.0|a', [['1.0', 'a']]],
    ['1|"a|b"', [['1', 'a|b']]],
    ['1|"a ""b"""', [['1', 'a "b"']]],
    [
      '1|"a\n2|b"\n2|c',
      [
        ['1', 'a\n2|b'],
        ['2', 'c'],
      ],
    ],
    ['1|he said "no"', [['1', 'he said "no"']]],
    ['1|""', [['1', '']]],
    ['1|', [['1', undefined]]],
    [
      'index|value\r\n1|a\r\n2|b\r\n',
      [
        ['1', 'a'],
        ['2', 'b'],
      ],
    ],
    ['Sure:\n\n```\n1|a\n```\nDone | all.', [['1', 'a']]],
    ['<think>1|x</think>1|a', [['1', 'a']]],
    ['Either\n1|x</think>\n1|a', [['1', 'a']]],
  ])('%j gives %j', (text, entries) => {
    expect(entriesIn(delimited(), text)).toEqual({ entries, malformed: 0 });
  });

  test.each(['1|a|b', '1|"a" b', '1|"a', '1|a\ud800'])('%j is malformed', (text) => {
    expect(entriesIn(delimited(), `${text}\n`)).toEqual({ entries: [], malformed: 1 });
  });

  test.each(['Here you are', 'one|a', 'positive', '|a', '-1|a', 'a|1|b'])('%j is prose', (text) => {
    expect(entriesIn(delimited(), `${text}\n`)).toEqual({ entries: [], malformed: 0 });
  });

  test('that is the last one counts without its end only if the model finished the reply', () => {
    expect(entriesIn(delimited(), '1|a\n2|b').entries).toEqual([
      ['1', 'a'],
      ['2', 'b'],
    ]);
    expect(entriesIn(delimited(), '1|a\n2|b', { isWhole: false }).entries).toEqual([['1', 'a']]);
    expect(entriesIn(delimited(), '|pos', { ids: [1], isWhole: false }).entries).toEqual([]);
  });

  test('of one record has no index, and may have one', () => {
    for (const text of ['|a', '1|a', ' | a\n'])
      expect(entriesIn(delimited(), text, { ids: [1] }).entries).toEqual([[undefined, 'a']]);
    expect(entriesIn(delimited(), 'I cannot say.', { ids: [1] }).entries).toEqual([]);
  });

  test('names a nonce, or what was one', () => {
    expect(entriesIn(delimited(), 'n-a|x\nabc123|y\nNote|z\n', { ids: ['n-a', 'n-b'] }).entries).toEqual([
      ['n-a', 'x'],
      ['abc123', 'y'],
    ]);
  });
});

describe('columns', () => {
  const schema = z.object({ mood: z.string(), stars: z.int(), sure: z.boolean() });

  test('are the fields of the schema with value: *', () => {
    const format = delimited({ value: '*', schema });
    expect(format.instruction({ ids: [1, 2] })).toContain('1|<mood>|<stars>|<sure>');
    expect(entriesIn(format, '1|5|4|true\n2|ok|many|\n').entries).toEqual([
      ['1', { mood: '5', stars: 4, sure: true }],
      ['2', { mood: 'ok', stars: 'many' }],
    ]);
  });

  test('may be named, and one of them may be the value', () => {
    const format = delimited({ columns: ['why', 'value'], separator: ';', schema: jsonSchema({ type: 'integer' }) });
    expect(entriesIn(format, '1; because; 5\n').entries).toEqual([['1', 5]]);
  });

  test.each([
    [{ value: '*' }, 'value * needs columns, or a schema that names the fields of an object'],
    [
      { columns: ['a'] },
      "columns must have different names, and the value's among them; got index, a and the value value",
    ],
    [{ columns: ['value', 'index'] }, 'columns must have different names'],
    [{ separator: '' }, 'separator must have no letter, digit, blank, quote, dot or sign; got ""'],
    [{ separator: 'x' }, 'got "x"'],
    [{ separator: '"' }, 'got """'],
  ])('%j are refused', (options, message) => {
    expect(() => delimited(options)).toThrow(message);
  });
});

describe('a header', () => {
  const format = delimited({ columns: ['mood', 'stars'], value: '*' });

  test('that says what the columns are is passed over; so is one of other names', () => {
    const entries = [['1', { mood: 'good', stars: '5' }]];
    for (const header of [
      'index|mood|stars',
      'index | mood | stars',
      '"index"|"mood"|"stars"',
      'id|how|many',
      '---|---|---',
    ])
      expect(entriesIn(format, `${header}\n1|good|5`)).toEqual({ entries, malformed: 0 });
  });

  test('that names the columns in another order makes the records under it malformed', () => {
    for (const header of ['index|stars|mood', 'stars|index|mood', 'Here:\nindex | stars | mood', 'id|stars|other'])
      expect(entriesIn(format, `${header}\n---|---|---\n1|5|good\n2|4|bad`)).toEqual({ entries: [], malformed: 2 });
  });

  test('holds for what stands under it, up to the next words or header', () => {
    const entries = [['2', { mood: 'bad', stars: '4' }]];
    for (const between of ['index|mood|stars', 'No, so:'])
      expect(entriesIn(format, `index|stars|mood\n1|5|good\n${between}\n2|bad|4`)).toEqual({ entries, malformed: 1 });
  });
});

describe('a pattern', () => {
  const numbered = '^(?<index>\\d+)[.)] *(?<value>\\w+)$';

  test('is matched with each line as it closes', () => {
    const reader = delimited({ path: numbered }).reader({ ids: [1, 2] });
    expect(reader.push('So:\n1. good\n2) ba').map(({ value }) => value)).toEqual(['good']);
    expect(reader.end(false)).toEqual([]);
    expect(entriesIn(delimited({ path: numbered }), '1. good\r\n2) bad').entries).toEqual([
      ['1', 'good'],
      ['2', 'bad'],
    ]);
  });

  test.each([['/Review (?<index>\\d+)\\s+(?<value>\\w+)/g'], [/Review (?<index>\d+)\s+(?<value>\w+)/g]])(
    'with the flag g is matched with the whole reply: %s',
    (path) => {
      const text = '<think>Review 1 x</think>Review 1\ngood, Review 2\nbad';
      expect(entriesIn(delimited({ path }), text).entries).toEqual([
        ['1', 'good'],
        ['2', 'bad'],
      ]);
      expect(entriesIn(delimited({ path }), text, { isWhole: false }).entries).toEqual([['1', 'good']]);
      expect(entriesIn(delimited({ path }), `${text}\n`, { isWhole: false }).entries).toEqual([['1', 'good']]);
    },
  );

  test('gives its groups as an object with value: *', () => {
    const format = delimited({
      path: '^(?<index>\\d+): (?<mood>\\w+) (?<stars>\\d)$',
      value: '*',
      schema: z.object({ mood: z.string(), stars: z.int() }),
    });
    expect(entriesIn(format, '1: good 5').entries).toEqual([['1', { mood: 'good', stars: 5 }]]);
  });

  test.each([
    ['(?<value>', 'path must be a regular expression; got (?<value>'],
    ['(\\d+)+(?<value>a)', 'path must be a regular expression that repeats no repetition'],
    ['a', 'path must have a group named value; got a'],
    ['(?<index>a)', 'path must have a group named value'],
  ])('that is %s is refused', (path, message) => {
    expect(() => delimited({ path })).toThrow(message);
  });

  test('is not matched with a line that is far too long', () => {
    expect(entriesIn(delimited({ path: '(?<value>a)' }), `${'a'.repeat(10_001)}\na`)).toMatchObject({
      entries: [[undefined, 'a']],
      malformed: 1,
    });
  });
});
