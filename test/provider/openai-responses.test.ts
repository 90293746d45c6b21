import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openaiResponses, openaiResponsesFactory } from '../../src/provider/openai.js';
import { standIn } from '../testing/chat.js';
import { ask, failures, results } from './ask.js';
import { describeProvider } from './contract.js';
import { openStream, rawServer, sse } from './raw-server.js';
import { responsesSubject } from './subject.js';

describeProvider(responsesSubject);

describe('openaiResponses', () => {
  test("does not use the client's retries and timeout", async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 60 } : { kind: 'status', status: 500 }),
    });
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 5, timeout: 20 });

    expect(results(await ask(openaiResponses(client, { model: 'm' }), [['good']]))).toEqual(['positive']);
    expect(results(await ask(openaiResponses(client, { model: 'm' }), [['good']]))).toEqual(['server_error']);
    expect(server.requests).toHaveLength(2);
  });

  test.each([true, false])('understands a response that failed, streamed: %j', async (stream) => {
    const error = { code: 'rate_limit_exceeded', message: 'Slow down.' };
    const server = await standIn({ fault: () => ({ kind: 'errorInStream', characters: 0, error, failed: true }) });
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url });

    const asking = await ask(openaiResponses(client, { model: 'm', stream }), [['good']]);

    expect(failures(asking)).toMatchObject([{ kind: 'retryable', code: 'rate_limited' }]);
    expect(failures(asking)[0]?.message).toBe('the provider broke off with an error: Slow down.');
  });

  test('takes a last event that repeats a long reply as a whole', async () => {
    const value = 'word '.repeat(400_000);
    const pieces = JSON.stringify({ value }).match(/[^]{1,50000}/gu) ?? [];
    const server = await rawServer((response) => {
      openStream(response);
      response.end(sse(responsesSubject.wire.events(pieces)));
    });

    expect(results(await ask(responsesSubject.connect(server), [['a']]))).toEqual([value]);
  });

  test("has nothing stored, unless a prompt's own fields say so", async () => {
    const server = await standIn();
    const provider = openaiResponses(new OpenAI({ apiKey: 'k', baseURL: server.url }), { model: 'm' });

    await ask(provider, [['good']]);
    await ask(provider, [['good']], { prompt: { fields: { store: true } } });

    expect(server.requests.map(({ body }) => body.store)).toEqual([false, true]);
  });

  test('enforces schemas, unless they are not sent', () => {
    const client = new OpenAI({ apiKey: 'k' });

    expect(openaiResponses(client, { model: 'm' }).capabilities).toEqual({ streaming: true, enforcesSchema: true });
    expect(openaiResponses(client, { model: 'm', structured: 'off', stream: false }).capabilities).toEqual({
      streaming: false,
      enforcesSchema: false,
    });
  });
});

describe('openaiResponsesFactory', () => {
  const settings = { model: 'm', apiKey: 'k', baseUrl: undefined, concurrency: undefined, structured: 'auto' } as const;

  test('needs a key', () => {
    expect(() => openaiResponsesFactory.connect({ ...settings, apiKey: undefined })).toThrow(
      'api.key must be a text that is not empty',
    );
  });

  test('connects to where it is told, with as many permits', async () => {
    const server = await standIn({ apiKey: 'k' });

    const provider = openaiResponsesFactory.connect({ ...settings, baseUrl: server.url, concurrency: 2 });

    expect(provider.gate.concurrency).toBe(2);
    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
  });

  test.each([
    ['auto', true],
    ['json_schema', true],
    ['json_object', false],
    ['off', false],
  ] as const)('takes %s for a server that enforces schemas: %j', (structured, enforcesSchema) => {
    expect(openaiResponsesFactory.connect({ ...settings, structured }).capabilities.enforcesSchema).toBe(
      enforcesSchema,
    );
  });
});
