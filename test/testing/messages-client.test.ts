import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { StandInServer } from '../../src/testing/server.js';
import { collect, standIn, userMessage } from './chat.js';

const client = ({ origin }: StandInServer, options = {}): Anthropic =>
  new Anthropic({ baseURL: origin, apiKey: 'k', maxRetries: 0, logLevel: 'off', ...options });
const question = { model: 'claude', max_tokens: 500, messages: [userMessage(['I love it', 'I hate it'])] };
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('the Anthropic SDK against the stand-in', () => {
  test('gets a message', async () => {
    const message = await client(await standIn()).messages.create({ ...question, system: 'Be brief.' });

    expect(message).toMatchObject({
      type: 'message',
      model: 'vader-lexicon',
      content: [{ type: 'text', text: reply }],
      stop_reason: 'end_turn',
    });
  });

  test('gets a stream of events', async () => {
    const events = await collect(await client(await standIn()).messages.create({ ...question, stream: true }));

    const deltas = events.flatMap((event) =>
      event.type === 'content_block_delta' && event.delta.type === 'text_delta' ? [event.delta.text] : [],
    );
    expect(deltas.join('')).toBe(reply);
    expect(deltas.length).toBeGreaterThan(10);
    expect(events[0]).toMatchObject({ type: 'message_start' });
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: 'end_turn' } });
  });

  test('puts a stream together to what it gets as a whole', async () => {
    const anthropic = client(await standIn());
    let text = '';

    const whole = await anthropic.messages.create(question);
    const stream = anthropic.messages.stream(question).on('text', (delta) => (text += delta));
    const streamed = await stream.finalMessage();

    expect(streamed).toMatchObject({ ...whole, id: expect.any(String) as string });
    expect(text).toBe(reply);
    expect(stream.request_id).toMatch(/^req_/);
  });

  test('parses a reply by its schema', async () => {
    const entry = z.object({ index: z.int(), tone: z.enum(['positive', 'negative']) });
    const format = zodOutputFormat(z.object({ tones: z.array(entry) }));

    const { parsed_output } = await client(await standIn()).messages.parse({ ...question, output_config: { format } });

    expect(parsed_output).toEqual({
      tones: [
        { index: 1, tone: 'positive' },
        { index: 2, tone: 'negative' },
      ],
    });
  });

  test('sees a refusal, and a reply that was cut short', async () => {
    const server = await standIn({ fault: () => ({ kind: 'refusal', message: 'No.' }) });
    const both = async (max_tokens = 500) => [
      await client(server).messages.create({ ...question, max_tokens }),
      await client(server)
        .messages.stream({ ...question, max_tokens })
        .finalMessage(),
    ];

    for (const message of await both())
      expect(message).toMatchObject({
        content: [{ text: 'No.' }],
        stop_reason: 'refusal',
        stop_details: { type: 'refusal', category: null, explanation: 'No.' },
      });
    server.fault = undefined;
    for (const message of await both(5))
      expect(message).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 5 } });
  });

  test('throws its own errors', async () => {
    const server = await standIn({ apiKey: 'right', models: ['m'], contextTokens: 50, requestsPerMinute: 1 });
    const ask = (apiKey: string, model: string, content = 'good') =>
      client(server, { apiKey }).messages.create({ model, max_tokens: 9, messages: [{ role: 'user', content }] });

    await expect(ask('wrong', 'm')).rejects.toThrow(AuthenticationError);
    await expect(ask('right', 'other')).rejects.toThrow(NotFoundError);
    await expect(ask('right', 'm', 'long '.repeat(60))).rejects.toThrow(BadRequestError);
    await expect(ask('right', 'm', 'long '.repeat(60))).rejects.toThrow('prompt is too long: ');
    await ask('right', 'm');
    await expect(ask('right', 'm')).rejects.toThrow(RateLimitError);
    await expect(ask('right', 'm')).rejects.toMatchObject({
      type: 'rate_limit_error',
      requestID: expect.stringMatching(/^req_/) as string,
    });
  });

  test('throws when the service is overloaded, before or in a stream', async () => {
    const server = await standIn({ fault: () => ({ kind: 'status', status: 529 }) });
    const ask = () => client(server).messages.stream(question).finalMessage();

    await expect(ask()).rejects.toThrow(InternalServerError);
    await expect(ask()).rejects.toMatchObject({ status: 529, type: 'overloaded_error' });
    server.fault = () => ({ kind: 'errorInStream', characters: 10 });
    await expect(ask()).rejects.toThrow(APIError);
    await expect(ask()).rejects.toMatchObject({ type: 'overloaded_error' });
  });

  test('stumbles over what is no JSON', async () => {
    const server = await standIn({ fault: () => ({ kind: 'badSse', characters: 10 }) });

    await expect(client(server).messages.stream(question).finalMessage()).rejects.toThrow('JSON');
  });

  test('may come with a token in place of a key', async () => {
    const server = await standIn({ apiKey: 'token' });

    const message = await client(server, { apiKey: null, authToken: 'token' }).messages.create(question);

    expect(message.stop_reason).toBe('end_turn');
  });
});
