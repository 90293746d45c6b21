import { AzureOpenAI } from 'openai';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { azure, AZURE_API_VERSION, azureFactory } from '../../src/provider/openai.js';
import { standIn } from '../testing/chat.js';
import { ask, failures, results } from './ask.js';
import { describeProvider } from './contract.js';
import { azureSubject } from './subject.js';

describeProvider(azureSubject);

afterEach(() => {
  vi.unstubAllEnvs();
});

const KEY = 'theKeyOfThisTest42';

describe('azure', () => {
  test("does not use the client's retries and timeout", async () => {
    const server = await standIn({
      fault: ({ number }) => (number === 1 ? { kind: 'delay', ms: 60 } : { kind: 'status', status: 500 }),
    });
    const client = new AzureOpenAI({
      apiKey: 'k',
      endpoint: server.origin,
      apiVersion: '2024-10-21',
      maxRetries: 5,
      timeout: 20,
    });

    expect(results(await ask(azure(client, { model: 'm' }), [['good']]))).toEqual(['positive']);
    expect(results(await ask(azure(client, { model: 'm' }), [['good']]))).toEqual(['server_error']);
    expect(server.requests).toHaveLength(2);
  });

  test('takes tokens of Entra ID, and shows them nowhere', async () => {
    const server = await standIn({
      apiKey: KEY,
      fault: ({ number }) =>
        number === 1 ? undefined : { kind: 'status', status: 401, body: { error: { message: `no ${KEY}` } } },
    });
    const azureADTokenProvider = () => Promise.resolve(KEY);
    const client = new AzureOpenAI({ azureADTokenProvider, endpoint: server.origin, apiVersion: '2024-10-21' });

    expect(results(await ask(azure(client, { model: 'm' }), [['good']]))).toEqual(['positive']);
    expect(failures(await ask(azure(client, { model: 'm' }), [['good']]))[0]?.message).toBe(
      'the provider answered 401: no [secret]',
    );
  });

  test('asks the deployment that it is told, also where the client has one', async () => {
    const server = await standIn();
    const options = { apiKey: 'k', endpoint: server.origin, apiVersion: 'v' };

    await ask(azure(new AzureOpenAI(options), { model: 'my model/2' }), [['good']]);
    await ask(azure(new AzureOpenAI({ ...options, deployment: 'own' }), { model: 'm' }), [['good']]);

    expect(server.requests.map(({ path }) => path)).toEqual([
      '/openai/deployments/my%20model%2F2/chat/completions?api-version=v',
      '/openai/deployments/own/chat/completions?api-version=v',
    ]);
  });
});

describe('azureFactory', () => {
  const settings = {
    model: 'm',
    apiKey: 'k',
    baseUrl: 'http://localhost',
    concurrency: undefined,
    structured: 'auto',
  } as const;
  const pathOf = async (slashes = ''): Promise<string | undefined> => {
    const server = await standIn({ apiKey: 'k' });
    const provider = azureFactory.connect({ ...settings, baseUrl: `${server.origin}${slashes}` });
    expect(results(await ask(provider, [['good']]))).toEqual(['positive']);
    return server.requests[0]?.path;
  };

  test.each([
    ['apiKey', 'api.key'],
    ['baseUrl', 'base.url'],
  ])('needs %s', (field, option) => {
    expect(() => azureFactory.connect({ ...settings, [field]: undefined })).toThrow(
      `${option} must be a text that is not empty`,
    );
  });

  test('asks the deployment in the version that is the default, or that of the environment', async () => {
    vi.stubEnv('OPENAI_API_VERSION', undefined);
    expect(await pathOf()).toBe(`/openai/deployments/m/chat/completions?api-version=${AZURE_API_VERSION}`);
    vi.stubEnv('OPENAI_API_VERSION', ' ');
    expect(await pathOf('//')).toBe(`/openai/deployments/m/chat/completions?api-version=${AZURE_API_VERSION}`);
    vi.stubEnv('OPENAI_API_VERSION', '2030-01-01-preview');
    expect(await pathOf()).toBe('/openai/deployments/m/chat/completions?api-version=2030-01-01-preview');
  });

  test('takes key and address from nowhere else', async () => {
    vi.stubEnv('OPENAI_BASE_URL', 'http://127.0.0.1:9/v1');
    vi.stubEnv('AZURE_OPENAI_ENDPOINT', 'http://127.0.0.1:9');
    vi.stubEnv('AZURE_OPENAI_API_KEY', 'another');

    expect(await pathOf()).toContain('/openai/deployments/m/');
  });

  test('has as many permits as it is told', () => {
    expect(azureFactory.connect({ ...settings, concurrency: 3 }).gate.concurrency).toBe(3);
  });
});
