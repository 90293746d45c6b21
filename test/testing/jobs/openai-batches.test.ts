import { ConflictError, NotFoundError } from 'openai';
import { describe, expect, test } from 'vitest';
import { collect, standIn } from '../chat.js';
import {
  chatLine,
  chatLines,
  createBatch,
  fileText,
  finishedBatch,
  ids,
  idsOf,
  openaiClient,
  resultLines,
} from './openai.js';

const byHand = { jobs: { durationMs: Infinity } };

describe('the openai SDK with batches of the stand-in', () => {
  test('runs one from its upload to its results', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const lines = [chatLine('a', ['I love it', 'I hate it']), chatLine('b', ['so bad'])];

    const created = await createBatch(client, lines, { metadata: { run: '7' } });
    await server.jobs.finish(created.id);
    const ended = await client.batches.retrieve(created.id);
    const results = await resultLines(client, ended.output_file_id);

    expect(created).toMatchObject({
      object: 'batch',
      endpoint: '/v1/chat/completions',
      status: 'validating',
      output_file_id: null,
      error_file_id: null,
      errors: null,
      metadata: { run: '7' },
      request_counts: { total: 0, completed: 0, failed: 0 },
    });
    expect(created.expires_at! - created.created_at).toBe(24 * 60 * 60);
    expect(ended).toMatchObject({ status: 'completed', request_counts: { total: 2, completed: 2, failed: 0 } });
    expect(ended.error_file_id).toBeNull();
    const contents = results.map(({ custom_id, response, error }) => [custom_id, response?.status_code, error]);
    expect(contents.sort()).toEqual([
      ['a', 200, null],
      ['b', 200, null],
    ]);
    expect(results.find(({ custom_id }) => custom_id === 'a')?.response?.body).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { content: expect.stringContaining('"negative"') as string }, finish_reason: 'stop' }],
    });
    const tokens = results.map(({ response }) => (response?.body.usage as { total_tokens: number }).total_tokens);
    expect(ended.usage?.total_tokens).toBe(tokens[0]! + tokens[1]!);
  });

  test('sees each state, with its time', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(2));
    const states = [];

    for (let step = 0; step < 4; step++) {
      const { status, request_counts, in_progress_at, finalizing_at, completed_at } = await client.batches.retrieve(id);
      const times = [in_progress_at, finalizing_at, completed_at].filter((time) => typeof time === 'number');
      states.push([status, request_counts, times.length]);
      await server.jobs.advance(id);
    }

    const counts = (total: number, completed: number) => ({ total, completed, failed: 0 });
    expect(states).toEqual([
      ['validating', counts(0, 0), 0],
      ['in_progress', counts(2, 0), 1],
      ['finalizing', counts(2, 2), 2],
      ['completed', counts(2, 2), 3],
    ]);
  });

  test('runs one with requests to the responses API', async () => {
    const server = await standIn(byHand);
    const line = { custom_id: 'a', method: 'POST', url: '/v1/responses', body: { model: 'm', input: 'so good' } };

    const { output_file_id } = await finishedBatch(server, [line], { endpoint: '/v1/responses' });

    expect((await resultLines(openaiClient(server), output_file_id))[0]?.response?.body).toMatchObject({
      object: 'response',
      status: 'completed',
    });
  });

  test('gets the results of errors in a file of their own', async () => {
    const server = await standIn({
      ...byHand,
      fault: ({ job, number }) =>
        job?.customId === 'r-2' ? { kind: 'status', status: 500 } : number === 3 ? { kind: 'reset' } : undefined,
    });
    const client = openaiClient(server);
    const lines = [...chatLines(3), chatLine('r-4', ['x'], { stream: true })];

    const ended = await finishedBatch(server, lines);

    const errors = await resultLines(client, ended.error_file_id);
    expect(ended).toMatchObject({ status: 'completed', request_counts: { total: 4, completed: 1, failed: 3 } });
    expect(idsOf(await resultLines(client, ended.output_file_id))).toEqual(['r-1']);
    expect(Object.fromEntries(errors.map((line) => [line.custom_id, line]))).toMatchObject({
      'r-2': { response: { status_code: 500, body: { error: { type: 'server_error' } } }, error: null },
      'r-3': { response: null, error: { code: 'request_timeout' } },
      'r-4': { response: { status_code: 400 }, error: null },
    });
  });

  test('gets results in no order of the input, which a seed decides', async () => {
    const order = async (jobs = {}) => {
      const server = await standIn({ jobs: { durationMs: Infinity, ...jobs } });
      const { output_file_id } = await finishedBatch(server, chatLines(20));
      return idsOf(await resultLines(openaiClient(server), output_file_id));
    };

    const [usual, again, other, input] = [
      await order(),
      await order(),
      await order({ seed: 9 }),
      await order({ order: 'input' }),
    ];

    expect(usual.toSorted()).toEqual(ids(20).toSorted());
    expect(usual).not.toEqual(ids(20));
    expect(again).toEqual(usual);
    expect(other).not.toEqual(usual);
    expect(input).toEqual(ids(20));
  });

  test('lists them all, page by page, the newest first', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const created = [];
    for (let n = 0; n < 5; n++) created.push((await createBatch(client, chatLines(1), { metadata: { n: `${n}` } })).id);

    const all = await collect(client.batches.list({ limit: 2 }));
    const page = await client.batches.list({ limit: 3, after: created[3]! });

    expect(all.map(({ id }) => id)).toEqual(created.toReversed());
    expect(all.map(({ metadata }) => metadata?.n)).toEqual(['4', '3', '2', '1', '0']);
    expect(page.data.map(({ id }) => id)).toEqual([created[2], created[1], created[0]]);
    expect(page.has_more).toBe(false);
    expect(server.jobs.calls.filter(({ operation }) => operation === 'listJobs')).toHaveLength(4);
  });

  test('cancels one half done: what was answered is there, the rest says why not', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(5));
    await server.jobs.answer(id, 2);
    const running = await client.batches.retrieve(id);

    const cancelling = await client.batches.cancel(id);
    await server.jobs.advance(id);

    const ended = await client.batches.retrieve(id);
    const output = await resultLines(client, ended.output_file_id);
    const errors = await resultLines(client, ended.error_file_id);
    expect(running).toMatchObject({ status: 'in_progress', request_counts: { total: 5, completed: 2 } });
    expect(cancelling).toMatchObject({ status: 'cancelling', cancelled_at: null });
    expect(ended.status).toBe('cancelled');
    expect(output).toHaveLength(2);
    expect(errors.map(({ error }) => error?.code)).toEqual(Array(3).fill('batch_cancelled'));
    expect([...idsOf(output), ...idsOf(errors)].sort()).toEqual(ids(5));
    await expect(client.batches.cancel(id)).rejects.toThrow(ConflictError);
  });

  test('sees one that is not there', async () => {
    const client = openaiClient(await standIn());

    await expect(client.batches.retrieve('batch_no')).rejects.toThrow(NotFoundError);
    await expect(client.batches.cancel('batch_no')).rejects.toThrow(NotFoundError);
  });

  test('waits for one that takes its time', async () => {
    const server = await standIn({ timeScale: 1, jobs: { durationMs: 100 } });
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(3));
    const states = new Set<string>();

    for (let batch = await client.batches.retrieve(id); batch.status !== 'completed';) {
      states.add(batch.status);
      await new Promise((resolve) => setTimeout(resolve, 5));
      batch = await client.batches.retrieve(id);
    }

    expect(states).toContain('in_progress');
    expect(await fileText(client, (await client.batches.retrieve(id)).output_file_id)).toContain('r-3');
  });

  test('waits at least as long as the slowest request takes', async () => {
    const server = await standIn({ timeScale: 1, latency: () => 60_000, jobs: { durationMs: 0 } });
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(2));
    await server.jobs.whenCreated();
    await new Promise((resolve) => setTimeout(resolve, 50));

    const running = await client.batches.retrieve(id);
    await client.batches.cancel(id);
    await expect.poll(async () => (await client.batches.retrieve(id)).status).toBe('cancelled');

    expect(running).toMatchObject({ status: 'in_progress', request_counts: { total: 2, completed: 0 } });
    // The request that was waited for was not answered, and is not paid.
    expect(server.jobs.all[0]?.tally).toMatchObject({ succeeded: 0, cancelled: 2 });
  });
});
