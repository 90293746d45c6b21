import { describe, expect, test } from 'vitest';
import type { LimitRule } from '../../src/testing/server.js';
import { apis, ask } from './apis.js';
import { standIn } from './chat.js';

/** The headers whose names begin so, without their beginning. */
function headersOf(response: Response, beginning: string): Record<string, string> {
  return Object.fromEntries(
    [...response.headers]
      .filter(([name]) => name.startsWith(beginning))
      .map(([name, value]) => [name.slice(beginning.length), value]),
  );
}

const limits = { requestsPerMinute: 100, tokensPerMinute: 6_000_000 };

describe('the headers of rate limits', () => {
  test.each([apis.chat, apis.responses, apis.azure])('are OpenAI’s for $name', async (api) => {
    const response = await ask(await standIn(limits), api);

    expect(headersOf(response, 'x-ratelimit-')).toEqual({
      'limit-requests': '100',
      'remaining-requests': '99',
      'reset-requests': '600ms',
      'limit-tokens': '6000000',
      'remaining-tokens': expect.stringMatching(/^59999\d\d$/) as string,
      'reset-tokens': '1ms',
    });
    expect(headersOf(response, 'anthropic-')).toEqual({});
    expect(response.headers.get('x-request-id')).toMatch(/^req_\w+$/);
  });

  test('are Anthropic’s for messages, with times in whole seconds that are never too early', async () => {
    const before = Date.now();
    const response = await ask(await standIn(limits), apis.messages);

    const headers = headersOf(response, 'anthropic-ratelimit-');
    expect(headers).toEqual({
      'requests-limit': '100',
      'requests-remaining': '99',
      'requests-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
      'tokens-limit': '6000000',
      'tokens-remaining': expect.stringMatching(/^59999\d\d$/) as string,
      'tokens-reset': expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    });
    const wait = Date.parse(headers['requests-reset']!) - before;
    expect(wait).toBeGreaterThanOrEqual(600);
    expect(wait).toBeLessThan(5000);
    expect(headersOf(response, 'x-ratelimit-')).toEqual({});
    expect(headersOf(response, 'openai-')).toEqual({});
    expect(response.headers.get('request-id')).toMatch(/^req_\w+$/);
    expect(response.headers.get('x-request-id')).toBeNull();
  });
});

describe('a rule for what the headers say', () => {
  const exhausted: LimitRule = ({ number }) =>
    number === 2 ? { requests: { remaining: 0, resetMs: 8640 }, tokens: { limit: 10 } } : undefined;

  test.each([apis.chat, apis.responses, apis.azure])('shows an exhausted limit without a 429: $name', async (api) => {
    const server = await standIn({ ...limits, rateLimit: exhausted });
    const truth = headersOf(await ask(server, api), 'x-ratelimit-');

    const response = await ask(server, api);

    expect(response.status).toBe(200);
    expect(headersOf(response, 'x-ratelimit-')).toMatchObject({
      'limit-requests': '100',
      'remaining-requests': '0',
      'reset-requests': '8.64s',
      'limit-tokens': '10',
    });
    expect(truth).toMatchObject({ 'remaining-requests': '99', 'limit-tokens': '6000000' });
  });

  test('shows it in Anthropic’s headers as well, also of a stream', async () => {
    const server = await standIn({ ...limits, rateLimit: exhausted });
    await ask(server, apis.messages);

    const before = Date.now();
    const response = await ask(server, apis.messages, { body: { stream: true } });

    const headers = headersOf(response, 'anthropic-ratelimit-');
    expect(response.status).toBe(200);
    expect(headers).toMatchObject({ 'requests-limit': '100', 'requests-remaining': '0', 'tokens-limit': '10' });
    expect(Date.parse(headers['requests-reset']!) - before).toBeGreaterThanOrEqual(8640);
  });

  test('knows the request, and is not asked for one that was refused before', async () => {
    const asked: unknown[] = [];
    const server = await standIn({
      rateLimit: ({ path, body, records }) => {
        asked.push([path, body.model, records.length]);
        return undefined;
      },
    });

    await ask(server, apis.responses, { headers: apis.responses.keyless });
    await ask(server, apis.responses, { texts: ['a', 'b', 'c'] });

    expect(asked).toEqual([['/v1/responses', 'any', 3]]);
  });
});
