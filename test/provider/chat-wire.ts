import { fieldAt, isJsonObject, type JsonObject } from '../../src/testing/json.js';
import type { ErrorCase, Wire } from './wire.js';

/** OpenAI's chat completions. */
export function chatWire(maxTokensField: 'max_tokens' | 'max_completion_tokens'): Wire {
  return {
    maxTokensField,
    notMaxTokensFields: ['max_tokens', 'max_completion_tokens', 'max_output_tokens'].filter(
      (name) => name !== maxTokensField,
    ),
    ownFields: { model: 'other', messages: [], stream: false, stream_options: { include_usage: false } },
    schemaOf: (body) => {
      const format = body.response_format;
      if (format === undefined) return undefined;
      return {
        strict: fieldAt(format, 'type') === 'json_schema' && fieldAt(format, 'json_schema', 'strict'),
        schema: fieldAt(format, 'json_schema', 'schema'),
      };
    },
    messagesOf: ({ messages }) => {
      const all = Array.isArray(messages) ? messages.filter(isJsonObject) : [];
      const text = (role: string): string[] =>
        all.filter((message) => message.role === role).map(({ content }) => String(content));
      return { system: text('system')[0] ?? null, user: text('user') };
    },
    errors: CHAT_ERRORS,
    errorBody: (error) => ({ error }),
    events: (pieces) => [...brokenEvents(pieces), JSON.stringify(chunk({}, 'stop')), '[DONE]'],
    brokenEvents,
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

function error(message: string, details: JsonObject = {}): JsonObject {
  return { error: { message, type: 'invalid_request_error', param: null, code: null, ...details } };
}

const HTML = '<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>';

const CHAT_ERRORS: readonly ErrorCase[] = [
  {
    title: 'a wrong key',
    status: 401,
    body: error('Incorrect API key provided.', { code: 'invalid_api_key' }),
    kind: 'fatal',
    code: 'unauthorized',
  },
  { title: 'a key without the right', status: 403, body: error('Not allowed.'), kind: 'fatal', code: 'forbidden' },
  { title: 'a wrong path', status: 404, body: error('Invalid URL.'), kind: 'fatal', code: 'not_found' },
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
    body: error('The model `x` does not exist.', { code: 'model_not_found' }),
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'an unknown model, as a wrong request',
    status: 400,
    body: error('The model `x` does not exist.', { code: 'model_not_found' }),
    kind: 'fatal',
    code: 'not_found',
  },
  {
    title: 'too many requests',
    status: 429,
    body: error('Rate limit reached.', { type: 'requests', code: 'rate_limit_exceeded' }),
    kind: 'retryable',
    code: 'rate_limited',
  },
  {
    title: 'no money left',
    status: 429,
    body: error('You exceeded your current quota.', { type: 'insufficient_quota', code: 'insufficient_quota' }),
    kind: 'fatal',
    code: 'quota_exhausted',
  },
  {
    title: 'too long a prompt',
    status: 400,
    body: error("This model's maximum context length is 8 tokens.", { code: 'context_length_exceeded' }),
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'too long a prompt, in words only',
    status: 400,
    body: error("the request exceeds the model's context window"),
    kind: 'splittable',
    code: 'context_length',
  },
  {
    title: 'a filtered input',
    status: 400,
    body: error('The prompt was filtered.', { code: 'content_filter' }),
    kind: 'splittable',
    code: 'input_filtered',
  },
  {
    title: 'a rejected schema',
    status: 400,
    body: error("Invalid schema for response_format 'reply'.", { param: 'response_format' }),
    kind: 'fatal',
    code: 'schema_rejected',
  },
  { title: 'a wrong request', status: 400, body: error('Unknown parameter.'), kind: 'final', code: 'bad_request' },
  { title: 'too large a body', status: 413, body: error('Too large.'), kind: 'splittable', code: 'context_length' },
  { title: 'an impossible request', status: 422, body: error('Cannot.'), kind: 'final', code: 'bad_request' },
  { title: 'a slow request', status: 408, body: error('Too slow.'), kind: 'retryable', code: 'request_timeout' },
  { title: 'a conflict', status: 409, body: error('Locked.'), kind: 'retryable', code: 'server_error' },
  { title: 'a failing server', status: 500, body: error('Oops.'), kind: 'retryable', code: 'server_error' },
  { title: 'a failing proxy', status: 502, body: HTML, kind: 'retryable', code: 'server_error' },
  { title: 'a server at rest', status: 503, body: error('Busy.'), kind: 'retryable', code: 'server_error' },
  { title: 'an overloaded server', status: 529, body: error('Overloaded.'), kind: 'retryable', code: 'server_error' },
  { title: 'a failing server without a word', status: 500, body: '', kind: 'retryable', code: 'server_error' },
  { title: 'an error in one word', status: 503, body: { error: 'loading' }, kind: 'retryable', code: 'server_error' },
];
