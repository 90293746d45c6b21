import type { CompletionRequest } from '../types/prompt.js';
import type { CompletionEvent } from '../types/provider.js';
import type { FinishReason, JsonSchema, Usage } from '../types/reply.js';
import { answerError, errorIn } from './answer-error.js';
import { arrayAt, fieldAt, isObject, numberAt, textAt } from './json-body.js';
import { brokeOff, type PieceReader } from './read-answer.js';
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
 * Reads the events of a response, or a whole response as one piece. Of what the model says, its comments on the way (messages of
 * the phase `commentary`) and its reasoning are no part of the reply.
 */
export class ResponsesReader implements PieceReader {
  readonly #secrets: readonly string[];
  readonly #comments = new Set<unknown>();
  #reason: FinishReason | undefined;
  #refused = false;
  #usage: Usage | null = null;

  /** @param secrets - texts that must not appear in an error */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  get ended(): boolean {
    return this.#reason !== undefined;
  }

  read(piece: unknown): string {
    const error = errorIn(piece);
    if (error !== undefined) throw answerError(error, this.#secrets, Date.now());
    switch (textAt(piece, 'type')) {
      case 'error':
        throw this.#errorOf({ error: piece });
      case 'response.failed':
        throw this.#errorOf(fieldAt(piece, 'response'));
      case 'response.output_item.added':
        if (isComment(fieldAt(piece, 'item'))) this.#comments.add(fieldAt(piece, 'output_index'));
        return '';
      case 'response.output_text.delta':
        return this.#comments.has(fieldAt(piece, 'output_index')) ? '' : textAt(piece, 'delta');
      case 'response.refusal.delta':
        this.#refused = true;
        return textAt(piece, 'delta');
      case 'response.completed':
        this.#end(fieldAt(piece, 'response'), 'completed');
        return '';
      case 'response.incomplete':
        this.#end(fieldAt(piece, 'response'), 'incomplete');
        return '';
      case '':
        return this.#whole(piece);
      default:
        return '';
    }
  }

  finish(saidDone: boolean): CompletionEvent {
    if (this.#reason === undefined && !saidDone) throw brokeOff();
    return { type: 'finish', reason: this.#refused ? 'refusal' : (this.#reason ?? 'unknown'), usage: this.#usage };
  }

  #whole(response: unknown): string {
    const status = textAt(response, 'status');
    if (status === 'failed') throw this.#errorOf(response);
    if (status === 'completed' || status === 'incomplete') this.#end(response, status);
    const parts = arrayAt(response, 'output')
      .filter((item) => !isComment(item))
      .flatMap((item) => arrayAt(item, 'content'));
    this.#refused = parts.some((part) => textAt(part, 'refusal') !== '');
    return parts.map((part) => textAt(part, 'text') + textAt(part, 'refusal')).join('');
  }

  /** @param said - the status, where the response has none */
  #end(response: unknown, said: string): void {
    const usage = fieldAt(response, 'usage');
    if (isObject(usage)) this.#usage = readUsage(usage);
    const status = textAt(response, 'status') || said;
    const reason = INCOMPLETE.get(textAt(response, 'incomplete_details', 'reason'));
    this.#reason = status === 'completed' ? 'stop' : (reason ?? 'unknown');
  }

  #errorOf(body: unknown): Error {
    const nothing = { message: '', code: undefined, type: undefined, param: undefined };
    const said = errorIn(body) ?? { ...nothing, status: undefined, headers: undefined };
    return answerError({ ...said, message: said.message || 'the response failed' }, this.#secrets, Date.now());
  }
}

const INCOMPLETE: ReadonlyMap<string, FinishReason> = new Map([
  ['max_output_tokens', 'length'],
  ['content_filter', 'content_filter'],
]);

function isComment(item: unknown): boolean {
  return textAt(item, 'phase') === 'commentary' || textAt(item, 'type') === 'reasoning';
}

function readUsage(usage: object): Usage {
  return {
    inputTokens: numberAt(usage, 'input_tokens') ?? 0,
    outputTokens: numberAt(usage, 'output_tokens') ?? 0,
    cachedInputTokens: numberAt(usage, 'input_tokens_details', 'cached_tokens') ?? 0,
  };
}
