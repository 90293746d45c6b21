import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ask, failures, HandClock, results, start, textOf } from './ask.js';
import { subjects } from './subject.js';

/** A server that is not ours takes the stand-in's place: https://github.com/CopilotKit/aimock. */
describe.each(subjects)('$name against aimock', ({ name, connect, wire }) => {
  const reply = '{"results": [{"index": 2, "value": "B"}, {"index": 1, "value": "A"}]}';
  const usage = { prompt_tokens: 120, completion_tokens: 21, prompt_tokens_details: { cached_tokens: 100 } };
  let mock: LLMock;
  let url: string;

  beforeEach(async () => {
    mock = new LLMock({ port: 0, chunkSize: 7 });
    await mock.start();
    url = `${mock.url}/v1`;
  });

  afterEach(() => mock.stop());

  test.each([
    ['streamed', true],
    ['in one piece', false],
  ])('a reply to a batch, %s', async (_, stream) => {
    mock.onMessage(/Input 1: "a"\nInput 2: "b"/, { content: reply, usage });

    const asking = await ask(connect({ url, stream }), [['a', 'b']]);

    expect(results(asking)).toEqual(['A', 'B']);
    expect(textOf(asking)).toBe(reply);
    expect(asking.chunks.length).toBe(stream ? Math.ceil(reply.length / 7) + 1 : 2);
    expect(asking.events).toMatchObject([
      {
        type: 'attempt',
        status: 200,
        error: null,
        usage: { inputTokens: 120, outputTokens: 21 },
        usageIsEstimate: false,
      },
    ]);
    expect(mock.getRequests()).toMatchObject([{ body: { stream, model: 'gpt-test' } }]);
  });

  test('usage that it counts itself', async () => {
    mock.onMessage(/Input/, { content: reply });

    const asking = await ask(connect({ url }), [['a', 'b']]);

    // Of a response, and of a message, it says that nothing was counted.
    const usageIsEstimate = name === 'openai-responses' || name === 'anthropic';
    expect(asking.events).toMatchObject([{ usageIsEstimate, usage: { cachedInputTokens: 0 } }]);
    expect(asking.events[0]).toHaveProperty('usage.inputTokens', expect.any(Number));
    expect(asking.chunks.at(-1)).toMatchObject({ finish: 'stop', error: null });
  });

  test('a reply that ends at its most tokens', async () => {
    mock.onMessage(/Input/, { content: reply.slice(0, 45), finishReason: 'length' });

    // Of a response it says that it is incomplete, and not why.
    const code = name === 'openai-responses' ? 'record_missing' : 'length_stop';
    expect(results(await ask(connect({ url }), [['a', 'b']]))).toEqual([code, 'B']);
  });

  test('a limit that it keeps to, and the wait that it asks for', async () => {
    const clock = new HandClock();
    mock.nextRequestError(429, { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' });
    mock.onMessage(/Input/, { content: reply });
    const provider = connect({ url, scheduler: clock });
    const asking = start(provider, [['a', 'b']], { call: { maxRetries: 1, scheduler: clock } });

    const { holdMs } = await asking.event('hold');
    clock.advance(holdMs);
    await asking.ended;

    expect(holdMs).toBe(1000);
    expect(results(asking)).toEqual(['A', 'B']);
    expect(asking.events.map(({ type }) => type)).toEqual(['attempt', 'hold', 'retry', 'attempt']);
  });

  test.each([
    [401, 'invalid_api_key', 'Who are you?', 'unauthorized', 'fatal', 1],
    [400, 'context_length_exceeded', 'prompt is too long', 'context_length', 'splittable', 1],
    [500, undefined, 'So it is.', 'server_error', 'retryable', 2],
  ])('an error %i %s', async (status, code, message, expected, kind, times) => {
    const error = { message, type: 'some_error', ...(code === undefined ? {} : { code }) };
    mock.onMessage(/Input/, { error, status });

    const asking = await ask(connect({ url }), [['a', 'b']], { call: { maxRetries: 1 } });

    expect(results(asking)).toEqual([expected, expected]);
    expect(failures(asking)).toMatchObject([{ kind, status, message: `the provider answered ${status}: ${message}` }]);
    expect(mock.getRequests()).toHaveLength(times);
  });

  test('a connection that breaks in the middle of a reply', async () => {
    const truncateAfterChunks = wire.brokenEvents([]).length + 8;
    mock.onMessage(/Input/, { content: reply }, { truncateAfterChunks, latency: 5 });

    const asking = await ask(connect({ url }), [['a', 'b']], { call: { maxRetries: 2 } });

    expect(results(asking)).toEqual(['connection_error', 'B']);
    expect(mock.getRequests()).toHaveLength(1);
  });

  test('the headers and the body that it saw', async () => {
    mock.onMessage(/Input/, { content: reply });

    await ask(connect({ url, headers: { 'x-team': 'reviews' } }), [['a', 'b']], { prompt: { maxOutputTokens: 9 } });

    const [seen] = mock.getRequests();
    expect(seen?.path).toBe(wire.path);
    expect(seen?.headers).toMatchObject({ 'x-team': 'reviews' });
    // It shows the bodies of all APIs in the form of one.
    const body = { ...seen?.body } as Readonly<Record<string, unknown>>;
    expect(body[wire.maxTokensField] ?? body.max_tokens).toBe(18);
    expect(body.messages).toMatchObject([{ role: 'system' }, { role: 'user' }]);
  });
});
