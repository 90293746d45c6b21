import type { CompletionRequest } from '../types/prompt.js';
import type { FinishReason, JsonSchema } from '../types/reply.js';
import { type ErrorAnswer, errorIn, plainAnswer } from './answer-error.js';
import { arrayAt, fieldAt, isObject, textAt } from './json-body.js';
import type { Piece, ReadPiece } from './read-answer.js';
import { usageOf } from './usage.js';
import type { Structured } from './structured.js';

export interface ResponsesBodyOptions {
  readonly model: string;
  readonly stream: boolean;
  readonly structured: Structured;
}

/** The API refuses a smaller limit. */
const LEAST_OUTPUT_TOKENS = 16;

/** The body of a request to OpenAI's responses. Nothing is stored there unless `fields` wants it. */
export function responsesBody(request: CompletionRequest, { model, stream, structured }: ResponsesBodyOptions): object {
  const { system, messages, replySchema, maxOutputTokens, fields } = request;
  const { instructions: _, text: ownText, ...own } = fields;
  const format = textFormat(structured, replySchema);
  const text = { ...(isObject(ownText) ? ownText : {}), ...(format === undefined ? {} : { format }) };
  return {
    store: false,
    ...own,
    model,
    ...(system === undefined ? {} : { instructions: system }),
    input: messages,
    stream,
    ...(Object.keys(text).length === 0 ? {} : { text }),
    ...(maxOutputTokens === undefined ? {} : { max_output_tokens: Math.max(maxOutputTokens, LEAST_OUTPUT_TOKENS) }),
  };
}

function textFormat(structured: Structured, schema: JsonSchema | undefined): object | undefined {
  if (structured === 'json_object') return { type: 'json_object' };
  if (structured === 'off' || schema === undefined) return undefined;
  return { type: 'json_schema', name: 'reply', strict: true, schema };
}

/**
 * Reads the events of one response, or a whole response. Of what the model says, its comments on the way (messages of the phase
 * `commentary`) and its reasoning are no part of the reply.
 */
export function responseReader(): ReadPiece {
  /** Numbers of the items that are comments. */
  const comments = new Set<unknown>();
  return (piece) => {
    const response = fieldAt(piece, 'response');
    switch (textAt(piece, 'type')) {
      case 'error':
        return { error: errorIn({ error: piece }) };
      case 'response.failed':
        return { error: failureIn(response) };
      case 'response.output_item.added':
        if (isComment(fieldAt(piece, 'item'))) comments.add(fieldAt(piece, 'output_index'));
        return {};
      case 'response.output_text.delta':
        return comments.has(fieldAt(piece, 'output_index')) ? {} : { text: textAt(piece, 'delta') };
      case 'response.refusal.delta':
        return { text: textAt(piece, 'delta'), reason: 'refusal' };
      case 'response.completed':
        return { ...endIn(response, 'completed'), last: true };
      case 'response.incomplete':
        return { ...endIn(response, 'incomplete'), last: true };
      case '':
        return readWhole(piece);
      default:
        return {};
    }
  };
}

function readWhole(response: unknown): Piece {
  const status = textAt(response, 'status');
  if (status === 'failed') return { error: failureIn(response) };
  const end = status === 'completed' || status === 'incomplete' ? endIn(response, status) : {};
  const parts = arrayAt(response, 'output')
    .filter((item) => !isComment(item))
    .flatMap((item) => arrayAt(item, 'content'));
  const text = parts.map((part) => textAt(part, 'text') + textAt(part, 'refusal')).join('');
  const refused = parts.some((part) => textAt(part, 'refusal') !== '');
  return { ...end, text, ...(refused ? { reason: 'refusal' } : {}) };
}

/** @param said - the status, where the response has none */
function endIn(response: unknown, said: string): Piece {
  const usage = fieldAt(response, 'usage');
  const status = textAt(response, 'status') || said;
  const reason = INCOMPLETE.get(textAt(response, 'incomplete_details', 'reason')) ?? 'unknown';
  return {
    reason: status === 'completed' ? 'stop' : reason,
    usage: usageOf(
      fieldAt(usage, 'input_tokens'),
      fieldAt(usage, 'output_tokens'),
      fieldAt(usage, 'input_tokens_details', 'cached_tokens'),
    ),
  };
}

function failureIn(response: unknown): ErrorAnswer {
  return errorIn(response) ?? plainAnswer('the response failed');
}

const INCOMPLETE: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);

function isComment(item: unknown): boolean {
  return textAt(item, 'phase') === 'commentary' || textAt(item, 'type') === 'reasoning';
}
