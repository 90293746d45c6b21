import type { CompletionRequest } from '../types/prompt.js';
import type { FinishReason, Usage } from '../types/reply.js';
import { arrayAt, fieldAt, isObject, textAt } from './json-body.js';
import type { Piece, ReadPiece } from './read-answer.js';
import { countOf, usageOf } from './usage.js';

export interface MessagesBodyOptions {
  readonly model: string;
  readonly stream: boolean;
  /** Whether the reply's schema is sent. */
  readonly structured: boolean;
  /** Whether the system instruction is marked to be cached. */
  readonly promptCache: boolean;
  /** The limit of the reply's tokens where the request has none; the API wants one. */
  readonly maxTokens: number;
}

/** The body of a request to Anthropic's messages. */
export function messagesBody(request: CompletionRequest, options: MessagesBodyOptions): object {
  const { system, messages, replySchema, maxOutputTokens, fields } = request;
  const { system: _, output_config: ownConfig, ...own } = fields;
  const format =
    options.structured && replySchema !== undefined ? { type: 'json_schema', schema: replySchema } : undefined;
  const config = { ...(isObject(ownConfig) ? ownConfig : {}), ...(format === undefined ? {} : { format }) };
  const cache = options.promptCache ? { cache_control: { type: 'ephemeral' } } : {};
  return {
    ...own,
    model: options.model,
    max_tokens: maxOutputTokens ?? options.maxTokens,
    // An empty block would be refused.
    ...(system === undefined || system === '' ? {} : { system: [{ type: 'text', text: system, ...cache }] }),
    messages,
    stream: options.stream,
    ...(Object.keys(config).length === 0 ? {} : { output_config: config }),
  };
}

/** Reads the events of one message, or a whole message. Thoughts are no part of the reply. */
export function messageReader(): ReadPiece {
  const tokens = new TokenCounts();
  /** What is said about a refusal counts only where the model has said nothing itself. */
  let hasText = false;

  const spoken = (text: string): Piece => {
    hasText ||= text !== '';
    return { text };
  };
  const ending = (end: unknown): Piece => {
    const reason = textAt(end, 'stop_reason');
    if (reason === 'refusal' && !hasText) return { text: textAt(end, 'stop_details', 'explanation'), reason };
    return reason === '' ? {} : { reason: FINISH_REASONS.get(reason) ?? 'unknown' };
  };

  return (piece) => {
    switch (textAt(piece, 'type')) {
      case 'message_start':
        return { usage: tokens.count(fieldAt(piece, 'message', 'usage')) };
      case 'content_block_start':
        return spoken(textOfBlock(fieldAt(piece, 'content_block')));
      case 'content_block_delta':
        return spoken(textAt(piece, 'delta', 'type') === 'text_delta' ? textAt(piece, 'delta', 'text') : '');
      case 'message_delta':
        return { usage: tokens.count(fieldAt(piece, 'usage')), ...ending(fieldAt(piece, 'delta')) };
      case 'message_stop':
        return { last: true };
      case 'message': {
        const content = spoken(arrayAt(piece, 'content').map(textOfBlock).join(''));
        return { usage: tokens.count(fieldAt(piece, 'usage')), ...content, ...ending(piece) };
      }
      default:
        return {};
    }
  };
}

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'refusal'],
]);

/** Counts are cumulative, and what an event leaves out or leaves at `null` has not changed. */
class TokenCounts {
  readonly #counts = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };

  /** What has been counted so far; `undefined` if this says nothing. */
  count(usage: unknown): Usage | undefined {
    if (!isObject(usage)) return undefined;
    const counts = this.#counts;
    for (const name of Object.keys(counts) as (keyof typeof counts)[])
      counts[name] = countOf(fieldAt(usage, name)) || counts[name];
    const { input_tokens: fresh, cache_creation_input_tokens: written, cache_read_input_tokens: read } = counts;
    return usageOf(fresh + written + read, counts.output_tokens, read);
  }
}

function textOfBlock(block: unknown): string {
  return textAt(block, 'type') === 'text' ? textAt(block, 'text') : '';
}
