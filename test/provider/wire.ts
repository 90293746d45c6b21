import type { JsonObject } from '../../src/testing/index.js';
import type { AnswerClass, ErrorCode } from '../../src/types/outcome.js';

/** An answer that is no reply, and what it asks of the caller. */
export interface ErrorCase {
  readonly title: string;
  readonly status: number;
  /** A string is sent as it is, anything else as JSON. */
  readonly body: unknown;
  readonly kind: AnswerClass;
  readonly code: ErrorCode;
}

/** What a request asks the provider to enforce. */
export interface SentSchema {
  readonly strict: unknown;
  readonly schema: unknown;
}

/** One API, as far as tests have to read and write it. */
export interface Wire {
  /** What the limit of the reply's tokens is called. */
  readonly maxTokensField: string;
  /** Other names of that limit, which must not be sent. */
  readonly notMaxTokensFields: readonly string[];
  /** A field that the library sets, and that a user's own fields must not change. */
  readonly ownFields: JsonObject;
  schemaOf(body: JsonObject): SentSchema | undefined;
  /** System instruction (`null` if there is none) and the text of the other messages. */
  messagesOf(body: JsonObject): { readonly system: string | null; readonly user: readonly string[] };
  readonly errors: readonly ErrorCase[];
  /** An error in place of the next event of a stream, or of a whole answer. */
  errorBody(error: JsonObject): JsonObject;
  /** The whole of a streamed answer, as the `data` of its events. */
  events(pieces: readonly string[]): readonly string[];
  /** The same, up to and with the last piece of text. */
  brokenEvents(pieces: readonly string[]): readonly string[];
  /** An answer that is not streamed. */
  whole(text: string): JsonObject;
}
