import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import type { Fault } from '../../src/testing/server.js';
import { ask, askForEvents, askForJson, dataOf, everyApi, streamEvents, textOfEvents } from './apis.js';
import { standIn } from './chat.js';

const withFault = (fault: Fault) => standIn({ fault: () => fault });
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe.each(everyApi)('faults of $name', (api) => {
  test('status: has headers, and an error in the API’s own form', async () => {
    const server = await withFault({ kind: 'status', status: 503, headers: { 'retry-after': '7' } });

    const response = await ask(server, api, { headers: {} });

    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining('Status 503') as string },
    });
  });

  test('status: has a body of its own', async () => {
    const body = { error: { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } } };
    const server = await withFault({ kind: 'status', status: 400, body });

    expect(await askForJson(server, api)).toEqual(body);
    server.fault = () => ({ kind: 'status', status: 502, body: '<html>Bad gateway</html>' });
    expect(await (await ask(server, api)).text()).toBe('<html>Bad gateway</html>');
  });

  test('reset: breaks the connection before any response', async () => {
    await expect(ask(await withFault({ kind: 'reset' }), api)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
  });

  test.each([0, 20, 1000])('cut: breaks the stream after %d characters', async (characters) => {
    const events = await askForEvents(await withFault({ kind: 'cut', characters }), api);

    expect(textOfEvents(api, events)).toBe(reply.slice(0, characters));
    expect(events.at(-1)).toBeInstanceOf(Error);
  });

  test('cut: breaks a body that is not streamed', async () => {
    const response = await ask(await withFault({ kind: 'cut', characters: 10 }), api);

    await expect(response.text()).rejects.toThrow('terminated');
  });

  test('hang: never answers', async () => {
    const server = await withFault({ kind: 'hang' });
    const client = new AbortController();
    const answer = ask(server, api, { signal: client.signal });
    await server.whenReceived();

    client.abort();

    await expect(answer).rejects.toThrow('aborted');
    await server.whenAborted();
    expect(server.requests[0]).toMatchObject({ status: null, aborted: true });
  });

  test('stall: leaves a stream in silence after some characters', async () => {
    const server = await withFault({ kind: 'stall', characters: 10 });
    const client = new AbortController();
    const response = await ask(server, api, { body: { stream: true }, signal: client.signal });

    let text = '';
    for await (const event of streamEvents(response)) {
      text += textOfEvents(api, [event]);
      if (text.length === 10) client.abort();
    }
    await server.whenAborted();

    expect(text).toBe(reply.slice(0, 10));
    expect(server.requests[0]).toMatchObject({ status: 200, aborted: true });
  });

  test('delay: lets others overtake', async () => {
    const server = await standIn({ fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 150 } : undefined) });

    const late = ask(server, api);
    await server.whenReceived();
    await ask(server, api);
    await late;

    expect(server.requests.map(({ endedAt }) => endedAt)).toEqual([4, 3]);
  });

  test('badSse: puts a comment and an event into the stream whose data is not JSON', async () => {
    const events = await askForEvents(await withFault({ kind: 'badSse', characters: 10 }), api);

    const at = events.findIndex((event) => 'data' in event && event.data === '{not json');
    expect(events[at - 1]).toEqual({ event: undefined, data: ': keep-alive' });
    expect(textOfEvents(api, events.slice(0, at))).toBe(reply.slice(0, 10));
    expect(textOfEvents(api, events)).toBe(reply);
    // A client that passes over events without a name, or over unknown ones, comes to see it as well.
    const names = events.map((event) => ('event' in event ? event.event : ''));
    expect(names.filter((name) => name === names[at]).length).toBeGreaterThan(10);
  });

  test('reply: changes the text, and its usage', async () => {
    const server = await withFault({ kind: 'reply', rewrite: (text) => `Sure:\n${text}` });

    const whole = await askForJson(server, api);

    expect(api.text(whole)).toBe(`Sure:\n${reply}`);
    expect(api.tokens(whole).output).toBe(encode(`Sure:\n${reply}`).length);
    expect(textOfEvents(api, await askForEvents(server, api))).toBe(`Sure:\n${reply}`);
  });

  test.each(['length', 'content_filter'] as const)('finish: stops early for %s', async (reason) => {
    const server = await withFault({ kind: 'finish', reason, characters: 30 });

    const whole = await askForJson(server, api);
    const events = await askForEvents(server, api);

    expect(api.finish(whole)).toEqual(api.finishes[reason]);
    expect(api.text(whole)).toBe(reply.slice(0, 30));
    expect(textOfEvents(api, events)).toBe(reply.slice(0, 30));
    expect(api.streamFinish(dataOf(events))).toEqual(api.finishes[reason]);
  });

  test('refusal: says so', async () => {
    const server = await withFault({ kind: 'refusal', message: 'I would rather not.' });

    const whole = await askForJson(server, api);
    const events = await askForEvents(server, api);

    expect(api.finish(whole)).toEqual(api.finishes.refusal);
    expect(api.text(whole)).toBe('I would rather not.');
    expect(textOfEvents(api, events)).toBe('I would rather not.');
    expect(api.streamFinish(dataOf(events))).toEqual(api.finishes.refusal);
  });

  test('errorInStream: ends the stream after some characters', async () => {
    const events = await askForEvents(await withFault({ kind: 'errorInStream', characters: 10 }), api);

    expect(textOfEvents(api, events)).toBe(reply.slice(0, 10));
    expect(JSON.stringify(events.at(-1))).toMatch(/server_error|overloaded_error/);
  });

  test('errorInStream: is a 200, where it is not streamed', async () => {
    const error = { code: 'own', message: 'Oh no' };
    const response = await ask(await withFault({ kind: 'errorInStream', characters: 0, error }), api);

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ error });
  });
});
