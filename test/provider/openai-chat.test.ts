import { describe, expect, test } from 'vitest';
import { chatBody, readChat } from '../../src/provider/openai-chat.js';
import { AnswerReader } from '../../src/provider/read-answer.js';
import { ProviderError } from '../../src/types/provider.js';
import { request } from './ask.js';

const chunk = (delta: unknown, finish_reason?: unknown) => ({ choices: [{ index: 0, delta, finish_reason }] });

function read(...pieces: readonly unknown[]) {
  const reader = new AnswerReader(readChat, ['top-secret']);
  return { text: pieces.map((piece) => reader.read(piece)).join(''), reader };
}

describe('readChat', () => {
  test('reads the text of chunks, and of a whole completion', () => {
    expect(read(chunk({ role: 'assistant', content: '' }), chunk({ content: 'a' }), chunk({ content: 'b' })).text).toBe(
      'ab',
    );
    expect(read({ choices: [{ message: { content: 'whole' } }] }).text).toBe('whole');
  });

  test.each([
    ['an empty object', {}],
    ['no choices', { choices: [] }],
    ['choices that are no list', { choices: { 0: chunk({ content: 'a' }) } }],
    ['no delta', { choices: [{}] }],
    ['no content', chunk({ content: null })],
    ['content that is no text', chunk({ content: ['a'] })],
    ['a text', 'a'],
    ['null', null],
    ['an error that is null', { error: null, choices: [] }],
  ])('reads no text in %s', (_, piece) => {
    expect(read(piece).text).toBe('');
  });

  test.each([
    ['stop', 'stop'],
    ['length', 'length'],
    ['content_filter', 'content_filter'],
    ['tool_calls', 'unknown'],
    ['refusal', 'unknown'],
    ['constructor', 'unknown'],
  ])('ends with the reason %s as %s', (said, reason) => {
    const { reader } = read(chunk({ content: 'a' }), chunk({}, said));

    expect(reader.finish(false)).toEqual({ type: 'finish', reason, usage: null });
  });

  test.each([[null], [undefined], [''], [7]])('has no end with the reason %j', (said) => {
    const { reader } = read(chunk({ content: 'a' }, said));

    expect(() => reader.finish(false)).toThrow(ProviderError);
    expect(reader.finish(true)).toMatchObject({ reason: 'unknown' });
  });

  test('keeps the last reason, whatever chunks come after', () => {
    const { reader } = read(chunk({}, 'length'), chunk({}, null), { choices: [], usage: {} });

    expect(reader.finish(false)).toMatchObject({ reason: 'length' });
  });

  test('takes what the model said in refusing for the text, and the refusal for the reason', () => {
    const { text, reader } = read(chunk({ refusal: 'I will ' }), chunk({ refusal: 'not.' }), chunk({}, 'stop'));

    expect(text).toBe('I will not.');
    expect(reader.finish(false)).toMatchObject({ reason: 'refusal' });
  });

  test('reads usage, with 0 for what is missing besides the input', () => {
    const usage = (given: unknown) => read(chunk({}, 'stop'), { usage: given }).reader.finish(false);

    expect(
      usage({ prompt_tokens: 9, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 3 } }),
    ).toMatchObject({ usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3 } });
    expect(usage({ prompt_tokens: 9 })).toMatchObject({
      usage: { inputTokens: 9, outputTokens: 0, cachedInputTokens: 0 },
    });
    expect(usage({ prompt_tokens: '9' })).toMatchObject({ usage: null });
    expect(usage(null)).toMatchObject({ usage: null });
  });

  test('throws the error that a server put in, without secrets', () => {
    expect(() => read({ error: { message: 'top-secret is wrong', code: 'insufficient_quota' } })).toThrow(
      expect.objectContaining({
        code: 'quota_exhausted',
        message: 'the provider broke off with an error: [secret] is wrong',
      }),
    );
  });
});

describe('chatBody', () => {
  const options = { model: 'm', stream: true, structured: 'json_schema', maxTokensField: 'max_tokens' } as const;

  test('asks for usage only in a stream', () => {
    expect(chatBody(request('a'), options)).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'a' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(chatBody(request('a'), { ...options, stream: false })).toEqual({
      model: 'm',
      messages: [{ role: 'user', content: 'a' }],
      stream: false,
    });
  });

  test('keeps the order of the messages, after the system instruction', () => {
    const messages = [
      { role: 'user', content: 'one' },
      { role: 'assistant', content: 'two' },
      { role: 'user', content: 'three' },
    ] as const;

    expect(chatBody(request('', { system: 'zero', messages }), options).messages).toEqual([
      { role: 'system', content: 'zero' },
      ...messages,
    ]);
  });
});
