import OpenAI, { AuthenticationError, BadRequestError, NotFoundError, RateLimitError } from 'openai';
import { describe, expect, test } from 'vitest';
import type { StandInServer } from '../../src/testing/server.js';
import { collect, standIn, userMessage } from './chat.js';

const client = ({ url }: StandInServer, apiKey = 'k'): OpenAI => new OpenAI({ baseURL: url, apiKey, maxRetries: 0 });
const messages = [userMessage(['I love it', 'I hate it'])];
const reply = '{"results": [{"index": 1, "value": "positive"}, {"index": 2, "value": "negative"}]}';

describe('the openai SDK against the stand-in', () => {
  test('gets a completion that says what it comes from', async () => {
    const completion = await client(await standIn()).chat.completions.create({ model: 'gpt-4o', messages });

    expect(completion).toMatchObject({
      object: 'chat.completion',
      model: 'vader-lexicon',
      system_fingerprint: 'lexicon, not a language model',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: reply, refusal: null } }],
    });
    expect(completion.id).toMatch(/^chatcmpl-/);
  });

  test('gets a stream: the role, deltas, the finish, the usage', async () => {
    const stream = await client(await standIn()).chat.completions.create({
      model: 'gpt-4o',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);

    const deltas = chunks.slice(1, -2).map((chunk) => chunk.choices[0]?.delta.content ?? '');
    expect(chunks[0]?.choices[0]).toMatchObject({ delta: { role: 'assistant', content: '' }, finish_reason: null });
    expect(deltas.join('')).toBe(reply);
    expect(deltas.length).toBeGreaterThan(10);
    expect(chunks.at(-2)).toMatchObject({ choices: [{ delta: {}, finish_reason: 'stop' }], usage: null });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) as number } });
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(new Set(chunks.map(({ object }) => object))).toEqual(new Set(['chat.completion.chunk']));
  });

  test('gets no usage in a stream that did not ask for it', async () => {
    const stream = await client(await standIn()).chat.completions.create({ model: 'm', messages, stream: true });

    const chunks = await collect(stream);

    expect(chunks.every((chunk) => chunk.usage === undefined && chunk.choices.length === 1)).toBe(true);
  });

  test('sees a stream and a whole answer with the same text and the same usage', async () => {
    const openai = client(await standIn());

    const whole = await openai.chat.completions.create({ model: 'm', messages });
    const streamed = await openai.chat.completions
      .stream({ model: 'm', messages, stream_options: { include_usage: true } })
      .finalChatCompletion();

    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
    expect(streamed.usage).toEqual(whole.usage);
  });

  test('lists the models', async () => {
    const names = async (server: StandInServer) =>
      (await collect(await client(server).models.list())).map(({ id }) => id);

    expect(await names(await standIn())).toEqual(['vader-lexicon']);
    expect(await names(await standIn({ models: ['a', 'b'] }))).toEqual(['a', 'b']);
  });

  test('throws its own errors', async () => {
    const server = await standIn({ apiKey: 'right', models: ['m'], contextTokens: 50, requestsPerMinute: 1 });
    const ask = (key: string, model: string, text = 'good') =>
      client(server, key).chat.completions.create({ model, messages: [userMessage([text])] });

    await expect(ask('wrong', 'm')).rejects.toThrow(AuthenticationError);
    await expect(ask('right', 'other')).rejects.toThrow(NotFoundError);
    await expect(ask('right', 'other')).rejects.toMatchObject({ code: 'model_not_found' });
    await expect(ask('right', 'm', 'long '.repeat(60))).rejects.toThrow(BadRequestError);
    await ask('right', 'm');
    await expect(ask('right', 'm')).rejects.toThrow(RateLimitError);
  });

  test('is refused by a message of its own', async () => {
    const server = await standIn({ fault: () => ({ kind: 'refusal', message: 'I would rather not.' }) });

    const completion = await client(server).chat.completions.create({ model: 'm', messages });
    const streamed = await client(server).chat.completions.stream({ model: 'm', messages }).finalChatCompletion();

    for (const { choices } of [completion, streamed])
      expect(choices[0]).toMatchObject({
        finish_reason: 'stop',
        message: { content: null, refusal: 'I would rather not.' },
      });
  });
});
