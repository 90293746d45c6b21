import { describe, expect, test } from 'vitest';
import type { JsonObject, StandInOptions } from '../../../src/testing/server.js';
import { standIn } from '../chat.js';
import { chatLine, chatLines, createBatch, finishedBatch, openaiClient, uploadLines } from './openai.js';

const line = chatLine('a', ['x']);
const without = (name: string): JsonObject => ({ ...line, [name]: undefined });

/** What a batch of these lines failed with. */
async function failure(lines: readonly unknown[], options: StandInOptions = {}) {
  const server = await standIn({ ...options, jobs: { durationMs: Infinity, ...options.jobs } });
  const batch = await finishedBatch(server, lines);
  const errors = (batch.errors?.data ?? []).map(({ code, line, param }) => [code, line, param]);
  return { batch, errors, stats: server.stats() };
}

describe('a batch fails at validation', () => {
  test.each([
    ['no JSON', ['{"custom_id": '], ['invalid_json_line', 1, null]],
    ['JSON that is no object', ['7'], ['invalid_json_line', 1, null]],
    ['an empty line', [line, '', chatLine('b', ['x'])], ['invalid_json_line', 2, null]],
    ['a line without custom_id', [without('custom_id')], ['missing_required_parameter', 1, 'custom_id']],
    ['a line without method', [without('method')], ['missing_required_parameter', 1, 'method']],
    ['another method', [{ ...line, method: 'GET' }], ['invalid_value', 1, 'method']],
    ['a line without url', [without('url')], ['missing_required_parameter', 1, 'url']],
    ['a url that is not its endpoint', [{ ...line, url: '/v1/responses' }], ['url_mismatch', 1, 'url']],
    ['a line without body', [without('body')], ['missing_required_parameter', 1, 'body']],
    [
      'a line without model',
      [chatLine('a', ['x'], { model: undefined })],
      ['missing_required_parameter', 1, 'body.model'],
    ],
    ['two models', [line, chatLine('b', ['x'], { model: 'n' })], ['model_mismatch', 2, 'body.model']],
    ['a custom_id twice', [...chatLines(3), chatLine('r-2', ['x'])], ['duplicate_custom_id', 4, 'custom_id']],
    ['no line', [], ['empty_file', null, null]],
  ])('for %s', async (_, lines, error) => {
    const { batch, errors, stats } = await failure(lines);

    expect(errors).toEqual([error]);
    expect(batch).toMatchObject({
      status: 'failed',
      failed_at: expect.any(Number) as number,
      in_progress_at: null,
      output_file_id: null,
      error_file_id: null,
      request_counts: { total: 0, completed: 0, failed: 0 },
    });
    expect(stats).toMatchObject({ jobs: 0, jobRequests: 0, jobRecords: 0 });
  });

  test('for a model that does not exist', async () => {
    expect((await failure([line], { models: ['other'] })).errors).toEqual([['model_not_found', 1, 'body.model']]);
  });

  test('for too many requests', async () => {
    const jobs = { maxRequests: 3 };

    expect((await failure(chatLines(3), { jobs })).batch.status).toBe('completed');
    expect((await failure(chatLines(4), { jobs })).errors).toEqual([['too_many_tasks', null, null]]);
  });

  test('for too many bytes', async () => {
    expect((await failure(chatLines(9), { jobs: { maxBytes: 99 } })).errors).toEqual([['file_too_large', null, null]]);
  });

  test('with the line of each error', async () => {
    const { errors } = await failure([line, 'x', chatLine('b', ['x']), line]);

    expect(errors).toEqual([
      ['invalid_json_line', 2, null],
      ['duplicate_custom_id', 4, 'custom_id'],
    ]);
  });
});

describe('a batch is refused', () => {
  const pairs = (count: number, value = 'v') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, value]));

  test.each<[string, object, string]>([
    ['another window', { completion_window: '1h' }, "Supported values are: '24h'."],
    ['an endpoint that the stand-in does not do', { endpoint: '/v1/embeddings' }, 'does not do'],
    ['a file that is not there', { input_file_id: 'file-no' }, 'No such File object: file-no'],
    ['17 pairs of metadata', { metadata: pairs(17) }, 'too many properties'],
    ['a key of 65 characters', { metadata: { ['k'.repeat(65)]: 'v' } }, 'string too long'],
    ['a value of 513 characters', { metadata: { k: 'v'.repeat(513) } }, 'string too long'],
    ['a value that is no string', { metadata: { k: 7 } }, "Invalid type for 'metadata.k'"],
  ])('for %s', async (_, params, message) => {
    const creation = createBatch(openaiClient(await standIn()), chatLines(1), params);

    await expect(creation).rejects.toThrow(message);
    await expect(creation).rejects.toMatchObject({ status: 400 });
  });

  test('for a file of another purpose', async () => {
    const client = openaiClient(await standIn());
    const file = await client.files.create({ purpose: 'user_data', file: new File(['{}'], 'a.jsonl') });

    await expect(createBatch(client, chatLines(1), { input_file_id: file.id })).rejects.toThrow("expected 'batch'");
  });

  test('not for what is as large as it may be', async () => {
    const client = openaiClient(await standIn());
    const metadata = { ...pairs(15), ['k'.repeat(64)]: 'v'.repeat(512) };
    const { id } = await uploadLines(client, chatLines(1));

    const params = { input_file_id: id, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;

    expect((await client.batches.create({ ...params, metadata })).metadata).toEqual(metadata);
    expect((await client.batches.create(params)).metadata).toBeNull();
  });
});
