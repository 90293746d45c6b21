/**
 * What became of one record. Exactly one `Outcome` leaves for each record that enters: a value or an error.
 * Narrow it with {@link isOk} or by comparing `error` with `null`.
 */
export type Outcome<T, R> = OkOutcome<T, R> | FailedOutcome<T>;

interface OutcomeBase<T> {
  /** The record itself, by reference: never copied, never serialised. */
  readonly record: T;
  /** The record's position in the stream that was batched, from 0. */
  readonly index: number;
  /** The id of the {@link BatchPrompt} that asked for it; empty if none did. */
  readonly batchId: string;
  /** Requests that were sent for this record, retries included; 0 when it was never sent. */
  readonly attempts: number;
}

/** A record with its own answer. */
export interface OkOutcome<T, R> extends OutcomeBase<T> {
  readonly value: R;
  readonly error: null;
}

/** A record without a usable answer, and why. */
export interface FailedOutcome<T> extends OutcomeBase<T> {
  readonly value: null;
  readonly error: OutcomeError;
}

/** True for an outcome that carries a value; narrows the type. */
export function isOk<T, R>(outcome: Outcome<T, R>): outcome is OkOutcome<T, R> {
  return outcome.error === null;
}

/**
 * Why a record, or a whole request, has no usable answer.
 *
 * - of the record: `content_error` (its content could not be read, or is not a string), `dropped` (too many were waiting)
 * - of the request: `bad_request`, `rate_limited`, `server_error`, `connection_error`, `request_timeout`,
 *   `context_length`, `input_filtered`, `unauthorized`, `forbidden`, `not_found`, `schema_rejected`,
 *   `quota_exhausted`, `budget_exhausted`, `deadline_exceeded`, `too_large` (the record alone is more than `maxTokens`),
 *   `overloaded` (more requests waiting than `maxWaiting`), `circuit_open` (too many requests before it failed),
 *   `abandoned` (nobody waited for the answer any more)
 * - of the reply: `reply_unreadable` (no payload found), `reply_unfinished` (it broke off), `length_stop`,
 *   `content_filter`, `refusal`, `record_missing`, `value_missing`, `ambiguous_index`
 * - of the value: `schema_mismatch`, `schema_async` (the schema answered with a promise)
 * - of the job that asked: `job_expired`, `job_cancelled`, `job_failed` (as a whole, or it was not taken), `job_lost` (the provider does not know it),
 *   `result_missing` (it ended, and has no result for the request)
 */
export type ErrorCode =
  | 'content_error'
  | 'dropped'
  | 'bad_request'
  | 'rate_limited'
  | 'server_error'
  | 'connection_error'
  | 'request_timeout'
  | 'context_length'
  | 'input_filtered'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'schema_rejected'
  | 'quota_exhausted'
  | 'budget_exhausted'
  | 'deadline_exceeded'
  | 'too_large'
  | 'overloaded'
  | 'circuit_open'
  | 'abandoned'
  | 'reply_unreadable'
  | 'reply_unfinished'
  | 'length_stop'
  | 'content_filter'
  | 'refusal'
  | 'record_missing'
  | 'value_missing'
  | 'ambiguous_index'
  | 'schema_mismatch'
  | 'schema_async'
  | 'job_expired'
  | 'job_cancelled'
  | 'job_failed'
  | 'job_lost'
  | 'result_missing';

/**
 * What an answer that is no reply asks of the caller.
 *
 * - `retryable`: the same request may succeed later
 * - `splittable`: smaller prompts find the record at fault
 * - `fatal`: no request to this provider can succeed
 * - `final`: this request cannot succeed
 */
export type AnswerClass = 'retryable' | 'splittable' | 'fatal' | 'final';

/** A failure of a record, a request or a reply, before it is known which record bears it. */
export interface Failure {
  readonly code: ErrorCode;
  /** One sentence: the rule that was broken, then the data. Holds no secret. */
  readonly message: string;
  /** What the provider's answer asks of the caller, where the request failed. */
  readonly kind?: AnswerClass | undefined;
  /** HTTP status of the provider's answer, where there was one. */
  readonly status?: number | undefined;
  /** True if a part of the reply had come before the request failed. @defaultValue false */
  readonly interrupted?: boolean | undefined;
  /** An excerpt of the reply, at most 200 characters; absent with `evidence: 'none'`. */
  readonly evidence?: string | undefined;
  /** The error that was caught, where there was one. */
  readonly cause?: unknown;
}

/** What a caught value says, for a message. Anything can be thrown, also what cannot be made a text. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  return Object(cause) === cause ? typeof cause : String(cause);
}

/** A {@link Failure} with the place where it happened. Plain data: it can be logged or serialised. */
export interface OutcomeError extends Failure {
  /** The record's position in the stream, from 0. */
  readonly index: number;
  readonly batchId: string;
  /** Requests that were sent for this record, retries included. */
  readonly attempts: number;
}

/** What ends a stream: a fatal answer of the provider, or more records than may wait. Told apart by `type`, not by message. */
export class LlmError extends Error {
  override readonly name = 'LlmError';
  /**
   * `fatal_answer`: the provider refuses every request (bad key, unknown model, rejected schema, no quota). `overflow`: more records
   * came than could wait, and were not to be dropped.
   */
  readonly type: 'fatal_answer' | 'overflow';
  /** The failure that all records which were not answered got as their outcome; that the last one got which came. */
  readonly failure: Failure;

  constructor(failure: Failure, type: LlmError['type'] = 'fatal_answer') {
    super(failure.message, { cause: failure.cause });
    this.type = type;
    this.failure = failure;
  }
}

/** A value as JSON; '' for what cannot be written, as it is nested too deep, say. */
export function written(value: unknown, replacer?: (key: string, value: unknown) => unknown): string | undefined {
  try {
    return JSON.stringify(value, replacer);
  } catch {
    return '';
  }
}
