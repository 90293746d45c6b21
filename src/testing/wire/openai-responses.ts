import { randomUUID } from 'node:crypto';
import { type ChatMessage, messageList } from '../chat-request.js';
import type { StreamErrorFault } from '../fault.js';
import { fieldAt, type JsonObject } from '../json.js';
import { countTokens } from '../../prompt/count-tokens.js';
import { belowMinimum, inputTooLong, openaiErrors, STREAM_ERROR } from './openai-error.js';
import { openaiHeaders, openaiLimitHeaders } from './openai-headers.js';
import { type Answer, bearerKey, type ErrorResponse, eventText, type ReplyStream, type Wire } from './wire.js';

/** Fewest `max_output_tokens` that the API takes. */
const LEAST_OUTPUT_TOKENS = 16;

/** OpenAI's responses: `POST /v1/responses` (platform.openai.com/docs/api-reference/responses). */
export const openaiResponses: Wire = {
  errors: { ...openaiErrors, contextTooLong: inputTooLong },
  caching: 'prefix',
  promptField: 'input',
  badLines: [': keep-alive', 'event: response.output_text.delta\ndata: {not json'],
  headers: openaiHeaders,
  limitHeaders: openaiLimitHeaders,
  key: bearerKey,
  headError: () => null,
  bodyError,
  model: (body) => body.model,
  messages,
  schema: (body) => fieldAt(body, 'text', 'format', 'schema'),
  maxTokens: (body) => body.max_output_tokens,
  whole: (answer) => new ResponseWriter(answer).ended(),
  failed: (answer, fault) => new ResponseWriter(answer).failed(fault),
  stream: (answer) => new EventWriter(answer),
};

/** What would call for a memory of earlier responses, or for tools. */
const NOT_DONE = ['previous_response_id', 'conversation', 'prompt', 'background'] as const;

function bodyError(body: JsonObject): ErrorResponse | null {
  const missing = NOT_DONE.find((name) => (body[name] ?? false) !== false);
  if (missing !== undefined) return openaiErrors.notInStandIn(missing);
  if (Array.isArray(body.tools) && body.tools.length > 0) return openaiErrors.notInStandIn('tools');
  if (Array.isArray(body.input) && !body.input.every(isMessage)) return openaiErrors.notInStandIn('input');
  const most = body.max_output_tokens;
  return typeof most === 'number' && most < LEAST_OUTPUT_TOKENS
    ? belowMinimum('max_output_tokens', LEAST_OUTPUT_TOKENS, most)
    : null;
}

/** An item of `input` may leave its type out only if it is a message. */
function isMessage(item: unknown): boolean {
  return (fieldAt(item, 'type') ?? 'message') === 'message';
}

function messages({ instructions, input }: JsonObject): readonly ChatMessage[] | null {
  const said = typeof input === 'string' ? [{ role: 'user', text: input }] : messageList(input);
  if (said === null || typeof instructions !== 'string') return said;
  return [{ role: 'system', text: instructions }, ...said];
}

type Status = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** What has come of a response so far. */
interface Progress {
  readonly output?: readonly JsonObject[];
  readonly usage?: JsonObject;
  readonly error?: JsonObject;
}

/** Writes the objects of one response: they share ids and time. */
class ResponseWriter {
  readonly text: string;
  readonly itemId = `msg_${randomUUID()}`;
  readonly #id = `resp_${randomUUID()}`;
  readonly #createdAt = Math.floor(Date.now() / 1000);
  readonly #answer: Answer;

  constructor(answer: Answer) {
    this.#answer = answer;
    this.text = answer.reply.segments.join('');
  }

  /** The status that the reply ends with. */
  get status(): 'completed' | 'incomplete' {
    return this.#answer.reply.finish === 'stop' ? 'completed' : 'incomplete';
  }

  /** The one part of the message's content. */
  part(text: string): JsonObject {
    return this.#answer.reply.field === 'refusal'
      ? { type: 'refusal', refusal: text }
      : { type: 'output_text', annotations: [], logprobs: [], text };
  }

  item(status: Status, content: readonly JsonObject[]): JsonObject {
    return { id: this.itemId, type: 'message', status, role: 'assistant', content };
  }

  started(): JsonObject {
    return this.#response('in_progress', {});
  }

  ended(): JsonObject {
    const output = [this.item(this.status, [this.part(this.text)])];
    return this.#response(this.status, { output, usage: this.#usage() });
  }

  failed({ error }: StreamErrorFault): JsonObject {
    return this.#response('failed', { error: { code: 'server_error', message: STREAM_ERROR, ...error } });
  }

  #response(status: Status, { output = [], usage, error }: Progress): JsonObject {
    const { body, persona, reply } = this.#answer;
    const reason = reply.finish === 'length' ? 'max_output_tokens' : reply.finish;
    return {
      id: this.#id,
      object: 'response',
      created_at: this.#createdAt,
      status,
      background: false,
      error: error ?? null,
      incomplete_details: status === 'incomplete' ? { reason } : null,
      instructions: body.instructions ?? null,
      max_output_tokens: body.max_output_tokens ?? null,
      metadata: body.metadata ?? {},
      model: persona.model,
      output,
      parallel_tool_calls: true,
      previous_response_id: null,
      store: body.store ?? true,
      temperature: body.temperature ?? 1,
      text: body.text ?? { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_p: body.top_p ?? 1,
      truncation: 'disabled',
      usage: usage ?? null,
    };
  }

  #usage(): JsonObject {
    const { tokens, cached } = this.#answer.prompt;
    const output = countTokens(this.text);
    return {
      input_tokens: tokens,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: tokens + output,
    };
  }
}

/** Writes the events of one stream, numbered from 0. */
class EventWriter implements ReplyStream {
  readonly #response: ResponseWriter;
  readonly #field: 'content' | 'refusal';
  #events = 0;

  constructor(answer: Answer) {
    this.#response = new ResponseWriter(answer);
    this.#field = answer.reply.field;
  }

  open(): string {
    const response = this.#response.started();
    const item = this.#response.item('in_progress', []);
    return [
      this.#event('response.created', { response }),
      this.#event('response.in_progress', { response }),
      this.#event('response.output_item.added', { output_index: 0, item }),
      this.#partEvent('response.content_part.added', { part: this.#response.part('') }),
    ].join('');
  }

  delta(delta: string): string {
    return this.#field === 'refusal'
      ? this.#partEvent('response.refusal.delta', { delta })
      : this.#partEvent('response.output_text.delta', { delta, logprobs: [] });
  }

  close(): string {
    const { status, text } = this.#response;
    const part = this.#response.part(text);
    const item = this.#response.item(status, [part]);
    return [
      this.#field === 'refusal'
        ? this.#partEvent('response.refusal.done', { refusal: text })
        : this.#partEvent('response.output_text.done', { text, logprobs: [] }),
      this.#partEvent('response.content_part.done', { part }),
      this.#event('response.output_item.done', { output_index: 0, item }),
      this.#event(`response.${status}`, { response: this.#response.ended() }),
    ].join('');
  }

  error(fault: StreamErrorFault): string {
    if (fault.failed === true) return this.#event('response.failed', { response: this.#response.failed(fault) });
    // The event's own type takes the place of the error's.
    const { type: _, ...error } = fault.error ?? {};
    return this.#event('error', { code: 'server_error', message: STREAM_ERROR, param: null, ...error });
  }

  #partEvent(type: string, fields: JsonObject): string {
    return this.#event(type, { item_id: this.#response.itemId, output_index: 0, content_index: 0, ...fields });
  }

  #event(type: string, fields: JsonObject): string {
    return eventText({ type, sequence_number: this.#events++, ...fields }, type);
  }
}
