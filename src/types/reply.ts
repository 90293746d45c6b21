import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Failure } from './outcome.js';
import type { BatchPrompt, RecordId } from './prompt.js';

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * The schema of one value: any Standard Schema (zod, valibot, arktype …) or `jsonSchema({...})` of `rxjs-llm/json-schema`.
 * It must answer synchronously. Where it also speaks Standard JSON Schema, it is sent to the provider as structured output.
 */
export type ValueSchema<R = unknown> = StandardSchemaV1<unknown, R>;

/** Why the model stopped writing. `stop` is the regular end; `unknown` is what the provider did not say or we do not know. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'refusal' | 'unknown';

/** Tokens of one request, as the provider counted them. */
export interface Usage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** The part of `inputTokens` that the provider read from its prompt cache. */
  readonly cachedInputTokens: number;
}

interface PartBase {
  /** Which request for the prompt this answers, from 1; 0 when none was sent. @defaultValue 1 */
  readonly attempt?: number;
  /** True if the provider enforces the request's reply schema. @defaultValue false */
  readonly enforced?: boolean;
  /** Takes secrets out of a text, before an error quotes it. @defaultValue quoted as it is */
  readonly redact?: (text: string) => string;
}

/** A piece of an answer. */
export interface TextPart extends PartBase {
  readonly done: false;
  readonly text: string;
}

/** The last piece of an answer that the provider finished. An answer that is not streamed is one of these. */
export interface LastPart extends PartBase {
  readonly done: true;
  readonly text: string;
  readonly finish: FinishReason;
  readonly usage: Usage | null;
  readonly error: null;
}

/** The end of an answer that failed: before any text, or in the middle of it. */
export interface ErrorPart extends PartBase {
  readonly done: true;
  readonly error: Failure;
}

/** Part of an answer: any number of text parts, and then exactly one with `done: true`. */
export type ReplyPart = TextPart | LastPart | ErrorPart;

/** Part of an answer to a prompt. Live calls and downloaded job results both speak this type. */
export type ReplyChunk<T> = ReplyPart & { readonly prompt: BatchPrompt<T> };

/** One result found in a reply, before it is known which record it belongs to. */
export interface ReplyEntry {
  /** What stands in the index field; `undefined` if the entry has none. */
  readonly id: unknown;
  /** What stands in the value field; `undefined` if the entry has none. */
  readonly value: unknown;
  /** Number of the payload within the reply, from 0. Entries of one payload follow each other without prose between them. */
  readonly payload: number;
  /** Number of the JSON document (or its like) within the reply. */
  readonly document: number;
  /** True if the entry is an element of a list inside its document, false if it is the document itself. */
  readonly nested: boolean;
}

/** Where an entry stands in a reply. */
export type EntryPlace = Omit<ReplyEntry, 'id' | 'value'>;

/** Where a document stands in a reply. */
export type DocumentPlace = Pick<ReplyEntry, 'document' | 'payload'>;

/** Reads one reply piece by piece. The pieces' borders must not change what comes out. */
export interface ReplyReader {
  /** Takes the next piece and gives the entries that closed in it. */
  push(text: string): readonly ReplyEntry[];
  /**
   * The reply is over: gives the entries that only its end closes.
   *
   * @param isWhole - the model finished it. If not (it broke off, or was cut at its token limit), what had not closed is no
   * answer.
   */
  end(isWhole: boolean): readonly ReplyEntry[];
  /** True if the first payload opens the reply: nothing but blanks, a byte-order mark or a fence before it. */
  readonly opensReply: boolean;
  /** Payloads before this number belong to the model's thoughts, not to its answer. */
  readonly firstPayload: number;
  /**
   * Documents in which something could not be read to its end: known after `end`. With one of them elsewhere, a payload is only the
   * answer if it names every record: else it may be an example, and what could not be read the answer. @defaultValue none
   */
  readonly unread?: readonly DocumentPlace[];
  /** Results that looked like entries and could not be read. */
  readonly malformed: number;
}

/** What a format has to know of a prompt. With one id the record is asked without an index. */
export interface ReplyShape {
  readonly ids: readonly RecordId[];
}

/** How the model is asked to write its results, and how they are read back. `R` is the type of one value. */
export interface ReplyFormat<R = unknown> {
  readonly name: string;
  /** Checks each value on arrival; `undefined` takes any value but `null`. */
  readonly schema: ValueSchema<R> | undefined;
  /** What the model is told about the shape of its reply. The same for all batches of two records or more. */
  instruction(shape: ReplyShape): string;
  /** The JSON Schema of the whole reply, for providers that enforce one; `undefined` if there is none to send. */
  replySchema(shape: ReplyShape): JsonSchema | undefined;
  reader(shape: ReplyShape): ReplyReader;
}

/** What a model's options say of a reply, for a format. */
export interface FormatFields<R = unknown> {
  /** What holds a record's index: `response.index.field`. */
  readonly index: string;
  /** What holds the value, or `*`: `response.value.field`. */
  readonly value: string;
  /** Where the entries are, in the format's own language: `response.path`. */
  readonly path: string | undefined;
  readonly schema: ValueSchema<R> | undefined;
}

/** Makes a format of a model's options. `response.format` refers to it by name. */
export interface FormatFactory {
  readonly name: string;
  /** @throws RangeError if the fields make no format */
  create<R>(fields: FormatFields<R>): ReplyFormat<R>;
}
