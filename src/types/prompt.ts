import type { Failure } from './outcome.js';
import type { JsonSchema, ReplyFormat } from './reply.js';

/** What an entry of the reply names its record by: its number in the prompt, from 1, or a nonce. */
export type RecordId = number | string;

/** One turn of the conversation that is sent. */
export interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A request as every provider understands it. */
export interface CompletionRequest {
  /** System instruction; `undefined` sends none. */
  readonly system: string | undefined;
  readonly messages: readonly Message[];
  /** JSON Schema of the whole reply, for providers that can enforce one. */
  readonly replySchema: JsonSchema | undefined;
  /** Most tokens the reply may have; `undefined` leaves it to the provider. */
  readonly maxOutputTokens: number | undefined;
  /** Further fields of the provider's request body, such as `temperature` or `seed`. */
  readonly fields: Readonly<Record<string, unknown>>;
}

interface PromptBase<T> {
  /** Unique within the stream of prompts: `b1`, `b2` … */
  readonly id: string;
  /** Ordinal of the prompt in its stream, from 1. */
  readonly number: number;
  /** The records in order: position *i* has the id `ids[i]`. Never empty. */
  readonly records: readonly T[];
  /** Position of each record in the stream that was batched, from 0. */
  readonly indices: readonly number[];
  /** What the reply names each record by: 1…n, or nonces. */
  readonly ids: readonly RecordId[];
  /** When it was made, in milliseconds of the scheduler: a record's deadline counts from here, through all that becomes of it. */
  readonly bornAt: number;
  /** Counts the characters that would be sent if each of the records were asked alone, all together. */
  charactersAlone(): number;
  /** How the reply is read. */
  readonly format: ReplyFormat;
  /** The prompt for some of its records, by position, in the given order. They keep their `indices`. */
  subset(positions: readonly number[]): BatchPrompt<T>;
}

/** A prompt that can be sent. */
export interface AskablePrompt<T> extends PromptBase<T> {
  readonly request: CompletionRequest;
  readonly error: null;
}

/** Records that can never be asked, and why. It passes through `callLLM` without a request. */
export interface RefusedPrompt<T> extends PromptBase<T> {
  readonly request: null;
  readonly error: Failure;
}

/** One request: its records in order and what is sent for them, or an error in place of the request. */
export type BatchPrompt<T> = AskablePrompt<T> | RefusedPrompt<T>;
