import { describe, expect, test } from 'vitest';
import { AnswerReader } from '../../src/provider/read-answer.js';
import { responseReader, responsesBody } from '../../src/provider/responses-body.js';
import { ProviderError } from '../../src/types/provider.js';
import { request } from './ask.js';

const options = { model: 'm', stream: true, structured: 'json_schema' } as const;

describe('responsesBody', () => {
  test('has nothing stored, and no more than it needs', () => {
    expect(responsesBody(request('a'), options)).toEqual({
      store: false,
      model: 'm',
      input: [{ role: 'user', content: 'a' }],
      stream: true,
    });
  });

  test("stores where the user's own fields say so", () => {
    expect(responsesBody(request('a', { fields: { store: true } }), options)).toMatchObject({ store: true });
  });

  test("has no instructions but the system's", () => {
    const fields = { instructions: 'Be unkind.' };

    expect(responsesBody(request('a', { fields }), options)).not.toHaveProperty('instructions');
    expect(responsesBody(request('a', { fields, system: 'Be kind.' }), options)).toMatchObject({
      instructions: 'Be kind.',
    });
  });

  test("keeps what else the user's own fields say of the text", () => {
    const replySchema = { type: 'object' };
    const fields = { text: { verbosity: 'low', format: { type: 'text' } } };

    expect(responsesBody(request('a', { fields, replySchema }), options)).toMatchObject({
      text: {
        verbosity: 'low',
        format: { type: 'json_schema', name: 'reply', strict: true, schema: replySchema },
      },
    });
    expect(responsesBody(request('a', { fields }), { ...options, structured: 'off' })).toMatchObject(fields);
  });

  test.each([
    [1, 16],
    [16, 16],
    [17, 17],
  ])('has no limit that the API refuses: %i is %i', (maxOutputTokens, sent) => {
    expect(responsesBody(request('a', { maxOutputTokens }), options)).toMatchObject({ max_output_tokens: sent });
  });
});

function read(...pieces: readonly unknown[]) {
  const reader = new AnswerReader(responseReader(), ['top-secret']);
  return { text: pieces.map((piece) => reader.read(piece)).join(''), reader };
}

const delta = (text: string, output_index = 0) => ({ type: 'response.output_text.delta', output_index, delta: text });
const completed = (response: object = {}) => ({
  type: 'response.completed',
  response: { status: 'completed', error: null, incomplete_details: null, ...response },
});
const incomplete = (reason?: string) => ({
  type: 'response.incomplete',
  response: { status: 'incomplete', incomplete_details: reason === undefined ? null : { reason } },
});

describe('responseReader', () => {
  test('reads the text of deltas, and not once more where it is repeated', () => {
    const content = [{ type: 'output_text', text: 'ab' }];
    const { text, reader } = read(
      { type: 'response.created', response: { status: 'in_progress', error: null } },
      { type: 'response.output_item.added', output_index: 0, item: { type: 'message', content: [] } },
      delta('a'),
      delta('b'),
      { type: 'response.output_text.done', text: 'ab' },
      { type: 'response.output_item.done', item: { type: 'message', content } },
      completed({ output: [{ type: 'message', content }] }),
    );

    expect(text).toBe('ab');
    expect(reader.ended).toBe(true);
    expect(reader.finish(true)).toEqual({ type: 'finish', reason: 'stop', usage: null });
  });

  test('passes over reasoning, and over comments on the way', () => {
    const item = (output_index: number, fields: object) => ({
      type: 'response.output_item.added',
      output_index,
      item: fields,
    });

    const { text } = read(
      item(0, { type: 'reasoning', summary: [] }),
      { type: 'response.reasoning_text.delta', output_index: 0, delta: 'hm' },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'hm' },
      item(1, { type: 'message', phase: 'commentary' }),
      delta('Let me see.', 1),
      item(2, { type: 'message', phase: 'final_answer' }),
      delta('a', 2),
    );

    expect(text).toBe('a');
  });

  test.each([
    ['max_output_tokens', 'length'],
    ['content_filter', 'content_filter'],
    ['steered', 'unknown'],
    [undefined, 'unknown'],
  ])('ends with the reason %s as %s', (said, reason) => {
    const { reader } = read(delta('a'), incomplete(said));

    expect(reader.ended).toBe(true);
    expect(reader.finish(true)).toMatchObject({ reason });
  });

  test.each([
    ['response.completed', {}, 'stop'],
    ['response.completed', { status: 'incomplete' }, 'unknown'],
    ['response.incomplete', { incomplete_details: { reason: 'max_output_tokens' } }, 'length'],
    ['response.completed', undefined, 'stop'],
  ])('ends with the event %s, whatever a server like it leaves out: %j', (type, response, reason) => {
    expect(read(delta('a'), { type, response }).reader.finish(true)).toMatchObject({ reason });
  });

  test('has no end without the last event, unless the server says that it was done', () => {
    const { reader } = read(delta('a'), { type: 'response.output_text.done', text: 'a' });

    expect(reader.ended).toBe(false);
    expect(() => reader.finish(false)).toThrow(ProviderError);
    expect(reader.finish(true)).toMatchObject({ reason: 'unknown' });
  });

  test('takes what the model said in refusing for the text, and the refusal for the reason', () => {
    const refusal = (text: string) => ({ type: 'response.refusal.delta', output_index: 0, delta: text });
    const { text, reader } = read(refusal('I will '), refusal('not.'), completed());

    expect(text).toBe('I will not.');
    expect(reader.finish(true)).toMatchObject({ reason: 'refusal' });
  });

  test('reads usage, with 0 for what is missing besides the input', () => {
    const usage = { input_tokens: 9, output_tokens: 5, input_tokens_details: { cached_tokens: 3 } };

    expect(read(completed({ usage })).reader.finish(true)).toMatchObject({
      usage: { inputTokens: 9, outputTokens: 5, cachedInputTokens: 3 },
    });
    expect(read(completed({ usage: { input_tokens: 9 } })).reader.finish(true)).toMatchObject({
      usage: { inputTokens: 9, outputTokens: 0, cachedInputTokens: 0 },
    });
    expect(read(completed({ usage: {} })).reader.finish(true)).toMatchObject({ usage: null });
    expect(read(completed({ usage: null })).reader.finish(true)).toMatchObject({ usage: null });
  });

  test.each<[string, unknown, string]>([
    ['an event of that name', { type: 'error', code: 'insufficient_quota', message: 'top-secret' }, 'quota_exhausted'],
    [
      'an error in an event',
      { type: 'error', error: { code: 'invalid_prompt', message: 'top-secret' } },
      'input_filtered',
    ],
    [
      'a response that failed',
      {
        type: 'response.failed',
        response: { status: 'failed', error: { code: 'server_error', message: 'top-secret' } },
      },
      'server_error',
    ],
    [
      'a whole response that failed',
      { status: 'failed', error: { code: 'bio_policy', message: 'top-secret' } },
      'input_filtered',
    ],
  ])('throws %s, without secrets', (_, piece, code) => {
    expect(() => read(piece)).toThrow(
      expect.objectContaining({ code, message: 'the provider broke off with an error: [secret]' }),
    );
  });

  test.each([
    ['an event', { type: 'response.failed', response: { status: 'failed', error: null } }],
    ['a whole response', { object: 'response', status: 'failed', error: null }],
  ])('throws a failure that says nothing: %s', (_, piece) => {
    expect(() => read(piece)).toThrow('the provider broke off with an error: the response failed');
  });

  describe('of a whole response', () => {
    const whole = (fields: object) => ({ object: 'response', status: 'completed', error: null, ...fields });
    const message = (...content: readonly object[]) => ({ type: 'message', content });

    test('reads the texts of its messages, and no others', () => {
      const { text, reader } = read(
        whole({
          output: [
            { type: 'reasoning', content: [{ type: 'reasoning_text', text: 'hm' }] },
            { ...message({ type: 'output_text', text: 'Let me see.' }), phase: 'commentary' },
            message({ type: 'output_text', text: 'a' }, { type: 'output_text', text: 'b' }),
          ],
        }),
      );

      expect(text).toBe('ab');
      expect(reader.finish(false)).toMatchObject({ reason: 'stop' });
    });

    test('reads a refusal, and an early end', () => {
      const refused = read(whole({ output: [message({ type: 'refusal', refusal: 'No.' })] }));
      const cut = read(whole({ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }));

      expect(refused.text).toBe('No.');
      expect(refused.reader.finish(false)).toMatchObject({ reason: 'refusal' });
      expect(cut.reader.finish(false)).toMatchObject({ reason: 'length' });
    });

    test.each([[{}], [whole({ status: 'in_progress' })], ['a'], [null]])('has no end in %j', (piece) => {
      expect(() => read(piece).reader.finish(false)).toThrow(ProviderError);
    });
  });
});
