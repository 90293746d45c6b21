import { describe, expect, test } from 'vitest';
import type { JobFault, JobFaultRule, JsonObject } from '../../../src/testing/server.js';
import { standIn } from '../chat.js';
import { anthropicClient, finishedMessages, messageRequests, messageResults } from './anthropic.js';
import { chatLines, createBatch, fileText, finishedBatch, ids, idsOf, openaiClient, resultLines } from './openai.js';

const withFault = (...faults: readonly JobFault[]) => standIn({ jobs: { durationMs: Infinity, fault: () => faults } });

describe('a fault of a job at OpenAI', () => {
  test('is chosen for each job, when its requests are known, and can be set while the server runs', async () => {
    const seen: unknown[] = [];
    const fault: JobFaultRule = ({ number, api, endpoint, metadata, requests, records }) => {
      seen.push({ number, api, endpoint, metadata, requests, records });
      return number === 2 ? { kind: 'reject' } : undefined;
    };
    const server = await standIn({ jobs: { durationMs: Infinity, fault } });
    const states = [];

    for (const run of ['a', 'b', 'c'])
      states.push((await finishedBatch(server, chatLines(2), { metadata: { run } })).status);
    server.jobs.fault = () => ({ kind: 'reject' });
    states.push((await finishedBatch(server, chatLines(2))).status);

    expect(states).toEqual(['completed', 'failed', 'completed', 'failed']);
    expect(seen[1]).toEqual({
      number: 2,
      api: 'openai',
      endpoint: '/v1/chat/completions',
      metadata: { run: 'b' },
      requests: 2,
      records: 2,
    });
  });

  test('reject: fails the batch as a whole', async () => {
    const errors = [{ code: 'billing_hard_limit_reached', message: 'No.' }];
    const usual = await finishedBatch(await withFault({ kind: 'reject' }), chatLines(2));
    const own = await finishedBatch(await withFault({ kind: 'reject', errors }), chatLines(2));

    expect(usual).toMatchObject({ status: 'failed', errors: { data: [{ code: 'token_limit_exceeded', line: null }] } });
    expect(own).toMatchObject({ status: 'failed', errors: { data: [{ ...errors[0], line: null, param: null }] } });
  });

  test.each(['expired', 'cancelled'] as const)('end: %s with the results that were paid', async (as) => {
    const server = await withFault({ kind: 'end', as, answered: 2 });
    const client = openaiClient(server);

    const batch = await finishedBatch(server, chatLines(5));
    const output = await resultLines(client, batch.output_file_id);
    const errors = await resultLines(client, batch.error_file_id);

    expect(batch).toMatchObject({ status: as, request_counts: { total: 5, completed: 2 } });
    expect(output).toHaveLength(2);
    expect(errors.map(({ error }) => error?.code)).toEqual(Array(3).fill(`batch_${as}`));
    expect([...idsOf(output), ...idsOf(errors)].sort()).toEqual(ids(5));
    expect(batch.usage?.total_tokens).toBeGreaterThan(0);
  });

  test('noResults: completes the batch without an output file', async () => {
    const batch = await finishedBatch(await withFault({ kind: 'noResults' }), chatLines(2));

    expect(batch).toMatchObject({ status: 'completed', output_file_id: null, request_counts: { completed: 2 } });
  });

  test('emptyFileId: has "" where there is no file, once it has ended', async () => {
    const server = await withFault({ kind: 'emptyFileId' });
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(2));
    await server.jobs.advance(id);
    const running = await client.batches.retrieve(id);
    await server.jobs.finish(id);

    expect(running.error_file_id).toBeNull();
    expect(await client.batches.retrieve(id)).toMatchObject({
      error_file_id: '',
      output_file_id: expect.stringMatching(/^file-/) as string,
    });
  });

  test('lateCounts: counts nothing before the end', async () => {
    const server = await withFault({ kind: 'lateCounts' });
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(3));
    await server.jobs.answer(id, 2);

    const running = await client.batches.retrieve(id);
    await server.jobs.finish(id);

    expect(running).toMatchObject({ status: 'in_progress', request_counts: { total: 0, completed: 0, failed: 0 } });
    expect((await client.batches.retrieve(id)).request_counts).toMatchObject({ total: 3, completed: 3 });
  });

  test('loseResults, strayResults, repeatResults: make the output unlike the input', async () => {
    const rewrite = (line: JsonObject) => ({ ...line, second: true });
    const server = await withFault(
      { kind: 'loseResults', results: 1 },
      { kind: 'strayResults', results: 2 },
      { kind: 'repeatResults', results: 1, rewrite },
    );

    const batch = await finishedBatch(server, chatLines(4));
    const lines = await resultLines(openaiClient(server), batch.output_file_id);

    const found = idsOf(lines);
    expect(batch.request_counts).toMatchObject({ total: 4, completed: 4 });
    expect(found).toHaveLength(6);
    expect(new Set(found.slice(0, 3)).size).toBe(3);
    expect(found.slice(3)).toEqual([found[0], 'stray-1', 'stray-2']);
    expect(lines[3]).toMatchObject({ ...lines[0], second: true });
  });

  test('truncateResults: ends the output in the middle of its last line', async () => {
    const server = await withFault({ kind: 'truncateResults', bytes: 10 });
    const client = openaiClient(server);

    const { output_file_id } = await finishedBatch(server, chatLines(3));
    const text = await fileText(client, output_file_id);
    const lines = text.split('\n');

    expect(lines).toHaveLength(3);
    expect(() => JSON.parse(lines[1]!) as unknown).not.toThrow();
    expect(() => JSON.parse(lines[2]!) as unknown).toThrow();
    expect((await client.files.retrieve(output_file_id!)).bytes).toBe(Buffer.byteLength(text));
  });

  test('of a line: an error in a body with status 200', async () => {
    const server = await standIn({
      jobs: { durationMs: Infinity },
      fault: ({ job }) => (job?.customId === 'r-2' ? { kind: 'errorInStream', characters: 0 } : undefined),
    });

    const batch = await finishedBatch(server, chatLines(3));
    const lines = await resultLines(openaiClient(server), batch.output_file_id);

    expect(batch.error_file_id).toBeNull();
    expect(lines.find(({ custom_id }) => custom_id === 'r-2')?.response).toMatchObject({
      status_code: 200,
      body: { error: { type: 'server_error' } },
    });
  });

  test('that a rule throws fails the job, and says why', async () => {
    const server = await standIn({
      jobs: {
        durationMs: Infinity,
        fault: () => {
          throw new Error('no such job fault');
        },
      },
    });

    const batch = await finishedBatch(server, chatLines(1));

    expect(batch).toMatchObject({
      status: 'failed',
      errors: { data: [{ message: expect.stringContaining('no such job fault') as string }] },
    });
    await expect(anthropicClient(server).messages.batches.create({ requests: messageRequests(1) })).rejects.toThrow(
      'no such job fault',
    );
  });
});

describe('a fault of a job at Anthropic', () => {
  test('reject: refuses the batch', async () => {
    const server = await withFault({ kind: 'reject', errors: [{ code: 'x', message: 'Not today.' }] });

    const creation = anthropicClient(server).messages.batches.create({ requests: messageRequests(1) });

    await expect(creation).rejects.toMatchObject({
      status: 400,
      message: expect.stringContaining('Not today.') as string,
    });
    expect(server.jobs.all).toEqual([]);
    expect(server.jobs.timesSubmitted('text 1')).toBe(0);
  });

  test.each([
    ['expired', { expired: 3 }],
    ['cancelled', { canceled: 3 }],
  ] as const)('end: %s with the results that were paid', async (as, counts) => {
    const server = await withFault({ kind: 'end', as, answered: 2 });

    const batch = await finishedMessages(server, messageRequests(5));

    expect(batch).toMatchObject({ processing_status: 'ended', request_counts: { succeeded: 2, ...counts } });
    expect(await messageResults(server, batch.id)).toHaveLength(5);
  });

  test('noResults: ends the batch without a place for results', async () => {
    const batch = await finishedMessages(await withFault({ kind: 'noResults' }), messageRequests(1));

    expect(batch).toMatchObject({ processing_status: 'ended', results_url: null });
  });

  test('resultsUrl: sends the client to another host, key and all', async () => {
    const other = await standIn();
    const server = await withFault({ kind: 'resultsUrl', url: `${other.origin}/v1/messages/batches/b/results` });

    const batch = await finishedMessages(server, messageRequests(1));

    expect(batch.results_url).toContain(other.origin);
    await expect(messageResults(server, batch.id)).rejects.toMatchObject({ status: 404 });
    expect(other.jobs.calls).toMatchObject([{ operation: 'downloadResults', id: 'b', status: 404 }]);
  });

  test('truncateResults: ends the results in the middle of their last line', async () => {
    const server = await withFault({ kind: 'truncateResults', bytes: 10 });

    const { id } = await finishedMessages(server, messageRequests(3));

    await expect(messageResults(server, id)).rejects.toThrow('JSON');
  });
});
