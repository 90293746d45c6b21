import { from, lastValueFrom, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { parseIndexed } from '../../operators/parseIndexed.js';
import { json } from '../../src/reply/json.js';
import type { ReplyChunk, ValueSchema } from '../../src/types/reply.js';
import { promptOf } from '../property/replies.js';

const DEPTHS = [500, 3000, 6000];
const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

/** The value or the error of each of two records, when this is what a reply says of them. */
async function resultsOf(entries: readonly string[], schema?: ValueSchema) {
  const prompt = promptOf(2, 'index');
  const text = `{"results": [${entries.join(', ')}]}`;
  const chunks: ReplyChunk<unknown>[] = [{ prompt, done: true, text, finish: 'stop', usage: null, error: null }];
  const outcomes = await lastValueFrom(from(chunks).pipe(parseIndexed({ format: json({ schema }) }), toArray()));
  return outcomes.map(({ value, error }) => error?.code ?? (typeof value === 'string' ? value : 'deep'));
}

test.each(DEPTHS)('a value nested %d deep that is said twice ends no stream, and no other record', async (depth) => {
  const twice = `{"index": 1, "value": ${deep(depth)}}`;

  const [first, second] = await resultsOf([twice, twice, '{"index": 2, "value": "b"}']);

  // What cannot be compared is not taken for the same.
  expect(['deep', 'ambiguous_index', 'record_missing']).toContain(first);
  expect(second).toBe('b');
});

test.each(DEPTHS)('a value nested %d deep that its schema refuses ends no stream', async (depth) => {
  const refuse: ValueSchema = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => (typeof value === 'string' ? { value } : { issues: [{ message: 'no text' }] }),
    },
  };
  const entries = [`{"index": 1, "value": ${deep(depth)}}`, '{"index": 2, "value": "b"}'];

  const [first, second] = await resultsOf(entries, refuse);

  expect(['schema_mismatch', 'record_missing']).toContain(first);
  expect(second).toBe('b');
});
