import { describe, expect, test } from 'vitest';
import { messageReader, messagesBody } from '../../src/provider/anthropic-messages.js';
import { AnswerReader } from '../../src/provider/read-answer.js';
import { ProviderError } from '../../src/types/provider.js';
import { request } from './ask.js';

const options = { model: 'm', stream: true, structured: true, promptCache: true, maxTokens: 4096 } as const;

describe('messagesBody', () => {
  test('has no more than it needs, and a limit', () => {
    expect(messagesBody(request('a'), options)).toEqual({
      model: 'm',
      max_tokens: 4096,
      messages: [{ role: 'user', content: 'a' }],
      stream: true,
    });
    expect(messagesBody(request('a', { maxOutputTokens: 7 }), options)).toMatchObject({ max_tokens: 7 });
  });

  test('marks the system instruction to be cached, unless it should not be', () => {
    const kind = request('a', { system: 'Be kind.' });

    expect(messagesBody(kind, options)).toMatchObject({
      system: [{ type: 'text', text: 'Be kind.', cache_control: { type: 'ephemeral' } }],
    });
    expect(messagesBody(kind, { ...options, promptCache: false })).toHaveProperty('system', [
      { type: 'text', text: 'Be kind.' },
    ]);
  });

  test('has no empty block, which would be refused', () => {
    expect(messagesBody(request('a', { system: '' }), options)).not.toHaveProperty('system');
  });

  test("has no system instruction of the user's own fields", () => {
    expect(messagesBody(request('a', { fields: { system: 'Be unkind.' } }), options)).not.toHaveProperty('system');
  });

  test("keeps what else the user's own fields say of the output", () => {
    const replySchema = { type: 'object' };
    const fields = { output_config: { effort: 'low', format: null } };

    expect(messagesBody(request('a', { fields, replySchema }), options)).toMatchObject({
      output_config: { effort: 'low', format: { type: 'json_schema', schema: replySchema } },
    });
    expect(messagesBody(request('a', { fields, replySchema }), { ...options, structured: false })).toMatchObject(
      fields,
    );
  });
});

function read(...pieces: readonly unknown[]) {
  const reader = new AnswerReader(messageReader(), ['top-secret']);
  return { text: pieces.map((piece) => reader.read(piece)).join(''), reader };
}

const start = (usage?: object) => ({ type: 'message_start', message: { type: 'message', content: [], usage } });
const delta = (text: string) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
const end = (stop_reason: unknown, fields: object = {}) => ({
  type: 'message_delta',
  delta: { stop_reason },
  ...fields,
});
const refused = (explanation: unknown) => ({
  type: 'message_delta',
  delta: { stop_reason: 'refusal', stop_details: { type: 'refusal', category: null, explanation } },
});

describe('messageReader', () => {
  test('reads the text of blocks, and nothing of thoughts and tools', () => {
    const other = (fields: object) => ({ type: 'content_block_delta', index: 1, delta: fields });

    const { text } = read(
      start(),
      { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: 'hm', text: 'hm' } },
      other({ type: 'thinking_delta', thinking: 'hm' }),
      other({ type: 'signature_delta', signature: 'x' }),
      other({ type: 'input_json_delta', partial_json: '{' }),
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: 'a' } },
      { type: 'ping' },
      delta('b'),
      { type: 'an_event_of_later', text: 'x' },
    );

    expect(text).toBe('ab');
  });

  test.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'refusal'],
    ['tool_use', 'unknown'],
    ['pause_turn', 'unknown'],
    ['constructor', 'unknown'],
  ])('ends with the reason %s as %s', (said, reason) => {
    expect(read(delta('a'), end(said)).reader.finish(false)).toEqual({ type: 'finish', reason, usage: null });
  });

  test.each([[null], [undefined], ['']])('has no end with the reason %j, unless the message stops', (said) => {
    const { reader } = read(delta('a'), end(said));

    expect(reader.ended).toBe(false);
    expect(() => reader.finish(false)).toThrow(ProviderError);
    reader.read({ type: 'message_stop' });
    expect(reader.ended).toBe(true);
    expect(reader.finish(true)).toMatchObject({ reason: 'unknown' });
  });

  test('gives what is said of a refusal where the model said nothing, and else the words of the model', () => {
    expect(read(start(), refused('Against the policy.')).text).toBe('Against the policy.');
    expect(read(start(), delta('I will not.'), refused('Against the policy.')).text).toBe('I will not.');
    expect(read(start(), refused(null)).text).toBe('');
  });

  test('counts all input, cached or not, and takes the last count of what is counted again', () => {
    const first = {
      input_tokens: 9,
      cache_creation_input_tokens: 20,
      cache_read_input_tokens: 300,
      output_tokens: 1,
    };

    const { reader } = read(start(first), end('end_turn', { usage: { input_tokens: null, output_tokens: 44 } }));

    expect(reader.finish(true)).toMatchObject({
      usage: { inputTokens: 329, outputTokens: 44, cachedInputTokens: 300 },
    });
    reader.read(end('end_turn', { usage: { input_tokens: 10, output_tokens: 45 } }));
    expect(reader.finish(true)).toMatchObject({
      usage: { inputTokens: 330, outputTokens: 45, cachedInputTokens: 300 },
    });
  });

  test('throws the error that the server put in, without secrets', () => {
    expect(() => read({ type: 'error', error: { type: 'overloaded_error', message: 'top-secret' } })).toThrow(
      expect.objectContaining({
        code: 'server_error',
        kind: 'retryable',
        message: 'the provider broke off with an error: [secret]',
      }),
    );
  });

  describe('of a whole message', () => {
    const whole = (fields: object) => ({ type: 'message', role: 'assistant', content: [], ...fields });

    test('reads the texts of its blocks, its end and its usage', () => {
      const content = [
        { type: 'thinking', thinking: 'hm' },
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ];
      const usage = {
        input_tokens: 2,
        output_tokens: 3,
        cache_read_input_tokens: 4,
        cache_creation_input_tokens: null,
      };

      const { text, reader } = read(whole({ content, stop_reason: 'end_turn', usage }));

      expect(text).toBe('ab');
      expect(reader.finish(false)).toEqual({
        type: 'finish',
        reason: 'stop',
        usage: { inputTokens: 6, outputTokens: 3, cachedInputTokens: 4 },
      });
    });

    test('reads a refusal', () => {
      const stop = { stop_reason: 'refusal', stop_details: { explanation: 'Against the policy.' } };

      expect(read(whole(stop)).text).toBe('Against the policy.');
      expect(read(whole({ ...stop, content: [{ type: 'text', text: 'No.' }] })).text).toBe('No.');
    });

    test.each([[{}], [whole({ stop_reason: null })], ['a'], [null]])('has no end in %j', (piece) => {
      expect(() => read(piece).reader.finish(false)).toThrow(ProviderError);
    });
  });
});
