import type { IncomingHttpHeaders } from 'node:http';
import type { JsonObject } from '../../src/testing/server.js';
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

/** An error in a stream, and what it asks of the caller. */
export interface StreamErrorCase {
  readonly title: string;
  /** What stands in `error`, or in the place that the API has for it. */
  readonly error: JsonObject;
  readonly kind: AnswerClass;
  readonly code: ErrorCode;
  /** The status that the error names. @defaultValue none */
  readonly status?: number;
}

/** One API, as far as tests have to read and write it. */
export interface Wire {
  /** Where requests go, from the server's origin on. */
  readonly path: string;
  /** What the limit of the reply's tokens is called. */
  readonly maxTokensField: string;
  /** Other names of that limit, which must not be sent. */
  readonly notMaxTokensFields: readonly string[];
  /** The limit where the request has none; `undefined` if none is sent then. */
  readonly defaultMaxTokens: number | undefined;
  /** The smallest limit that is sent. */
  readonly leastMaxTokens: number;
  /** Fields that the library sets, and that a user's own fields must not change. */
  readonly ownFields: JsonObject;
  /** The schema of the reply that the API is asked to enforce. */
  schemaOf(body: JsonObject): unknown;
  /** Whether any JSON object is asked for; `null` if the API has no such mode, and `undefined` if the provider is not told of it. */
  readonly jsonModeIn: ((body: JsonObject) => boolean) | null | undefined;
  /** System instruction (`null` if there is none) and the text of the other messages. */
  messagesOf(body: JsonObject): { readonly system: string | null; readonly user: readonly string[] };
  /** The key among a request's headers, as it was sent. */
  keyIn(headers: IncomingHttpHeaders): unknown;
  /** The same, as it should be. */
  keySent(key: string): string;
  readonly errors: readonly ErrorCase[];
  readonly streamErrors: readonly StreamErrorCase[];
  /** An error in place of a whole answer. */
  errorBody(error: JsonObject): JsonObject;
  /** What the API calls it when its content filter stops a reply. */
  readonly filtered: 'content_filter' | 'refusal';
  /** The whole of a streamed answer, as the `data` of its events. */
  events(pieces: readonly string[]): readonly string[];
  /** The same, up to and with the last piece of text. */
  brokenEvents(pieces: readonly string[]): readonly string[];
  /** Tokens as the API counts them, whatever stands in place of a number. */
  usage(input: unknown, output: unknown, cached?: unknown): JsonObject;
  /** An answer that is not streamed. */
  whole(text: string): JsonObject;
}
