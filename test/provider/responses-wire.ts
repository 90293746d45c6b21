import { fieldAt, isJsonObject, type JsonObject } from '../../src/testing/json.js';
import { CHAT_ERRORS, CHAT_STREAM_ERRORS, openaiError } from './chat-wire.js';
import type { ErrorCase, StreamErrorCase, Wire } from './wire.js';

const RESPONSES_ERRORS: readonly ErrorCase[] = [
  {
    title: 'a rejected schema, in the words of this API',
    status: 400,
    body: openaiError("Invalid schema for response_format 'reply'.", {
      param: 'text.format.schema',
      code: 'invalid_json_schema',
    }),
    kind: 'fatal',
    code: 'schema_rejected',
  },
  {
    title: 'a format that the model does not know',
    status: 400,
    body: openaiError('Not supported with this model.', { param: 'text.format' }),
    kind: 'fatal',
    code: 'schema_rejected',
  },
  {
    title: 'a flagged prompt',
    status: 400,
    body: openaiError('Your prompt was flagged as potentially violating our usage policy.', { code: 'invalid_prompt' }),
    kind: 'splittable',
    code: 'input_filtered',
  },
];

const RESPONSES_STREAM_ERRORS: readonly StreamErrorCase[] = [
  {
    title: 'a flagged prompt',
    error: { message: 'Flagged.', code: 'invalid_prompt' },
    kind: 'splittable',
    code: 'input_filtered',
  },
  {
    title: 'a failing server',
    error: { message: 'Oops.', code: 'server_error' },
    kind: 'retryable',
    code: 'server_error',
  },
];

/** OpenAI's responses. */
export const responsesWire: Wire = {
  path: '/v1/responses',
  maxTokensField: 'max_output_tokens',
  notMaxTokensFields: ['max_tokens', 'max_completion_tokens'],
  defaultMaxTokens: undefined,
  leastMaxTokens: 16,
  ownFields: { model: 'other', input: [], instructions: 'Be unkind.', stream: false },
  schemaOf: ({ text }) =>
    fieldAt(text, 'format', 'type') === 'json_schema' && fieldAt(text, 'format', 'strict') === true
      ? fieldAt(text, 'format', 'schema')
      : undefined,
  jsonModeIn: ({ text }) => fieldAt(text, 'format', 'type') === 'json_object',
  messagesOf: ({ instructions, input }) => ({
    system: typeof instructions === 'string' ? instructions : null,
    user: (Array.isArray(input) ? input.filter(isJsonObject) : []).map(({ content }) => String(content)),
  }),
  keyIn: ({ authorization }) => authorization,
  keySent: (key) => `Bearer ${key}`,
  errors: [...CHAT_ERRORS, ...RESPONSES_ERRORS],
  // The event's own type takes the place of the error's, which alone tells those apart.
  streamErrors: [...CHAT_STREAM_ERRORS, ...RESPONSES_STREAM_ERRORS].filter(
    ({ error }) => error.type !== 'invalid_request_error' && typeof error.code !== 'number',
  ),
  errorBody: (error) => ({ error }),
  filtered: 'content_filter',
  events: (pieces) => {
    const text = pieces.join('');
    return [
      ...brokenEvents(pieces),
      event('response.output_text.done', { output_index: 0, content_index: 0, text }),
      event('response.output_item.done', { output_index: 0, item: message(text) }),
      event('response.completed', { response: { ...response('completed'), output: [message(text)] } }),
    ];
  },
  brokenEvents,
  usage: (input, output, cached) => ({
    input_tokens: input,
    output_tokens: output,
    input_tokens_details: { cached_tokens: cached },
  }),
  whole: (text) => ({ ...response('completed'), output: [message(text)] }),
};

function brokenEvents(pieces: readonly string[]): readonly string[] {
  return [
    event('response.created', { response: response('in_progress') }),
    event('response.output_item.added', { output_index: 0, item: { ...message(''), content: [] } }),
    event('response.content_part.added', {
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '' },
    }),
    ...pieces.map((delta) => event('response.output_text.delta', { output_index: 0, content_index: 0, delta })),
  ];
}

function event(type: string, fields: JsonObject): string {
  return JSON.stringify({ type, ...fields });
}

function response(status: string): JsonObject {
  return { object: 'response', status, error: null, incomplete_details: null, output: [] };
}

function message(text: string): JsonObject {
  return { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] };
}
