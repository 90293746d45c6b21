import { randomUUID } from 'node:crypto';
import { type ChatMessage, messageList, readContent } from '../chat-request.js';
import type { Reply } from '../decide-reply.js';
import type { StreamErrorFault } from '../fault.js';
import { fieldAt, type JsonObject } from '../json.js';
import type { LimitStates } from '../rate-limit.js';
import { countTokens } from '../../prompt/count-tokens.js';
import {
  anthropicErrors,
  errorBody,
  streamError,
  systemInMessages,
  tooManyMarks,
  versionMissing,
} from './anthropic-error.js';
import {
  type Answer,
  bearerKey,
  type ErrorResponse,
  eventText,
  type Headers,
  type ReplyStream,
  type Wire,
} from './wire.js';

/** Most blocks of one request that may have `cache_control`. */
const MOST_MARKS = 4;

/** Anthropic's messages: `POST /v1/messages` (platform.claude.com/docs/en/api/messages). */
export const anthropicMessages: Wire = {
  errors: anthropicErrors,
  caching: 'marked',
  promptField: 'messages',
  badLines: [': keep-alive', 'event: content_block_delta\ndata: {not json'],
  headers: (requestId) => ({ 'request-id': requestId }),
  limitHeaders,
  // The second is for tokens that stand for a user.
  key: (head) => head.header('x-api-key') ?? bearerKey(head),
  headError: (head) => (head.header('anthropic-version') === undefined ? versionMissing() : null),
  bodyError,
  model: (body) => body.model,
  messages,
  schema: (body) => fieldAt(body, 'output_config', 'format', 'schema'),
  maxTokens: (body) => body.max_tokens,
  whole,
  failed: ({ requestId }, fault) => faultBody(fault, requestId),
  stream: (answer) => new EventWriter(answer),
};

/** `anthropic-ratelimit-…` (platform.claude.com/docs/en/api/rate-limits, "Response headers"): times are in whole seconds. */
function limitHeaders(limits: LimitStates): Headers {
  const headers: Record<string, string> = {};
  for (const [kind, { limit, remaining, resetMs }] of Object.entries(limits)) {
    const reset = new Date(Math.ceil((Date.now() + resetMs) / 1000) * 1000);
    headers[`anthropic-ratelimit-${kind}-limit`] = String(limit);
    headers[`anthropic-ratelimit-${kind}-remaining`] = String(remaining);
    headers[`anthropic-ratelimit-${kind}-reset`] = reset.toISOString().replace('.000Z', 'Z');
  }
  return headers;
}

function bodyError(body: JsonObject): ErrorResponse | null {
  if (typeof body.max_tokens !== 'number') return anthropicErrors.parameterMissing('max_tokens');
  if (Array.isArray(body.tools) && body.tools.length > 0) return anthropicErrors.notInStandIn('tools');
  const all = messages(body) ?? [];
  if (all.slice(hasSystem(body) ? 1 : 0).some(({ role }) => role === 'system')) return systemInMessages();
  const marks = all.reduce((sum, message) => sum + (message.marks?.length ?? 0), 0);
  return marks > MOST_MARKS ? tooManyMarks(MOST_MARKS, marks) : null;
}

function messages(body: JsonObject): readonly ChatMessage[] | null {
  const said = messageList(body.messages);
  return said === null || !hasSystem(body) ? said : [{ role: 'system', ...readContent(body.system) }, ...said];
}

function hasSystem({ system }: JsonObject): boolean {
  return typeof system === 'string' || Array.isArray(system);
}

/** `input_tokens` are those that were neither read from the cache nor put into it. */
function usageOf({ tokens, cached, created }: Answer['prompt'], output: number): JsonObject {
  return {
    input_tokens: tokens - cached - created,
    cache_creation_input_tokens: created,
    cache_read_input_tokens: cached,
    cache_creation: { ephemeral_5m_input_tokens: created, ephemeral_1h_input_tokens: 0 },
    output_tokens: output,
    service_tier: 'standard',
  };
}

function stopOf({ field, finish, segments }: Reply): JsonObject {
  const refused = field === 'refusal' || finish === 'content_filter';
  const explanation = field === 'refusal' ? segments.join('') : null;
  return {
    stop_reason: refused ? 'refusal' : finish === 'length' ? 'max_tokens' : 'end_turn',
    stop_sequence: null,
    stop_details: refused ? { type: 'refusal', category: null, explanation } : null,
  };
}

function whole({ reply, prompt, persona }: Answer): JsonObject {
  const text = reply.segments.join('');
  return {
    ...head(persona),
    // The API leaves an empty block out.
    content: text === '' ? [] : [{ type: 'text', text, citations: null }],
    ...stopOf(reply),
    usage: usageOf(prompt, countTokens(text)),
  };
}

function head({ model }: Answer['persona']): JsonObject {
  return { id: `msg_${randomUUID()}`, type: 'message', role: 'assistant', model };
}

function faultBody({ error }: StreamErrorFault, requestId: string): JsonObject {
  return errorBody(error ?? streamError(), requestId);
}

/** What a stream says at its start of the tokens that it will have: the true count comes at its end. */
const OUTPUT_AT_START = 1;

/** Writes the events of one stream. A reply without text has no content block. */
class EventWriter implements ReplyStream {
  readonly #answer: Answer;
  readonly #text: string;

  constructor(answer: Answer) {
    this.#answer = answer;
    this.#text = answer.reply.segments.join('');
  }

  open(): string {
    const { persona, prompt } = this.#answer;
    const stop = { stop_reason: null, stop_sequence: null, stop_details: null };
    const message = { ...head(persona), content: [], ...stop, usage: usageOf(prompt, OUTPUT_AT_START) };
    const block = { index: 0, content_block: { type: 'text', text: '', citations: null } };
    return [
      event('message_start', { message }),
      this.#text === '' ? '' : event('content_block_start', block),
      event('ping'),
    ].join('');
  }

  delta(text: string): string {
    return event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
  }

  close(): string {
    const usage = { output_tokens: countTokens(this.#text) };
    return [
      this.#text === '' ? '' : event('content_block_stop', { index: 0 }),
      event('message_delta', { delta: stopOf(this.#answer.reply), usage }),
      event('message_stop'),
    ].join('');
  }

  error(fault: StreamErrorFault): string {
    return eventText(faultBody(fault, this.#answer.requestId), 'error');
  }
}

function event(type: string, fields: JsonObject = {}): string {
  return eventText({ type, ...fields }, type);
}
