import { encode, encodeChat } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { type Api, apis, ask, askForEvents, askForJson, dataOf, everyApi, streamEvents, textOfEvents } from './apis.js';
import { standIn, userMessage } from './chat.js';

const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

/** The body's field for a schema of the reply, in each API. */
function schemaField({ name }: Api, schema: object): Record<string, unknown> {
  const format = { type: 'json_schema', name: 'reply', strict: true, schema };
  if (name === apis.responses.name) return { text: { format } };
  if (name === apis.messages.name) return { output_config: { format: { type: 'json_schema', schema } } };
  return { response_format: { type: 'json_schema', json_schema: format } };
}

describe.each(everyApi)('$name', (api) => {
  test('have the reply whole or in a stream, with the same end', async () => {
    const server = await standIn();

    const whole = await askForJson(server, api);
    const events = await askForEvents(server, api);

    expect(api.text(whole)).toBe(reply);
    expect(api.finish(whole)).toEqual(api.finishes.stop);
    expect(textOfEvents(api, events)).toBe(reply);
    expect(dataOf(events).filter((data) => api.delta(data) !== '').length).toBeGreaterThan(10);
    expect(api.streamFinish(dataOf(events))).toEqual(api.finishes.stop);
  });

  test('have a reply as their schema asks for it', async () => {
    const fields = { nr: { type: 'integer' }, tone: { type: 'string' } };
    const schema = { type: 'object', properties: { list: { type: 'array', items: { properties: fields } } } };

    const whole = await askForJson(await standIn(), api, { body: schemaField(api, schema) });

    expect(JSON.parse(String(api.text(whole)))).toEqual({
      list: [
        { nr: 1, tone: 'positive' },
        { nr: 2, tone: 'negative' },
      ],
    });
  });

  test('have a reply of no more tokens than asked for', async () => {
    const whole = await askForJson(await standIn(), api, { body: { [api.maxTokens]: 20 } });

    expect(api.finish(whole)).toEqual(api.finishes.length);
    expect(api.tokens(whole).output).toBe(20);
    expect(reply.startsWith(String(api.text(whole)))).toBe(true);
  });

  test('count tokens as the tokenizer does', async () => {
    const server = await standIn();

    const { input, output } = api.tokens(await askForJson(server, api));

    expect(input).toBe(encodeChat([userMessage(['good', 'bad'])], 'gpt-4o').length);
    expect(output).toBe(encode(reply).length);
    expect(server.requests[0]).toMatchObject({ inputTokens: input, outputTokens: output });
  });

  test('send headers at once, and a delta when it is due', async () => {
    const server = await standIn({ latency: () => 1e9, timeScale: 1 });

    const response = await ask(server, api, { body: { stream: true } });
    await streamEvents(response).next();

    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(server.requests[0]).toMatchObject({ status: 200, endedAt: null });
  });

  test('are remembered with their path and without their key', async () => {
    const server = await standIn({ apiKey: 'very-secret' });
    const secret = Object.fromEntries(
      Object.entries(api.headers).map(([name, value]) => [name, value.replace(/\bk$/, 'very-secret')]),
    );

    const response = await ask(server, api, { headers: secret });

    expect(response.status).toBe(200);
    expect(server.requests[0]).toMatchObject({ number: 1, path: api.path, records: [{ id: '1' }, { id: '2' }] });
    expect(JSON.stringify(server.requests)).not.toContain('very-secret');
  });

  test('say what they come from', async () => {
    const response = await ask(await standIn(), api);

    expect(response.headers.get('x-stand-in')).toBe('lexicon, not a language model');
    expect(await response.json()).toMatchObject({ model: 'vader-lexicon' });
  });

  test('see a client that leaves in the middle of a stream', async () => {
    const server = await standIn({ timeScale: 1, latency: () => 60_000, deltaCharacters: 1 });
    const client = new AbortController();
    const response = await ask(server, api, { body: { stream: true }, signal: client.signal });
    await streamEvents(response).next();

    client.abort();
    await server.whenAborted();

    expect(server.requests[0]).toMatchObject({ aborted: true, status: 200 });
  });
});

describe.each(everyApi)('$name refuse', (api) => {
  const statusOf = async (call: Parameters<typeof ask>[2], options = {}) =>
    (await ask(await standIn(options), api, call)).status;

  test('a request without a key, with an empty one or with a wrong one', async () => {
    expect(await statusOf({ headers: api.keyless })).toBe(401);
    expect(await statusOf({ headers: { ...api.keyless, 'api-key': '', 'x-api-key': '' } })).toBe(401);
    expect(await statusOf({}, { apiKey: 'other' })).toBe(401);
    expect(await statusOf({ headers: api.keyless }, { apiKey: null })).toBe(200);
  });

  test('a body that is not a JSON object', async () => {
    const { origin } = await standIn();

    const response = await fetch(`${origin}${api.path}`, { method: 'POST', headers: api.headers, body: '[' });

    expect(response.status).toBe(400);
  });

  test('a body beyond all measure', async () => {
    expect(await statusOf({ body: { ballast: 'x'.repeat(33 * 1024 * 1024) } })).toBe(413);
  });

  test('a request without messages, or for tools', async () => {
    expect(await statusOf({ body: { [api.prompt]: undefined } })).toBe(400);
    expect(await statusOf({ body: { [api.prompt]: [] } })).toBe(400);
    expect(await statusOf({ body: { tools: [{}] } })).toBe(400);
  });

  test('an unknown model', async () => {
    expect(await statusOf({}, { models: ['other'] })).toBe(404);
    expect(await statusOf({}, { models: ['any'] })).toBe(200);
  });

  test('a prompt with more tokens than the context has', async () => {
    const roomy = await standIn();
    await ask(roomy, api);
    const tokens = roomy.requests[0]!.inputTokens;

    expect(await statusOf({}, { contextTokens: tokens })).toBe(200);
    expect(await statusOf({}, { contextTokens: tokens - 1 })).toBe(400);
  });

  test('what is beyond the rate limit, and say for how long', async () => {
    const server = await standIn({ requestsPerMinute: 1 });
    await ask(server, api);

    const response = await ask(server, api);

    expect(response.status).toBe(429);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(50);
  });

  test('a method that the path has not', async () => {
    const { origin } = await standIn();

    const response = await fetch(`${origin}${api.path}`, { headers: api.headers });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('with what went wrong in a rule that a test wrote', async () => {
    const server = await standIn({
      answer: () => {
        throw new Error('no such label');
      },
    });

    const response = await ask(server, api);

    expect([response.status, await response.text()]).toEqual([500, expect.stringContaining('no such label')]);
  });
});
