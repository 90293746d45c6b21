import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startBackend } from '../../examples/angular/server/backend.js';
import type { StandInOptions } from '../../src/testing/server.js';
import { standIn, userMessage } from '../testing/chat.js';

const apiKey = 'the-key-that-the-page-never-sees';
const messages = [userMessage(['good', 'bad'])];

/** The backend in front of a stand-in that wants the key, with a page of one line. */
async function backend(options: StandInOptions = {}) {
  const server = await standIn({ apiKey, models: ['the-model'], ...options });
  const folder = await mkdtemp(join(tmpdir(), 'rxjs-llm-page-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = join(folder, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), '<app-root ngCspNonce="CSP_NONCE"></app-root>');
  await writeFile(join(folder, 'outside.js'), 'outside');
  const upstream = { baseUrl: server.url, apiKey, model: 'the-model' };
  const { url, close } = await startBackend({ page, upstream, port: 0 });
  onTestFinished(close);
  return { server, url };
}

function ask(url: string, body: unknown, { headers = {}, ...init }: RequestInit & { headers?: HeadersInit } = {}) {
  return fetch(`${url}api/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(headers as Record<string, string>) },
    body: JSON.stringify(body),
    ...init,
  });
}

describe('what the page asks', () => {
  it('goes to the service with the key and the model of the server, and nothing that the page has no say in', async () => {
    const { server, url } = await backend();
    const response = await ask(url, { messages, model: 'dearer', max_tokens: 1e6, n: 50, user: 'x', stream: false });

    expect(response.status).toBe(200);
    expect(server.requests.map(({ body }) => body)).toEqual([
      { messages, stream: false, model: 'the-model', max_tokens: 4096 },
    ]);
    expect(JSON.stringify([[...response.headers], await response.text()])).not.toContain(apiKey);
  });

  it('is answered piece by piece', async () => {
    const { server, url } = await backend({ fault: () => ({ kind: 'stall', characters: 5 }) });
    const response = await ask(url, { messages, stream: true });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();

    expect((await reader.read()).value).toContain('data: ');
    expect(server.requests).toMatchObject([{ endedAt: null }]);
    await reader.cancel();
  });

  it('is let go at the service when the page leaves, before and while it is answered', async () => {
    const { server, url } = await backend({
      fault: ({ number }) => (number === 1 ? { kind: 'hang' } : { kind: 'stall', characters: 5 }),
    });
    const leave = new AbortController();
    const hanging = ask(url, { messages, stream: true }, { signal: leave.signal });
    await server.whenReceived();
    leave.abort();
    await expect(hanging).rejects.toThrow('abort');
    await server.whenAborted(1);

    const response = await ask(url, { messages, stream: true });
    await response.body!.cancel();
    await server.whenAborted(2);
  });

  it('is told how long to wait, and nothing of the service besides', async () => {
    const headers = { 'retry-after': '7', 'x-organization': 'ours' };
    const { url } = await backend({ fault: () => ({ kind: 'status', status: 429, headers }) });
    const response = await ask(url, { messages });

    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('7');
    expect([...response.headers.keys()].filter((name) => name.startsWith('x-'))).toEqual(['x-content-type-options']);
  });

  it('hears of an error its code, by which it knows what to do, and not whose key or account it was', async () => {
    const said = { error: { message: `Bearer ${apiKey} of org-7`, code: 'context_length_exceeded' } };
    const { url } = await backend({ fault: () => ({ kind: 'status', status: 400, body: JSON.stringify(said) }) });
    const response = await ask(url, { messages });

    const error = { message: 'the service refused the request', code: 'context_length_exceeded' };
    expect([response.status, await response.json()]).toEqual([400, { error }]);
  });

  it('goes to the service alone, and not where that leads', async () => {
    const other = await backend();
    const headers = { location: `${other.server.url}/chat/completions` };
    const { url } = await backend({ fault: () => ({ kind: 'status', status: 307, headers }) });

    expect((await ask(url, { messages })).status).toBe(502);
    expect(other.server.stats().requests).toBe(0);
  });

  it.each([
    ['an image', [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'http://127.0.0.1/' } }] }]],
    ['a tool', [{ role: 'tool', content: 'x' }]],
    ['a list in a list', [[[]]]],
    ['nothing', [null]],
  ])('has messages of text: %s is refused', async (_, others) => {
    const { url, server } = await backend();

    expect((await ask(url, { messages: others })).status).toBe(400);
    expect(server.stats().requests).toBe(0);
  });

  it('hears nothing of a key that the service does not take, of which its answer quotes a part', async () => {
    const { url } = await backend({ fault: () => ({ kind: 'status', status: 401, body: `Bad key: ${apiKey}` }) });
    const response = await ask(url, { messages });

    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain(apiKey);
  });

  it('is an error where there is no service', async () => {
    const { server, url } = await backend();
    await server.close();

    expect((await ask(url, { messages })).status).toBe(502);
  });
});

describe('what is not forwarded', () => {
  it.each<readonly [what: string, status: number, body: unknown, init?: RequestInit]>([
    ['a form of another site', 415, { messages }, { headers: { 'content-type': 'text/plain' } }],
    ['a request of another site', 403, { messages }, { headers: { 'sec-fetch-site': 'cross-site' } }],
    ['a request of another origin', 403, { messages }, { headers: { origin: 'http://another.example' } }],
    ['another method', 405, { messages }, { method: 'PUT' }],
    ['a body without messages', 400, { prompt: 'x' }],
    ['a body that is no object', 400, null],
    ['more than 256 KiB', 413, { messages: ['x'.repeat(300_000)] }],
  ])('%s', async (_, status, body, init = {}) => {
    const { server, url } = await backend();
    const response = await ask(url, body, init as Parameters<typeof ask>[2]);

    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) as string } });
    expect(server.requests).toEqual([]);
  });

  it('any other path of the API', async () => {
    const { server, url } = await backend();
    const response = await fetch(`${url}api/files`, { method: 'POST', body: '{}' });

    expect(response.status).toBe(405);
    expect(server.requests).toEqual([]);
  });
});

describe('the page', () => {
  it('comes with a policy and a nonce, another one each time', async () => {
    const { url } = await backend();
    const answers = await Promise.all([fetch(url), fetch(url)]);
    const nonces = await Promise.all(
      answers.map(async (response) => {
        const [, inPage] = /ngCspNonce="([^"]+)"/.exec(await response.text()) ?? [];
        const [, inPolicy] = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '') ?? [];
        expect(inPage).toBe(inPolicy);
        return inPage;
      }),
    );

    expect(nonces[0]).not.toBe(nonces[1]);
  });

  it.each([
    '/none.js',
    '/../outside.js',
    '/%2e%2e/outside.js',
    '/..%2foutside.js',
    '/..\\outside.js',
    '/x/..//index.html',
  ])('has no %s', async (path) => {
    const { url } = await backend();

    expect(await statusOf(url, path)).toBe(404);
  });

  it('is none under a name that leads here, and is another site', async () => {
    const { url } = await backend();

    expect(await statusOf(url, '/', { host: 'another.example' })).toBe(421);
    expect(await statusOf(url, '/', { host: 'localhost:1' })).toBe(200);
  });

  it('is none at an address that cannot be read', async () => {
    const { url } = await backend();

    expect(await statusOf(url, '//')).toBe(400);
  });
});

/** Sends a path as it is: `fetch` would resolve it. */
async function statusOf(url: string, path: string, headers = {}): Promise<number | undefined> {
  const request = get({ port: new URL(url).port, path, headers });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
