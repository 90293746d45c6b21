import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BadRequestError, NotFoundError } from '@anthropic-ai/sdk';
import { describe, expect, test } from 'vitest';
import { collect, standIn } from '../chat.js';
import { anthropicClient, finishedMessages, messageRequest, messageRequests, messageResults } from './anthropic.js';
import { ids, idsOf } from './openai.js';
import { ownTmpdir } from './own-tmpdir.js';

const byHand = { jobs: { durationMs: Infinity } };
const none = { succeeded: 0, errored: 0, canceled: 0, expired: 0 };

describe('the Anthropic SDK with message batches of the stand-in', () => {
  test('runs one from its creation to its results', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const requests = [messageRequest('a', ['I love it', 'I hate it']), messageRequest('b', ['so bad'])];

    const created = await batches.create({ requests });
    await server.jobs.finish(created.id);
    const ended = await batches.retrieve(created.id);
    const results = await messageResults(server, created.id);

    expect(created).toMatchObject({
      type: 'message_batch',
      processing_status: 'in_progress',
      request_counts: { processing: 2, ...none },
      results_url: null,
      ended_at: null,
    });
    expect(Date.parse(created.expires_at) - Date.parse(created.created_at)).toBe(24 * 60 * 60 * 1000);
    expect(ended).toMatchObject({
      processing_status: 'ended',
      request_counts: { ...none, processing: 0, succeeded: 2 },
      results_url: `${server.origin}/v1/messages/batches/${created.id}/results`,
      ended_at: expect.any(String) as string,
    });
    expect(results.map(({ custom_id, result }) => [custom_id, result.type]).sort()).toEqual([
      ['a', 'succeeded'],
      ['b', 'succeeded'],
    ]);
    expect(results.find(({ custom_id }) => custom_id === 'a')?.result).toMatchObject({
      message: {
        type: 'message',
        stop_reason: 'end_turn',
        content: [{ text: expect.stringContaining('negative') as string }],
      },
    });
  });

  test('leaves only its results on the disk when it has ended', async () => {
    const folder = await ownTmpdir();
    const server = await standIn({ jobs: { durationMs: Infinity, maxRequests: 3 } });
    const files = async () => readdir(join(folder, (await readdir(folder))[0] ?? ''));
    const { batches } = anthropicClient(server).messages;

    await expect(batches.create({ requests: messageRequests(4) })).rejects.toThrow(BadRequestError);
    const refused = await files();
    const { id } = await batches.create({ requests: messageRequests(3) });
    const running = await files();
    await server.jobs.finish(id);

    expect([refused.length, running.length, (await files()).length]).toEqual([0, 1, 1]);
    expect(await files()).not.toEqual(running);
  });

  test('sees all requests as processing until the end', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const { id } = await batches.create({ requests: messageRequests(3) });

    await server.jobs.answer(id, 2);

    expect((await batches.retrieve(id)).request_counts).toEqual({ processing: 3, ...none });
    expect(server.jobs.all[0]?.tally).toMatchObject({ succeeded: 2 });
    await expect(batches.results(id)).rejects.toThrow('No batch `results_url`');
  });

  test('gets what was wrong with a request as its result', async () => {
    const server = await standIn({
      ...byHand,
      fault: ({ job }) =>
        job?.customId === 'r-1'
          ? { kind: 'status', status: 529 }
          : job?.customId === 'r-2'
            ? { kind: 'hang' }
            : undefined,
    });
    const requests = [...messageRequests(3), messageRequest('r-4', ['x'], { max_tokens: undefined })];

    const ended = await finishedMessages(server, requests);
    const results = await messageResults(server, ended.id);

    expect(ended.request_counts).toEqual({ ...none, processing: 0, succeeded: 1, errored: 3 });
    const errors = results.map(({ custom_id, result }) => [
      custom_id,
      result.type === 'errored' ? result.error.error.type : result.type,
    ]);
    expect(Object.fromEntries(errors)).toEqual({
      'r-1': 'overloaded_error',
      'r-2': 'timeout_error',
      'r-3': 'succeeded',
      'r-4': 'invalid_request_error',
    });
  });

  test('gets results in no order of the requests', async () => {
    const server = await standIn(byHand);

    const { id } = await finishedMessages(server, messageRequests(20));
    const order = idsOf(await messageResults(server, id));

    expect(order.toSorted()).toEqual(ids(20).toSorted());
    expect(order).not.toEqual(ids(20));
  });

  test('lists them all, page by page, the newest first, and back', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const created = [];
    for (let n = 0; n < 5; n++) created.push((await batches.create({ requests: messageRequests(1) })).id);

    const all = await collect(batches.list({ limit: 2 }));
    const before = await batches.list({ limit: 2, before_id: created[0]! });
    const back = await collect(batches.list({ limit: 2, before_id: created[0]! }));

    expect(all.map(({ id }) => id)).toEqual(created.toReversed());
    expect(before.data.map(({ id }) => id)).toEqual([created[2], created[1]]);
    expect(before.has_more).toBe(true);
    expect(back.map(({ id }) => id).sort()).toEqual(created.slice(1).sort());
  });

  test('cancels one half done', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const { id } = await batches.create({ requests: messageRequests(5) });
    await server.jobs.answer(id, 2);

    const canceling = await batches.cancel(id);
    await server.jobs.advance(id);
    const ended = await batches.retrieve(id);
    const types = (await messageResults(server, id)).map(({ result }) => result.type);

    expect(canceling).toMatchObject({
      processing_status: 'canceling',
      cancel_initiated_at: expect.any(String) as string,
    });
    expect(ended).toMatchObject({ processing_status: 'ended', request_counts: { succeeded: 2, canceled: 3 } });
    expect(types.sort()).toEqual(['canceled', 'canceled', 'canceled', 'succeeded', 'succeeded']);
    await expect(batches.cancel(id)).rejects.toThrow(BadRequestError);
  });

  test('sees one expire half done', async () => {
    const server = await standIn(byHand);
    const { id } = await anthropicClient(server).messages.batches.create({ requests: messageRequests(3) });
    await server.jobs.answer(id, 1);

    await server.jobs.expire(id);

    const types = (await messageResults(server, id)).map(({ result }) => result.type);
    expect(types.sort()).toEqual(['expired', 'expired', 'succeeded']);
  });

  test('deletes one that has ended', async () => {
    const server = await standIn(byHand);
    const { batches } = anthropicClient(server).messages;
    const { id } = await batches.create({ requests: messageRequests(1) });

    await expect(batches.delete(id)).rejects.toThrow('still in progress');
    await server.jobs.finish(id);
    expect(await batches.delete(id)).toEqual({ id, type: 'message_batch_deleted' });

    await expect(batches.retrieve(id)).rejects.toThrow(NotFoundError);
    expect(await collect(batches.list())).toEqual([]);
    expect(server.jobs.all).toHaveLength(1);
  });

  test.each([
    ['no request', [], 'at least 1 item'],
    [
      'the same id twice',
      [messageRequest('a', ['x']), messageRequest('a', ['y'])],
      "requests.1.custom_id: custom_id must be unique; 'a'",
    ],
    ['an id with a blank', [messageRequest('a b', ['x'])], 'requests.0.custom_id: String should match pattern'],
    ['an id of 65 characters', [messageRequest('a'.repeat(65), ['x'])], 'String should have at most 64 characters'],
    ['too many requests', messageRequests(4), 'at most 3 items after validation, not 4'],
  ])('is refused %s', async (_, requests, message) => {
    const server = await standIn({ jobs: { maxRequests: 3 } });

    const creation = anthropicClient(server).messages.batches.create({ requests });

    await expect(creation).rejects.toThrow(message);
    await expect(creation).rejects.toBeInstanceOf(BadRequestError);
    expect(server.stats()).toMatchObject({ jobs: 0, jobRequests: 0 });
  });

  test('is refused too large a body', async () => {
    const server = await standIn({ jobs: { maxBytes: 1000 } });

    const creation = anthropicClient(server).messages.batches.create({ requests: messageRequests(100) });

    await expect(creation).rejects.toMatchObject({ status: 413, type: 'request_too_large' });
  });
});
