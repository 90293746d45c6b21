import type { EncodedRecord } from '../prompt/encoding.js';
import type { JsonObject } from './json.js';

/** A request to a model that reached the stand-in, in whatever API. */
export interface StandInRequest {
  /** Ordinal of the request at this server, from 1, whatever became of the others. Of a job's line: its place in the job. */
  readonly number: number;
  /** Path and query: `/v1/chat/completions`. */
  readonly path: string;
  /** The request's JSON; empty if it was not the JSON of an object. */
  readonly body: JsonObject;
  /** Headers in lower case, without those that carry a key. */
  readonly headers: Readonly<Record<string, string>>;
  /** The records that the last user message asks for; their ids are strings, or `null` for a batch of one. */
  readonly records: readonly EncodedRecord[];
  /** The job whose line the request is; `null` for a request that came by itself. */
  readonly job: JobLine | null;
}

/** Where in a job a request stands. */
export interface JobLine {
  /** The job's id. */
  readonly id: string;
  readonly customId: string;
}

/** Chooses the fault of one request; `undefined` answers it as it should be. Called once for each request. */
export type FaultRule = (request: StandInRequest) => Fault | undefined;

/**
 * Something that goes wrong with one answer. `characters` counts the reply's text in code points, from 0.
 *
 * In a job, `status` is the line's status; `reset`, `cut`, `hang` and `stall` leave the line without a response;
 * `errorInStream` puts the error into a line with status 200; `bytes` and `badSse` do nothing.
 */
export type Fault =
  | StatusFault
  | ResetFault
  | CutFault
  | HangFault
  | StallFault
  | ReplyFault
  | FinishFault
  | RefusalFault
  | UnusableFault
  | DelayFault
  | BytesFault
  | BadSseFault
  | StreamErrorFault;

/** Another status in place of the reply, before the key or anything else is looked at. */
export interface StatusFault {
  readonly kind: 'status';
  /** HTTP status, 200 to 599. */
  readonly status: number;
  /** Further headers, such as `retry-after`. @defaultValue none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** A string is sent as it is (as HTML if it starts with `<`), the rest as JSON. @defaultValue an error as the service writes it */
  readonly body?: unknown;
}

/** The connection is reset before any response. */
export interface ResetFault {
  readonly kind: 'reset';
}

/** The connection breaks after that many characters of the reply; after as many of the body, where it is not streamed. */
export interface CutFault {
  readonly kind: 'cut';
  readonly characters: number;
}

/** No response, not even headers, until the client leaves. */
export interface HangFault {
  readonly kind: 'hang';
}

/** Headers and that many characters (as for {@link CutFault}), then silence until the client leaves. */
export interface StallFault {
  readonly kind: 'stall';
  readonly characters: number;
}

/** Another text in place of the reply's. Its usage is counted again. */
export interface ReplyFault {
  readonly kind: 'reply';
  readonly rewrite: (text: string, records: readonly EncodedRecord[]) => string;
}

/** The model stops early, after that many characters. Anthropic's stop reason for `content_filter` is `refusal`. */
export interface FinishFault {
  readonly kind: 'finish';
  readonly reason: 'length' | 'content_filter';
  readonly characters: number;
}

/**
 * The model refuses. At OpenAI the message stands in `refusal`, and there is no content; at Anthropic it is the content
 * and the explanation of the stop reason `refusal`.
 */
export interface RefusalFault {
  readonly kind: 'refusal';
  readonly message: string;
}

/** Answers are `null`, in a reply that is well-formed otherwise. */
export interface UnusableFault {
  readonly kind: 'unusable';
  /** Of the records in the request, from 0. */
  readonly positions: readonly number[];
}

/** The answer, headers and all, comes that much later. `timeScale` does not apply. */
export interface DelayFault {
  readonly kind: 'delay';
  readonly ms: number;
}

/** The answer's body leaves a byte at a time, each by itself. */
export interface BytesFault {
  readonly kind: 'bytes';
}

/** Lines in the stream that are not its data; the stream goes on after them. Without effect where it is not streamed. */
export interface BadSseFault {
  readonly kind: 'badSse';
  /** Each is sent with an empty line after it. @defaultValue a comment and an event whose data is not JSON */
  readonly lines?: readonly string[] | undefined;
  /** Where in the reply they stand. @defaultValue 0 */
  readonly characters?: number | undefined;
}

/** An event with an error ends the stream. Where it is not streamed, the error is the body of a response 200. */
export interface StreamErrorFault {
  readonly kind: 'errorInStream';
  readonly characters: number;
  /** What stands in `error`. @defaultValue an error of the server as the service writes it */
  readonly error?: JsonObject | undefined;
  /**
   * Only for OpenAI's responses, which have two ways to say it: true ends the stream with `response.failed`, false with
   * `error`. @defaultValue false
   */
  readonly failed?: boolean | undefined;
}
