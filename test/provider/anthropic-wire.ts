import { fieldAt, isJsonObject, type JsonObject } from '../../src/testing/json.js';
import type { ErrorCase, StreamErrorCase, Wire } from './wire.js';

/** Anthropic's messages. */
export const anthropicWire: Wire = {
  path: '/v1/messages',
  maxTokensField: 'max_tokens',
  notMaxTokensFields: ['max_completion_tokens', 'max_output_tokens'],
  defaultMaxTokens: 4096,
  leastMaxTokens: 1,
  ownFields: { model: 'other', messages: [], system: 'Be unkind.', stream: false, max_tokens: 1 },
  schemaOf: ({ output_config: config }) =>
    fieldAt(config, 'format', 'type') === 'json_schema' ? fieldAt(config, 'format', 'schema') : undefined,
  jsonModeIn: null,
  messagesOf: ({ system, messages }) => ({
    system: textsOf(system)[0] ?? null,
    user: (Array.isArray(messages) ? messages.filter(isJsonObject) : []).map(({ content }) => String(content)),
  }),
  // The SDK sends the key as a bearer token from 1.12 on; before that, in `x-api-key`.
  keyIn: (headers) => headers.authorization ?? headers['x-api-key'],
  keySent: (key) => `Bearer ${key}`,
  errors: anthropicErrors(),
  streamErrors: anthropicStreamErrors(),
  errorBody: (error) => ({ type: 'error', error, request_id: 'req_1' }),
  filtered: 'refusal',
  events: (pieces) => [
    ...brokenEvents(pieces),
    event('content_block_stop', { index: 0 }),
    event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null } }),
    event('message_stop'),
  ],
  brokenEvents,
  usage: (input, output, cached) => ({
    input_tokens: input,
    output_tokens: output,
    cache_read_input_tokens: cached,
  }),
  whole: (text) => ({ ...MESSAGE, content: [{ type: 'text', text }], stop_reason: 'end_turn' }),
};

const MESSAGE: JsonObject = { type: 'message', role: 'assistant', content: [], stop_reason: null };

function brokenEvents(pieces: readonly string[]): readonly string[] {
  return [
    event('message_start', { message: MESSAGE }),
    event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    event('ping'),
    ...pieces.map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
  ];
}

function event(type: string, fields: JsonObject = {}): string {
  return JSON.stringify({ type, ...fields });
}

function textsOf(blocks: unknown): readonly string[] {
  return (Array.isArray(blocks) ? blocks.filter(isJsonObject) : []).map(({ text }) => String(text));
}

function error(type: string, message: string, details?: JsonObject): JsonObject {
  return {
    type: 'error',
    error: { type, message, ...(details === undefined ? {} : { details }) },
    request_id: 'req_1',
  };
}

function anthropicErrors(): readonly ErrorCase[] {
  const wrong = (message: string): JsonObject => error('invalid_request_error', message);
  const limit = (message: string, error_code?: string): JsonObject =>
    error('rate_limit_error', message, error_code === undefined ? undefined : { error_code });
  const spent = limit('You have reached your limit.', 'enforced_spend_limit_reached');
  const ramp = limit('Your usage grows too fast.', 'ramp_limit_exceeded');
  const held = error('invalid_request_error', 'Disabled.', { error_code: 'organization_on_hold' });
  const long = wrong('prompt is too long: 208310 tokens > 200000 maximum');
  const both = wrong('input length and `max_tokens` exceed context limit: 198240 + 4096 > 200000');
  const schema = wrong('output_config.format.schema: For "object" type, "additionalProperties" must be false');
  const poor = wrong('Your credit balance is too low to access the Anthropic API.');
  const used = 'You have reached your specified API usage limits. You will regain access on 2025-02-01 at 00:00 UTC.';
  const html = '<html><head><title>502 Bad Gateway</title></head></html>';
  const rows: readonly (readonly [string, number, unknown, ErrorCase['kind'], ErrorCase['code']])[] = [
    ['a wrong key', 401, error('authentication_error', 'invalid x-api-key'), 'fatal', 'unauthorized'],
    ['no money left', 402, error('billing_error', 'Pay first.'), 'fatal', 'quota_exhausted'],
    ['no credit left', 400, poor, 'fatal', 'quota_exhausted'],
    ["a spent month's budget", 429, spent, 'fatal', 'quota_exhausted'],
    ["a spent month's budget, in words only", 400, wrong(used), 'fatal', 'quota_exhausted'],
    ["a spent month's budget, as one request too many", 429, limit(used), 'fatal', 'quota_exhausted'],
    ['a key without the right', 403, error('permission_error', 'Not allowed.'), 'fatal', 'forbidden'],
    ['an organization on hold', 400, held, 'fatal', 'forbidden'],
    ['an unknown model', 404, error('not_found_error', 'model: claude-x'), 'fatal', 'not_found'],
    ['a wrong path, in words', 404, '404 page not found', 'fatal', 'not_found'],
    ['a rejected schema', 400, schema, 'fatal', 'schema_rejected'],
    ['a wrong request', 400, wrong('temperature: must be below 1'), 'final', 'bad_request'],
    ['too long a prompt', 400, long, 'splittable', 'context_length'],
    ['too long a prompt and its reply', 400, both, 'splittable', 'context_length'],
    ['too large a body', 413, error('request_too_large', 'Too large.'), 'splittable', 'context_length'],
    ['a filtered output', 400, wrong('Output blocked by content filtering policy'), 'splittable', 'input_filtered'],
    ['too many requests', 429, limit('Slow down.'), 'retryable', 'rate_limited'],
    ['too steep a ramp', 429, ramp, 'retryable', 'rate_limited'],
    ['a conflict', 409, error('conflict_error', 'Locked.'), 'retryable', 'server_error'],
    ['a failing server', 500, error('api_error', 'Oops.'), 'retryable', 'server_error'],
    ['a failing proxy', 502, html, 'retryable', 'server_error'],
    ['a slow server', 504, error('timeout_error', 'Too slow.'), 'retryable', 'server_error'],
    ['an overloaded server', 529, error('overloaded_error', 'Overloaded'), 'retryable', 'server_error'],
    ['a failing server without a word', 500, '', 'retryable', 'server_error'],
    ['an error in one word', 503, { error: 'loading' }, 'retryable', 'server_error'],
  ];
  return rows.map(([title, status, body, kind, code]) => ({ title, status, body, kind, code }));
}

function anthropicStreamErrors(): readonly StreamErrorCase[] {
  const rows: readonly (readonly [string, ErrorCase['kind'], ErrorCase['code']])[] = [
    ['overloaded_error', 'retryable', 'server_error'],
    ['api_error', 'retryable', 'server_error'],
    ['timeout_error', 'retryable', 'server_error'],
    ['rate_limit_error', 'retryable', 'rate_limited'],
    ['invalid_request_error', 'final', 'bad_request'],
    ['request_too_large', 'splittable', 'context_length'],
    ['authentication_error', 'fatal', 'unauthorized'],
    ['permission_error', 'fatal', 'forbidden'],
    ['not_found_error', 'fatal', 'not_found'],
    ['billing_error', 'fatal', 'quota_exhausted'],
  ];
  const long = { type: 'invalid_request_error', message: 'prompt is too long: 9 tokens > 8 maximum' };
  return [
    ...rows.map(([type, kind, code]) => ({ title: type, error: { type, message: 'So it is.' }, kind, code })),
    { title: 'too long a prompt', error: long, kind: 'splittable', code: 'context_length' },
  ];
}
