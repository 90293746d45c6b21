import { describe, expect, test } from 'vitest';
import { json } from '../../src/reply/json.js';
import { jsonPath } from '../../src/reply/json-path.js';
import { jsonRepair } from '../../src/reply/json-repair.js';
import { entriesIn } from './read-reply.js';

const document = '{"meta": {"n": 2}, "data": [{"id": 1, "a": {"mood": "good"}}, {"id": 2, "a": {"mood": "bad"}}]}';

describe('a JSONPath', () => {
  test.each([
    [
      '$.data[*]',
      [
        [1, { mood: 'good' }],
        [2, { mood: 'bad' }],
      ],
    ],
    ['$..[?@.id == 2]', [[2, { mood: 'bad' }]]],
    ['$.data[1:]', [[2, { mood: 'bad' }]]],
    ["$['data'][0].a.mood", [[undefined, 'good']]],
    ['$.nothing', []],
    ['$.constructor', []],
  ])('%s selects entries', (path, entries) => {
    const format = json({ path: jsonPath(path), index: 'id', value: 'a' });
    expect(entriesIn(format, `Here [1]:\n\`\`\`json\n${document}\n\`\`\``).entries).toEqual(entries);
  });

  test('selects the value of the only record', () => {
    const format = json({ path: jsonPath('$.data[0].a.mood') });
    expect(entriesIn(format, document, { ids: [1] }).entries).toEqual([[undefined, 'good']]);
  });

  test('selects nothing of a document that does not close, nor of a thought', () => {
    const format = json({ path: jsonPath('$..[?@.id]'), index: 'id', value: 'a' });
    expect(entriesIn(format, document.slice(0, -2)).entries).toEqual([]);
    expect(entriesIn(format, `<think>[ ${document} </think> {}`).entries).toEqual([]);
  });

  test('reads almost JSON with a repair, and counts it as malformed without', () => {
    const text = document.replaceAll('"', "'");
    const options = { path: jsonPath('$.data[*]'), index: 'id', value: 'a' };
    expect(entriesIn(json(options), text)).toEqual({ entries: [], malformed: 1 });
    expect(entriesIn(json({ ...options, repair: jsonRepair }), text).entries).toHaveLength(2);
  });

  test('is part of the instruction, and sends no schema', () => {
    const format = json({ path: jsonPath('$.data[*]') });
    expect(format.instruction({ ids: [1, 2] })).toContain(
      'the JSONPath $.data[*] selects {"index": 1, "value": <your answer>}',
    );
    expect(format.instruction({ ids: [1] })).toContain('the JSONPath $.data[*] selects {"value": <your answer>}');
    expect(format.replySchema({ ids: [1, 2] })).toBeUndefined();
  });

  test.each(['', '$.a[', 'data', '$.data[?@.x ==]'])('that is %j is refused', (path) => {
    expect(() => jsonPath(path)).toThrow();
  });
});
