import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/testing/server.js';
import { chunksOf, post, postForError, postForLines, standIn, streamLines, textOf } from './chat.js';

const withFault = (fault: Fault) => standIn({ fault: () => fault });
const stream = { body: { stream: true } };
/** Long enough for an answer at once to arrive. */
const silence = () => new Promise<'silence'>((resolve) => setTimeout(() => resolve('silence'), 100));
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('a fault', () => {
  test('is chosen for each request, and can be set while the server runs', async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 2 ? { kind: 'status', status: 503 } : undefined),
    });

    const statuses = [(await post(server)).status, (await post(server)).status, (await post(server)).status];
    server.fault = ({ records, body, headers }) =>
      records[0]?.text === 'x' && body.seed === 7 && headers['x-test'] === 'yes'
        ? { kind: 'status', status: 418 }
        : undefined;
    statuses.push((await post(server, { texts: ['x'], body: { seed: 7 }, headers: { 'X-Test': 'yes' } })).status);
    server.fault = undefined;
    statuses.push((await post(server)).status);

    expect(statuses).toEqual([200, 503, 200, 418, 200]);
    expect(server.requests.map(({ status }) => status)).toEqual(statuses);
  });

  test('status: has headers and an error as OpenAI writes it', async () => {
    const server = await withFault({ kind: 'status', status: 429, headers: { 'retry-after': '7' } });

    expect((await post(server)).headers.get('retry-after')).toBe('7');
    expect(await postForError(server)).toMatchObject({
      status: 429,
      type: 'invalid_request_error',
      param: null,
      code: null,
    });
    expect(server.stats()).toMatchObject({ requests: 2, inputTokens: 0, outputTokens: 0, inFlight: 0 });
  });

  test('status: comes before the key is looked at', async () => {
    const server = await withFault({ kind: 'status', status: 500 });

    expect((await post(server, { headers: { authorization: '' } })).status).toBe(500);
  });

  test.each([
    ['<html>Bad gateway</html>', 'text/html; charset=utf-8'],
    ['upstream timeout', 'text/plain; charset=utf-8'],
  ])('status: has %j as its body', async (body, type) => {
    const response = await post(await withFault({ kind: 'status', status: 502, body }));

    expect([response.status, await response.text(), response.headers.get('content-type')]).toEqual([502, body, type]);
  });

  test('status: has JSON of its own as its body', async () => {
    const response = await post(await withFault({ kind: 'status', status: 529, body: { type: 'overloaded_error' } }));

    expect([response.status, await response.json()]).toEqual([529, { type: 'overloaded_error' }]);
  });

  test('reset: breaks the connection before any response', async () => {
    const server = await withFault({ kind: 'reset' });

    await expect(post(server)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(server.requests[0]).toMatchObject({ status: null, aborted: false });
  });

  test.each([0, 1, 20, 1000])('cut: breaks the stream after %d characters', async (characters) => {
    const server = await withFault({ kind: 'cut', characters });

    const lines = await postForLines(server);

    expect(textOf(lines)).toBe(reply.slice(0, characters));
    expect(lines.at(-1)).toBeInstanceOf(Error);
    expect(lines).not.toContain('[DONE]');
    expect(chunksOf(lines).every(({ choices }) => choices[0]?.finish_reason === null)).toBe(true);
    expect(server.requests[0]).toMatchObject({ status: 200, aborted: false });
  });

  test('cut: breaks a body that is not streamed', async () => {
    const response = await post(await withFault({ kind: 'cut', characters: 10 }));

    const { value } = await response.body!.getReader().read();

    expect(new TextDecoder().decode(value)).toBe('{"id":"cha');
    await expect(post(await withFault({ kind: 'cut', characters: 10 })).then((cut) => cut.text())).rejects.toThrow(
      'terminated',
    );
  });

  test('hang: never answers', async () => {
    const server = await withFault({ kind: 'hang' });
    const client = new AbortController();

    const answer = post(server, { signal: client.signal });
    await server.whenReceived();
    expect(server.stats()).toMatchObject({ inFlight: 1 });
    client.abort();

    await expect(answer).rejects.toThrow('aborted');
    await server.whenAborted();
    expect(server.requests[0]).toMatchObject({ status: null, aborted: true });
    expect(server.stats()).toMatchObject({ inFlight: 0, aborted: 1 });
  });

  test('stall: leaves a stream in silence after some characters', async () => {
    const server = await withFault({ kind: 'stall', characters: 10 });
    const client = new AbortController();
    const lines: (string | Error)[] = [];

    const response = await post(server, { ...stream, signal: client.signal });
    const reading = (async () => {
      for await (const line of streamLines(response)) lines.push(line);
    })();
    await silence();
    const before = textOf(lines);
    client.abort();
    await reading;
    await server.whenAborted();

    expect(before).toBe(reply.slice(0, 10));
    expect(textOf(lines)).toBe(before);
    expect(server.requests[0]).toMatchObject({ status: 200, aborted: true });
  });

  test('stall: leaves a body that is not streamed in silence', async () => {
    const server = await withFault({ kind: 'stall', characters: 10 });
    const reader = (await post(server)).body!.getReader();

    const { value } = await reader.read();
    const more = await Promise.race([reader.read(), silence()]);
    await reader.cancel();
    await server.whenAborted();

    expect(new TextDecoder().decode(value)).toBe('{"id":"cha');
    expect(more).toBe('silence');
  });
});
