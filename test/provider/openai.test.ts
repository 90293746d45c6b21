import { inspect } from 'node:util';
import OpenAI from 'openai';
import { describe, expect, test } from 'vitest';
import { openai, openaiFactory } from '../../src/provider/openai.js';
import { standIn } from '../testing/chat.js';
import { ask, failures, results } from './ask.js';
import { describeProvider } from './contract.js';
import { openaiSubject } from './subject.js';

describeProvider(openaiSubject);

const KEY = 'theKeyOfThisTest42';

describe('openai says when it is built that', () => {
  const client = new OpenAI({ apiKey: 'k', baseURL: 'http://localhost/v1' });

  test('the model is missing', () => {
    expect(() => openai(client, { model: '' })).toThrow('model must be a text that is not empty');
  });

  test('permits are no number', () => {
    expect(() => openai(client, { model: 'm', concurrency: 1.5 })).toThrow(/^concurrency must be an integer from 1/);
  });
});

describe('openai', () => {
  test("does not use the client's retries and timeout", async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 60 } : { kind: 'status', status: 500 }),
    });
    const client = new OpenAI({ apiKey: 'k', baseURL: server.url, maxRetries: 5, timeout: 20 });

    const slow = await ask(openai(client, { model: 'm' }), [['good']]);
    const failing = await ask(openai(client, { model: 'm' }), [['good']]);

    expect(results(slow)).toEqual(['positive']);
    expect(results(failing)).toEqual(['server_error']);
    expect(server.requests).toHaveLength(2);
  });

  test('takes a key that is fetched for each request, and shows it nowhere', async () => {
    const server = await standIn({
      apiKey: KEY,
      fault: ({ number }) =>
        number === 1 ? undefined : { kind: 'status', status: 401, body: { error: { message: `no ${KEY}` } } },
    });
    const client = new OpenAI({ apiKey: () => Promise.resolve(KEY), baseURL: server.url });
    const provider = openai(client, { model: 'm' });

    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
    expect(failures(await ask(provider, [['good']]))).toMatchObject([
      { code: 'unauthorized', message: 'the provider answered 401: no [secret]' },
    ]);
  });

  test('takes a key that cannot be fetched for a failure that may pass', async () => {
    let times = 0;
    const server = await standIn();
    const apiKey = () => (++times === 1 ? Promise.reject(new Error('vault is sealed')) : Promise.resolve(KEY));
    const provider = openai(new OpenAI({ apiKey, baseURL: server.url }), { model: 'm' });

    const asking = await ask(provider, [['good']], { call: { maxRetries: 1 } });

    expect(results(asking)).toEqual(['positive']);
    expect(asking.events).toMatchObject([{ error: 'connection_error' }, { type: 'retry' }, { error: null }]);
    expect(server.requests).toHaveLength(1);
  });

  test('takes a key that HTTP cannot carry for one that will never pass, and shows it nowhere', async () => {
    const server = await standIn();
    const provider = openai(new OpenAI({ apiKey: `${KEY}\u2026`, baseURL: server.url }), { model: 'm' });

    const asking = await ask(provider, [['good']], { call: { maxRetries: 3 } });

    expect(failures(asking)).toMatchObject([{ code: 'bad_request', kind: 'final' }]);
    expect(asking.outcomes[0]?.attempts).toBe(1);
    expect(inspect(asking.outcomes, { depth: 10, showHidden: true })).not.toContain(KEY);
  });

  test.each<[string, ConstructorParameters<typeof OpenAI>[0]]>([
    ['an object', { defaultHeaders: { 'x-token': KEY, 'x-none': null } }],
    ['Headers', { defaultHeaders: new Headers({ 'x-token': KEY }) }],
    ['pairs', { defaultHeaders: [['x-token', `Token ${KEY}`]] }],
  ])('shows no header of the client, given as %s', async (_, options) => {
    const body = { error: { message: `your token ${KEY} has expired` } };
    const server = await standIn({ fault: () => ({ kind: 'status', status: 403, body }) });
    const client = new OpenAI({ apiKey: 'k-of-test', baseURL: server.url, ...options });

    const asking = await ask(openai(client, { model: 'm' }), [['good']]);

    expect(failures(asking)[0]?.message).toBe('the provider answered 403: your token [secret] has expired');
  });

  test('enforces schemas, unless they are not sent', () => {
    const client = new OpenAI({ apiKey: 'k' });

    expect(openai(client, { model: 'm' }).capabilities).toEqual({ streaming: true, enforcesSchema: true });
    expect(openai(client, { model: 'm', structured: 'off', stream: false }).capabilities).toEqual({
      streaming: false,
      enforcesSchema: false,
    });
  });
});

describe('openaiFactory', () => {
  const settings = { model: 'm', apiKey: 'k', baseUrl: undefined, concurrency: undefined, structured: 'auto' } as const;

  test('needs a key', () => {
    expect(() => openaiFactory.connect({ ...settings, apiKey: undefined })).toThrow(
      'api.key must be a text that is not empty',
    );
  });

  test('connects to where it is told, with as many permits', async () => {
    const server = await standIn({ apiKey: 'k' });

    const provider = openaiFactory.connect({ ...settings, baseUrl: server.url, concurrency: 2 });

    expect(provider.gate.concurrency).toBe(2);
    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
  });

  test.each([
    ['auto', true],
    ['json_schema', true],
    ['off', false],
  ] as const)('takes %s for a server that enforces schemas: %j', (structured, enforcesSchema) => {
    expect(openaiFactory.connect({ ...settings, structured }).capabilities.enforcesSchema).toBe(enforcesSchema);
  });
});
