import { AuthenticationError, AzureOpenAI, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';
import { apis, ask, askForEvents, askForJson } from './apis.js';
import { collect, standIn, userMessage } from './chat.js';

const api = apis.azure;
const client = ({ origin }: StandInServer, { deployment = 'my reviews', ...options } = {}): AzureOpenAI =>
  new AzureOpenAI({ endpoint: origin, apiKey: 'k', apiVersion: '2024-10-21', deployment, maxRetries: 0, ...options });
const question = { model: '', messages: [userMessage(['I love it', 'I hate it'])] };
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('the Azure client against the stand-in', () => {
  test('gets a completion of its deployment', async () => {
    const server = await standIn({ models: ['my reviews'] });

    const { choices, usage } = await client(server).chat.completions.create(question);

    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: reply } });
    expect(usage?.total_tokens).toBeGreaterThan(40);
    expect(server.requests[0]?.path).toBe('/openai/deployments/my%20reviews/chat/completions?api-version=2024-10-21');
  });

  test('gets a stream', async () => {
    const stream = await client(await standIn()).chat.completions.create({ ...question, stream: true });

    const chunks = await collect(stream);

    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(reply);
    expect(chunks[0]).toMatchObject({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] });
  });

  test('may come with a token of Entra ID', async () => {
    const server = await standIn({ apiKey: 'token' });
    const azure = new AzureOpenAI({
      endpoint: server.origin,
      azureADTokenProvider: async () => 'token',
      apiVersion: '2024-10-21',
      deployment: 'd',
    });

    expect(await azure.chat.completions.create(question)).toHaveProperty('object', 'chat.completion');
  });

  test('throws the SDK’s errors', async () => {
    const server = await standIn({ apiKey: 'k', models: ['d'], contextTokens: 50, requestsPerMinute: 1 });
    const create = (options: { deployment?: string; apiKey?: string }, text = 'good') =>
      client(server, { deployment: 'd', ...options }).chat.completions.create({
        model: '',
        messages: [{ role: 'user', content: text }],
      });

    await expect(create({ apiKey: 'wrong' })).rejects.toThrow(AuthenticationError);
    await expect(create({ deployment: 'other' })).rejects.toThrow(NotFoundError);
    await expect(create({ deployment: 'other' })).rejects.toMatchObject({ code: 'DeploymentNotFound' });
    await expect(create({}, 'long '.repeat(60))).rejects.toThrow(BadRequestError);
    await expect(create({}, 'long '.repeat(60))).rejects.toMatchObject({ code: 'context_length_exceeded' });
    await create({});
    await expect(create({})).rejects.toThrow(RateLimitError);
    await expect(create({})).rejects.toMatchObject({ code: 'RateLimitReached' });
  });

  test('sees what the content filter refuses, which is a fault of kind status', async () => {
    const content_filter_result = { violence: { filtered: true, severity: 'high' } };
    const error = {
      message: 'The response was filtered due to the prompt triggering Azure OpenAI’s content management policy.',
      type: null,
      param: 'prompt',
      code: 'content_filter',
      status: 400,
      innererror: { code: 'ResponsibleAIPolicyViolation', content_filter_result },
    };
    const server = await standIn({ fault: () => ({ kind: 'status', status: 400, body: { error } }) });

    const creating = client(server).chat.completions.create(question);

    await expect(creating).rejects.toMatchObject({ status: 400, code: 'content_filter', error });
  });
});

describe('Azure’s gateway', () => {
  test('refuses a request without a key, in its own form', async () => {
    expect(await askForJson(await standIn(), api, { headers: api.keyless })).toEqual({
      error: { code: '401', message: expect.stringContaining('invalid subscription key') as string },
    });
  });

  test.each(['', '?api-version='])('refuses a request without a version: %j', async (query) => {
    const response = await ask(await standIn(), api, { path: `/openai/deployments/d/chat/completions${query}` });

    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: { code: 'MissingApiVersionParameter' } },
    ]);
  });

  test.each(['/openai/deployments//chat/completions?api-version=1', '/openai/chat/completions?api-version=1'])(
    'does not know %s',
    async (path) => {
      const response = await ask(await standIn(), api, { path });

      expect([response.status, await response.json()]).toEqual([
        404,
        { error: { code: '404', message: 'Resource not found' } },
      ]);
    },
  );

  test('does not stumble over a name that is no text', async () => {
    const path = '/openai/deployments/%E0%A4/chat/completions?api-version=1';

    expect((await ask(await standIn({ models: ['m'] }), api, { path })).status).toBe(404);
  });

  test('names the request', async () => {
    const { headers } = await ask(await standIn(), api);

    expect(headers.get('apim-request-id')).toBe(headers.get('x-request-id'));
  });

  test('writes the error of a fault as it does its own', async () => {
    const server = await standIn({ fault: () => ({ kind: 'status', status: 429 }) });

    expect(await askForJson(server, api)).toEqual({
      error: { code: '429', message: expect.stringContaining('429') as string },
    });
  });

  test('leads a stream with what the filter says of the prompt', async () => {
    const [first] = await askForEvents(await standIn(), api);

    expect(first).toMatchObject({ data: { id: '', object: '', choices: [], prompt_filter_results: [{}] } });
    expect(await askForJson(await standIn(), api)).toMatchObject({ prompt_filter_results: [{ prompt_index: 0 }] });
  });
});
