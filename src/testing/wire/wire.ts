import type { ChatMessage } from '../chat-request.js';
import type { Reply } from '../decide-reply.js';
import type { StreamErrorFault } from '../fault.js';
import type { JsonObject } from '../json.js';
import type { Persona } from '../options.js';
import type { Caching, PromptCount } from '../prompt-cache.js';
import type { Excess, LimitStates } from '../rate-limit.js';

export type Headers = Readonly<Record<string, string>>;

/** A request without its body. */
export interface RequestHead {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** @param name - in lower case */
  header(name: string): string | undefined;
}

/** The key in `authorization: Bearer <key>`. */
export function bearerKey(head: RequestHead): string | null {
  return /^bearer +(\S+)$/i.exec(head.header('authorization') ?? '')?.[1] ?? null;
}

/** A response that is no reply, in the form of one service. */
export interface ErrorResponse {
  readonly status: number;
  readonly headers?: Headers;
  /** Some services repeat the request's id in the body. */
  body(requestId: string): JsonObject;
}

/** What goes wrong without a fault, in the words of one service. */
export interface WireErrors {
  keyMissing(): ErrorResponse;
  keyWrong(): ErrorResponse;
  pathUnknown(method: string, path: string): ErrorResponse;
  methodNotAllowed(method: string, path: string, allowed: string): ErrorResponse;
  bodyTooLarge(bytes: number): ErrorResponse;
  bodyUnreadable(): ErrorResponse;
  parameterMissing(param: string): ErrorResponse;
  /** What the service does and the stand-in does not. */
  notInStandIn(param: string): ErrorResponse;
  modelUnknown(model: string): ErrorResponse;
  contextTooLong(limit: number, tokens: number): ErrorResponse;
  limitReached(excess: Excess): ErrorResponse;
  /** A rule that a test wrote has thrown. */
  ruleFailed(error: unknown): ErrorResponse;
  statusFault(status: number): ErrorResponse;
}

/** A reply and all that is written about it. */
export interface Answer {
  readonly reply: Reply;
  readonly prompt: PromptCount;
  readonly persona: Persona;
  /** The request's. */
  readonly body: JsonObject;
  readonly requestId: string;
}

/** Writes one reply as server-sent events. Each method gives the text of any number of them, each with its empty line. */
export interface ReplyStream {
  /** What comes before the text. */
  open(): string;
  delta(text: string): string;
  /** What comes after the text. */
  close(): string;
  /** An error that ends the stream. */
  error(fault: StreamErrorFault): string;
}

/** How one API is spoken: what it reads of requests, and how it writes replies, errors and headers. */
export interface Wire {
  readonly errors: WireErrors;
  readonly caching: Caching;
  /** The field of the body that holds the messages. */
  readonly promptField: string;
  /** What a `badSse` fault sends unless it has lines of its own: a comment, and an event whose data is not JSON. */
  readonly badLines: readonly string[];

  /** Headers of every response; `ms` is the time that the request took. */
  headers(requestId: string, ms: number): Headers;
  limitHeaders(limits: LimitStates): Headers;

  /** The key that the client sent; `null` if it sent none. */
  key(head: RequestHead): string | null;
  /** What is wrong with the headers or the query; `null` if nothing is. */
  headError(head: RequestHead): ErrorResponse | null;
  /** What is wrong with the body besides its messages and the model's name; `null` if nothing is. */
  bodyError(body: JsonObject): ErrorResponse | null;

  model(body: JsonObject, head: RequestHead): unknown;
  /** All that is said to the model, the instructions too; `null` if it is no list of messages with one at least. */
  messages(body: JsonObject): readonly ChatMessage[] | null;
  /** The JSON schema of the reply. */
  schema(body: JsonObject): unknown;
  /** Most tokens of the reply. */
  maxTokens(body: JsonObject): unknown;

  /** The body of a response that is not streamed. */
  whole(answer: Answer): JsonObject;
  /** The same, where an error has come in the reply's place. */
  failed(answer: Answer, fault: StreamErrorFault): JsonObject;
  stream(answer: Answer): ReplyStream;
}

/** One server-sent event. */
export function eventText(data: unknown, event?: string): string {
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
}
