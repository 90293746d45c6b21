import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Fault, StandInServer } from '../../src/testing/server.js';
import { collect, standIn, userMessage } from './chat.js';

const client = ({ url }: StandInServer, apiKey = 'k'): OpenAI =>
  new OpenAI({ baseURL: url, apiKey, maxRetries: 0, logLevel: 'off' });
const { content: input } = userMessage(['I love it', 'I hate it']);
const question = { model: 'gpt-5', input } as const;
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('the openai SDK’s responses against the stand-in', () => {
  test('gets a response with its text', async () => {
    const response = await client(await standIn()).responses.create({ ...question, instructions: 'Be brief.' });

    expect(response).toMatchObject({ status: 'completed', model: 'vader-lexicon', output_text: reply });
    expect(response.usage?.total_tokens).toBe(response.usage!.input_tokens + response.usage!.output_tokens);
  });

  test('gets a stream of events', async () => {
    const events = await collect(await client(await standIn()).responses.create({ ...question, stream: true }));

    const deltas = events.flatMap((event) => (event.type === 'response.output_text.delta' ? [event.delta] : []));
    const last = events.at(-1);
    expect(deltas.join('')).toBe(reply);
    expect(deltas.length).toBeGreaterThan(10);
    expect(last?.type === 'response.completed' && last.response.usage?.output_tokens).toBeGreaterThan(20);
  });

  test('puts a stream together to what it gets as a whole', async () => {
    const openai = client(await standIn());

    const whole = await openai.responses.create(question);
    const streamed = await openai.responses.stream(question).finalResponse();

    expect(streamed.output_text).toBe(whole.output_text);
    expect(streamed.usage).toEqual(whole.usage);
    expect(streamed.status).toBe(whole.status);
  });

  test('parses a reply by its schema', async () => {
    const entry = z.object({ index: z.int(), tone: z.enum(['positive', 'negative']) });
    const format = zodTextFormat(z.object({ tones: z.array(entry) }), 'tones');

    const { output_parsed } = await client(await standIn()).responses.parse({ ...question, text: { format } });

    expect(output_parsed).toEqual({
      tones: [
        { index: 1, tone: 'positive' },
        { index: 2, tone: 'negative' },
      ],
    });
  });

  test('sees why a response is incomplete, or that it is a refusal', async () => {
    const server = await standIn();
    const ends = async (fault: Fault) => {
      server.fault = () => fault;
      const whole = await client(server).responses.create(question);
      const streamed = await client(server).responses.stream(question).finalResponse();
      expect(streamed.output).toMatchObject(whole.output.map(({ id: _, ...item }) => item));
      expect(streamed.incomplete_details).toEqual(whole.incomplete_details);
      return whole;
    };

    expect(await ends({ kind: 'finish', reason: 'length', characters: 9 })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output_text: reply.slice(0, 9),
    });
    expect(await ends({ kind: 'finish', reason: 'content_filter', characters: 9 })).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'content_filter' },
    });
    expect(await ends({ kind: 'refusal', message: 'No.' })).toMatchObject({
      status: 'completed',
      output: [{ content: [{ type: 'refusal', refusal: 'No.' }] }],
    });
  });

  test('throws its own errors', async () => {
    const server = await standIn({ apiKey: 'right', models: ['m'], contextTokens: 50, requestsPerMinute: 1 });
    const ask = (key: string, model: string, text = 'good') =>
      client(server, key).responses.create({ model, input: text });

    await expect(ask('wrong', 'm')).rejects.toThrow(AuthenticationError);
    await expect(ask('right', 'other')).rejects.toThrow(NotFoundError);
    await expect(ask('right', 'm', 'long '.repeat(60))).rejects.toThrow(BadRequestError);
    await expect(ask('right', 'm', 'long '.repeat(60))).rejects.toMatchObject({ code: 'context_length_exceeded' });
    await ask('right', 'm');
    await expect(ask('right', 'm')).rejects.toThrow(RateLimitError);
  });

  test('throws at an error in the stream, and reports a response that failed', async () => {
    const server = await standIn({ fault: () => ({ kind: 'errorInStream', characters: 10 }) });
    const ask = async () => collect(await client(server).responses.create({ ...question, stream: true }));

    await expect(ask()).rejects.toThrow(APIError);
    await expect(ask()).rejects.toMatchObject({ code: 'server_error' });
    server.fault = () => ({ kind: 'errorInStream', characters: 10, failed: true });
    expect((await ask()).at(-1)).toMatchObject({ type: 'response.failed', response: { status: 'failed' } });
  });

  test('stumbles over what is no JSON', async () => {
    const server = await standIn({ fault: () => ({ kind: 'badSse', characters: 10 }) });

    await expect(client(server).responses.stream(question).finalResponse()).rejects.toThrow('malformed');
  });
});
