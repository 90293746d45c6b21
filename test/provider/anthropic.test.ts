import Anthropic from '@anthropic-ai/sdk';
import { inspect } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import { anthropic, anthropicFactory, type AnthropicOptions } from '../../src/provider/anthropic.js';
import { standIn } from '../testing/chat.js';
import { ask, failures, results } from './ask.js';
import { describeProvider } from './contract.js';
import { anthropicSubject } from './subject.js';

describeProvider(anthropicSubject);

const KEY = 'theKeyOfThisTest42';

describe('anthropic says when it is built that', () => {
  const build = (options: Partial<AnthropicOptions>) => () =>
    anthropic(new Anthropic({ apiKey: 'k' }), { model: 'm', ...options });

  test.each<[string, Partial<AnthropicOptions>, string]>([
    ['the model is missing', { model: '' }, 'model must be a text that is not empty'],
    ['permits are no number', { concurrency: 1.5 }, 'concurrency must be an integer from 1, or Infinity; got 1.5'],
    ['the limit is 0', { maxTokens: 0 }, 'maxTokens must be an integer from 1; got 0'],
    ['the limit is none', { maxTokens: Infinity }, 'maxTokens must be an integer from 1; got Infinity'],
    [
      'there is no JSON mode',
      { structured: 'json_object' },
      'structured must be json_schema or off; got json_object, and Anthropic has no JSON mode',
    ],
    [
      'a way to reply in JSON is none',
      { structured: false as never },
      'structured must be one of json_schema, json_object, off; got false',
    ],
  ])('%s', (_, options, message) => {
    expect(build(options)).toThrow(message);
  });
});

describe('anthropic', () => {
  test("does not use the client's retries and timeout", async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 60 } : { kind: 'status', status: 529 }),
    });
    const client = new Anthropic({ apiKey: 'k', baseURL: server.origin, maxRetries: 5, timeout: 20 });

    const slow = await ask(anthropic(client, { model: 'm' }), [['good']]);
    const failing = await ask(anthropic(client, { model: 'm' }), [['good']]);

    expect(results(slow)).toEqual(['positive']);
    expect(results(failing)).toEqual(['server_error']);
    expect(server.requests).toHaveLength(2);
  });

  test('takes as many tokens as it is told, also in one piece, where the SDK would want a stream', async () => {
    const server = await standIn();
    const client = new Anthropic({ apiKey: 'k', baseURL: server.origin });

    for (const stream of [true, false])
      expect(results(await ask(anthropic(client, { model: 'm', maxTokens: 64_000, stream }), [['good']]))).toEqual([
        'positive',
      ]);

    expect(server.requests.map(({ body }) => body.max_tokens)).toEqual([64_000, 64_000]);
  });

  test('lets the part of a prompt that repeats be cached, unless it is told not to', async () => {
    const server = await standIn();
    const client = new Anthropic({ apiKey: 'k', baseURL: server.origin });
    const prompt = { system: 'You are kind, and never in a hurry. '.repeat(300) };
    const cached = async (options: Partial<AnthropicOptions>) => {
      const provider = anthropic(client, { model: 'm', ...options });
      const askings = [await ask(provider, [['a']], { prompt }), await ask(provider, [['b']], { prompt })];
      return askings.map(({ events: [event] }) => event?.type === 'attempt' && event.usage.cachedInputTokens > 0);
    };

    expect(await cached({ promptCache: false })).toEqual([false, false]);
    expect(await cached({})).toEqual([false, true]);
  });

  describe.each<[string, ConstructorParameters<typeof Anthropic>[0]]>([
    ['a key', { apiKey: KEY }],
    ['a key that is fetched for each request', { apiKey: () => Promise.resolve(KEY) }],
    ['a token', { authToken: KEY }],
    ['credentials', { credentials: () => Promise.resolve({ token: KEY, expiresAt: null }) }],
    ['a header as an object', { apiKey: 'k-of-test', defaultHeaders: { 'x-token': KEY, 'x-none': null } }],
    ['Headers', { apiKey: 'k-of-test', defaultHeaders: new Headers({ 'x-token': KEY }) }],
    ['a header as pairs', { apiKey: 'k-of-test', defaultHeaders: [['x-token', `Token ${KEY}`]] }],
    ['a key in a header', { apiKey: 'k-of-test', defaultHeaders: { 'x-api-key': KEY } }],
  ])('with %s', (_, options) => {
    test.each([
      [403, { type: 'error', error: { type: 'permission_error', message: `no ${KEY}` } }],
      [200, { type: 'error', error: { type: 'overloaded_error', message: `no ${KEY}` } }],
    ])('shows it nowhere after an answer %i', async (status, body) => {
      const server = await standIn({ fault: () => ({ kind: 'status', status, body }) });
      const provider = anthropic(new Anthropic({ baseURL: server.origin, ...options }), { model: 'm' });

      const asking = await ask(provider, [['good']]);

      expect(failures(asking)[0]?.message).toMatch(/: no \[secret\]$/);
      expect(inspect([asking.outcomes, asking.events, provider], { depth: 10, showHidden: true })).not.toContain(KEY);
    });
  });

  test('takes a key that cannot be fetched for a failure that may pass', async () => {
    let times = 0;
    const server = await standIn();
    const apiKey = () => (++times === 1 ? Promise.reject(new Error('vault is sealed')) : Promise.resolve(KEY));
    const provider = anthropic(new Anthropic({ apiKey, baseURL: server.origin }), { model: 'm' });

    const asking = await ask(provider, [['good']], { call: { maxRetries: 1 } });

    expect(results(asking)).toEqual(['positive']);
    expect(asking.events).toMatchObject([{ error: 'connection_error' }, { type: 'retry' }, { error: null }]);
    expect(server.requests).toHaveLength(1);
  });

  test("leaves the client's own middleware in place", async () => {
    const server = await standIn();
    const seen = vi.fn<(url: string) => void>();
    const client = new Anthropic({
      apiKey: 'k',
      baseURL: server.origin,
      middleware: [
        (outgoing, next) => {
          seen(outgoing.url);
          return next(outgoing);
        },
      ],
    });

    expect(results(await ask(anthropic(client, { model: 'm' }), [['good']]))).toEqual(['positive']);
    expect(seen.mock.calls).toEqual([[`${server.origin}/v1/messages`]]);
  });

  test('enforces schemas, unless they are not sent', () => {
    const client = new Anthropic({ apiKey: 'k' });

    expect(anthropic(client, { model: 'm' }).capabilities).toEqual({ streaming: true, enforcesSchema: true });
    expect(anthropic(client, { model: 'm', structured: 'off', stream: false }).capabilities).toEqual({
      streaming: false,
      enforcesSchema: false,
    });
  });
});

describe('anthropicFactory', () => {
  const settings = { model: 'm', apiKey: 'k', baseUrl: undefined, concurrency: undefined, structured: 'auto' } as const;

  test('needs a key', () => {
    expect(() => anthropicFactory.connect({ ...settings, apiKey: undefined })).toThrow(
      'api.key must be a text that is not empty',
    );
  });

  test('connects to where it is told, with as many permits', async () => {
    const server = await standIn({ apiKey: 'k' });

    const provider = anthropicFactory.connect({ ...settings, baseUrl: server.origin, concurrency: 2 });

    expect(provider.gate.concurrency).toBe(2);
    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
  });

  test('takes its key from nowhere else', async () => {
    vi.stubEnv('ANTHROPIC_AUTH_TOKEN', 'another');
    vi.stubEnv('ANTHROPIC_API_KEY', 'another');
    const server = await standIn({ apiKey: 'k' });

    expect(results(await ask(anthropicFactory.connect({ ...settings, baseUrl: server.origin }), [['good']]))).toEqual([
      'positive',
    ]);
    vi.unstubAllEnvs();
  });

  test.each([
    ['auto', true],
    ['json_schema', true],
    ['off', false],
  ] as const)('takes %s for a server that enforces schemas: %j', (structured, enforcesSchema) => {
    expect(anthropicFactory.connect({ ...settings, structured }).capabilities.enforcesSchema).toBe(enforcesSchema);
  });

  test('refuses JSON mode', () => {
    expect(() => anthropicFactory.connect({ ...settings, structured: 'json_object' })).toThrow(RangeError);
  });
});
