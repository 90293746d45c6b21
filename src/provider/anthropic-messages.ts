import type { CompletionRequest } from '../types/prompt.js';
import type { CompletionEvent } from '../types/provider.js';
import type { FinishReason, Usage } from '../types/reply.js';
import { answerError, errorIn } from './answer-error.js';
import { arrayAt, fieldAt, isObject, numberAt, textAt } from './json-body.js';
import { brokeOff, type PieceReader } from './read-answer.js';

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

/** Reads the events of a message, or a whole message as one piece. Thoughts are no part of the reply. */
export class MessagesReader implements PieceReader {
  readonly #secrets: readonly string[];
  readonly #counts = { input: 0, written: 0, read: 0, output: 0 };
  #counted = false;
  #hasText = false;
  #reason: FinishReason | undefined;
  #ended = false;

  /** @param secrets - texts that must not appear in an error */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  get ended(): boolean {
    return this.#ended;
  }

  read(piece: unknown): string {
    const error = errorIn(piece);
    if (error !== undefined) throw answerError(error, this.#secrets, Date.now());
    const text = this.#textIn(piece);
    this.#hasText ||= text !== '';
    return text;
  }

  finish(saidDone: boolean): CompletionEvent {
    if (this.#reason === undefined && !saidDone) throw brokeOff();
    return { type: 'finish', reason: this.#reason ?? 'unknown', usage: this.#usage() };
  }

  #textIn(piece: unknown): string {
    switch (textAt(piece, 'type')) {
      case 'message_start':
        this.#count(fieldAt(piece, 'message', 'usage'));
        return '';
      case 'content_block_start':
        return textOfBlock(fieldAt(piece, 'content_block'));
      case 'content_block_delta':
        return textAt(piece, 'delta', 'type') === 'text_delta' ? textAt(piece, 'delta', 'text') : '';
      case 'message_delta':
        this.#count(fieldAt(piece, 'usage'));
        return this.#stop(fieldAt(piece, 'delta'));
      case 'message_stop':
        this.#ended = true;
        return '';
      case 'message': {
        this.#count(fieldAt(piece, 'usage'));
        const text = arrayAt(piece, 'content').map(textOfBlock).join('');
        this.#hasText = text !== '';
        return text + this.#stop(piece);
      }
      default:
        return '';
    }
  }

  /** Why the model stopped; and what is said about a refusal where the model itself has said nothing. */
  #stop(ending: unknown): string {
    const reason = textAt(ending, 'stop_reason');
    if (reason !== '') this.#reason = FINISH_REASONS.get(reason) ?? 'unknown';
    return this.#reason === 'refusal' && !this.#hasText ? textAt(ending, 'stop_details', 'explanation') : '';
  }

  /** Counts are cumulative, and what an event leaves out or leaves at `null` has not changed. */
  #count(usage: unknown): void {
    if (!isObject(usage)) return;
    this.#counted = true;
    for (const name of ['input', 'written', 'read', 'output'] as const)
      this.#counts[name] = numberAt(usage, COUNTS[name]) ?? this.#counts[name];
  }

  #usage(): Usage | null {
    const { input, written, read, output } = this.#counts;
    if (!this.#counted) return null;
    return { inputTokens: input + written + read, outputTokens: output, cachedInputTokens: read };
  }
}

const COUNTS = {
  input: 'input_tokens',
  written: 'cache_creation_input_tokens',
  read: 'cache_read_input_tokens',
  output: 'output_tokens',
} as const;

const FINISH_REASONS: ReadonlyMap<string, FinishReason> = new Map([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['refusal', 'refusal'],
]);

function textOfBlock(block: unknown): string {
  return textAt(block, 'type') === 'text' ? textAt(block, 'text') : '';
}
