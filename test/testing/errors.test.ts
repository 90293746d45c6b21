import { describe, expect, test } from 'vitest';
import { post, postForError, postForText, standIn } from './chat.js';

const root = (url: string): string => url.replace(/\/v1$/, '');

describe('what the stand-in refuses', () => {
  test('a path that does not exist', async () => {
    const { url } = await standIn();

    const response = await fetch(`${url}/completions?x=1`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      error: { message: 'Invalid URL (GET /v1/completions)', type: 'invalid_request_error', param: null, code: null },
    });
  });

  test('a method that a path has not', async () => {
    const { url } = await standIn();

    const response = await fetch(`${url}/chat/completions`);

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({ error: { code: 'method_not_supported' } });
  });

  test('a request without a key, or with a wrong one', async () => {
    const any = await standIn();
    const strict = await standIn({ apiKey: 'right' });

    const missing = await postForError(any, { headers: { authorization: '' } });
    expect(missing).toMatchObject({ status: 401, type: 'invalid_request_error', code: null });
    expect(missing.message).toContain("didn't provide an API key");
    expect((await fetch(`${any.url}/models`)).status).toBe(401);

    const wrong = await postForError(strict, { headers: { authorization: 'Bearer wrong' } });
    expect(wrong).toMatchObject({ status: 401, code: 'invalid_api_key' });
    expect(wrong.message).not.toContain('wrong');
    expect((await post(strict, { headers: { authorization: 'Bearer right' } })).status).toBe(200);
  });

  test('nobody for want of a key, if none is asked for', async () => {
    const server = await standIn({ apiKey: null });

    expect((await post(server, { headers: { authorization: '' } })).status).toBe(200);
  });

  test('a body that is not a JSON object', async () => {
    const server = await standIn();

    for (const body of ['{"model": ', '[]', '']) {
      const response = await fetch(`${server.url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: 'Bearer k' },
        body,
      });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param: null } });
    }
    expect(server.requests[0]).toMatchObject({ body: {}, records: [], status: 400, aborted: false });
  });

  test('a body beyond all measure', async () => {
    const server = await standIn();

    const error = await postForError(server, { body: { ballast: 'x'.repeat(33 * 1024 * 1024) } });

    expect(error).toMatchObject({ status: 413, code: 'request_too_large' });
  });

  test.each([
    ['messages', undefined, 'missing_required_parameter'],
    ['messages', [], 'missing_required_parameter'],
    ['messages', ['hello'], 'missing_required_parameter'],
    ['model', undefined, 'missing_required_parameter'],
    ['n', 2, 'unsupported_parameter'],
    ['tools', [{ type: 'function' }], 'unsupported_parameter'],
  ])('%s: %j', async (param, value, code) => {
    const error = await postForError(await standIn(), { body: { [param]: value } });

    expect(error).toMatchObject({ status: 400, type: 'invalid_request_error', param, code });
  });

  test('an unknown model', async () => {
    const error = await postForError(await standIn({ models: ['one'] }), { body: { model: 'two' } });

    expect(error).toMatchObject({ status: 404, code: 'model_not_found' });
    expect(error.message).toContain('`two`');
  });

  test('a prompt with more tokens than the context has', async () => {
    const text = 'word '.repeat(100);
    const roomy = await standIn();
    await post(roomy, { texts: [text] });
    const tokens = roomy.requests[0]?.inputTokens ?? 0;

    const exact = await standIn({ contextTokens: tokens });
    const tight = await standIn({ contextTokens: tokens - 1 });

    expect((await post(exact, { texts: [text] })).status).toBe(200);
    expect(await postForError(tight, { texts: [text] })).toMatchObject({
      status: 400,
      param: 'messages',
      code: 'context_length_exceeded',
      message: expect.stringContaining(`${tokens - 1} tokens. However, your messages resulted in ${tokens}`) as string,
    });
    expect(tight.stats()).toMatchObject({ requests: 1, inputTokens: 0, outputTokens: 0 });
  });
});

describe('rate limits', () => {
  test('stand in the headers of every answer', async () => {
    const response = await post(await standIn({ requestsPerMinute: 100, tokensPerMinute: 6000 }));

    const header = (name: string): string | null => response.headers.get(name);
    expect(header('x-ratelimit-limit-requests')).toBe('100');
    expect(header('x-ratelimit-remaining-requests')).toBe('99');
    expect(header('x-ratelimit-reset-requests')).toBe('600ms');
    expect(header('x-ratelimit-limit-tokens')).toBe('6000');
    expect(Number(header('x-ratelimit-remaining-tokens'))).toBeLessThan(6000);
    expect(header('x-ratelimit-reset-tokens')).toMatch(/^\d+ms$/);
    expect(header('x-request-id')).toMatch(/^req_\w+$/);
    expect(header('openai-processing-ms')).toMatch(/^\d+$/);
  });

  test.each([
    ['requests', { requestsPerMinute: 2 }, 30],
    ['tokens', { tokensPerMinute: 60 }, 40],
  ])('hold too many %s back with 429', async (kind, limit, mostSeconds) => {
    const server = await standIn(limit);
    await post(server);
    await post(server);

    const response = await post(server);

    const seconds = Number(response.headers.get('retry-after'));
    const ms = Number(response.headers.get('retry-after-ms'));
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { type: kind, code: 'rate_limit_exceeded' } });
    expect(seconds).toBe(Math.ceil(ms / 1000));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(mostSeconds);
    expect(response.headers.get('x-ratelimit-remaining-requests')).toMatch(/^\d+$/);
  });
});

describe('what the stand-in says of itself', () => {
  test('that it is a lexicon', async () => {
    const { url } = await standIn();

    const about = await fetch(root(url));

    expect(about.headers.get('x-stand-in')).toBe('lexicon, not a language model');
    expect(await about.text()).toContain('lexicon, not a language model');
  });

  test('that it is a stand-in, when answers are not from the lexicon', async () => {
    const server = await standIn({ answer: () => 7 });

    const response = await post(server);

    expect(response.headers.get('x-stand-in')).toBe('stand-in, not a language model');
    expect(await response.json()).toMatchObject({
      model: 'stand-in',
      system_fingerprint: 'stand-in, not a language model',
    });
  });

  test('what went wrong in a rule that a test wrote', async () => {
    const server = await standIn({
      answer: () => {
        throw new Error('no such label');
      },
    });

    expect(await postForError(server)).toMatchObject({
      status: 500,
      type: 'server_error',
      message: expect.stringContaining('no such label') as string,
    });
    server.fault = () => {
      throw new Error('no such fault');
    };
    expect((await postForError(server)).message).toContain('no such fault');
  });

  test('which option is out of its range', async () => {
    await expect(standIn({ contextTokens: 0 })).rejects.toThrow('contextTokens must be an integer from 1');
    await expect(standIn({ deltaCharacters: 0.5 })).rejects.toThrow('deltaCharacters must be an integer from 1');
    await expect(standIn({ keepRequests: -1 })).rejects.toThrow('keepRequests must be an integer from 0');
    await expect(standIn({ requestsPerMinute: 0 })).rejects.toThrow(
      'requestsPerMinute must be a finite number above 0; got 0',
    );
    await expect(standIn({ tokensPerMinute: NaN })).rejects.toThrow(
      'tokensPerMinute must be a finite number above 0; got NaN',
    );
    await expect(standIn({ timeScale: -1 })).rejects.toThrow('timeScale must be a number from 0');
  });

  test('nothing, when its port is taken', async () => {
    const { url } = await standIn();

    await expect(standIn({ port: Number(new URL(url).port) })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(await postForText(await standIn())).toContain('results');
  });
});
