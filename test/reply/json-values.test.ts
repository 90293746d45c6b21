import { describe, expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { jsonSchema } from '../../src/reply/json-schema.js';
import { entriesIn } from './read-reply.js';

describe('the value of an entry', () => {
  const all = json({ value: '*' });

  test('is all fields but the index with *', () => {
    const text = '{"results": [{"index": 1, "mood": "good", "tags": ["a"]}, {"mood": "bad"}]}';
    expect(entriesIn(all, text).entries).toEqual([
      [1, { mood: 'good', tags: ['a'] }],
      [undefined, { mood: 'bad' }],
    ]);
  });

  test('is what has no fields, with * too', () => {
    expect(entriesIn(all, '["a", 5, null, ["b"]]')).toEqual({
      entries: [
        [undefined, 'a'],
        [undefined, 5],
        [undefined, null],
        [undefined, ['b']],
      ],
      malformed: 0,
    });
  });

  test('is the whole object of the only record, whatever its fields are', () => {
    const ids = [1];
    const text = '{"parts": [{"mood": "good"}], "mood": "bad"}';
    expect(entriesIn(all, text, { ids }).entries).toEqual([[undefined, JSON.parse(text)]]);
  });

  test('is nothing that all objects inherit', () => {
    const format = json({ index: 'toString', value: 'constructor' });
    expect(entriesIn(format, '[{"a": 1}]').entries).toEqual([[undefined, undefined]]);
  });
});

test('the fields of a reply are only asked for where the schema says that they are all', () => {
  const properties = { mood: { type: 'string' } };
  const enforced = (schema: object) =>
    json({ value: '*', schema: jsonSchema({ ...schema }) }).replySchema({ ids: [1] }) !== undefined;
  expect(enforced({ type: 'object', properties })).toBe(true);
  for (const schema of [{ type: 'object' }, { type: ['object', 'null'], properties }])
    expect(enforced(schema)).toBe(false);
});
