import { APIConnectionError, type APIError } from 'openai';
import { describe, expect, test } from 'vitest';
import type { CallFault, JobCall, JobOperation, StandInServer } from '../../../src/testing/server.js';
import { collect, standIn } from '../chat.js';
import { anthropicClient, finishedMessages, messageRequests } from './anthropic.js';
import { chatLines, createBatch, fileText, finishedBatch, openaiClient, uploadLines } from './openai.js';

const byHand = { jobs: { durationMs: Infinity } };

/** From now on, the first call of a kind fails. */
function failFirst(server: StandInServer, operation: JobOperation, fault: CallFault): void {
  let isFirst = true;
  server.jobs.callFault = (call) => {
    if (call.operation !== operation || !isFirst) return undefined;
    isFirst = false;
    return fault;
  };
}

describe('a fault of a call about files and jobs', () => {
  test('is chosen for each call', async () => {
    const seen: JobCall[] = [];
    const server = await standIn({
      jobs: {
        durationMs: Infinity,
        callFault: (call) => {
          seen.push({ ...call });
          return call.operation === 'retrieveJob' && call.nth === 2 ? { kind: 'status', status: 503 } : undefined;
        },
      },
    });
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(1));
    const poll = () =>
      client.batches.retrieve(id).then(
        ({ status }) => status,
        (error: unknown) => (error as APIError).status,
      );

    expect([await poll(), await poll(), await poll()]).toEqual(['validating', 503, 'validating']);
    expect(seen.map(({ operation, nth }) => `${operation} ${nth}`)).toEqual([
      'uploadFile 1',
      'createJob 1',
      'retrieveJob 1',
      'retrieveJob 2',
      'retrieveJob 3',
    ]);
    expect(seen[3]).toMatchObject({ id, path: `/v1/batches/${id}`, status: null });
    expect(JSON.stringify(seen)).not.toContain('Bearer');
    expect(server.jobs.calls.map(({ status }) => status)).toEqual([200, 200, 200, 503, 200]);
  });

  test('status: has its headers', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { id } = await createBatch(client, chatLines(1));
    failFirst(server, 'retrieveJob', { kind: 'status', status: 429, headers: { 'retry-after': '7' } });

    const failed: unknown = await client.batches.retrieve(id).catch((error: unknown) => error);

    expect((failed as APIError).status).toBe(429);
    expect((failed as APIError).headers?.get('retry-after')).toBe('7');
    expect((await client.batches.retrieve(id)).status).toBe('validating');
  });

  test('reset: breaks the connection while polling, and changes nothing', async () => {
    const server = await standIn(byHand);
    const { id } = await anthropicClient(server).messages.batches.create({ requests: messageRequests(1) });
    failFirst(server, 'retrieveJob', { kind: 'reset' });

    await expect(anthropicClient(server).messages.batches.retrieve(id)).rejects.toThrow('Connection error');
    expect((await anthropicClient(server).messages.batches.retrieve(id)).processing_status).toBe('in_progress');
  });

  test('hang: never answers', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    failFirst(server, 'listJobs', { kind: 'hang' });

    await expect(client.batches.list({}, { timeout: 50 })).rejects.toThrow('timed out');
    expect((await client.batches.list()).data).toEqual([]);
  });

  test('delay: answers later', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    failFirst(server, 'listJobs', { kind: 'delay', ms: 200 });
    const order: string[] = [];

    const slow = client.batches.list().then(() => order.push('slow'));
    await client.batches.list().then(() => order.push('fast'));
    await slow;

    expect(order).toEqual(['fast', 'slow']);
  });

  test('lostAnswer: creates the job, and never says so', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { batches } = anthropicClient(server).messages;
    const { id: file } = await uploadLines(client, chatLines(2));
    failFirst(server, 'createJob', { kind: 'lostAnswer' });

    const params = { input_file_id: file, endpoint: '/v1/chat/completions', completion_window: '24h' } as const;
    await expect(client.batches.create({ ...params, metadata: { run: '7' } })).rejects.toThrow(APIConnectionError);
    failFirst(server, 'createJob', { kind: 'lostAnswer' });
    await expect(batches.create({ requests: messageRequests(3) })).rejects.toThrow('Connection error');
    await server.jobs.whenCreated(2);

    expect((await collect(client.batches.list())).map(({ metadata }) => metadata)).toEqual([{ run: '7' }]);
    expect((await collect(batches.list())).map(({ request_counts }) => request_counts.processing)).toEqual([3]);
    expect(server.stats()).toMatchObject({ jobs: 2, jobRequests: 5 });
    expect(server.jobs.calls.at(1)).toMatchObject({ operation: 'createJob', status: null });
  });

  test('lostAnswer: keeps the file, and never says so', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    failFirst(server, 'uploadFile', { kind: 'lostAnswer' });

    await expect(uploadLines(client, chatLines(1))).rejects.toThrow(APIConnectionError);
    expect(await collect(client.files.list())).toHaveLength(1);
  });

  test('cutBody: breaks off a download in its middle', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { output_file_id } = await finishedBatch(server, chatLines(20));
    failFirst(server, 'downloadFile', { kind: 'cutBody', bytes: 1000 });

    const response = await client.files.content(output_file_id!);
    let read = 0;
    const reading = (async () => {
      for await (const piece of response.body!) read += (piece as Uint8Array).length;
    })();

    await expect(reading).rejects.toThrow('terminated');
    expect([response.status, read]).toEqual([200, 1000]);
    expect(await fileText(client, output_file_id)).toContain('"r-20"');
  });

  test('cutBody: breaks off results in their middle', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const { id } = await finishedMessages(server, messageRequests(20));
    failFirst(server, 'downloadResults', { kind: 'cutBody', bytes: 1500 });
    const seen: string[] = [];

    const reading = (async () => {
      for await (const { custom_id } of await batches.results(id)) seen.push(custom_id);
    })();

    await expect(reading).rejects.toThrow();
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.length).toBeLessThan(20);
    expect(await collect(await batches.results(id))).toHaveLength(20);
  });

  test('cutBody: without an end is only slow', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    const { id } = await uploadLines(client, chatLines(1000));
    failFirst(server, 'downloadFile', { kind: 'cutBody', bytes: Infinity, pauseMs: 100 });

    const order: string[] = [];
    const slow = fileText(client, id).then((text) => order.push(`slow ${text.length}`));
    const fast = fileText(client, id).then((text) => order.push(`fast ${text.length}`));
    await Promise.all([slow, fast]);

    expect(order).toEqual([expect.stringContaining('fast'), expect.stringContaining('slow')]);
    expect(new Set(order.map((text) => text.split(' ')[1])).size).toBe(1);
  });

  test('cutBody: breaks off the upload of a file in its middle, and keeps nothing', async () => {
    const server = await standIn(byHand);
    const client = openaiClient(server);
    failFirst(server, 'uploadFile', { kind: 'cutBody', bytes: 100_000, pauseMs: 1 });

    // What nobody catches in the server fails the run.
    await expect(uploadLines(client, chatLines(5000))).rejects.toThrow(APIConnectionError);

    expect(await collect(client.files.list())).toEqual([]);
    expect((await uploadLines(client, chatLines(2))).filename).toBe('requests.jsonl');
  });

  test('cutBody: breaks off the upload of a message batch, and creates nothing', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    failFirst(server, 'createJob', { kind: 'cutBody', bytes: 1000 });

    await expect(batches.create({ requests: messageRequests(5000) })).rejects.toThrow('Connection error');

    expect(await collect(batches.list())).toEqual([]);
    expect(server.jobs.all).toEqual([]);
  });

  test('that a rule throws is an answer of 500', async () => {
    const server = await standIn(byHand);
    server.jobs.callFault = () => {
      throw new Error('no such call fault');
    };

    await expect(openaiClient(server).batches.list()).rejects.toThrow('no such call fault');
  });
});
