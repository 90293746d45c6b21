import { fieldAt, isJsonObject, type JsonObject } from '../../src/testing/json.js';
import type { ErrorCase, StreamErrorCase, Wire } from './wire.js';

/** OpenAI's chat completions. */
export function chatWire(maxTokensField: 'max_tokens' | 'max_completion_tokens'): Wire {
  return {
    path: '/v1/chat/completions',
    maxTokensField,
    notMaxTokensFields: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'].filter(
      (name) => name !== maxTokensField,
    ),
    defaultMaxTokens: undefined,
    leastMaxTokens: 1,
    ownFields: { model: 'other', messages: [], stream: false, stream_options: { include_usage: false } },
    schemaOf: ({ response_format: format }) =>
      fieldAt(format, 'type') === 'json_schema' && fieldAt(format, 'json_schema', 'strict') === true
        ? fieldAt(format, 'json_schema', 'schema')
        : undefined,
    jsonModeIn: ({ response_format: format }) => fieldAt(format, 'type') === 'json_object',
    messagesOf: ({ messages }) => {
      const all = Array.isArray(messages) ? messages.filter(isJsonObject) : [];
      const text = (role: string): string[] =>
        all.filter((message) => message.role === role).map(({ content }) => String(content));
      return { system: text('system')[0] ?? null, user: text('user') };
    },
    keyIn: ({ authorization }) => authorization,
    keySent: (key) => `Bearer ${key}`,
    errors: CHAT_ERRORS,
    streamErrors: CHAT_STREAM_ERRORS,
    filtered: 'content_filter',
    errorBody: (error) => ({ error }),
    events: (pieces) => [...brokenEvents(pieces), JSON.stringify(chunk({}, 'stop')), '[DONE]'],
    brokenEvents,
    usage: (input, output, cached) => ({
      prompt_tokens: input,
      completion_tokens: output,
      prompt_tokens_details: { cached_tokens: cached },
    }),
    whole: (text) => ({
      object: 'chat.completion',
      choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    }),
  };
}

function brokenEvents(pieces: readonly string[]): readonly string[] {
  return [{ role: 'assistant', content: '' }, ...pieces.map((content) => ({ content }))].map((delta) =>
    JSON.stringify(chunk(delta)),
  );
}

function chunk(delta: JsonObject, finish_reason: string | null = null): JsonObject {
  return { object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] };
}

/** An error in OpenAI's form. */
export function openaiError(message: string, details: JsonObject = {}): JsonObject {
  return { error: { message, type: 'invalid_request_error', param: null, code: null, ...details } };
}

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

export const CHAT_STREAM_ERRORS: readonly StreamErrorCase[] = [
  {
    title: 'no money left',
    error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' },
    kind: 'fatal',
    code: 'quota_exhausted',
  },
  {
    title: 'a wrong key',
    error: { message: 'Incorrect API key provided.', code: 'invalid_api_key' },
    kind: 'fatal',
    code: 'unauthorized',
  },
  {
    title: 'a wrong key, as a wrong request',
    error: { message: 'Incorrect API key provided.', type: 'invalid_request_error', code: 'invalid_api_key' },
    kind: 'fatal',
    code: 'unauthorized',
  },
  {
    title: 'too long a prompt',
    error: { message: 'Too long.', code: 'context_length_exceeded' },
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'a status as the code',
    error: { message: 'Wrong.', code: 400, type: 'BadRequestError' },
    kind: 'final',
    code: 'bad_request',
    status: 400,
  },
  {
    title: 'a wrong request',
    error: { message: 'Wrong.', type: 'invalid_request_error' },
    kind: 'final',
    code: 'bad_request',
  },
  {
    title: 'too many requests',
    error: { message: 'Slow down.', type: 'requests', code: 'rate_limit_exceeded' },
    kind: 'retryable',
    code: 'rate_limited',
  },
];

export const CHAT_ERRORS: readonly ErrorCase[] = [
  {
    title: 'a wrong key',
    status: 401,
    body: openaiError('Incorrect API key provided.', { code: 'invalid_api_key' }),
    kind: 'fatal',
    code: 'unauthorized',
  },
  {
    title: 'a key without the right',
    status: 403,
    body: openaiError('Not allowed.'),
    kind: 'fatal',
    code: 'forbidden',
  },
  { title: 'a wrong path', status: 404, body: openaiError('Invalid URL.'), kind: 'fatal', code: 'not_found' },
  {
    title: 'a wrong path, in words',
    status: 404,
    body: '404 page not found',
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'an unknown model',
    status: 404,
    body: openaiError('The model `x` does not exist.', { code: 'model_not_found' }),
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'an unknown model, as a wrong request',
    status: 400,
    body: openaiError('The model `x` does not exist.', { code: 'model_not_found' }),
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'too many requests',
    status: 429,
    body: openaiError('Rate limit reached.', { type: 'requests', code: 'rate_limit_exceeded' }),
    kind: 'retryable',
    code: 'rate_limited',
  },
  {
    title: 'more tokens at once than a minute has',
    status: 429,
    body: openaiError('Request too large for gpt-test on tokens per min (TPM): Limit 30000, Requested 40000.', {
      type: 'tokens',
      code: 'rate_limit_exceeded',
    }),
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'no money left',
    status: 429,
    body: openaiError('You exceeded your current quota.', { type: 'insufficient_quota', code: 'insufficient_quota' }),
    kind: 'fatal',
    code: 'quota_exhausted',
  },
  {
    title: 'no money left, in the words of another service',
    status: 429,
    body: openaiError('You have reached your specified API usage limits. You will regain access on 2025-02-01.', {
      type: 'rate_limit_error',
    }),
    kind: 'fatal',
    code: 'quota_exhausted',
  },
  {
    title: 'too long a prompt',
    status: 400,
    body: openaiError("This model's maximum context length is 8 tokens.", { code: 'context_length_exceeded' }),
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'too long a prompt, in words only',
    status: 400,
    body: openaiError("the request exceeds the model's context window"),
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'a filtered input',
    status: 400,
    body: openaiError('The prompt was filtered.', { code: 'content_filter' }),
    kind: 'splittable',
    code: 'input_filtered',
  },
  {
    title: 'a rejected schema',
    status: 400,
    body: openaiError("Invalid schema for response_format 'reply'.", { param: 'response_format' }),
    kind: 'fatal',
    code: 'schema_rejected',
  },
  {
    title: 'a wrong request',
    status: 400,
    body: openaiError('Unknown parameter.'),
    kind: 'final',
    code: 'bad_request',
  },
  {
    title: 'too large a body',
    status: 413,
    body: openaiError('Too large.'),
    kind: 'splittable',
    code: 'context_length',
  },
  { title: 'an impossible request', status: 422, body: openaiError('Cannot.'), kind: 'final', code: 'bad_request' },
  { title: 'a slow request', status: 408, body: openaiError('Too slow.'), kind: 'retryable', code: 'request_timeout' },
  { title: 'a conflict', status: 409, body: openaiError('Locked.'), kind: 'retryable', code: 'server_error' },
  { title: 'a failing server', status: 500, body: openaiError('Oops.'), kind: 'retryable', code: 'server_error' },
  { title: 'a failing proxy', status: 502, body: HTML, kind: 'retryable', code: 'server_error' },
  { title: 'a server at rest', status: 503, body: openaiError('Busy.'), kind: 'retryable', code: 'server_error' },
  {
    title: 'an overloaded server',
    status: 529,
    body: openaiError('Overloaded.'),
    kind: 'retryable',
    code: 'server_error',
  },
  { title: 'a failing server without a word', status: 500, body: '', kind: 'retryable', code: 'server_error' },
  { title: 'an error in one word', status: 503, body: { error: 'loading' }, kind: 'retryable', code: 'server_error' },
];
