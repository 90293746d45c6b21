import { describe, expect, test } from 'vitest';
import {
  answerError,
  connectionError,
  type ErrorAnswer,
  errorIn,
  unsendable,
} from '../../src/provider/answer-error.js';

const PLAIN: ErrorAnswer = {
  status: 400,
  headers: undefined,
  message: 'No.',
  code: undefined,
  type: undefined,
  param: undefined,
};

const classOf = (answer: Partial<ErrorAnswer>): string => {
  const { kind, code } = answerError({ ...PLAIN, ...answer }, [], 0);
  return `${kind} ${code}`;
};

describe('the class of an answer', () => {
  test.each<[number | undefined, string]>([
    [400, 'final bad_request'],
    [401, 'fatal unauthorized'],
    [402, 'fatal quota_exhausted'],
    [403, 'fatal forbidden'],
    [404, 'fatal not_found'],
    [405, 'final bad_request'],
    [408, 'retryable request_timeout'],
    [409, 'retryable server_error'],
    [413, 'splittable context_length'],
    [422, 'final bad_request'],
    [429, 'retryable rate_limited'],
    [499, 'final bad_request'],
    [500, 'retryable server_error'],
    [502, 'retryable server_error'],
    [503, 'retryable server_error'],
    [529, 'retryable server_error'],
    [599, 'retryable server_error'],
    [undefined, 'retryable server_error'],
  ])('follows from its status: %s', (status, expected) => {
    expect(classOf({ status })).toBe(expected);
  });

  test.each<[Partial<ErrorAnswer>, string]>([
    [{ status: 429, code: 'insufficient_quota' }, 'fatal quota_exhausted'],
    [{ status: 429, type: 'insufficient_quota' }, 'fatal quota_exhausted'],
    [{ status: undefined, code: 'insufficient_quota' }, 'fatal quota_exhausted'],
    [{ status: 400, code: 'model_not_found' }, 'fatal not_found'],
    [{ status: 400, code: 'context_length_exceeded' }, 'splittable context_length'],
    [{ status: undefined, code: 'context_length_exceeded' }, 'splittable context_length'],
    [{ status: 400, code: 'content_filter' }, 'splittable input_filtered'],
    [{ status: 400, code: 'content_policy_violation' }, 'splittable input_filtered'],
    [{ status: 400, param: 'response_format' }, 'fatal schema_rejected'],
    [{ status: 400, param: 'text.format' }, 'fatal schema_rejected'],
    [{ status: 400, code: 'invalid_json_schema' }, 'fatal schema_rejected'],
    [{ status: 400, code: 'string_above_max_length' }, 'splittable context_length'],
    [{ status: 404, code: 'DeploymentNotFound' }, 'fatal not_found'],
    [{ status: 429, code: 'enforced_spend_limit_reached' }, 'fatal quota_exhausted'],
    [{ status: undefined, type: 'rate_limit_error' }, 'retryable rate_limited'],
    [{ status: undefined, code: 'rate_limit_exceeded' }, 'retryable rate_limited'],
    [{ status: undefined, type: 'invalid_request_error' }, 'final bad_request'],
    [{ status: 500, type: 'invalid_request_error' }, 'retryable server_error'],
    [{ status: 429, message: ' Request too large for gpt on TPM' }, 'splittable context_length'],
    [{ status: 429, message: 'That request too large' }, 'retryable rate_limited'],
    [{ status: 400, param: 'response_format.json_schema.schema' }, 'fatal schema_rejected'],
  ])('or from what it says: %j', (answer, expected) => {
    expect(classOf(answer)).toBe(expected);
  });

  test.each([
    ['maximum context length is 8192 tokens', 'splittable context_length'],
    ['exceeds the context window of this model', 'splittable context_length'],
    ['prompt is larger than the Context Size', 'splittable context_length'],
    ["Invalid schema for response_format 'reply'", 'fatal schema_rejected'],
    ['prompt is too long: 9 tokens > 8 maximum', 'splittable context_length'],
    ['input length and `max_tokens` exceed context limit: 9 > 8', 'splittable context_length'],
    ['output_config.format.schema: no', 'fatal schema_rejected'],
    ['output_config.effort: no', 'final bad_request'],
    ['Your credit balance is too low', 'fatal quota_exhausted'],
    ['Output blocked by content filtering policy', 'splittable input_filtered'],
    ['json_schema is not supported by this model', 'fatal schema_rejected'],
    ['in this context, temperature must be below 2', 'final bad_request'],
  ])('or from its words, for a request that is wrong: %s', (message, expected) => {
    expect(classOf({ status: 400, message })).toBe(expected);
    expect(classOf({ status: 500, message })).toBe('retryable server_error');
  });
});

describe('the message of an answer', () => {
  const messageOf = (message: string, secrets: readonly string[] = []): string =>
    answerError({ ...PLAIN, message }, secrets, 0).message;

  test('is one line, with the status', () => {
    expect(messageOf('  One\n\ttwo  three ')).toBe('the provider answered 400: One two three');
    expect(answerError({ ...PLAIN, status: undefined }, [], 0).message).toBe(
      'the provider broke off with an error: No.',
    );
  });

  test('has no secret, not even half of one at its cut', () => {
    expect(messageOf('the key abcdef is wrong', ['abcdef'])).toBe(
      'the provider answered 400: the key [secret] is wrong',
    );
    const cut = messageOf(`${'x'.repeat(296)} abcdef and more`, ['abcdef']);
    expect(cut).not.toContain('abc');
    expect(cut).toHaveLength('the provider answered 400: '.length + 300);
  });
});

test('an answer has its status and the wait that it asks for', () => {
  const headers = new Headers({ 'retry-after': new Date(5000).toUTCString() });

  expect(answerError({ ...PLAIN, status: 503, headers }, [], 2000)).toMatchObject({ status: 503, retryAfterMs: 3000 });
  expect(answerError({ ...PLAIN, status: 503, headers: new Headers() }, [], 0).retryAfterMs).toBeUndefined();
  expect(answerError(PLAIN, [], 0).cause).toBeUndefined();
});

test('an answer without a wait has that of a limit that is used up', () => {
  const used = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '4s' };

  expect(answerError({ ...PLAIN, status: 429, headers: new Headers(used) }, [], 0).retryAfterMs).toBe(4000);
  expect(
    answerError({ ...PLAIN, status: 429, headers: new Headers({ ...used, 'retry-after': '1' }) }, [], 0).retryAfterMs,
  ).toBe(1000);
});

describe('a connection that failed', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED ::1:11434'), { code: 'ECONNREFUSED' });

  test.each<[string, unknown, string]>([
    ['an error', new Error('socket hang up'), 'socket hang up'],
    [
      'an error with causes',
      new TypeError('fetch failed', { cause: new Error('no', { cause: refused }) }),
      refused.message,
    ],
    [
      'all addresses of a host',
      new TypeError('fetch failed', { cause: new AggregateError([refused, new Error('other')], '') }),
      refused.message,
    ],
    ['several errors of which none is there', new AggregateError([], 'all of them'), 'all of them'],
    ['an error without words', new RangeError(''), 'RangeError'],
    ['a cause that is no error', new Error('terminated', { cause: 'why' }), 'terminated'],
    ['something that is no error', 'nothing', 'nothing'],
  ])('says why: %s', (_, error, said) => {
    expect(connectionError(error, [])).toMatchObject({
      kind: 'retryable',
      code: 'connection_error',
      message: `the connection failed: ${said}`,
      cause: undefined,
    });
  });

  test('has no secret, and is short', () => {
    const { message } = connectionError(new Error(`abcdef ${'x'.repeat(1000)}`), ['abcdef']);

    expect(message).toMatch(/^the connection failed: \[secret\] x+$/);
    expect(message.length).toBeLessThan(400);
  });
});

test('a request that cannot be sent is final, and has no secret', () => {
  expect(unsendable(new TypeError('"Bearer abcdef" is no header'), ['abcdef'])).toMatchObject({
    kind: 'final',
    code: 'bad_request',
    message: 'the request cannot be sent: "Bearer [secret]" is no header',
    cause: undefined,
  });
});

describe('errorIn', () => {
  const none = { status: undefined, headers: undefined, code: undefined, type: undefined, param: undefined };

  test.each([
    [{ error: { message: 'm', code: 'c', type: 't', param: 'p' } }, { message: 'm', code: 'c', type: 't', param: 'p' }],
    [{ error: 'loading' }, { message: 'loading' }],
    [{ error: {} }, { message: '' }],
    [{ error: { message: 'm', code: 503 } }, { message: 'm', status: 503 }],
    [
      { type: 'error', error: { type: 't', message: 'm', details: { error_code: 'c' } } },
      { message: 'm', type: 't', code: 'c' },
    ],
    [{ error: { message: 'm', code: 1234, type: 7, param: null } }, { message: 'm' }],
    [{ error: { message: { deep: true } } }, { message: '' }],
  ])('finds it in %j', (body, expected) => {
    expect(errorIn(body)).toEqual({ ...none, ...expected });
  });

  test.each([[{}], [{ error: null }], [null], ['error'], [[]], [7]])('finds none in %j', (body) => {
    expect(errorIn(body)).toBeUndefined();
  });
});
