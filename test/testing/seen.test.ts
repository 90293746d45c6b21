import { connect } from 'node:net';
import { describe, expect, test, vi } from 'vitest';
import { createStandInServer } from '../../src/testing/server.js';
import { post, postForLines, postForText, standIn, streamLines } from './chat.js';

describe('what the stand-in remembers', () => {
  test('is each chat request, without its key', async () => {
    const server = await standIn();

    await postForText(server, { headers: { 'api-key': 'secret-key', cookie: 'secret-key', 'x-own': '1' } });
    await fetch(`${server.url}/models`);

    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({
      number: 1,
      body: { model: 'any' },
      headers: { 'content-type': 'application/json', 'x-own': '1' },
      records: [
        { id: '1', text: 'good' },
        { id: '2', text: 'bad' },
      ],
      startedAt: 1,
      endedAt: 2,
      status: 200,
      aborted: false,
    });
    expect(JSON.stringify(server.requests)).not.toContain('secret-key');
  });

  test('is counted, and complete when the client has its answer', async () => {
    const server = await standIn();
    await Promise.all([postForText(server), postForLines(server), postForText(server, { texts: ['one'] })]);

    const { inputTokens, outputTokens, ...counts } = server.stats();
    expect(counts).toMatchObject({ requests: 3, aborted: 0, inFlight: 0, records: 5 });
    expect(inputTokens).toBe(server.requests.reduce((sum, request) => sum + request.inputTokens, 0));
    expect(outputTokens).toBe(server.requests.reduce((sum, request) => sum + request.outputTokens, 0));
    expect(outputTokens).toBeGreaterThan(0);
  });

  test('is complete when the client has the end of a large answer', async () => {
    const server = await standIn({ answer: () => 'many words '.repeat(200_000) });

    await postForText(server);

    expect(server.stats()).toMatchObject({ inFlight: 0, aborted: 0 });
    expect(server.requests[0]?.outputTokens).toBeGreaterThan(400_000);
  });

  test('is how many were in flight at once', async () => {
    const server = await standIn({ fault: () => ({ kind: 'hang' }) });
    const client = new AbortController();
    const answers = [1, 2, 3].map(() => post(server, { signal: client.signal }).catch(() => 'gone'));
    await server.whenReceived(3);
    expect(server.stats()).toMatchObject({ inFlight: 3, maxInFlight: 3 });

    client.abort();
    await server.whenAborted(3);
    server.fault = undefined;
    await postForText(server);

    expect(await Promise.all(answers)).toEqual(['gone', 'gone', 'gone']);
    expect(server.stats()).toMatchObject({ requests: 4, aborted: 3, inFlight: 0, maxInFlight: 3 });
  });

  test('is the last requests only', async () => {
    const server = await standIn({ keepRequests: 2 });

    for (const text of ['a', 'b', 'c']) await post(server, { texts: [text] });

    expect(server.requests.map(({ number }) => number)).toEqual([2, 3]);
    expect(server.stats()).toMatchObject({ requests: 3, records: 3 });
  });
});

describe('a client that leaves', () => {
  test('in the middle of a stream is seen to have left', async () => {
    const server = await standIn({ timeScale: 1, latency: () => 60_000, deltaCharacters: 1 });
    const client = new AbortController();
    const response = await post(server, { body: { stream: true }, signal: client.signal });
    await streamLines(response).next();

    client.abort();
    await server.whenAborted();

    expect(server.requests[0]).toMatchObject({ aborted: true, status: 200, endedAt: 2 });
    expect(server.requests[0]!.outputTokens).toBeLessThan(5);
    expect(server.stats()).toMatchObject({ aborted: 1, inFlight: 0 });
  });

  test('while it waits for an answer is seen to have left', async () => {
    const server = await standIn({ timeScale: 1, latency: () => 60_000 });
    const client = new AbortController();
    const answer = post(server, { signal: client.signal });
    await server.whenReceived();

    client.abort();
    await Promise.all([expect(answer).rejects.toThrow(), server.whenAborted()]);

    expect(server.requests[0]).toMatchObject({ aborted: true, status: null, outputTokens: 0 });
  });

  test('before its request is complete is not counted', async () => {
    const server = await standIn();
    const { port, hostname } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"mod');
    await new Promise((resolve) => setTimeout(resolve, 50));

    socket.destroy();
    await postForText(server);

    expect(server.stats()).toMatchObject({ requests: 1, aborted: 0 });
  });

  test('does not stop the answers of others', async () => {
    const server = await standIn({ timeScale: 0.1 });
    const client = new AbortController();
    const first = post(server, { signal: client.signal }).catch(() => 'gone');
    const second = postForText(server);
    await server.whenReceived(2);

    client.abort();

    expect(await first).toBe('gone');
    expect(await second).toContain('positive');
  });
});

describe('closing', () => {
  test('breaks connections and ends what waits, and is no abort', async () => {
    const server = await createStandInServer({ latency: () => 60_000 });
    const answer = post(server).catch(() => 'broken');
    const aborted = server.whenAborted().catch((error: unknown) => String(error));
    const received = server.whenReceived(2).catch((error: unknown) => String(error));
    await server.whenReceived();

    await server.close();

    expect(await answer).toBe('broken');
    expect(await aborted).toBe('Error: the stand-in server was closed');
    expect(await received).toBe('Error: the stand-in server was closed');
    expect(server.stats()).toMatchObject({ requests: 1, aborted: 0, inFlight: 0 });
    await expect(server.whenAborted()).rejects.toThrow('closed');
    await expect(server.whenReceived()).resolves.toBeUndefined();
  });

  test('frees the port, leaves nothing that keeps the process alive, and may come twice', async () => {
    const before = process.getActiveResourcesInfo().sort();
    const server = await createStandInServer({ latency: () => 60_000 });
    const answer = post(server, { headers: { connection: 'close' } }).catch(() => 'broken');
    await server.whenReceived();
    const during = process.getActiveResourcesInfo();

    await Promise.all([server.close(), server.close()]);
    await answer;

    expect(during).toContain('TCPServerWrap');
    // Handles are gone a turn of the event loop after they were closed.
    await vi.waitFor(() => expect(process.getActiveResourcesInfo().sort()).toEqual(before));
    const again = await standIn({ port: Number(new URL(server.url).port) });
    expect(await postForText(again)).toContain('results');
  });
});
