import { describe, expect, test } from 'vitest';
import { createStandInServer } from '../../../src/testing/server.js';
import { postForText, standIn } from '../chat.js';
import { anthropicClient, messageRequest, messageRequests } from './anthropic.js';
import { chatLine, chatLines, createBatch, finishedBatch, openaiClient } from './openai.js';

const byHand = { jobs: { durationMs: Infinity } };

describe('jobs by hand', () => {
  test('go from state to state, and no further than their end', async () => {
    const server = await standIn(byHand);
    const openai = await createBatch(openaiClient(server), chatLines(2));
    const anthropic = await anthropicClient(server).messages.batches.create({ requests: messageRequests(2) });
    const walk = async (id: string) => {
      const states = [];
      for (let step = 0; step < 5; step++) states.push((await server.jobs.advance(id)).status);
      return states;
    };

    expect(await walk(openai.id)).toEqual(['in_progress', 'finalizing', 'completed', 'completed', 'completed']);
    expect(await walk(anthropic.id)).toEqual(Array(5).fill('completed'));
    expect(server.jobs.all.map(({ number, api, status }) => [number, api, status])).toEqual([
      [1, 'openai', 'completed'],
      [2, 'anthropic', 'completed'],
    ]);
  });

  test('stay where they are by themselves', async () => {
    const server = await standIn(byHand);
    await createBatch(openaiClient(server), chatLines(2));

    await server.jobs.whenCreated();
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(server.jobs.all[0]?.status).toBe('validating');
  });

  test('are answered in parts', async () => {
    const server = await standIn(byHand);
    const { id } = await createBatch(openaiClient(server), chatLines(5));
    const tallies = [];

    for (const requests of [1, 2, 9]) tallies.push((await server.jobs.answer(id, requests)).tally.succeeded);
    const job = await server.jobs.expire(id);

    expect(tallies).toEqual([1, 3, 5]);
    expect(job).toMatchObject({ status: 'expired', tally: { succeeded: 5, expired: 0 } });
  });

  test('are taken over from their own clock, and then take no time', async () => {
    const server = await standIn({ timeScale: 1, latency: () => 60_000, jobs: { durationMs: 600_000 } });
    const { id } = await createBatch(openaiClient(server), chatLines(3));

    expect(await server.jobs.finish(id)).toMatchObject({ status: 'completed', tally: { succeeded: 3 } });
  });

  test('are none where there is none', async () => {
    const server = await standIn(byHand);

    await expect(server.jobs.advance('batch_no')).rejects.toThrow(new RangeError('there is no job batch_no'));
  });
});

describe('what the stand-in knows of jobs', () => {
  test('is how often each record was submitted', async () => {
    const server = await standIn(byHand);
    const long = 'long '.repeat(50);
    const lines = [chatLine('a', ['x', 'y', long]), chatLine('b', ['x'])];

    await finishedBatch(server, lines);
    await createBatch(openaiClient(server), [chatLine('c', ['x', long])]);
    await anthropicClient(server).messages.batches.create({ requests: [messageRequest('d', ['x', 'z'])] });
    await server.jobs.whenCreated(3);

    const { jobs } = server;
    expect(['x', 'y', 'z', long, 'other'].map((text) => jobs.timesSubmitted(text))).toEqual([4, 1, 1, 2, 0]);
    const keys = [...jobs.submissions()].sort();
    expect(keys).toEqual([
      [expect.stringMatching(/^sha256:[0-9a-f]{64}$/), 2],
      ['x', 4],
      ['y', 1],
      ['z', 1],
    ]);
    expect(server.stats()).toMatchObject({ jobs: 3, jobRequests: 4, jobRecords: 8, requests: 0, records: 0 });
  });

  test('is counted apart from live requests', async () => {
    const server = await standIn(byHand);

    await finishedBatch(server, chatLines(3));
    await postForText(server);

    const { jobInputTokens, jobOutputTokens, ...stats } = server.stats();
    expect(stats).toMatchObject({ requests: 1, records: 2, jobs: 1, jobRequests: 3, jobRecords: 3 });
    expect(jobInputTokens).toBeGreaterThan(jobOutputTokens);
    expect(jobOutputTokens).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(1);
  });

  test('tells a line from a live request in the rules of a test', async () => {
    const seen: unknown[] = [];
    const server = await standIn({
      jobs: { durationMs: Infinity, order: 'input' },
      answer: (text, { request: { job, number, path } }) => {
        seen.push([text, number, job?.customId, path]);
        return text.toUpperCase();
      },
    });

    const { id } = await finishedBatch(server, chatLines(2));
    const text = await postForText(server, { texts: ['live'] });

    expect(seen).toEqual([
      ['text 1', 1, 'r-1', '/v1/chat/completions'],
      ['text 2', 2, 'r-2', '/v1/chat/completions'],
      ['live', 1, undefined, '/v1/chat/completions'],
    ]);
    expect([text, id === server.jobs.all[0]?.id]).toEqual(['{"value": "LIVE"}', true]);
  });

  test('is which of its options is out of range', async () => {
    await expect(standIn({ jobs: { durationMs: -1 } })).rejects.toThrow('jobs.durationMs must be a number from 0');
    await expect(standIn({ jobs: { maxRequests: 0 } })).rejects.toThrow('jobs.maxRequests must be an integer from 1');
    await expect(standIn({ jobs: { maxBytes: 0 } })).rejects.toThrow('jobs.maxBytes must be an integer from 1');
    await expect(standIn({ jobs: { seed: 0.5 } })).rejects.toThrow('jobs.seed must be an integer from 0');
    await expect(standIn({ jobs: { order: 'none' as 'input' } })).rejects.toThrow(
      'jobs.order must be one of shuffled, input',
    );
  });

  test('ends with the server, and so do those who wait', async () => {
    const server = await createStandInServer({ latency: () => 60_000 });
    const { id } = await createBatch(openaiClient(server), chatLines(3));
    const waiting = server.jobs.whenCreated(2).catch((error: unknown) => String(error));
    await server.jobs.whenCreated();

    await server.close();
    await server.close();

    expect(await waiting).toBe('Error: the stand-in server was closed');
    expect(server.jobs.all).toMatchObject([{ id, status: 'cancelled' }]);
  });
});
